import { randomBytes } from 'node:crypto'
import { onLogged } from './log.ts'
import { requestOutside } from './outgoing.ts'
import { program } from './version.ts'

interface Span {
  name: string
  milliseconds: number
  status: number
  /** W3C traceparent of the caller, or empty. */
  parent: string
  attributes: Record<string, string | number>
}

interface Ready {
  traceId: string
  spanId: string
  parentSpanId: string
  span: Span
  endedAt: number
}

const exporter: { endpoint?: string; service: string; waiting: Ready[]; timer?: NodeJS.Timeout } = { service: 'triveni', waiting: [] }

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/

/** Takes a finished request for the collector; costs nothing when there is none. */
export function exportSpan(span: Span): void {
  if (exporter.endpoint === undefined || exporter.waiting.length >= 5000) return
  const [, traceId = randomBytes(16).toString('hex'), parentSpanId = ''] = traceparent.exec(span.parent) ?? []
  exporter.waiting.push({ traceId, spanId: randomBytes(8).toString('hex'), parentSpanId, span, endedAt: Date.now() })
}

const attribute = ([key, value]: [string, string | number]) => ({ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } })

function wire({ traceId, spanId, parentSpanId, span, endedAt }: Ready) {
  const nanoseconds = (at: number) => `${BigInt(Math.round(at * 1000)) * 1000n}`
  return { traceId, spanId, parentSpanId, name: span.name, kind: 2, startTimeUnixNano: nanoseconds(endedAt - span.milliseconds), endTimeUnixNano: nanoseconds(endedAt), attributes: Object.entries(span.attributes).map(attribute), status: { code: span.status >= 500 ? 2 : 0 } }
}

async function flush(): Promise<void> {
  const { endpoint, waiting } = exporter
  if (endpoint === undefined || waiting.length === 0) return
  const spans = waiting.splice(0, 1000).map(wire)
  const body = { resourceSpans: [{ resource: { attributes: [attribute(['service.name', exporter.service]), attribute(['service.version', program])] }, scopeSpans: [{ scope: { name: 'triveni' }, spans }] }] }
  await requestOutside(`${endpoint.replace(/\/$/, '')}/v1/traces`, { isOperators: true, method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), timeoutMilliseconds: 5000 }).catch(() => {})
}

/** Sends errors by the Sentry protocol: message, code and frames, as the log has them. */
function reportErrors(dsn: string): void {
  const url = new URL(dsn)
  const project = url.pathname.split('/').filter(Boolean).at(-1) ?? ''
  const address = `${url.protocol}//${url.host}/api/${project}/envelope/`
  const auth = `Sentry sentry_version=7, sentry_client=triveni/${program}, sentry_key=${url.username}`
  onLogged((level, message, fields) => {
    if (level !== 'error') return
    const id = randomBytes(16).toString('hex')
    const event = { event_id: id, timestamp: Date.now() / 1000, level: 'error', platform: 'node', release: program, message: { formatted: message }, extra: fields }
    const body = `${JSON.stringify({ event_id: id, sent_at: new Date().toISOString() })}\n${JSON.stringify({ type: 'event' })}\n${JSON.stringify(event)}\n`
    requestOutside(address, { isOperators: true, method: 'POST', headers: { 'content-type': 'application/x-sentry-envelope', 'x-sentry-auth': auth }, body, timeoutMilliseconds: 5000 }).catch(() => {})
  })
}

/** Opens what the environment names; the result sends what is left. */
export function openTelemetry(options: { endpoint: string | undefined; service: string; sentry: string | undefined }): () => Promise<void> {
  if (options.sentry !== undefined) reportErrors(options.sentry)
  if (options.endpoint === undefined) return async () => {}
  Object.assign(exporter, { endpoint: options.endpoint, service: options.service, timer: setInterval(() => void flush(), 2000).unref() })
  return async () => {
    clearInterval(exporter.timer)
    await flush()
    delete exporter.endpoint
  }
}
