import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type pg from 'pg'
import { errorFields, log } from '../log.ts'
import { replicationClient, runCopy } from './copy-stream.ts'
import { formatLsn, isSegment, parseLsn, segmentName, segmentStart } from './lsn.ts'
import type { BackupStore } from './store.ts'
import { type BackupKey, BackupDamage, closeSmall, fileKey, openSmall } from './vault.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const slot = 'triveni_backup'
const epoch2000 = 946_684_800_000

export interface WalArchive {
  /** What the operations page and the alerts say of it. */
  status: () => WalStatus
  stop: () => Promise<void>
}

export interface WalStatus {
  /** `elsewhere`: another process of this installation archives. */
  state: 'starting' | 'archiving' | 'elsewhere' | 'failing' | 'stopped'
  /** Everything before this place of the log is kept. */
  archivedTo: number
  archivedAt: number
  segments: number
  error: string
}

export const walFolder = (systemId: string): string => `wal/${systemId}/`

/** Keeps one segment, compressed and encrypted under its own name. */
async function keepSegment(store: BackupStore, key: BackupKey, name: string, bytes: Uint8Array): Promise<void> {
  const packed = await compress(bytes, { chunkSize: 1 << 20 })
  await store.put(name, closeSmall(fileKey(key.key, name), name, packed))
}

/** A segment as PostgreSQL wrote it; a partial one is filled with zeros. */
export async function readSegment(store: BackupStore, key: BackupKey, name: string, segmentBytes: number): Promise<Buffer> {
  const bytes = await decompress(openSmall(fileKey(key.key, name), name, await store.get(name))).catch((error: unknown) => {
    throw error instanceof BackupDamage ? error : new BackupDamage(`${name} cannot be unpacked`)
  })
  return name.endsWith('.history') || bytes.length === segmentBytes ? bytes : Buffer.concat([bytes, Buffer.alloc(segmentBytes - bytes.length)])
}

interface Server {
  systemId: string
  timeline: number
  position: number
  segmentBytes: number
}

async function rowOf(client: pg.Client, text: string): Promise<(string | null)[]> {
  const rows: (string | null)[][] = []
  await runCopy(client, { text, onRow: (values) => void rows.push([...values]) })
  return rows[0] ?? []
}

const unitBytes: Record<string, number> = { B: 1, kB: 1024, MB: 1 << 20, GB: 1 << 30 }

export async function identify(client: pg.Client): Promise<Server> {
  const [systemId = '', timeline, position] = await rowOf(client, 'IDENTIFY_SYSTEM')
  const [size] = await rowOf(client, 'SHOW wal_segment_size')
  const match = /^(\d+)(B|kB|MB|GB)$/.exec(size ?? '')
  return { systemId: systemId ?? '', timeline: Number(timeline), position: parseLsn(position ?? '0/0'), segmentBytes: Number(match?.[1]) * (unitBytes[match?.[2] ?? ''] ?? 1) }
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code

/** Where to go on: after the last whole segment that is kept, or where the server still has the log. */
async function startOf(client: pg.Client, server: Server, store: BackupStore): Promise<number> {
  await runCopy(client, { text: `CREATE_REPLICATION_SLOT ${slot} PHYSICAL RESERVE_WAL` }).catch((error: unknown) => {
    if (!hasCode(error, '42710')) throw error
  })
  const [, restart] = await rowOf(client, `READ_REPLICATION_SLOT ${slot}`)
  const held = restart === null || restart === undefined ? server.position : parseLsn(restart)
  const prefix = server.timeline.toString(16).toUpperCase().padStart(8, '0')
  const kept = (await store.list(walFolder(server.systemId))).map(({ name }) => name.split('/').at(-1) ?? '').filter((name) => isSegment(name) && name.startsWith(prefix))
  const after = kept.length === 0 ? 0 : segmentStart(kept.at(-1) ?? '', server.segmentBytes) + server.segmentBytes
  const first = Math.floor(held / server.segmentBytes) * server.segmentBytes
  return Math.max(after, first)
}

/** Gives up the place in the log, so that the server need not hold it. */
export async function dropSlot(url: string): Promise<void> {
  const client = await replicationClient(url)
  await runCopy(client, { text: `DROP_REPLICATION_SLOT ${slot}` }).finally(() => client.end())
}

/** Whether somebody ever began to archive this server's log. */
export async function isArchived(url: string): Promise<boolean> {
  const client = await replicationClient(url)
  try {
    return (await rowOf(client, `READ_REPLICATION_SLOT ${slot}`))[0] !== null
  } finally {
    await client.end()
  }
}

function reportOf(flushed: number): Buffer {
  const message = Buffer.alloc(34)
  message.write('r', 0, 'latin1')
  for (const offset of [1, 9, 17]) message.writeBigInt64BE(BigInt(flushed), offset)
  message.writeBigInt64BE(BigInt(Date.now() - epoch2000) * 1000n, 25)
  return message
}

interface Input {
  url: string
  store: BackupStore
  key: BackupKey
  /** How often the begun segment is kept as well: what can be lost with the whole machine. */
  flushSeconds?: number
}

/**
 * Receives the write-ahead log as it is written and keeps it, whole segments and, every few seconds, the begun one.
 * A replication slot makes the server hold what is not kept yet; only one process of an installation can have it.
 */
export function startWalArchive(input: Input): WalArchive {
  const status: WalStatus = { state: 'starting', archivedTo: 0, archivedAt: 0, segments: 0, error: '' }
  const life = { isStopping: false, client: undefined as pg.Client | undefined, wake: () => {} }
  const pause = (milliseconds: number) =>
    new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds)
      life.wake = () => {
        clearTimeout(timer)
        done()
      }
    })
  const loop = async () => {
    while (!life.isStopping) {
      try {
        life.client = await replicationClient(input.url)
        await receive(life.client, input, status)
      } catch (error) {
        if (life.isStopping) break
        status.state = hasCode(error, '55006') ? 'elsewhere' : 'failing'
        status.error = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
        // The server no longer has what the slot stood for: begin anew; the next base backup closes the gap.
        if (hasCode(error, '55000') || hasCode(error, '58P01')) await dropSlot(input.url).catch(() => {})
        if (status.state === 'failing') log('warn', 'write-ahead log is not being archived', errorFields(error))
      } finally {
        await life.client?.end().catch(() => {})
      }
      if (!life.isStopping) await pause(status.state === 'elsewhere' ? 5000 : 1000)
    }
    status.state = 'stopped'
  }
  const running = loop()
  return {
    status: () => ({ ...status }),
    stop: async () => {
      life.isStopping = true
      life.wake()
      life.client?.connection.stream.destroy()
      await running
    },
  }
}

async function receive(client: pg.Client, { store, key, flushSeconds = 10 }: Input, status: WalStatus): Promise<void> {
  const server = await identify(client)
  const { segmentBytes, timeline } = server
  const folder = walFolder(server.systemId)
  if (timeline > 1) await keepHistory(client, store, key, folder, timeline)
  const start = await startOf(client, server, store)
  const current = { begins: start, bytes: Buffer.alloc(segmentBytes), filled: 0, keptFilled: 0 }
  const nameAt = (lsn: number) => folder + segmentName(timeline, lsn, segmentBytes)
  let send: (chunk: Buffer) => void = () => {}
  let keeping: Promise<void> = Promise.resolve()
  const followMilliseconds = Math.min(300, flushSeconds * 150)
  const rest = { held: Promise.resolve(), end: () => {}, from: 0 }
  const settled = () => {
    status.archivedTo = current.begins + current.keptFilled
    status.archivedAt = Date.now()
    send(reportOf(current.begins))
  }
  const keepBegun = async () => {
    const { filled, begins } = current
    if (filled > current.keptFilled) await keepSegment(store, key, `${nameAt(begins)}.partial`, current.bytes.subarray(0, filled))
    current.keptFilled = filled
    settled()
  }
  const keepWhole = async () => {
    const name = nameAt(current.begins)
    await keepSegment(store, key, name, current.bytes)
    await store.remove(`${name}.partial`)
    // The same 16 MB for each segment: a new one each time brought the garbage collector to look at all the program holds.
    Object.assign(current, { begins: current.begins + segmentBytes, filled: 0, keptFilled: 0 })
    status.segments += 1
    settled()
  }
  const take = async (at: number, data: Buffer): Promise<void> => {
    let offset = 0
    if (at !== current.begins + current.filled) throw new Error('the log has a gap')
    while (offset < data.length) {
      const part = data.subarray(offset, offset + segmentBytes - current.filled)
      part.copy(current.bytes, current.filled)
      current.filled += part.length
      offset += part.length
      if (current.filled === segmentBytes) await keepWhole()
    }
  }
  const onData = (chunk: Buffer): Promise<void> | undefined => {
    if (chunk[0] === 0x6b) {
      if (chunk[17] === 1) send(reportOf(current.begins))
      return undefined
    }
    const at = Number(chunk.readBigInt64BE(1))
    keeping = keeping.then(() => take(at, chunk.subarray(25)))
    // Once abreast nothing is read until the next time to keep: to follow every COMMIT would cost each of them a packet.
    const isAbreast = at + chunk.length - 25 >= Number(chunk.readBigInt64BE(9))
    const { held } = rest
    return isAbreast && Date.now() > rest.from ? keeping.then(() => held) : keeping
  }
  const follow = () => {
    rest.end()
    Object.assign(rest, { held: new Promise<void>((done) => (rest.end = done)), from: Date.now() + followMilliseconds })
  }
  const timer = setInterval(() => {
    // What came while nothing was read is read first.
    follow()
    setTimeout(() => {
      keeping = keeping.then(keepBegun)
      keeping.catch(() => client.connection.stream.destroy())
    }, followMilliseconds)
  }, flushSeconds * 1000)
  try {
    await runCopy(client, {
      text: `START_REPLICATION SLOT ${slot} PHYSICAL ${formatLsn(start)} TIMELINE ${timeline}`,
      onBoth: (given) => {
        send = given
        Object.assign(status, { state: 'archiving', error: '', archivedTo: start, archivedAt: Date.now() })
      },
      onData,
    })
  } finally {
    clearInterval(timer)
    rest.end()
    await keeping.then(keepBegun).catch(() => {})
  }
}

async function keepHistory(client: pg.Client, store: BackupStore, key: BackupKey, folder: string, timeline: number): Promise<void> {
  const [name = '', content = ''] = await rowOf(client, `TIMELINE_HISTORY ${timeline}`)
  await keepSegment(store, key, `${folder}${name}`, Buffer.from(content ?? '', 'utf8'))
}
