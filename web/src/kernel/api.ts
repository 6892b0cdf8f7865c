import type { AnswerOf, Client, Contract, RequestOf, RouteSpec } from '#contract/define.ts'
import type { Problem } from '#contract/common/problem.ts'

/** A refusal of the server; `code` is stable, its text is `errors.<code>`. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly errors: NonNullable<Problem['errors']>
  readonly allowed: string[]
  readonly missing: string[]
  readonly requestId: string
  readonly patientId: string | undefined
  readonly title: string

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.code ?? `http.${status}`)
    this.name = 'ApiError'
    this.status = status
    this.code = problem.code ?? 'kernel.internal'
    this.errors = problem.errors ?? []
    this.allowed = problem.allowed ?? []
    this.missing = problem.missing ?? []
    this.requestId = problem.requestId ?? ''
    this.patientId = problem.patientId
    this.title = problem.title ?? ''
  }
}

/** What the browser knows of its session; the session itself is a cookie that scripts cannot read. */
export const session = { csrfToken: '', isSignedIn: false, language: 'en', lastInputAt: Date.now() }

// What a page asks by itself must not keep a session alive that nobody sits at.
for (const event of ['pointerdown', 'keydown', 'touchstart']) addEventListener(event, () => void (session.lastInputAt = Date.now()), { passive: true, capture: true })
const isAlone = (): boolean => Date.now() - session.lastInputAt > 60_000

type SignInWish = (done: (isSignedIn: boolean) => void) => void
let wishSignIn: SignInWish = (done) => done(false)
let waiting: Promise<boolean> | undefined

/** Says who lays the sign-in over the page when the session has ended. */
export function onSessionEnded(listener: SignInWish): void {
  wishSignIn = listener
}

type ConfirmWish = (done: (isConfirmed: boolean) => void) => void
let wishConfirm: ConfirmWish = (done) => done(false)
let confirming: Promise<boolean> | undefined

/** Says who asks a person to prove again who they are, before something that must not be done on a screen left open. */
export function onConfirmNeeded(listener: ConfirmWish): void {
  wishConfirm = listener
}

function confirmAgain(): Promise<boolean> {
  confirming ??= new Promise<boolean>((resolve) => wishConfirm(resolve)).finally(() => (confirming = undefined))
  return confirming
}

/** All requests that meet the ended session wait for one sign-in. */
function signInAgain(): Promise<boolean> {
  waiting ??= new Promise<boolean>((resolve) => wishSignIn(resolve)).finally(() => (waiting = undefined))
  return waiting
}

interface Parts {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  ifMatch?: number
  idempotencyKey?: string
  form?: FormData
  signal?: AbortSignal
}

function address(path: string, parts: Parts): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts.params?.[name] ?? '')))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts.query ?? {})) {
    if (value === undefined || value === null || value === '') continue
    query.set(name, String(value))
  }
  const text = query.toString()
  return `/api/v1${filled}${text === '' ? '' : `?${text}`}`
}

function headersOf(method: string, parts: Parts, key: string): Headers {
  const headers = new Headers({ 'Accept-Language': session.language, Accept: 'application/json, */*' })
  if (parts.body !== undefined) headers.set('Content-Type', 'application/json')
  if (parts.ifMatch !== undefined) headers.set('If-Match', `"${parts.ifMatch}"`)
  if (isAlone()) headers.set('X-Background', '1')
  if (method === 'POST') headers.set('Idempotency-Key', key)
  if (method !== 'GET' && session.csrfToken !== '') headers.set('X-CSRF-Token', session.csrfToken)
  return headers
}

async function fetchOnce(method: string, path: string, parts: Parts, key: string): Promise<Response> {
  const body = parts.form ?? (parts.body === undefined ? undefined : JSON.stringify(parts.body))
  try {
    return await fetch(address(path, parts), { method, headers: headersOf(method, parts, key), credentials: 'same-origin', ...(body === undefined ? {} : { body }), ...(parts.signal ? { signal: parts.signal } : {}) })
  } catch (error) {
    if (parts.signal?.aborted) throw error
    throw new ApiError(0, { code: 'offline' })
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const type = response.headers.get('content-type') ?? ''
  const problem: Partial<Problem> = type.includes('json') ? await response.json().catch(() => ({})) : {}
  return new ApiError(response.status, problem)
}

async function refreshCsrf(): Promise<boolean> {
  const response = await fetchOnce('GET', '/me', {}, '')
  if (!response.ok) return false
  const me: { csrfToken: string } = await response.json()
  session.csrfToken = me.csrfToken
  return true
}

/** Sends a request; a session that has ended or a stale token is mended once and the same request is sent again. */
export async function send(method: string, path: string, parts: Parts = {}): Promise<Response> {
  const key = parts.idempotencyKey ?? crypto.randomUUID()
  const response = await fetchOnce(method, path, parts, key)
  if (response.ok) return response
  const error = await problemOf(response)
  const isMendable = !path.startsWith('/auth/') && session.isSignedIn
  const isMended = isMendable && ((error.status === 401 && (await signInAgain())) || (error.code === 'kernel.csrf' && (await refreshCsrf())) || (error.code === 'people.confirm_needed' && (await confirmAgain())))
  if (!isMended) throw error
  const again = await fetchOnce(method, path, parts, key)
  if (!again.ok) throw await problemOf(again)
  return again
}

async function answer(spec: RouteSpec, parts: Parts): Promise<unknown> {
  const response = await send(spec.method, spec.path, parts)
  if (spec.response === 'binary') return response.blob()
  if (spec.response === null || response.status === 204) return undefined
  return response.json()
}

/** A typed function a route, made from the contract of a module. */
export function client<C extends Contract>(contract: C): Client<C> {
  const made: Record<string, (request: Parts) => Promise<unknown>> = {}
  for (const [name, spec] of Object.entries(contract)) made[name] = (request) => answer(spec, request)
  return made as { [K in keyof C]: (request: RequestOf<C[K]>) => Promise<AnswerOf<C[K]>> }
}

/** Shows a file of a binary route in a new tab. */
export function openBlob(blob: Blob): void {
  const url = URL.createObjectURL(blob)
  window.open(url, '_blank', 'noopener')
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
