import { peopleErrors } from '#contract/people.ts'
import { AppError } from '#kernel/errors.ts'
import { publicHost, publicOrigin } from '#kernel/links.ts'
import { isUuid } from '#kernel/ids.ts'
import type { FactorRow } from './repo.ts'

// Loaded with the first passkey.
const library = () => import('@simplewebauthn/server')

const refused = () => new AppError(peopleErrors.passkey_refused)

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')
const idOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** What a passkey carries as its user, 64 bytes at most: hospital and account, so that it signs in without a name typed. */
const handleOf = (tenantId: string, userId: string): Buffer => Buffer.concat([bytesOf(tenantId), bytesOf(userId)])

/** The account of a passkey that signs in alone. */
export function ownerOf(assertion: { response: Record<string, unknown> }): { tenantId: string; userId: string } {
  const handle = assertion.response['userHandle']
  const bytes = typeof handle === 'string' ? Buffer.from(handle, 'base64url') : Buffer.alloc(0)
  const [tenantId, userId] = [idOf(bytes.subarray(0, 16)), idOf(bytes.subarray(16))]
  if (!isUuid(tenantId) || !isUuid(userId)) throw refused()
  return { tenantId, userId }
}

export async function newPasskeyOptions(user: { tenantId: string; id: string; email: string; displayName: string }, known: readonly FactorRow[]) {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpName: 'Triveni', rpID: publicHost(), userID: new Uint8Array(handleOf(user.tenantId, user.id)), userName: user.email, userDisplayName: user.displayName, attestationType: 'none',
    excludeCredentials: known.flatMap((one) => (one.credential_id === null ? [] : [{ id: one.credential_id }])),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** The key of a new passkey; 422 for another origin, another challenge, or a person that was not verified. */
export async function checkNewPasskey(attestation: unknown, challenge: string) {
  const { verifyRegistrationResponse } = await library()
  const { verified, registrationInfo } = await verifyRegistrationResponse({ response: attestation as never, expectedChallenge: challenge, expectedOrigin: publicOrigin(), expectedRPID: publicHost(), requireUserVerification: true }).catch(() => {
    throw refused()
  })
  if (!verified || registrationInfo === undefined) throw refused()
  const { credential } = registrationInfo
  return { credential_id: credential.id, public_key: Buffer.from(credential.publicKey), counter: credential.counter, transports: credential.transports ?? [] }
}

export async function passkeyOptions(known: readonly FactorRow[]) {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({ rpID: publicHost(), userVerification: 'required', allowCredentials: known.flatMap((one) => (one.credential_id === null ? [] : [{ id: one.credential_id }])) })
}

/** The counter after a passkey has signed this challenge; 422 when it has not. */
export async function checkPasskey(assertion: unknown, challenge: string, factor: FactorRow): Promise<number> {
  const { verifyAuthenticationResponse } = await library()
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: assertion as never, expectedChallenge: challenge, expectedOrigin: publicOrigin(), expectedRPID: publicHost(), requireUserVerification: true,
    credential: { id: factor.credential_id ?? '', publicKey: new Uint8Array(factor.public_key ?? []), counter: factor.counter },
  }).catch(() => {
    throw refused()
  })
  if (!verified) throw refused()
  return authenticationInfo.newCounter
}
