import { z } from 'zod'
import { id, idParams, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { kernelErrors } from './common/problem.ts'
import { defineErrors, route } from './define.ts'
import { signInAnswer, signInErrors } from './sign-in.ts'

export const federationErrors = defineErrors('people', { identity_refused: 422, identity_unknown: 403, provider_unreachable: 422, provider_name_taken: 409 })

const webAddress = z.url({ protocol: /^https?$/ }).max(500)
const mapped = z.strictObject({ value: text(200), facilityId: id, role: text(60) })
const writable = {
  name: text(80),
  issuer: webAddress,
  clientId: text(300),
  clientSecret: z.string().min(1).max(500).nullable().optional(),
  isActive: z.boolean().optional(),
  isListed: z.boolean().optional(),
  roleClaim: text(100).optional(),
  roleMap: z.array(mapped).max(200).optional(),
  mapsAdmins: z.boolean().optional(),
  createsUsers: z.boolean().optional(),
}
const newProvider = z.strictObject(writable)
const provider = z.object({
  id, version, name: z.string(), issuer: z.string(), clientId: z.string(), hasSecret: z.boolean(), isActive: z.boolean(), isListed: z.boolean(), roleClaim: z.string(), roleMap: z.array(mapped), mapsAdmins: z.boolean(), createsUsers: z.boolean(),
  /** The address to enter at the provider. */
  redirectUri: z.string(),
})
export type IdentityProvider = z.output<typeof provider>

const door = { method: 'POST', permission: 'public', audit: 'sign-in', phi: false, transaction: 'none', isSecret: true } as const
const administration = { permission: 'people.write', phi: false, isSecret: true } as const

/** Signing in with an account of another place (OpenID Connect Core 1.0, code flow with PKCE). */
export const federation = {
  listDoors: route({ method: 'GET', path: '/auth/providers', summary: 'Other accounts one may sign in with', permission: 'public', audit: 'none', phi: false, rate: 'sign-in', response: z.object({ items: z.array(z.object({ id, hospital: z.string(), name: z.string() })) }), errors: [] }),
  startOidc: route({ ...door, path: '/auth/oidc/start', summary: 'Begin to sign in with another account', description: 'The browser goes to `url` and keeps `token`; what comes back goes with it to `POST /auth/oidc/finish`.', body: z.strictObject({ providerId: id }), response: z.object({ url: z.string(), token: z.string() }), errors: [federationErrors.provider_unreachable] }),
  finishOidc: route({ ...door, path: '/auth/oidc/finish', summary: 'Sign in with what the other place gave', body: z.strictObject({ token: z.string().min(20).max(200), state: z.string().min(1).max(300), code: z.string().min(1).max(4000), iss: z.string().max(500).optional() }), response: signInAnswer, errors: [federationErrors.identity_refused, federationErrors.identity_unknown, federationErrors.provider_unreachable, signInErrors.link_expired] }),
  listProviders: route({ method: 'GET', path: '/identity-providers', summary: 'Where the people of the hospital may sign in with another account', permission: 'people.read', audit: 'search', phi: false, query: pageQuery, response: page(provider), errors: [] }),
  readProvider: route({ method: 'GET', path: '/identity-providers/{id}', summary: 'Read one of them', permission: 'people.read', audit: 'read', phi: false, params: idParams, response: provider, errors: [] }),
  createProvider: route({ ...administration, method: 'POST', path: '/identity-providers', summary: 'Let people sign in with accounts of another place', description: 'The place is asked for its description first.', audit: 'create', transaction: 'none', body: newProvider, status: 201, response: provider, errors: [signInErrors.confirm_needed, federationErrors.provider_unreachable, federationErrors.provider_name_taken] }),
  updateProvider: route({ ...administration, method: 'PATCH', path: '/identity-providers/{id}', summary: 'Change it; a secret that is left out stays', audit: 'update', transaction: 'none', params: idParams, ifMatch: 'required', body: newProvider.partial(), response: provider, errors: [signInErrors.confirm_needed, federationErrors.provider_unreachable, federationErrors.provider_name_taken, kernelErrors.stale_version] }),
}
