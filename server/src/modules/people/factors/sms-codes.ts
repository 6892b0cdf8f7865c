import { digest } from '../secrets.ts'

/** Whether a factor stands that does not depend on a telephone company (ASVS 5.0 6.6.1, NIST SP 800-63B-4 section 3.1.3.3: restricted). */
export const hasStronger = (factors: readonly { kind: string; state: string }[]): boolean => factors.some((one) => one.state === 'active' && (one.kind === 'totp' || one.kind === 'passkey'))

/** What is kept of a code that went by SMS; one that went by mail is no answer to it. */
export const smsHash = (code: string): string => digest(`sms:${code.replaceAll(/\s/g, '')}`)

/** `+919812340987` → `••• 0987`: enough for its owner. */
export const shownPhone = (phone: string): string => `••• ${phone.slice(-4)}`
