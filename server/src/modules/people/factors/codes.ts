import { randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { hashCode } from '../passwords.ts'

const stepSeconds = 30

const totpOf = (secret: string, issuer = 'Triveni', label = '') => new TOTP({ issuer, label, algorithm: 'SHA1', digits: 6, period: stepSeconds, secret: Secret.fromBase32(secret) })

/** A new secret for an authenticator app, 160 bits (RFC 4226 section 4). */
export const newSecret = (): string => new Secret({ size: 20 }).base32

/** What the QR code of an authenticator app holds; the issuer is the hospital's name. */
export const otpUri = (secret: string, issuer: string, label: string): string => totpOf(secret, issuer, label).toString()

/** The time step a code belongs to, one step early or late at most (RFC 6238 section 5.2); undefined when it fits none. */
export function stepOf(secret: string, code: string, at: Date): number | undefined {
  const delta = totpOf(secret).validate({ token: code.replaceAll(/\s/g, ''), timestamp: at.getTime(), window: 1 })
  return delta === null ? undefined : Math.floor(at.getTime() / 1000 / stepSeconds) + delta
}

// Without letters that are mistaken for others; 10 of 30 letters are 49 bits.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const backupLength = 10
export const backupCount = 10

export const newBackupCode = (): string => Array.from({ length: backupLength }, () => letters[randomInt(letters.length)] ?? 'a').join('')
export const shownBackupCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`
export const backupHash = (userId: string, code: string): Promise<string> => hashCode(userId, code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))

export const newMailCode = (): string => String(randomInt(1_000_000)).padStart(6, '0')
