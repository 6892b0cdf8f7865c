const common = ['password', 'passwort', 'qwerty', 'letmein', 'welcome', 'hospital', 'triveni', '123456', 'iloveyou', 'admin']

/** Why a new password is refused, or undefined. ASVS 5.0 6.2.1, 6.2.4, 6.2.12: length, common words, own names. */
export function passwordWeakness(password: string, ownNames: readonly string[]): 'too_short' | 'too_common' | 'own_name' | undefined {
  if ([...password].length < 12) return 'too_short'
  const folded = password.toLowerCase()
  const rest = common.reduce((left, word) => left.replaceAll(word, ''), folded).replaceAll(/[^\p{L}]/gu, '')
  if (new Set(folded).size < 5 || rest.length < 4) return 'too_common'
  const names = ownNames.flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((name) => name.length >= 4)
  return names.some((name) => folded.includes(name) && folded.length - name.length < 8) ? 'own_name' : undefined
}

/** The key under which an e-mail is unique in the installation. */
export const emailKey = (email: string): string => email.normalize('NFKC').trim().toLowerCase()

export interface Attempts {
  failures: number
  firstAt: number
}
const windowMilliseconds = 300_000
const freeFailures = 5

/** Seconds to wait before another sign-in: none for five failures in five minutes, then growing, never a lock. */
export function waitSeconds(attempts: Attempts | undefined, at: number): number {
  if (attempts === undefined || at - attempts.firstAt > windowMilliseconds || attempts.failures < freeFailures) return 0
  const delay = Math.min(windowMilliseconds, 5000 * 2 ** (attempts.failures - freeFailures))
  return Math.ceil(Math.max(0, attempts.firstAt + delay - at) / 1000)
}
