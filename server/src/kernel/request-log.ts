import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { observeRequest } from './metrics.ts'
import { exportSpan } from './telemetry.ts'

interface Who {
  tenantId: string
  userId: string
}

const who = new WeakMap<object, Who>()

/** Notes who is behind a request, for its line in the log. */
export const noteRequest = (request: object, principal: Who): void => void who.set(request, { tenantId: principal.tenantId, userId: principal.userId })

const buffer: { lines: string[]; folder?: string; echoes: boolean; slow: number; timer?: NodeJS.Timeout } = { lines: [], echoes: false, slow: 500 }

const fileOf = (folder: string): string => join(folder, `requests-${new Date().toISOString().slice(0, 10)}.jsonl`)

async function flush(): Promise<void> {
  const { folder } = buffer
  if (folder === undefined || buffer.lines.length === 0) return
  const lines = buffer.lines.splice(0)
  await appendFile(fileOf(folder), `${lines.join('\n')}\n`, { mode: 0o640 }).catch(() => {})
}

function write(line: string): void {
  if (buffer.echoes) process.stderr.write(`${line}\n`)
  // A disk that does not take it must not fill the memory.
  if (buffer.folder !== undefined && buffer.lines.length < 50_000) buffer.lines.push(line)
}

/** Opens the daily log of requests; the result writes what is left and closes it. */
export async function openRequestLog(options: { folder: string; slowMilliseconds: number; echoes: boolean }): Promise<() => Promise<void>> {
  await mkdir(options.folder, { recursive: true })
  Object.assign(buffer, { folder: options.folder, slow: options.slowMilliseconds, echoes: options.echoes, timer: setInterval(() => void flush(), 1000).unref() })
  return async () => {
    clearInterval(buffer.timer)
    await flush()
    delete buffer.folder
  }
}

/** Notes a statement that took long: what it did to which tables, never a value. */
export function noteSlowStatement(name: string, text: string, milliseconds: number): void {
  if (buffer.folder === undefined || milliseconds < buffer.slow) return
  const tables = [...new Set([...text.matchAll(/\b(?:from|join|into|update)\s+(?:only\s+)?"?([a-z_]+)"?/gi)].map((match) => match[1]))].slice(0, 6)
  write(JSON.stringify({ at: new Date().toISOString(), kind: 'slow-statement', statement: name, verb: /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase(), tables, milliseconds: Math.round(milliseconds) }))
}

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? (request.url.startsWith('/assets/') ? '/assets/*' : 'page')

/** Counts and logs each answer: ids, pattern of the route, status and time. Never an address with its query, a body or a name. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const milliseconds = reply.elapsedTime
    const route = routeOf(request)
    observeRequest(request.method, route, reply.statusCode, milliseconds / 1000)
    const { tenantId, userId } = who.get(request) ?? {}
    exportSpan({ name: `${request.method} ${route}`, milliseconds, status: reply.statusCode, parent: String(request.headers['traceparent'] ?? ''), attributes: { 'http.request.method': request.method, 'http.route': route, 'http.response.status_code': reply.statusCode, 'request.id': request.id, ...(tenantId === undefined ? {} : { 'tenant.id': tenantId }) } })
    if (buffer.folder === undefined && !buffer.echoes) return
    if (route.startsWith('/health') || route === '/metrics') return
    const isSlow = milliseconds >= buffer.slow
    write(JSON.stringify({ at: new Date().toISOString(), kind: 'request', level: reply.statusCode >= 500 ? 'error' : isSlow ? 'warn' : 'info', requestId: request.id, method: request.method, route, status: reply.statusCode, milliseconds: Math.round(milliseconds * 10) / 10, ...(isSlow ? { isSlow } : {}), tenantId, userId }))
  })
}

/** Removes daily logs older than so many days; resolves with their names. */
export async function cleanLogs(folder: string, days: number, now: Date): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(jsonl|log)$/.test(name))
  const gone: string[] = []
  for (const name of names) {
    const { mtimeMs } = await stat(join(folder, name))
    if (now.getTime() - mtimeMs < days * 86_400_000) continue
    await rm(join(folder, name))
    gone.push(name)
  }
  return gone
}
