import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { BinaryReply, RateClass, RouteSpec } from '#contract/define.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import { audit, type AuditEntry, auditWithin, isFamiliar } from './audit.ts'
import { type Actor, type Ctx, makeContext } from './context.ts'
import { now } from './config.ts'
import { unlessDatabaseFails } from './database-watch.ts'
import { withContext } from './db.ts'
import { isNavigation, sendErrorPage } from './error-page.ts'
import { AppError, isMisreadValue } from './errors.ts'
import { fingerprint, freeOldKey, keyTaken, remembered, replay, type StoredAnswer } from './idempotency.ts'
import { isUuid } from './ids.ts'
import { refuseDeep } from './limits.ts'
import { announce } from './live.ts'
import type { AnyModule } from './module.ts'
import { asAppError, invalidInput, toProblem } from './problems.ts'
import { unknownCursor } from './page.ts'
import { whyNotFound } from './patient-access.ts'
import { limitRate, rateClassOf } from './rate-limit.ts'
import { noteRequest } from './request-log.ts'
import { isSame } from './same.ts'
import { pickLocale } from './text-i18n.ts'
import { readUpload } from './uploads.ts'
import { hasWalls, type Walls } from './walls.ts'

/** Who is behind a request, as the session or key says. */
export interface Principal {
  kind: 'session' | 'api-key' | 'program'
  /** What a program was promised. */
  plan?: string
  tenantId: string
  userId: string
  sessionId: string
  locale: string
  grants: ReadonlyMap<string, ReadonlySet<string>>
  csrfToken: string | null
  confirmedAt: Date | null
  walls: Walls
  actor: Actor
}

export interface HttpOptions {
  modules: readonly AnyModule[]
  publicUrl: string
  authenticate: (request: FastifyRequest) => Promise<Principal | undefined>
  /** Sets or clears the session cookie after a sign-in or sign-out. */
  setSession: (reply: FastifyReply, token: string | null) => void
  /** Remembers a device; what it was remembered by comes back with later requests. */
  setDevice: (reply: FastifyReply, token: string) => void
  deviceOf: (request: FastifyRequest) => string
  /** Hospitals that let pages of an address call with a token. */
  hospitalsAllowing: (origin: string) => Promise<ReadonlySet<string>>
  /** In tests: the answer must fit the contract exactly. */
  isStrict?: boolean
}

interface Prepared {
  ctx: Ctx
  input: { params: unknown; query: unknown; body: unknown; ifMatch: number | undefined; upload: unknown }
}

/** Puts every route of every module on the server; a route without permission, audit and errors does not start. */
export function registerRoutes(app: FastifyInstance, options: HttpOptions): void {
  for (const module of options.modules) {
    for (const [name, spec] of Object.entries(module.contract)) {
      const handler = module.handlers[name]
      if (handler === undefined || spec.permission === '' || spec.audit === undefined || spec.errors === undefined) throw new Error(`route ${module.name}.${name} is not complete`)
      const run = (ctx: Ctx, input: Prepared['input']) => handler(ctx, input as never)
      const served = { action: `${module.name}.${name}`, spec, rateClass: rateClassOf(spec), run }
      for (const path of [spec.path, ...(spec.aliases ?? [])]) {
        app.route({ method: spec.method, url: `/api/v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, handler: (request, reply) => serve(options, served, request, reply) })
      }
    }
  }
}

type Entry = AuditEntry & { actor: Actor }
interface Served {
  action: string
  spec: RouteSpec
  rateClass: RateClass
  run: Run
}

type Run = (ctx: Ctx, input: Prepared['input']) => Promise<unknown>

async function serve(options: HttpOptions, { action, spec, rateClass, run }: Served, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  let principal: Principal | undefined
  let prepared: Prepared | undefined
  try {
    const work = async () => {
      principal = await options.authenticate(request)
      if (principal !== undefined) noteRequest(request, principal)
      await allowOrigin(options, principal, request, reply)
      limitRate(rateClass, principal, request.ip, (name, value) => reply.header(name, value))
      prepared = await prepare(options, spec, principal, request)
      return answer(options, action, spec, run, prepared, principal, request, reply)
    }
    return await unlessDatabaseFails(work())
  } catch (error) {
    const refused = await refusalOf(asAppError(error, request.id), spec, principal, request)
    // A database that is away takes no entry either.
    if (principal !== undefined && refused.spec !== kernelErrors.unavailable) await audit(entryOf(action, spec, principal, request, refused.spec.status === 403 || refused.spec.status === 404 ? 'denied' : 'failure', { code: refused.spec.code })).catch(() => {})
    return sendProblem(reply, refused, principal?.locale ?? pickLocale(request.headers['accept-language']), request.id)
  }
}

/** What was not found may stand behind a wall: where the hospital tells so, that is the answer. */
async function refusalOf(refused: AppError, spec: RouteSpec, principal: Principal | undefined, request: FastifyRequest): Promise<AppError> {
  if (refused.spec.status !== 404 || principal === undefined || !hasWalls(principal.walls)) return refused
  const { subjectType, subjectId } = entryOf('', spec, principal, request, 'denied', null)
  if (subjectType === null || subjectId === null) return refused
  const ctx = makeContext({ tenantId: principal.tenantId, userId: principal.userId, grants: principal.grants, walls: principal.walls, requestId: request.id, now: now() })
  return whyNotFound(ctx, refused, { kind: subjectType, id: subjectId }).catch(() => refused)
}

/** A page of another address reads an answer when the hospital of its token allows the address. Cookies never come along. */
async function allowOrigin(options: HttpOptions, principal: Principal | undefined, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { origin } = request.headers
  if (origin === undefined || principal === undefined || principal.kind === 'session' || origin === new URL(options.publicUrl).origin) return
  void reply.header('vary', 'origin')
  if ((await options.hospitalsAllowing(origin)).has(principal.tenantId)) void reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', 'etag, location, retry-after, ratelimit, ratelimit-policy, x-request-id')
}

/** Answers the question a browser asks first; whose token it will be is not known yet, so any hospital's address may go on to ask. */
export async function answerPreflight(options: Pick<HttpOptions, 'hospitalsAllowing'>, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { origin } = request.headers
  void reply.header('vary', 'origin')
  if (origin !== undefined && (await options.hospitalsAllowing(origin)).size > 0) void reply.headers({ 'access-control-allow-origin': origin, 'access-control-allow-methods': 'GET, POST, PATCH, PUT', 'access-control-allow-headers': 'authorization, content-type, if-match, idempotency-key', 'access-control-max-age': '600' })
  return reply.code(204).send()
}

/** Answers with a problem in the reader's language; a person who opened the address gets a page. */
export function sendProblem(reply: FastifyReply, error: AppError, locale: string, requestId: string): FastifyReply {
  if (error.params.retryAfterSeconds !== undefined) void reply.header('retry-after', String(error.params.retryAfterSeconds))
  if (isNavigation(reply.request)) return sendErrorPage(reply, { status: error.spec.status, text: toProblem(error, locale, requestId).title, locale })
  return reply.code(error.spec.status).header('cache-control', 'no-store').type(error.spec.code.startsWith('oauth.') ? 'application/json' : 'application/problem+json').send(JSON.stringify(toProblem(error, locale, requestId)))
}

async function prepare(options: HttpOptions, spec: RouteSpec, principal: Principal | undefined, request: FastifyRequest): Promise<Prepared> {
  checkOrigin(options, spec, principal, request)
  if (spec.permission !== 'public' && principal === undefined) throw new AppError(kernelErrors.not_signed_in)
  const ctx = makeContext({
    tenantId: principal?.tenantId ?? '00000000-0000-0000-0000-000000000000',
    ...(principal === undefined ? { grants: new Map() } : { userId: principal.userId, sessionId: principal.sessionId, grants: principal.grants, csrfToken: principal.csrfToken ?? '', confirmedAt: principal.confirmedAt, walls: principal.walls, actor: principal.actor }),
    requestId: request.id,
    locale: principal?.locale ?? pickLocale(request.headers['accept-language']),
    now: now(),
    caller: { address: request.ip, agent: (request.headers['user-agent'] ?? '').slice(0, 200), device: options.deviceOf(request) },
  })
  if (spec.permission !== 'public' && spec.permission !== 'signed-in' && !ctx.can(spec.permission)) throw new AppError(kernelErrors.forbidden)
  const ifMatch = versionOf(request.headers['if-match'])
  const upload = spec.upload === undefined ? undefined : await readUpload(request, spec.upload.maxBytes)
  refuseDeep(request.body)
  const parsed = { params: parse(spec.params, request.params, 'path'), query: parse(spec.query, request.query, 'query'), body: spec.upload === undefined ? parse(spec.body, request.body, 'body') : undefined }
  if (spec.ifMatch === 'required' && ifMatch === undefined) throw new AppError(kernelErrors.precondition_required)
  return { ctx, input: { ...parsed, ifMatch, upload } }
}

function parse(schema: RouteSpec['body'], value: unknown, where: string): unknown {
  if (schema === undefined) {
    if (where === 'query' && typeof value === 'object' && value !== null && Object.keys(value).length > 0) throw new AppError(kernelErrors.invalid, { fields: Object.keys(value).slice(0, 20).map((key) => ({ path: key.slice(0, 80), code: 'unknown_field' })) })
    return undefined
  }
  const result = schema.safeParse(value ?? (where === 'body' ? undefined : {}))
  if (result.success) return result.data
  if (where === 'path') throw new AppError(kernelErrors.not_found)
  throw invalidInput(result.error, where)
}

function checkOrigin(options: HttpOptions, spec: RouteSpec, principal: Principal | undefined, request: FastifyRequest): void {
  if (spec.method === 'GET') return
  const { origin } = request.headers
  const isForeign = origin !== undefined && origin !== new URL(options.publicUrl).origin && origin !== `${request.protocol}://${request.host}`
  if (spec.permission === 'public' ? isForeign : principal?.kind === 'session' && (isForeign || !isSame(String(request.headers['x-csrf-token'] ?? ''), principal.csrfToken ?? ''))) throw new AppError(kernelErrors.csrf)
}

function versionOf(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())
  if (match?.[1] === undefined) throw new AppError(kernelErrors.stale_version)
  return Number(match[1])
}

async function answer(options: HttpOptions, action: string, spec: RouteSpec, run: Run, prepared: Prepared, principal: Principal | undefined, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { ctx, input } = prepared
  const entry = principal === undefined || spec.audit === 'none' ? undefined : entryOf(action, spec, principal, request, 'success', null)
  // One entry says how it ended: only what this user has read before is audited while it is read, and by nobody whom a new wall could keep from it.
  const early = spec.audit === 'read' && entry !== undefined && !hasWalls(ctx.walls) && isFamiliar(entry) ? audit(entry) : undefined
  early?.catch(() => {})
  // A search is a read whatever its method: a name that is searched for does not stand in an address.
  const isRead = spec.method === 'GET' || spec.audit === 'search'
  if (isRead && spec.transaction !== 'none') ctx.isReadOnly = true
  if (isRead && spec.mayLag === true) ctx.mayLag = true
  if (spec.method !== 'GET') ctx.isProbing = true
  const isWithin = principal !== undefined && !isRead && spec.transaction !== 'none' && spec.response !== 'binary'
  const result = isWithin ? await write(spec, run, prepared, request, entry) : await read(run, prepared)
  if (ctx.sessionToken !== undefined) options.setSession(reply, ctx.sessionToken)
  if (ctx.deviceToken !== undefined) options.setDevice(reply, ctx.deviceToken)
  if (result instanceof Replayed) {
    if (entry !== undefined) await audit({ ...entry, details: { ...entry.details, isReplay: true } })
    return sendStored(reply, result.answer)
  }
  if (isWithin) announceChange(action, principal.tenantId, input, result)
  if (options.isStrict === true && typeof spec.response === 'object' && spec.response !== null) checkAnswer(action, spec, result)
  await (early ?? (entry === undefined || isWithin ? undefined : audit(withShown(entry, spec, result, input))))
  return send(spec, result, reply, request)
}

async function read(run: Run, { ctx, input }: Prepared): Promise<unknown> {
  try {
    return await run(ctx, input)
  } catch (error) {
    throw hasCursor(input.query) && isMisreadValue(error) ? unknownCursor() : error
  }
}

/** Screens that show records of this module, there, ask again. */
function announceChange(action: string, tenantId: string, input: Prepared['input'], result: unknown): void {
  const id = hasId(input.params) ? input.params.id : hasId(result) ? result.id : null
  announce({ tenantId, facilityId: idIn(result, 'facilityId') ?? idIn(input.body, 'facilityId'), module: action.split('.')[0] ?? '', id: id !== null && isUuid(id) ? id : null })
}

function checkAnswer(action: string, spec: RouteSpec, result: unknown): void {
  if (typeof spec.response !== 'object' || spec.response === null) return
  const checked = spec.response.safeParse(result)
  if (!checked.success) throw new Error(`answer of ${action} does not fit the contract: ${checked.error.message}`)
}

class Replayed {
  readonly answer: StoredAnswer
  constructor(answer: StoredAnswer) {
    this.answer = answer
  }
}

interface Key {
  key: string
  requestHash: string
}

function keyOf(spec: RouteSpec, request: FastifyRequest): Key | undefined {
  const key = request.headers['idempotency-key']
  if (spec.method !== 'POST' || typeof key !== 'string' || spec.isSecret === true) return undefined
  if (key.length > 200 || key.length === 0) throw new AppError(kernelErrors.invalid, { fields: [{ path: 'Idempotency-Key', code: 'too_big' }] })
  return { key, requestHash: fingerprint(request.method, request.url, request.body) }
}

/**
 * One transaction: the work, its audit entry, and the key with the sealed answer. The key is not looked up before: a duplicate
 * finds it taken at the end, or fails on what the first has done, and is then given the first answer.
 */
async function write(spec: RouteSpec, run: Run, prepared: Prepared, request: FastifyRequest, entry: Entry | undefined): Promise<unknown> {
  const { ctx, input } = prepared
  const keyed = keyOf(spec, request)
  const once = () =>
    withContext(
      ctx,
      (tx) => {
        ctx.tx = tx
        return run(ctx, input)
      },
      (result, statement) => {
        const beside = keyed === undefined ? undefined : remembered(ctx, { ...keyed, answer: storedAnswer(spec, result, request) })
        if (entry !== undefined) return auditWithin(statement, withShown(entry, spec, result, input), beside)
        return beside === undefined ? Promise.resolve() : statement(beside.text(1), beside.values)
      },
    ).finally(() => delete ctx.tx)
  try {
    return await once()
  } catch (error) {
    const first = keyed !== undefined && error instanceof AppError ? await replay(ctx, keyed.key, keyed.requestHash) : undefined
    if (first !== undefined) return new Replayed(first)
    if (!(error instanceof AppError && error.spec === keyTaken)) throw error
    if (keyed !== undefined && (await freeOldKey(ctx, keyed.key))) return once()
    throw new AppError(kernelErrors.conflict)
  }
}

const hasId = (value: unknown): value is { id: string } => typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
const hasCursor = (query: unknown): boolean => typeof query === 'object' && query !== null && 'cursor' in query && query.cursor !== undefined
const hasVersion = (value: unknown): value is { version: number } => typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number'
const hasItems = (value: unknown): value is { items: unknown[] } => typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)

function storedAnswer(spec: RouteSpec, result: unknown, request: FastifyRequest): StoredAnswer {
  return {
    status: spec.status ?? 200,
    body: spec.response === null ? '' : JSON.stringify(result),
    location: spec.status === 201 && hasId(result) ? `${request.url.split('?')[0]}/${result.id}` : null,
    etag: hasVersion(result) ? `"${result.version}"` : null,
  }
}

function sendStored(reply: FastifyReply, stored: StoredAnswer): FastifyReply {
  void reply.code(stored.status).header('cache-control', 'no-store').header('idempotency-replayed', 'true')
  if (stored.location !== null) void reply.header('location', stored.location)
  if (stored.etag !== null) void reply.header('etag', stored.etag)
  return stored.body === '' ? reply.send() : reply.type('application/json; charset=utf-8').send(stored.body)
}

function send(spec: RouteSpec, result: unknown, reply: FastifyReply, request: FastifyRequest): FastifyReply {
  if (spec.response === 'binary') return sendBinary(reply, result as BinaryReply)
  const stored = storedAnswer(spec, result, request)
  void reply.code(stored.status).header('cache-control', 'no-store')
  if (stored.location !== null) void reply.header('location', stored.location)
  if (stored.etag !== null) void reply.header('etag', stored.etag)
  return stored.body === '' ? reply.send() : reply.type('application/json; charset=utf-8').send(stored.body)
}

function sendBinary(reply: FastifyReply, file: BinaryReply): FastifyReply {
  const name = encodeURIComponent(file.filename)
  return reply
    .header('cache-control', 'no-store')
    .header('content-disposition', `${file.isInline === true ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`)
    .headers(file.headers ?? {})
    .type(file.contentType)
    .send(file.body instanceof Uint8Array ? Buffer.from(file.body) : Readable.from(file.body))
}

/** Where a principal may do something, in few letters. */
function rightsOf(principal: Principal, permission: string): string {
  const where = [...principal.grants].flatMap(([facilityId, permissions]) => (permissions.has(permission) ? [facilityId] : []))
  return where.length < 2 ? (where[0] ?? '') : createHash('sha256').update(where.join()).digest('base64url')
}

function entryOf(action: string, spec: RouteSpec, principal: Principal, request: FastifyRequest, outcome: AuditEntry['outcome'], details: Record<string, unknown> | null): Entry {
  const params = typeof request.params === 'object' && request.params !== null ? Object.values(request.params) : []
  const subject = params.find((value) => typeof value === 'string' && isUuid(value))
  const subjectId = typeof subject === 'string' ? subject : null
  return {
    tenantId: principal.tenantId,
    actorId: principal.userId,
    sessionId: principal.sessionId,
    requestId: request.id,
    action: `${action}:${spec.audit}`,
    subjectType: spec.path.split('/')[1] ?? null,
    subjectId,
    patientId: spec.path.startsWith('/patients/{id}') ? subjectId : null,
    outcome,
    isProgram: principal.kind !== 'session',
    rights: rightsOf(principal, spec.permission),
    actor: principal.actor,
    details: { ...details, address: request.ip, agent: (request.headers['user-agent'] ?? '').slice(0, 200) },
  }
}

function withShown(entry: Entry, spec: RouteSpec, result: unknown, input: Prepared['input']): Entry {
  if (hasItems(result)) {
    const shown = spec.phi ? result.items.flatMap((item) => (hasId(item) ? [item.id] : [])) : []
    const filters = spec.phi ? filterNames(input.query) : input.query
    return { ...entry, patientId: entry.patientId ?? (entry.subjectId === null ? null : patientOf(spec, result.items)), details: { ...entry.details, filters, shown } }
  }
  return hasId(result) && isUuid(result.id) ? placed(entry, result, input.body) : entry
}

/** The answer itself tells whose record it is, it or the question where, when it is the record the entry is about. */
function placed(entry: Entry, result: { id: string }, body: unknown): Entry {
  const subjectId = entry.subjectId ?? result.id
  if (subjectId !== result.id) return entry
  const patientId = entry.patientId ?? (entry.subjectType === 'patients' ? subjectId : idIn(result, 'patientId'))
  return { ...entry, subjectId, patientId, facilityId: idIn(result, 'facilityId') ?? idIn(body, 'facilityId') }
}

/** Whose the records are that a write left, when they are all of one patient. */
function patientOf(spec: RouteSpec, items: readonly unknown[]): string | null {
  const patientId = spec.method === 'GET' ? null : idIn(items[0], 'patientId')
  return items.every((item) => idIn(item, 'patientId') === patientId) ? patientId : null
}

function idIn(record: unknown, name: 'patientId' | 'facilityId'): string | null {
  const value: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, name) : undefined
  return typeof value === 'string' && isUuid(value) ? value : null
}

// A name or number that was searched for stays out of the audit: only which filters were used.
const filterNames = (query: unknown): string[] => (typeof query === 'object' && query !== null ? Object.keys(query) : [])

