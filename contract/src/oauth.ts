import { z } from 'zod'
import { emptyBody, id, idParams, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'
import { signInErrors } from './sign-in.ts'

/** Errors of the token endpoint; what follows the point is `error` of RFC 6749, section 5.2. */
export const oauthErrors = defineErrors('oauth', { invalid_request: 400, invalid_client: 401, invalid_scope: 400, unsupported_grant_type: 400 })
export const clientErrors = defineErrors('people', { client_permission_not_held: 403, client_revoked: 409 })

const permissions = z.array(z.string().max(80).regex(/^[a-z-]+\.[a-z-]+$/)).min(1).max(300)
/** Public keys (RFC 7517): a private or a shared one is refused. */
const publicKey = z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: z.string().max(200).optional(), d: z.never().optional(), k: z.never().optional() })
const jwks = z.strictObject({ keys: z.array(publicKey).min(1).max(10) })
const plan = z.enum(['small', 'standard', 'large'])
const client = z.object({
  id, version, clientId: z.string(), name: z.string(), method: z.enum(['secret', 'private_key_jwt']), permissions: z.array(z.string()), facilityIds: z.array(id), plan, state: z.enum(['active', 'revoked']),
  createdAt: z.string(), rotatedAt: z.string().nullable(), lastUsedAt: z.string().nullable(), oldSecretUntil: z.string().nullable(),
})
export type OauthClient = z.output<typeof client>

const administration = { permission: 'people.clients', phi: false } as const
const form = z.strictObject({
  grant_type: z.string().max(100), scope: z.string().max(5000).optional(), client_id: z.string().max(200).optional(), client_secret: z.string().max(300).optional(),
  client_assertion_type: z.string().max(200).optional(), client_assertion: z.string().max(8000).optional(),
})

/** Programs that sign in by themselves: OAuth 2 client credentials (RFC 6749, 7523). */
export const oauth = {
  issueToken: route({ method: 'POST', path: '/oauth2/token', summary: 'A short-lived token for a program', description: '`application/x-www-form-urlencoded`. With a secret (`client_secret`, or HTTP Basic) or an assertion signed by the client’s key (`client_assertion`): issuer and subject the client id, audience this address or the issuer, at most five minutes, its `jti` once. Refusals carry `error` as RFC 6749 says.', permission: 'public', audit: 'sign-in', phi: false, transaction: 'none', isSecret: true, rate: 'sign-in', body: form, response: z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int(), scope: z.string() }), errors: [oauthErrors.invalid_request, oauthErrors.invalid_client, oauthErrors.invalid_scope, oauthErrors.unsupported_grant_type, signInErrors.too_many_attempts] }),
  listClients: route({ ...administration, method: 'GET', path: '/oauth-clients', summary: 'Programs that sign in by themselves', audit: 'search', query: pageQuery, response: page(client), errors: [] }),
  createClient: route({ ...administration, method: 'POST', path: '/oauth-clients', summary: 'Let a program sign in by itself', description: 'Without `jwks` the answer holds a secret, shown once.', audit: 'create', isSecret: true, body: z.strictObject({ name: text(100), permissions, facilityIds: z.array(id).min(1).max(100), jwks: jwks.optional(), plan: plan.optional() }), status: 201, response: client.extend({ clientSecret: z.string().nullable() }), errors: [signInErrors.confirm_needed, clientErrors.client_permission_not_held] }),
  rotateClient: route({ ...administration, method: 'POST', path: '/oauth-clients/{id}/rotate', summary: 'A new secret, shown once, or new keys', description: 'The old secret goes on for so many minutes; old keys end at once.', audit: 'step', isSecret: true, params: idParams, body: z.strictObject({ graceMinutes: z.int().min(0).max(1440).default(0), jwks: jwks.optional() }), response: client.extend({ clientSecret: z.string().nullable() }), errors: [signInErrors.confirm_needed, clientErrors.client_revoked] }),
  revokeClient: route({ ...administration, method: 'POST', path: '/oauth-clients/{id}/revoke', summary: 'End a program and all its tokens at once', audit: 'step', params: idParams, body: emptyBody, status: 204, response: null, errors: [] }),
}
