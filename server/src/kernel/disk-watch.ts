import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { refuseWrites } from './gate.ts'
import { diskOf } from './health.ts'
import { errorFields, log } from './log.ts'

const megabyte = 2 ** 20
const leastFreeBytes = 64 * megabyte
const reserveBytes = 64 * megabyte
/** Below this the reserve is given up. */
const needBytes = 24 * megabyte
/** A disk that is small from the start keeps its room. */
const plentyBytes = 512 * megabyte
const lookMilliseconds = 500

/** Real blocks, which a file system that compresses cannot save. */
async function keepReserve(file: string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    for (let written = 0; written < reserveBytes; written += 4 * megabyte) await handle.writeFile(randomBytes(4 * megabyte))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0)

/**
 * Watches the disk of the data folder. Writes stop before the database has no room to recover in. Reads are audited and so need a
 * little room too: a file keeps it, and goes when everything else is used up, so that they go on; it is made anew once there is plenty.
 */
export function watchDisk(dataDir: string, options: { hasReserve: boolean }): () => Promise<void> {
  const file = join(dataDir, 'reserve')
  const state = { isMaking: false, isRefusing: false }
  const look = async () => {
    const { free } = diskOf(dataDir)
    const kept = options.hasReserve ? sizeOf(file) : 0
    // What the reserve gave is for reads alone: writes wait until there is as much again beside it.
    const isRefusing = free < leastFreeBytes + (state.isRefusing && options.hasReserve ? reserveBytes - kept : 0)
    if (isRefusing !== state.isRefusing) log(isRefusing ? 'error' : 'info', isRefusing ? 'the disk is full: writes are refused' : 'the disk has room again')
    state.isRefusing = isRefusing
    refuseWrites(isRefusing)
    if (kept > 0 && free < needBytes) rmSync(file, { force: true })
    if (options.hasReserve && kept < reserveBytes && free > plentyBytes && !state.isMaking) {
      state.isMaking = true
      await keepReserve(file).finally(() => (state.isMaking = false))
    }
  }
  // A folder that cannot be looked at is no reason to refuse.
  const timer = setInterval(() => void look().catch((error: unknown) => log('warn', 'the disk could not be looked at', errorFields(error))), lookMilliseconds)
  timer.unref()
  return async () => clearInterval(timer)
}
