import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { kernelErrors } from '#contract/common/problem.ts'
import { databaseState } from './database-watch.ts'
import { AppError } from './errors.ts'
import { newId } from './ids.ts'
import { limits } from './limits.ts'
import { toProblem } from './problems.ts'
import { pickLocale } from './text-i18n.ts'
import { type CertificateFiles, keepFresh, readCertificate } from './certificates.ts'

const gate = { most: Number.POSITIVE_INFINITY, open: 0, shed: 0, isDraining: false, refusesWrites: false }

/** Requests worked on now, requests turned away since the start, and whether the process is on its way out. */
export const gateState = (): Readonly<typeof gate> => gate

/** How many requests are worked on at once. */
export function limitRequests(most: number): void {
  Object.assign(gate, { most, isDraining: false, refusesWrites: false })
}

/** From now on the process says it is not ready, and each answer closes its connection. */
export function beginDraining(): void {
  gate.isDraining = true
}

/** Reads go on, writes are answered 503: for a disk that is nearly full. */
export function refuseWrites(isRefused: boolean): void {
  gate.refusesWrites = isRefused
}

// Randomness for each would be a tenth of the cost of turning away.
const ownId = newId().slice(0, 28)
const refusals = new Map<string, readonly [string, string]>()

/** The refusal in a language, cut where the request's id goes: made once, since turning away must cost next to nothing. */
function refusalIn(locale: string): readonly [string, string] {
  const known = refusals.get(locale)
  if (known !== undefined) return known
  const [before = '', after = ''] = JSON.stringify(toProblem(new AppError(kernelErrors.unavailable), locale, '@request@')).split('@request@')
  const made = [before, after] as const
  refusals.set(locale, made)
  return made
}

function turnAway(request: IncomingMessage, response: ServerResponse, retryAfterSeconds: number): void {
  gate.shed += 1
  const [before, after] = refusalIn(request.headers['accept-language'] === undefined ? 'en' : pickLocale(request.headers['accept-language']))
  const body = `${before}${ownId}${gate.shed.toString(16).padStart(8, '0')}${after}`
  response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': String(retryAfterSeconds), 'cache-control': 'no-store', 'content-length': Buffer.byteLength(body) })
  response.end(body)
  // What the caller still sends is read and dropped, so that it sees the answer.
  if (request.method !== 'GET') request.resume()
}

const isWork = (url: string): boolean => url.startsWith('/api/')

/** Stands before everything else. */
function guarded(handler: RequestListener): RequestListener {
  return (request, response) => {
    if (gate.isDraining) response.setHeader('connection', 'close')
    if (!isWork(request.url ?? '')) return handler(request, response)
    const state = databaseState()
    if (state === 'away' || state === 'slow') return turnAway(request, response, 2)
    if (gate.open >= gate.most) return turnAway(request, response, 1)
    if (gate.refusesWrites && request.method !== 'GET') return turnAway(request, response, 60)
    gate.open += 1
    response.once('close', () => {
      gate.open -= 1
    })
    return handler(request, response)
  }
}

function secure(bounds: object, handler: RequestListener, files: CertificateFiles): Server {
  const server = createSecureServer({ ...bounds, ...readCertificate(files), minVersion: 'TLSv1.2', honorCipherOrder: true }, handler)
  const rest = keepFresh(files, (certificate) => server.setSecureContext(certificate))
  server.once('close', rest)
  // Both have the same methods; the types of Node know them apart.
  return server as unknown as Server
}

/** The HTTP server behind the gate; with a certificate it speaks TLS only. Once it listens no more, a connection whose last answer went out is closed, or closing would wait for its keep-alive; while it still listens, one that seems idle may have a request on its way. */
export function gatedServer(handler: RequestListener, tls?: CertificateFiles): Server {
  const bounds = { keepAliveTimeout: 72_000, requestTimeout: limits.request.milliseconds, headersTimeout: limits.headers.milliseconds, connectionsCheckingInterval: 2000, maxHeaderSize: limits.headers.bytes }
  const server = tls === undefined ? createServer(bounds, guarded(handler)) : secure(bounds, guarded(handler), tls)
  const sweep = setInterval(() => {
    if (gate.isDraining && !server.listening) server.closeIdleConnections()
  }, 100).unref()
  server.once('close', () => clearInterval(sweep))
  return server
}
