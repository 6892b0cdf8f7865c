import { peopleErrors } from '#contract/people.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { passwordFits } from './passwords.ts'
import * as repo from './repo.ts'
import { isCommonPassword, passwordWeakness } from './rules.ts'
import * as signIns from './sign-in/repo.ts'
import { settingsOf } from './sign-in/settings.ts'

const remembered = 5

interface Owner {
  id: string
  email: string
  display_name: string
}

/** 422 with the reason when a new password is too easy for its owner: administrators need fifteen characters. */
export async function refuseWeak(ctx: Ctx, owner: Owner, password: string, path: string): Promise<void> {
  const { isAdmin, isClassic } = await withContext(ctx, async (tx) => ({ isAdmin: (await repo.membershipsOf(tx, owner.id)).some(({ role }) => role === 'admin'), isClassic: (await settingsOf(tx)).hasClassicPolicy }))
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const weakness = passwordWeakness(password, { names: [owner.display_name, owner.email], isAdmin, isClassic }) ?? (isCommonPassword(password, dictionary['passwords-common']) ? 'too_common' : undefined)
  if (weakness !== undefined) throw invalidField(path, `password.${weakness}`, peopleErrors.weak_password)
}

/** 422 when it is one of the last five. */
export async function refuseOld(ctx: Ctx, userId: string, password: string, path: string): Promise<void> {
  const hashes = await withContext(ctx, async (tx) => [await repo.readPassword(tx, userId), ...(await signIns.passwordsBefore(tx, userId, remembered))].flatMap((row) => (row === undefined ? [] : [row.password_hash])))
  for (const hash of new Set(hashes)) if (await passwordFits(hash, password)) throw invalidField(path, 'password.used_before', peopleErrors.weak_password)
}

/** Writes a new password and remembers it, so that it cannot come back soon. */
export async function keepNewPassword(tx: Tx, userId: string, hash: string): Promise<void> {
  await repo.writePassword(tx, userId, hash)
  await signIns.keepPassword(tx, userId, hash)
}
