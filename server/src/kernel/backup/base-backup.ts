import { PassThrough, type Readable } from 'node:stream'
import { parseLsn } from './lsn.ts'
import { replicationClient, runCopy } from './copy-stream.ts'

export interface BaseBackup {
  /** The cluster as a tar archive, `backup_label` in it; pages whose checksum is wrong make it fail. */
  tar: Readable
  /** Settled once the server has ended the backup. */
  done: Promise<{ startLsn: number; endLsn: number; timeline: number }>
}

function cstring(chunk: Buffer, from: number): string {
  return chunk.toString('utf8', from, chunk.indexOf(0, from))
}

/** Takes a physical base backup over the replication protocol: it works for any PostgreSQL from 15 on, and no client tools are needed. */
export function takeBaseBackup(url: string, options: { label: string; onProgress?: (bytes: number) => void }): BaseBackup {
  const tar = new PassThrough({ highWaterMark: 8 << 20 })
  const done = stream(url, options, tar).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error('base backup failed'))
    throw error
  })
  return { tar, done }
}

async function stream(url: string, options: { label: string; onProgress?: (bytes: number) => void }, tar: PassThrough): Promise<{ startLsn: number; endLsn: number; timeline: number }> {
  const client = await replicationClient(url)
  const places: { lsn: number; timeline: number }[] = []
  let archives = 0
  let draining: Promise<void> | undefined
  const drained = (): Promise<void> => {
    draining ??= new Promise<void>((resume) => tar.once('drain', resume).once('close', resume)).finally(() => {
      draining = undefined
    })
    return draining
  }
  const onData = (chunk: Buffer): Promise<void> | undefined => {
    const kind = String.fromCharCode(chunk[0] ?? 0)
    if (kind === 'n') {
      archives += 1
      if (archives > 1) throw new Error(`tablespaces outside the data folder are not supported (${cstring(chunk, 1)})`)
    }
    if (kind === 'p') options.onProgress?.(Number(chunk.readBigInt64BE(1)))
    if (kind !== 'd' || tar.write(chunk.subarray(1))) return undefined
    return drained()
  }
  try {
    await runCopy(client, {
      text: `BASE_BACKUP (LABEL '${options.label.replaceAll("'", '')}', CHECKPOINT 'fast', PROGRESS true, WAIT false, MANIFEST 'no', TARGET 'client')`,
      onRow: (values) => {
        const [place, timeline] = values
        if (/^[0-9A-F]+\/[0-9A-F]+$/.test(place ?? '')) places.push({ lsn: parseLsn(place ?? ''), timeline: Number(timeline) })
      },
      onData,
    })
  } finally {
    await client.end().catch(() => {})
  }
  const [start, end] = places
  if (start === undefined || end === undefined) throw new Error('the server did not say where the backup begins and ends')
  tar.end()
  return { startLsn: start.lsn, endLsn: end.lsn, timeline: end.timeline }
}
