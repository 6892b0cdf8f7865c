import { randomBytes } from 'node:crypto'
import { peopleErrors } from '#contract/people.ts'
import { withSystem } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { isUuid, newId } from '#kernel/ids.ts'
import { digest, matches } from '../secrets.ts'

export type ChallengeKind = 'second-factor' | 'passkey' | 'enrol-passkey' | 'reset' | 'invitation' | 'oidc'

export interface Challenge {
  id: string
  kind: ChallengeKind
  tenantId: string | null
  userId: string | null
  /** What a passkey signs. */
  challenge: string
  codeHash: string
}

const mostTries = 5
const minutes: Record<ChallengeKind, number> = { 'second-factor': 5, passkey: 5, 'enrol-passkey': 5, oidc: 15, reset: 60, invitation: 72 * 60 }

/** Opens a step that waits for a person; the token is `id.secret`, of which only the hash is kept. */
export async function openChallenge(now: Date, one: { kind: ChallengeKind; tenantId?: string; userId?: string; challenge?: string }): Promise<string> {
  const id = newId()
  const secret = randomBytes(32).toString('base64url')
  await withSystem((query) =>
    query('insert into sign_in_challenges (id, kind, secret_hash, tenant_id, user_id, challenge, expires_at) values ($1, $2, $3, $4, $5, $6, $7)', [
      id, one.kind, digest(secret), one.tenantId ?? null, one.userId ?? null, one.challenge ?? '', new Date(now.getTime() + minutes[one.kind] * 60_000),
    ]),
  )
  return `${id}.${secret}`
}

/** The open challenge of a token, its tries counted before anything is compared; 410 when it has ended, 429 after five tries. */
export async function tryChallenge(now: Date, token: string, kind: ChallengeKind | readonly ChallengeKind[]): Promise<Challenge> {
  const [id = '', secret = ''] = token.split('.')
  const gone = new AppError(peopleErrors.link_expired)
  if (!isUuid(id)) throw gone
  const row = await withSystem(async (query) => (await query('update sign_in_challenges set tries = tries + 1 where id = $1 and used_at is null and expires_at > $2 returning kind, secret_hash, tenant_id, user_id, challenge, code_hash, tries', [id, now])).rows[0])
  if (row === undefined || ![kind].flat().includes(row.kind) || !matches(secret, row.secret_hash)) throw gone
  if (row.tries > mostTries) throw new AppError(peopleErrors.too_many_attempts, { retryAfterSeconds: 60, values: { seconds: 60 } })
  return { id, kind: row.kind, tenantId: row.tenant_id, userId: row.user_id, challenge: row.challenge, codeHash: row.code_hash }
}

/** Ends a challenge; 410 when somebody else has used it in the meantime. */
export async function useChallenge(now: Date, id: string): Promise<void> {
  const used = await withSystem(async (query) => (await query('update sign_in_challenges set used_at = $2 where id = $1 and used_at is null', [id, now])).rowCount)
  if (used !== 1) throw new AppError(peopleErrors.link_expired)
}

/** Puts another question into an open challenge: what a passkey signs, or the hash of a code that was sent. */
export async function setQuestion(id: string, question: { challenge?: string; codeHash?: string }): Promise<void> {
  await withSystem((query) => query("update sign_in_challenges set challenge = coalesce($2, challenge), code_hash = coalesce($3, code_hash) where id = $1", [id, question.challenge ?? null, question.codeHash ?? null]))
}

/** Ends what a user was sent before: links of a kind count once, and only the newest. */
export async function endChallenges(userId: string, tenantId: string, kinds: readonly ChallengeKind[], now: Date): Promise<void> {
  await withSystem((query) => query('update sign_in_challenges set used_at = $4 where tenant_id = $1 and user_id = $2 and kind = any($3::text[]) and used_at is null', [tenantId, userId, kinds, now]))
}
