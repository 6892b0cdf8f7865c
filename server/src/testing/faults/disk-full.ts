import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { stableId } from '../../seed/random.ts'
import { type Caller, makeInstallation, quantile, signIn, slowness } from './installation.ts'
import { ask, ownerUrl } from './owner.ts'

export interface DiskReport {
  writes: Record<string, number>
  reads: Record<string, number>
  slowestMilliseconds: number
  liveFailures: number
  lost: number
  /** From the moment there was room again to the first write that was taken. */
  recoveredMilliseconds: number
}

interface SmallDisk {
  folder: string
  close: () => void
}

/** A file system of its own with little room: only root may mount one. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'triveni-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  chmodSync(folder, 0o755)
  return {
    folder,
    close: () => {
      execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Takes every byte that is left, as a copy does that ends when there is no more room. */
function fill(folder: string): () => void {
  const file = openSync(join(folder, 'what-somebody-copied'), 'w')
  const block = Buffer.alloc(1 << 20)
  for (let size = block.length; size >= 4096; size >>= 1) {
    try {
      for (;;) writeSync(file, block, 0, size)
    } catch {
      // No room for so much: half of it.
    }
  }
  closeSync(file)
  return () => rmSync(join(folder, 'what-somebody-copied'))
}

interface Seen {
  writes: Record<string, number>
  reads: Record<string, number>
  acknowledged: string[]
  times: number[]
  liveFailures: number
}

const counted = (into: Record<string, number>, status: number): void => void (into[status] = (into[status] ?? 0) + 1)

/** One writes, one reads, one asks whether the process lives, until told to stop. */
async function people(desk: Caller, base: string, seen: Seen, life: { isOver: boolean }): Promise<void> {
  const until = async (step: () => Promise<void>) => {
    while (!life.isOver) {
      await step()
      await wait(25)
    }
  }
  await Promise.all([
    ...[1, 2, 3].map(() =>
      until(async () => {
        const answer = await desk.call('POST', '/patients', { body: { givenName: 'Disk', familyName: 'Full', sex: 'male', ageYears: 9, facilityId: stableId(1, 'general:GH1') }, key: randomUUID() })
        counted(seen.writes, answer.status)
        seen.times.push(answer.milliseconds)
        if (answer.status === 201) seen.acknowledged.push(String(answer.body['id']))
      }),
    ),
    until(async () => {
      const answer = await desk.call('GET', '/patients?limit=5')
      counted(seen.reads, answer.status)
      seen.times.push(answer.milliseconds)
    }),
    until(async () => {
      const isLive = await fetch(`${base}/health/live`, { signal: AbortSignal.timeout(Math.ceil(2000 * slowness())) }).then((answer) => answer.ok, () => false)
      if (!isLive) seen.liveFailures += 1
    }),
  ])
}

const leastReads = 20

/** The disk of the data folder runs full to the last byte while people write and read, and is given room again. */
export async function diskFull(disk: SmallDisk, options: { seconds: number }): Promise<DiskReport> {
  const installation = await makeInstallation({}, join(disk.folder, 'data'))
  try {
    await installation.start()
    const desk = await signIn(installation.base, 'receptionist@general.example')
    const seen: Seen = { writes: {}, reads: {}, acknowledged: [], times: [], liveFailures: 0 }
    const life = { isOver: false }
    const working = people(desk, installation.base, seen, life)
    await wait(1000)
    Object.assign(seen, { writes: {}, reads: {}, times: [] })
    const empty = fill(disk.folder)
    await wait(options.seconds * 1000)
    // On a slow machine it takes longer until both sorts of people have met the full disk.
    const isMet = () => (seen.writes['503'] ?? 0) > 0 && (seen.reads['200'] ?? 0) >= leastReads
    for (const end = Date.now() + options.seconds * 5000 * slowness(); !isMet() && Date.now() < end; ) await wait(50)
    life.isOver = true
    await working
    empty()
    const emptied = Date.now()
    const again = async () => (await desk.call('POST', '/patients', { body: { givenName: 'Disk', familyName: 'Again', sex: 'male', ageYears: 9, facilityId: stableId(1, 'general:GH1') }, key: randomUUID() })).status === 201
    while (!(await again()) && Date.now() - emptied < 60_000) await wait(50)
    const recoveredMilliseconds = Date.now() - emptied
    await installation.untilReady()
    const rows = await ask<{ id: string }>(ownerUrl(installation.dataDir), 'select i.id::text as id from unnest($1::uuid[]) i(id) where not exists (select 1 from patients p where p.id = i.id)', [seen.acknowledged])
    return { writes: seen.writes, reads: seen.reads, slowestMilliseconds: quantile(seen.times, 1), liveFailures: seen.liveFailures, lost: rows.length, recoveredMilliseconds }
  } finally {
    await installation.remove()
    disk.close()
  }
}
