import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'

export interface Assertion {
  number: string
  expiresAt: Date
}

// Only signatures by a private key: with HS256 the public key would be the secret.
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const longestSeconds = 300
const skewSeconds = 60

/**
 * The number and end of an assertion that the client's key signed for this address, or undefined (RFC 7523 section 3, SMART Backend Services).
 * Keys come from the client's registration only: `jku`, `jwk` and `x5u` of the header are not looked at.
 */
export async function readAssertion(assertion: string, by: { clientId: string; jwks: JSONWebKeySet; audiences: readonly string[]; now: Date }): Promise<Assertion | undefined> {
  try {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(by.jwks), { algorithms, issuer: by.clientId, subject: by.clientId, audience: [...by.audiences], clockTolerance: skewSeconds, currentDate: by.now, requiredClaims: ['exp', 'jti'] })
    const { exp = 0, jti = '' } = payload
    const isShort = exp - by.now.getTime() / 1000 <= longestSeconds + skewSeconds
    return isShort && typeof jti === 'string' && jti !== '' && jti.length <= 200 ? { number: jti, expiresAt: new Date((exp + skewSeconds) * 1000) } : undefined
  } catch {
    return undefined
  }
}
