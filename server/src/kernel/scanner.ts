import { connect } from 'node:net'
import { kernelErrors } from '#contract/common/problem.ts'
import { AppError } from './errors.ts'

const settings: { host?: string; port?: number } = {}
const milliseconds = 20_000
const partBytes = 256 * 1024

/** Says where clamd listens, `host:port`; without it nothing is scanned, and what is kept says so. */
export function openScanner(address: string | undefined): void {
  delete settings.host
  delete settings.port
  if (address === undefined) return
  const [, host = '', port = '3310'] = /^(.*):(\d+)$/.exec(address) ?? []
  Object.assign(settings, { host, port: Number(port) })
}

export const hasScanner = (): boolean => settings.host !== undefined

/** Asks clamd (INSTREAM: parts with their length, then none) and resolves with its line. */
function ask(command: string, bytes: Uint8Array | undefined): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(settings.port ?? 0, settings.host ?? '')
    const said: Buffer[] = []
    socket.setTimeout(milliseconds, () => socket.destroy(new Error('the scanner does not answer')))
    socket.on('data', (chunk: Buffer) => said.push(chunk))
    socket.on('error', fail)
    socket.on('end', () => done(Buffer.concat(said).toString('utf8').replaceAll('\0', '').trim()))
    socket.write(`z${command}\0`)
    for (let from = 0; bytes !== undefined && from < bytes.length; from += partBytes) {
      const part = bytes.subarray(from, from + partBytes)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      socket.write(length)
      socket.write(part)
    }
    if (bytes !== undefined) socket.write(Buffer.alloc(4))
  })
}

/** Whether the scanner answers; for health. */
export const pingScanner = (): Promise<boolean> => ask('PING', undefined).then((line) => line === 'PONG', () => false)

/** 422 for what the scanner knows as harmful; 503 when it does not answer: a hospital that scans takes nothing unseen. */
export async function scan(bytes: Uint8Array): Promise<'clean' | 'not-scanned'> {
  if (!hasScanner()) return 'not-scanned'
  const line = await ask('INSTREAM', bytes).catch(() => {
    throw new AppError(kernelErrors.unavailable)
  })
  if (/ FOUND$/.test(line)) throw new AppError(kernelErrors.harmful_file)
  if (!/ OK$/.test(line)) throw new AppError(kernelErrors.unavailable)
  return 'clean'
}
