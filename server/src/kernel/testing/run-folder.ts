import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function removeLeftBehind(outside: string): void {
  for (const name of readdirSync(outside)) {
    const pid = /^triveni-run-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(outside, name), { recursive: true, force: true })
  }
}

/**
 * Gives a run of the tests a temporary folder of its own. All that its workers, the databases, servers and browsers they start write to the temporary folder
 * stands in it and goes with it; what a run that was killed left behind goes with the next one.
 */
export function ownTemporaryFolder(): void {
  const outside = tmpdir()
  removeLeftBehind(outside)
  const folder = join(outside, `triveni-run-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  // The database may run as another user.
  chmodSync(folder, 0o1777)
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
}
