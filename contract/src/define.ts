import type { z } from 'zod'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT'

/** What the audit calls the request. `none` only for routes that touch no record (health, own drafts). */
export type AuditVerb = 'create' | 'read' | 'search' | 'update' | 'step' | 'export' | 'print' | 'sign-in' | 'sign-out' | 'none'

/** An error a route may answer with: its stable code and HTTP status. Texts live in `locales/`. */
export interface ErrorSpec {
  readonly code: string
  readonly status: number
}

/** Names the errors of a module: `defineErrors('scheduling', { slot_taken: 409 }).slot_taken.code` is `scheduling.slot_taken`. */
export function defineErrors<const E extends Record<string, number>>(module: string, errors: E): { readonly [K in keyof E]: ErrorSpec } {
  const specs: Record<string, ErrorSpec> = {}
  for (const [name, status] of Object.entries(errors)) specs[name] = { code: `${module}.${name}`, status }
  return specs as { [K in keyof E]: ErrorSpec }
}

/** Which budget a request is counted in; by default it follows from the route. */
export type RateClass = 'sign-in' | 'read' | 'write' | 'search' | 'export' | 'public'

export interface RouteSpec {
  readonly method: Method
  /** Below `/api/v1`, with `{name}` for parameters. */
  readonly path: `/${string}`
  readonly summary: string
  readonly description?: string
  /** A permission `module.verb`, `signed-in` for every user, or `public`. */
  readonly permission: string
  readonly audit: AuditVerb
  /** The answer or the body holds patient data. */
  readonly phi: boolean
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** A multipart upload: the kernel hands over the parts. */
  readonly upload?: { readonly maxBytes: number }
  readonly status?: 200 | 201 | 202 | 204
  /** `binary` for files, null for 204. */
  readonly response: z.ZodType | 'binary' | null
  readonly errors: readonly ErrorSpec[]
  /** Which record the audit names: a path parameter. */
  readonly subject?: string
  /** PATCH and PUT need `If-Match`: 428 without, 412 when stale. */
  readonly ifMatch?: 'required' | 'optional'
  /** `none` where the handler does slow work (password hash, PDF) and opens its own short transactions. */
  readonly transaction?: 'request' | 'none'
  /** A read that may be some seconds old: a replica answers it where there is one. */
  readonly mayLag?: true
  /** Answers with secrets are never stored for replay. */
  readonly isSecret?: boolean
  readonly rate?: RateClass
  /** Older names that answer the same. */
  readonly aliases?: readonly `/${string}`[]
}

/** Declares a route: one object gives validation, types, OpenAPI, permission, audit verb and errors. */
export function route<const R extends RouteSpec>(spec: R): R {
  return spec
}

export type Contract = Record<string, RouteSpec>

type Out<T> = T extends z.ZodType ? z.output<T> : undefined
type In<T> = T extends z.ZodType ? z.input<T> : undefined

export interface BinaryReply {
  contentType: string
  filename: string
  /** Pieces are sent as they are made: an export holds nothing in memory. */
  body: Uint8Array | AsyncIterable<Uint8Array>
  isInline?: boolean
  /** Further headers of the answer, such as the content security policy of a page. */
  headers?: Record<string, string>
}

/** What a handler is given: everything parsed. */
export interface RouteInput<R extends RouteSpec> {
  params: Out<R['params']>
  query: Out<R['query']>
  body: Out<R['body']>
  /** Version from `If-Match`, when sent. */
  ifMatch: number | undefined
  upload: R['upload'] extends object ? UploadReader : undefined
}

export interface UploadedFile {
  filename: string
  bytes: Uint8Array
  /** What the virus scanner said; where there is none, nothing is known. */
  scan: 'clean' | 'not-scanned'
}

export interface UploadReader {
  fields: Record<string, string>
  files: UploadedFile[]
}

export type RouteReply<R extends RouteSpec> = R['response'] extends 'binary' ? BinaryReply : R['response'] extends z.ZodType ? z.input<R['response']> : void

/** The server's half: a function a route. */
export type Handlers<C extends Contract, Ctx> = {
  [K in keyof C]: (ctx: Ctx, input: RouteInput<C[K]>) => Promise<RouteReply<C[K]>>
}

export type RequestOf<R extends RouteSpec> = (R['params'] extends z.ZodType ? { params: In<R['params']> } : { params?: undefined }) &
  (R['query'] extends z.ZodType ? { query?: In<R['query']> } : { query?: undefined }) &
  (R['body'] extends z.ZodType ? { body: In<R['body']> } : { body?: undefined }) & { ifMatch?: number; idempotencyKey?: string; form?: FormData; signal?: AbortSignal }

export type AnswerOf<R extends RouteSpec> = R['response'] extends 'binary' ? Blob : R['response'] extends z.ZodType ? z.output<R['response']> : undefined

/** The caller's half: a typed function a route, for the browser, the tests and other programs. */
export type Client<C extends Contract> = { [K in keyof C]: (request: RequestOf<C[K]>) => Promise<AnswerOf<C[K]>> }
