import { expect, it } from 'vitest'
import { watchMachine } from './installation.ts'
import { diskFull, mountSmallDisk } from './disk-full.ts'

// Only root may mount a file system of its own.
const disk = mountSmallDisk(1500)

it.runIf(disk !== undefined)('a disk that runs full stops writes, not reads, and nothing has to be done once there is room again', async () => {
  if (disk === undefined) throw new Error('no disk')
  const machine = watchMachine()
  const report = await diskFull(disk, { seconds: 4 })
  // What was on its way may still have been taken; then it is there.
  expect(Object.keys(report.writes).filter((status) => status !== '201')).toEqual(['503'])
  expect([report.liveFailures, report.lost]).toEqual([0, 0])
  expect(report.reads['200']).toBeGreaterThan(5)
  // Until the reserve is given up a read cannot be audited; none ends in an error of the program.
  expect([report.reads['500'], report.reads['0']]).toEqual([undefined, undefined])
  expect(report.slowestMilliseconds).toBeLessThan(machine.allows(3000))
  expect(report.recoveredMilliseconds).toBeLessThan(machine.allows(10_000))
})
