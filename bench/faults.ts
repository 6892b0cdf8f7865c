import { parseArgs } from 'node:util'
import { awayRig, type AwayReport, lineFault } from '../server/src/testing/faults/database-away.ts'
import { killDatabaseUnderLoad } from '../server/src/testing/faults/database-killed.ts'
import { diskFull, type DiskReport, mountSmallDisk } from '../server/src/testing/faults/disk-full.ts'
import { drainUnderLoad } from '../server/src/testing/faults/drain.ts'
import { killNodeDuringWork } from '../server/src/testing/faults/node-killed.ts'
import { soak, type SoakReport } from '../server/src/testing/faults/soak.ts'
import { failover } from '../server/src/testing/faults/standby.ts'
import { migrateReleases } from '../server/src/testing/faults/migration.ts'
import { outsideAway, type OutsideReport } from '../server/src/testing/faults/outside.ts'
import { overload, type OverloadReport } from '../server/src/testing/faults/overload.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { kills: { type: 'string' }, seconds: { type: 'string' }, json: { type: 'boolean', default: false } } })
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const seconds = (usual: number): number => (values.seconds === undefined ? usual : Number(values.seconds))
const kills = (usual: number): number => (values.kills === undefined ? usual : Number(values.kills))

interface Fault {
  about: string
  run: () => Promise<{ isGood: boolean; report: unknown }>
}

const faults: Record<string, Fault> = {
  database: {
    about: 'PostgreSQL killed under 200 acknowledged writes a second',
    run: async () => {
      const report = await killDatabaseUnderLoad({ kills: kills(50), perSecond: 200, secondsBetween: 2 })
      return { isGood: report.lost.length === 0 && report.broken.length === 0 && report.readyMillisecondsP95 <= 5000, report }
    },
  },
  'database-control': {
    about: 'the same with synchronous_commit off: it must lose',
    run: async () => {
      const report = await killDatabaseUnderLoad({ kills: 3, perSecond: 200, secondsBetween: 2, isCareless: true })
      return { isGood: report.lost.length > 0, report: { ...report, lost: report.lost.length } }
    },
  },
  node: {
    about: 'Node killed during visits, bills and payments; the clients retry with the same key',
    run: async () => {
      const report = await killNodeDuringWork({ kills: kills(100), clients: 8 })
      return { isGood: report.wrong.length === 0, report }
    },
  },
  'node-control': {
    about: 'the same without keys: effects must double',
    run: async () => {
      const report = await killNodeDuringWork({ kills: kills(10), clients: 8, isKeyless: true })
      return { isGood: report.wrong.length > 0, report }
    },
  },
  away: {
    about: 'the database away, silent, slow, out of connections',
    run: async () => {
      const rig = await awayRig()
      try {
        const reports = [
          // The first is no fault: what the load alone makes the program grow by.
          await rig.measure('none', async () => async () => {}, 10),
          await rig.measure('refused for 30 s', lineFault(rig.proxy, 'refuse'), 30),
          await rig.measure('silent for 15 s', lineFault(rig.proxy, 'silent'), 15),
          await rig.measure('5 s slower', lineFault(rig.proxy, { delayMilliseconds: 5000 }), 20),
          await rig.measure('no connection left', rig.connections, 10),
        ]
        return { isGood: reports.slice(1).every(isCalm), report: reports }
      } finally {
        await rig.close()
      }
    },
  },
  drain: {
    about: 'SIGTERM in the middle of 200 requests',
    run: async () => {
      const reports = []
      for (let round = 0; round < kills(5); round += 1) {
        const rig = await awayRig()
        reports.push(await drainUnderLoad(rig, { requests: 200 }).finally(rig.close))
      }
      return { isGood: reports.every((one) => one.cut === 0 && one.exitMilliseconds <= 15_000 && one.readinessLeftMilliseconds > 0), report: reports }
    },
  },
  'drain-control': {
    about: 'the same with SIGKILL: answers must be cut',
    run: async () => {
      const rig = await awayRig()
      const report = await drainUnderLoad(rig, { requests: 200, signal: 'SIGKILL' }).finally(rig.close)
      return { isGood: report.cut > 0, report }
    },
  },
  standby: {
    about: 'the primary killed under writes, the synchronous standby promoted',
    run: async () => {
      const report = await failover({ seconds: 5, isSynchronous: true })
      return { isGood: report.lost === 0 && report.acknowledged > 50, report }
    },
  },
  'standby-control': {
    about: 'the same with a standby that nobody waits for: it must lose',
    run: async () => {
      const report = await failover({ seconds: 3, isSynchronous: false })
      return { isGood: report.lost > 0, report }
    },
  },
  migration: {
    about: 'the database of each release comes to this version while its tables are used',
    run: async () => {
      const reports = await migrateReleases()
      return { isGood: reports.every((one) => one.lostRows.length === 0 && one.failures.length === 0 && one.longestWait <= 2000 && Object.values(one.locks).every((held) => held <= 2000)), report: reports }
    },
  },
  disk: {
    about: 'the disk full to the last byte while people write and read (root only: a file system of its own is mounted)',
    run: async () => {
      const report = await onSmallDisk(1500)
      return { isGood: report !== undefined && isCalmOnFullDisk(report), report }
    },
  },
  'disk-control': {
    about: 'the same on a disk too small for the reserve: reads must fail',
    run: async () => {
      const report = await onSmallDisk(560)
      return { isGood: report !== undefined && !isCalmOnFullDisk(report), report }
    },
  },
  outside: {
    about: 'mail, webhook, collector, error tracking and object store hang, refuse and fail; nobody notices and all of it arrives afterwards',
    run: async () => {
      const report = await outsideAway({ seconds: seconds(60), moods: ['hanging', 'refusing', 'failing'] })
      return { isGood: isUnnoticed(report), report }
    },
  },
  overload: {
    about: 'five times the capacity for a minute',
    run: async () => {
      const report = await overload({ times: 5, seconds: seconds(60) })
      return { isGood: isShed(report), report }
    },
  },
  soak: {
    about: 'steady mixed work for ten minutes: nothing grows (two hours with --seconds 7200)',
    run: async () => {
      const report = await soak({ minutes: seconds(600) / 60, perSecond: 50 })
      return { isGood: isSteady(report), report }
    },
  },
  'soak-control': {
    about: 'the same with connections that are never closed: it must be seen',
    run: async () => {
      const report = await soak({ minutes: seconds(60) / 60, perSecond: 50, isLeaky: true })
      return { isGood: !isSteady(report), report }
    },
  },
  'overload-control': {
    about: 'the same when nobody is turned away: it must not hold',
    run: async () => {
      const report = await overload({ times: 5, seconds: seconds(20), environment: { TRIVENI_MAX_REQUESTS: '10000' } })
      return { isGood: !isShed(report), report }
    },
  },
}

/** Answered within three seconds, alive all the time, no memory kept, back by itself. */
const isCalm = (one: AwayReport): boolean => one.slowestMilliseconds <= 3000 && one.liveFailures === 0 && one.grownMegabytes < 50 && one.recoveredMilliseconds <= 5000 && one.answers['afterwards'] === 200 && (one.answers['0'] ?? 0) === 0

async function onSmallDisk(megabytes: number): Promise<DiskReport | undefined> {
  const disk = mountSmallDisk(megabytes)
  return disk === undefined ? undefined : diskFull(disk, { seconds: seconds(10) })
}

const isCalmOnFullDisk = (one: DiskReport): boolean =>
  Object.keys(one.writes).filter((status) => status !== '201').join() === '503' && (one.reads['200'] ?? 0) > 10 * (one.reads['503'] ?? 0) && one.slowestMilliseconds <= 3000 && one.liveFailures === 0 && one.lost === 0 && one.recoveredMilliseconds <= 10_000

// Who is neither served nor turned away waits, and with 1,500 who wait no more can be offered.
const isShed = (one: OverloadReport): boolean => one.goodput >= 0.7 && one.recoveredSeconds <= 30 && one.failures === 0 && one.offeredPerSecond >= 3 * one.peakPerSecond

// What the database keeps open for a while comes and goes by a few.
const isSteady = (one: SoakReport): boolean => Object.keys(one.answers).every((status) => status.startsWith('2')) && one.megabytesPerMinute < 1 && one.handles[1] - one.handles[0] < 40 && one.p95Milliseconds < 200

const isUnnoticed = (one: OutsideReport): boolean => Object.keys(one.failures).length === 0 && one.slowestMilliseconds <= 3000 && one.othersWaiting === 0 && one.mailsWhileAway === 0 && one.mailsAfterwards === one.mailsAsked && one.archivedAgain && one.alerts > 0

const chosen = positionals.length === 0 ? Object.keys(faults) : positionals
for (const name of chosen) {
  const fault = faults[name]
  if (fault === undefined) {
    say(`There is no fault ${name}: ${Object.keys(faults).join(', ')}`)
    process.exitCode = 2
    continue
  }
  say(`${name}: ${fault.about}`)
  const started = Date.now()
  const { isGood, report } = await fault.run()
  say(`${isGood ? '✓' : '✗'} ${JSON.stringify(report)} (${((Date.now() - started) / 1000).toFixed(0)} s)`)
  if (!isGood) process.exitCode = 1
}
