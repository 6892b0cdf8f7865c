import { LRUCache } from 'lru-cache'
import type { Configuration } from 'openid-client'
import { federationErrors } from '#contract/federation.ts'
import { AppError } from '#kernel/errors.ts'
import { publicOrigin } from '#kernel/links.ts'
import { outgoingFetch } from '#kernel/outgoing.ts'

// Loaded with the first hospital that uses it.
const library = () => import('openid-client')

/** What a provider is asked with. */
export interface Party {
  id: string
  version: number
  issuer: string
  clientId: string
  secret: string | undefined
}

export interface Flow {
  state: string
  nonce: string
  verifier: string
}

/** Where the other place sends people back to; the same for every hospital, and from the configuration only. */
export const redirectUri = (): string => `${publicOrigin()}/sign-in/return`

const known = new LRUCache<string, Configuration>({ max: 500, ttl: 600_000 })

/** The provider's own description; 422 when it cannot be had, or is another's. */
export async function discover(party: Party): Promise<Configuration> {
  const key = `${party.id}:${party.version}`
  const before = known.get(key)
  if (before !== undefined) return before
  const { discovery, allowInsecureRequests, enableNonRepudiationChecks, customFetch, ClientSecretPost, None } = await library()
  const issuer = new URL(party.issuer)
  // Plain http goes out only to hosts that the settings of the installation allow: the client refuses others.
  const insecure = issuer.protocol === 'http:' ? [allowInsecureRequests] : []
  // The signature of the ID token is checked although it comes straight from the place: the library leaves that out by itself.
  const execute = [...insecure, enableNonRepudiationChecks]
  const found = await discovery(issuer, party.clientId, {}, party.secret === undefined ? None() : ClientSecretPost(party.secret), { execute, timeout: 10, [customFetch]: outgoingFetch() as never }).catch(() => {
    throw new AppError(federationErrors.provider_unreachable)
  })
  known.set(key, found)
  return found
}

/** Forgets a description that was read before a change. */
export const forgetDescriptions = (): void => known.clear()

/** The address to go to, and what must come back with the same person. */
export async function beginFlow(party: Party): Promise<{ url: string; flow: Flow }> {
  const { randomState, randomNonce, randomPKCECodeVerifier, calculatePKCECodeChallenge, buildAuthorizationUrl } = await library()
  const flow = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
  const url = buildAuthorizationUrl(await discover(party), { redirect_uri: redirectUri(), response_type: 'code', scope: 'openid email profile', state: flow.state, nonce: flow.nonce, code_challenge: await calculatePKCECodeChallenge(flow.verifier), code_challenge_method: 'S256' })
  return { url: url.href, flow }
}

/**
 * Exchanges the code for an ID token whose signature, issuer, audience, end, nonce and code are checked (OpenID Connect Core 3.1.3.7); 422 for whatever does not fit.
 * The claims of the user-info endpoint fill in what the token leaves out.
 */
export async function endFlow(party: Party, flow: Flow, back: { state: string; code: string; iss?: string | undefined }): Promise<Record<string, unknown>> {
  const { authorizationCodeGrant, fetchUserInfo } = await library()
  const config = await discover(party)
  const url = new URL(redirectUri())
  for (const [name, value] of Object.entries(back)) if (value !== undefined) url.searchParams.set(name, value)
  const refused = () => {
    throw new AppError(federationErrors.identity_refused)
  }
  const tokens = await authorizationCodeGrant(config, url, { pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce, idTokenExpected: true }).catch(refused)
  const claims = tokens.claims()
  if (claims === undefined) return refused()
  const more = config.serverMetadata().userinfo_endpoint === undefined ? {} : await fetchUserInfo(config, tokens.access_token, claims.sub).catch(refused)
  return { ...more, ...claims }
}
