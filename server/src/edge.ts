import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { refuseConnection } from '#kernel/limits.ts'

const contentPolicy = (styles: string): string => [
  "default-src 'self'", "script-src 'self'", `style-src ${styles}`, "style-src-attr 'none'", "img-src 'self' data: blob:", "font-src 'self' data:", "connect-src 'self'",
  "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
].join('; ')

/** What every answer tells the browser, whatever it is (OWASP Secure Headers Project). */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentPolicy("'self'"),
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'x-dns-prefetch-control': 'off',
  'x-permitted-cross-domain-policies': 'none',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()',
}

/** Puts the security headers and the request's id on every answer, errors and files too. */
export function guardEdge(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => void reply.headers(headers).header('x-request-id', request.id))
}

/** Answers what never became a request. */
export const refuseAtDoor = (error: Error & { code?: string }, socket: Socket): void => refuseConnection(error, socket, headers)

const placeholder = /__CSP_NONCE__/g

/** Sends the page of the web app: the styles it makes by itself carry a nonce that is good for this answer only. */
export function pageSender(file: string): (reply: FastifyReply) => FastifyReply {
  const page = readFileSync(file, 'utf8')
  return (reply) => {
    const nonce = randomBytes(16).toString('base64url')
    const policy = contentPolicy(`'self' 'nonce-${nonce}'`)
    return reply.header('content-security-policy', policy).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page.replaceAll(placeholder, nonce).replace('__REQUEST_ID__', reply.request.id))
  }
}
