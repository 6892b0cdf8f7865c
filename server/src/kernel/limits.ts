import type { Socket } from 'node:net'
import { kernelErrors } from '#contract/common/problem.ts'
import { AppError } from './errors.ts'
import { newId } from './ids.ts'
import { toProblem } from './problems.ts'

/** What the server reads of a request before anybody has looked at it. Times in milliseconds, sizes in bytes. */
export const limits = {
  headers: { bytes: 16_384, milliseconds: 15_000 },
  request: { bytes: 1_048_576, milliseconds: 60_000 },
  /** How deep objects and lists stand in each other. */
  depth: 32,
} as const

/** 400 when a body is nested deeper than any form of this program. Walks level by level, so that depth costs no stack. */
export function refuseDeep(body: unknown): void {
  let level: unknown[] = [body]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.depth) throw new AppError(kernelErrors.malformed)
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
}

const refusals: Record<string, { status: number; phrase: string; code: keyof typeof kernelErrors }> = {
  HPE_HEADER_OVERFLOW: { status: 431, phrase: 'Request Header Fields Too Large', code: 'too_large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, phrase: 'Request Timeout', code: 'malformed' },
}

/** Answers what is no request, or came too slowly or with too much before it: as each refusal, with the headers of all. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket, headers: Readonly<Record<string, string>>): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy()
  const { status, phrase, code } = refusals[error.code ?? ''] ?? { status: 400, phrase: 'Bad Request', code: 'malformed' as const }
  const requestId = newId()
  const body = JSON.stringify({ ...toProblem(new AppError(kernelErrors[code]), 'en', requestId), status })
  const lines = Object.entries({ ...headers, 'x-request-id': requestId, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', 'content-length': String(Buffer.byteLength(body)), connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${phrase}\r\n${lines.join('')}\r\n${body}`)
}
