import { z } from 'zod'
import { emptyBody, id, idParams, locale, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const signInErrors = defineErrors('people', {
  wrong_credentials: 401, too_many_attempts: 429, weak_password: 422, wrong_password: 422, wrong_code: 422, link_expired: 410, confirm_needed: 403, last_factor: 409, no_mail: 409, no_sms: 409, stronger_first: 409, passkey_refused: 422,
})

export const user = z.object({
  id,
  version,
  email: z.string(),
  displayName: z.string(),
  title: z.string(),
  specialty: z.string(),
  licenceNumber: z.string(),
  system: z.enum(['allopathy', 'ayurveda', 'homeopathy']).nullable(),
  isPractitioner: z.boolean(),
  isActive: z.boolean(),
  language: locale,
})

export const newPassword = z.string().min(12).max(256)
const typedPassword = z.string().max(256)
const token = z.string().min(20).max(200)
const code = z.string().trim().min(4).max(30)

export const factorMethod = z.enum(['totp', 'passkey', 'email', 'sms', 'backup'])
export type FactorMethod = z.output<typeof factorMethod>

/** What a browser's authenticator answers (WebAuthn Level 3); checked by the server's library. */
const assertion = z.looseObject({ id: z.string().max(2000), rawId: z.string().max(2000), type: z.literal('public-key'), response: z.record(z.string().max(60), z.union([z.string().max(20_000), z.number(), z.array(z.string().max(60)).max(20), z.null()])) })
const passkeyOptions = z.object({ token: z.string(), options: z.looseObject({ challenge: z.string() }) })

const signedIn = z.object({ csrfToken: z.string(), user })
const challenge = z.object({ challenge: z.string(), methods: z.array(factorMethod) })
export const signInAnswer = z.union([signedIn, challenge])
export type SignInAnswer = z.output<typeof signInAnswer>
/** The password has run out: the token sets a new one by `POST /auth/reset/finish`, and signing in begins anew. */
const expired = z.object({ newPassword: z.string() })

const factor = z.object({ id, kind: z.enum(['totp', 'passkey', 'email', 'sms']), name: z.string(), state: z.enum(['pending', 'active']), createdAt: z.string(), lastUsedAt: z.string().nullable() })
const ownSession = z.object({ id, isCurrent: z.boolean(), method: z.string(), address: z.string(), agent: z.string(), createdAt: z.string(), lastSeenAt: z.string() })
const attempt = z.object({ id, at: z.string(), outcome: z.string(), method: z.string(), address: z.string(), agent: z.string(), isKnownDevice: z.boolean() })
const settings = z.object({ version, idleMinutes: z.int(), absoluteHours: z.int(), freeFailures: z.int(), longestDelaySeconds: z.int(), hasClassicPolicy: z.boolean(), factorRoles: z.array(z.string()), shiftHours: z.int() })

const door = { method: 'POST', permission: 'public', audit: 'sign-in', phi: false, transaction: 'none', isSecret: true } as const
const own = { permission: 'signed-in', phi: false, isSecret: true } as const
const refusals = [signInErrors.wrong_credentials, signInErrors.too_many_attempts]

/** Signing in, and what a person keeps for it. */
export const signIns = {
  signIn: route({ ...door, path: '/auth/sign-in', summary: 'Sign in', description: 'With a second factor the answer is a challenge and the methods instead of the user; `POST /auth/second-factor` goes on from there. Under the classic policy a password of more than 90 days answers `newPassword`, a token for `POST /auth/reset/finish`.', body: z.strictObject({ email: z.string().max(200), password: typedPassword }), response: z.union([signedIn, challenge, expired]), errors: refusals }),
  passSecondFactor: route({ ...door, path: '/auth/second-factor', summary: 'Give the second factor', body: z.strictObject({ challenge: token, method: factorMethod, code: code.optional(), assertion: assertion.optional() }), response: z.union([signedIn, expired]), errors: [...refusals, signInErrors.wrong_code, signInErrors.link_expired] }),
  sendCode: route({ ...door, path: '/auth/second-factor/email', summary: 'Send a code by e-mail', body: z.strictObject({ challenge: token }), status: 204, response: null, errors: [signInErrors.link_expired, signInErrors.too_many_attempts] }),
  sendSms: route({ ...door, path: '/auth/second-factor/sms', summary: 'Send a code by SMS', body: z.strictObject({ challenge: token }), status: 204, response: null, errors: [signInErrors.link_expired, signInErrors.too_many_attempts, signInErrors.no_sms] }),
  askPasskey: route({ ...door, path: '/auth/passkey/options', summary: 'What a passkey signs, as the only or the second factor', body: z.strictObject({ challenge: token.optional() }), response: passkeyOptions, errors: [signInErrors.link_expired] }),
  signInWithPasskey: route({ ...door, path: '/auth/passkey', summary: 'Sign in with a passkey alone', body: z.strictObject({ token, assertion }), response: signedIn, errors: [...refusals, signInErrors.passkey_refused, signInErrors.link_expired] }),
  askReset: route({ ...door, path: '/auth/reset', summary: 'Send a link for a new password; the answer is the same whether the account exists', body: z.strictObject({ email: z.string().max(200) }), status: 204, response: null, errors: [signInErrors.too_many_attempts] }),
  finishReset: route({ ...door, path: '/auth/reset/finish', summary: 'Set a new password by link; a second factor stays', body: z.strictObject({ token, newPassword }), status: 204, response: null, errors: [signInErrors.link_expired, signInErrors.weak_password] }),
  signOut: route({ method: 'POST', path: '/auth/sign-out', summary: 'Sign out', permission: 'signed-in', audit: 'sign-out', phi: false, body: emptyBody, status: 204, response: null, errors: [] }),
  confirm: route({ ...own, method: 'POST', path: '/auth/confirm', summary: 'Prove again who one is, by password and second factor; the session gets a new token', audit: 'sign-in', transaction: 'none', body: z.strictObject({ password: typedPassword, code: code.optional(), challenge: token.optional(), assertion: assertion.optional() }), response: z.object({ csrfToken: z.string() }), errors: [signInErrors.wrong_password, signInErrors.wrong_code, signInErrors.too_many_attempts] }),
  changePassword: route({ ...own, method: 'POST', path: '/me/password', summary: 'Change the own password', description: 'Ends the other sessions of the user.', audit: 'update', transaction: 'none', body: z.strictObject({ currentPassword: typedPassword, newPassword }), status: 204, response: null, errors: [signInErrors.wrong_password, signInErrors.weak_password, signInErrors.too_many_attempts] }),
  listFactors: route({ ...own, method: 'GET', path: '/me/factors', summary: 'The own second factors, and how many backup codes are left', audit: 'search', response: z.object({ items: z.array(factor), backupCodesLeft: z.int(), isRequired: z.boolean(), canMail: z.boolean(), canText: z.boolean(), nextCursor: z.null() }), errors: [] }),
  addAuthenticator: route({ ...own, method: 'POST', path: '/me/factors/totp', summary: 'Begin an authenticator app: its secret and QR code, shown once', audit: 'create', body: z.strictObject({ name: text(60) }), status: 201, response: z.object({ id, secret: z.string(), uri: z.string(), qr: z.string() }), errors: [signInErrors.confirm_needed] }),
  addMail: route({ ...own, method: 'POST', path: '/me/factors/email', summary: 'Begin codes by e-mail', audit: 'create', body: emptyBody, status: 201, response: factor, errors: [signInErrors.confirm_needed, signInErrors.no_mail] }),
  addPhone: route({ ...own, method: 'POST', path: '/me/factors/sms', summary: 'Begin codes by SMS, beside an authenticator app or a passkey', description: 'A text message can be redirected by whoever takes the number over, so it never stands alone: it ends with the last stronger factor.', audit: 'create', transaction: 'none', body: z.strictObject({ phone: z.string().trim().min(6).max(30) }), status: 201, response: factor, errors: [signInErrors.confirm_needed, signInErrors.no_sms, signInErrors.stronger_first, signInErrors.too_many_attempts] }),
  askNewPasskey: route({ ...own, method: 'POST', path: '/me/factors/passkey/options', summary: 'What a new passkey signs', audit: 'none', body: emptyBody, response: passkeyOptions, errors: [signInErrors.confirm_needed] }),
  addPasskey: route({ ...own, method: 'POST', path: '/me/factors/passkey', summary: 'Keep a new passkey', audit: 'create', body: z.strictObject({ token, name: text(60), attestation: assertion }), status: 201, response: z.object({ factor, backupCodes: z.array(z.string()) }), errors: [signInErrors.confirm_needed, signInErrors.passkey_refused, signInErrors.link_expired] }),
  activateFactor: route({ ...own, method: 'POST', path: '/me/factors/{id}/activate', summary: 'Show that the factor works; the first one brings ten backup codes, shown once', audit: 'step', params: idParams, body: z.strictObject({ code }), response: z.object({ factor, backupCodes: z.array(z.string()) }), errors: [signInErrors.wrong_code, signInErrors.confirm_needed, signInErrors.too_many_attempts] }),
  removeFactor: route({ ...own, method: 'POST', path: '/me/factors/{id}/remove', summary: 'Remove a second factor', audit: 'step', params: idParams, body: emptyBody, status: 204, response: null, errors: [signInErrors.confirm_needed, signInErrors.last_factor] }),
  renewBackupCodes: route({ ...own, method: 'POST', path: '/me/backup-codes', summary: 'Ten new backup codes, shown once; the old ones end', audit: 'create', body: emptyBody, response: z.object({ codes: z.array(z.string()) }), errors: [signInErrors.confirm_needed] }),
  listSessions: route({ ...own, method: 'GET', path: '/me/sessions', summary: 'Where one is signed in', audit: 'search', query: pageQuery, response: page(ownSession), errors: [] }),
  endSession: route({ ...own, method: 'POST', path: '/me/sessions/{id}/end', summary: 'Sign out elsewhere', audit: 'step', params: idParams, body: emptyBody, status: 204, response: null, errors: [signInErrors.confirm_needed] }),
  listAttempts: route({ ...own, method: 'GET', path: '/me/sign-ins', summary: 'Attempts to sign in to the own account, newest first', audit: 'search', query: pageQuery, response: page(attempt), errors: [] }),
  readSignInSettings: route({ method: 'GET', path: '/sign-in-settings', summary: 'How the people of the hospital sign in', permission: 'people.read', audit: 'none', phi: false, response: settings, errors: [] }),
  writeSignInSettings: route({ method: 'PATCH', path: '/sign-in-settings', summary: 'Change how the people of the hospital sign in', permission: 'people.write', audit: 'update', phi: false, ifMatch: 'optional', body: z.strictObject({ idleMinutes: z.int().min(1).max(60).optional(), absoluteHours: z.int().min(1).max(24).optional(), freeFailures: z.int().min(3).max(10).optional(), longestDelaySeconds: z.int().min(30).max(3600).optional(), hasClassicPolicy: z.boolean().optional(), factorRoles: z.array(z.string().max(60)).max(50).optional(), shiftHours: z.int().min(0).max(14).optional() }), response: settings, errors: [signInErrors.confirm_needed] }),
  resetFactors: route({ method: 'POST', path: '/users/{id}/reset-factors', summary: 'Take all second factors from a user who lost them', permission: 'people.write', audit: 'step', phi: false, params: idParams, body: emptyBody, status: 204, response: null, errors: [signInErrors.confirm_needed] }),
  endUserSessions: route({ method: 'POST', path: '/users/{id}/end-sessions', summary: 'Sign a user out everywhere', permission: 'people.write', audit: 'step', phi: false, params: idParams, body: emptyBody, status: 204, response: null, errors: [] }),
  invite: route({ method: 'POST', path: '/users/{id}/invite', summary: 'Send a user a link to set the first password', permission: 'people.write', audit: 'step', phi: false, transaction: 'none', params: idParams, body: emptyBody, status: 204, response: null, errors: [signInErrors.no_mail] }),
}
