import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'

/** Undefined when the port is free, else the process that holds it as far as it can be seen, `name (pid)`. */
export async function portHolder(host: string, port: number): Promise<string | undefined> {
  if (port === 0) return undefined
  const isFree = await new Promise<boolean>((done) => {
    const probe = createServer()
      .once('error', () => done(false))
      .listen(port, host, () => probe.close(() => done(true)))
  })
  return isFree ? undefined : nameHolder(port)
}

function nameHolder(port: number): string {
  try {
    const hex = port.toString(16).toUpperCase().padStart(4, '0')
    const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
    const inode = sockets.map((line) => line.trim().split(/\s+/)).find((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')?.[9]
    if (inode === undefined) return ''
    const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && holds(entry, `socket:[${inode}]`))
    return pid === undefined ? '' : `${readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]?.split('/').at(-1) ?? ''} (process ${pid})`
  } catch {
    return ''
  }
}

function holds(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket)
  } catch {
    return false
  }
}
