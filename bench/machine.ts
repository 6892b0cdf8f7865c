import { globSync, readdirSync, readFileSync } from 'node:fs'

const tickMilliseconds = 10

function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  } catch {
    return []
  }
}

const cpuOf = (pid: number): number => {
  const stat = statOf(pid)
  return (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) * tickMilliseconds
}

const childrenOf = (pid: number): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(statOf(Number(name))[1]) === pid).map(Number)

/** CPU that a process and the database have used, in milliseconds; memory of the process in MB. Linux only. */
export function meter(serverPid: number, dataDir: string) {
  const [file = ''] = globSync(`${dataDir}/**/postmaster.pid`)
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0])
  // What a connection that has ended used stays counted.
  const seen = new Map<number, number>()
  const database = () => {
    for (const pid of [postmaster, ...childrenOf(postmaster)]) seen.set(pid, Math.max(cpuOf(pid), seen.get(pid) ?? 0))
    return seen.values().reduce((sum, used) => sum + used, 0)
  }
  return {
    server: () => cpuOf(serverPid),
    database,
    megabytes: () => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${serverPid}/status`, 'utf8'))?.[1] ?? 0) / 1024),
  }
}

export type Meter = ReturnType<typeof meter>
