import type { FastifyInstance, FastifyRequest } from 'fastify'
import { kernelErrors } from '#contract/common/problem.ts'
import { AppError } from '#kernel/errors.ts'

const tokenPath = /^\/api\/(v1\/)?oauth2\/token$/

/** Name and secret of HTTP Basic (RFC 6749 section 2.3.1: each part is form-encoded first). */
function basicOf(request: FastifyRequest): Record<string, string> {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]{1,1000})$/.exec(request.headers.authorization ?? '') ?? []
  const [, id = '', secret = ''] = /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
  const plain = (text: string) => new URLSearchParams(`v=${text}`).get('v') ?? ''
  return id === '' ? {} : { client_id: plain(id), client_secret: plain(secret) }
}

/** Reads forms at the token endpoint, and nowhere else: another site's page can send a form without asking. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 16_384 }, (request, body, done) => {
    if (!tokenPath.test(request.url)) return done(new AppError(kernelErrors.unsupported_media_type))
    const pairs = [...new URLSearchParams(String(body))]
    // A name given twice is refused (RFC 6749 section 3.2).
    if (new Set(pairs.map(([name]) => name)).size !== pairs.length) return done(new AppError(kernelErrors.malformed))
    done(null, { ...basicOf(request), ...Object.fromEntries(pairs) })
  })
}
