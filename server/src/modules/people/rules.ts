const common = ['password', 'passwort', 'qwerty', 'letmein', 'welcome', 'hospital', 'triveni', '123456', 'iloveyou', 'admin']
const classes = [/\p{Lu}/u, /\p{Ll}/u, /\p{N}/u, /[^\p{L}\p{N}]/u]

export type PasswordWeakness = 'too_short' | 'too_common' | 'own_name' | 'too_simple'

/**
 * Why a new password is refused, or undefined. ASVS 5.0 6.2.1 (length), 6.2.4 (common ones), 6.2.11 (own names); composition rules
 * (against 6.2.5) only where a hospital has switched the classic policy on.
 */
export function passwordWeakness(password: string, owner: { names: readonly string[]; isAdmin: boolean; isClassic: boolean }): PasswordWeakness | undefined {
  if ([...password].length < (owner.isAdmin ? 15 : 12)) return 'too_short'
  const folded = password.toLowerCase()
  const rest = common.reduce((left, word) => left.replaceAll(word, ''), folded).replaceAll(/[^\p{L}]/gu, '')
  if (new Set(folded).size < 5 || rest.length < 4) return 'too_common'
  if (owner.isClassic && !classes.every((one) => one.test(password))) return 'too_simple'
  const names = owner.names.flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((name) => name.length >= 4)
  const left = names.reduce((kept, name) => kept.replaceAll(name, ''), folded)
  return left !== folded && (left.length < 8 || left.replaceAll(/[^\p{L}]/gu, '').length < 4) ? 'own_name' : undefined
}

/** Whether a password is one of the list, also with digits and signs around it. */
export function isCommonPassword(password: string, list: readonly (string | number)[]): boolean {
  const folded = password.toLowerCase()
  const bare = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return list.some((one) => one === folded || (bare.length >= 6 && folded.length - bare.length <= 6 && one === bare))
}

/** The key under which an e-mail is unique in the installation. */
export const emailKey = (email: string): string => email.normalize('NFKC').trim().toLowerCase()

export interface Attempts {
  failures: number
  lastAt: number
}

export interface ThrottleRule {
  freeFailures: number
  firstDelaySeconds: number
  longestDelaySeconds: number
  /** After so long without a failure the count begins anew. */
  quietSeconds: number
}

/** Seconds to wait before another attempt: none for the free failures, then growing, never a lock (ASVS 5.0 6.3.1, NIST SP 800-63B-4 section 3.2.2). */
export function waitSeconds({ failures, lastAt }: Attempts, at: number, rule: ThrottleRule): number {
  if (failures < rule.freeFailures || at - lastAt > rule.quietSeconds * 1000) return 0
  const delay = Math.min(rule.longestDelaySeconds, rule.firstDelaySeconds * 2 ** Math.min(20, failures - rule.freeFailures)) * 1000
  return Math.ceil(Math.max(0, lastAt + delay - at) / 1000)
}
