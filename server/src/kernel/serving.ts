import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fileOf = (dataDir: string): string => join(dataDir, 'serve.pid')

/** The process that serves this data folder, if one does. */
export function servingProcess(dataDir: string): number | undefined {
  const file = fileOf(dataDir)
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').trim())
  if (!(pid > 0) || pid === process.pid) return undefined
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined
  }
  // A number that another program has by now is nobody's.
  const command = `/proc/${pid}/cmdline`
  return existsSync('/proc') && !(existsSync(command) && /start\.mjs|main\.ts|cli\.ts/.test(readFileSync(command, 'utf8'))) ? undefined : pid
}

/** Says that this process serves the folder; the result takes it back. */
export function claimServing(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(fileOf(dataDir), String(process.pid))
  return () => rmSync(fileOf(dataDir), { force: true })
}
