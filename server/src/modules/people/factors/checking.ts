import { peopleErrors, type FactorMethod } from '#contract/people.ts'
import type { Tx } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { isSame } from '#kernel/same.ts'
import { unseal } from '#kernel/seal.ts'
import { canText } from '#kernel/sms.ts'
import { matches } from '../secrets.ts'
import { backupHash, stepOf } from './codes.ts'
import { hasStronger, smsHash } from './sms-codes.ts'
import { checkPasskey } from './passkeys.ts'
import * as repo from './repo.ts'

export const secretPlace = (factorId: string): string => `second_factors.secret_sealed.${factorId}`

export interface Proof {
  method: FactorMethod
  code?: string | undefined
  assertion?: { id: string } | undefined
}

/** What was asked before: what a passkey signs, and the hash of a code that was mailed. */
export interface Question {
  challenge: string
  codeHash: string
}

async function fitsAuthenticator(tx: Tx, factors: readonly repo.FactorRow[], code: string): Promise<boolean> {
  for (const factor of factors) {
    if (factor.kind !== 'totp' || factor.secret_sealed === null) continue
    const step = stepOf(unseal(tx.ctx.tenantId, secretPlace(factor.id), factor.secret_sealed), code, tx.ctx.now)
    if (step !== undefined) return repo.spendStep(tx, factor.id, step)
  }
  return false
}

async function fitsPasskey(tx: Tx, factors: readonly repo.FactorRow[], proof: Proof, challenge: string): Promise<boolean> {
  const factor = factors.find((one) => one.kind === 'passkey' && one.credential_id === proof.assertion?.id)
  if (factor === undefined || challenge === '') return false
  const counter = await checkPasskey(proof.assertion, challenge, factor).catch(() => undefined)
  return counter !== undefined && repo.moveCounter(tx, factor.id, counter)
}

function fits(tx: Tx, userId: string, factors: readonly repo.FactorRow[], proof: Proof, question: Question): Promise<boolean> | boolean {
  const code = proof.code ?? ''
  if (proof.method === 'passkey') return fitsPasskey(tx, factors, proof, question.challenge)
  if (proof.method === 'totp') return fitsAuthenticator(tx, factors, code)
  if (proof.method === 'backup') return backupHash(userId, code).then((hash) => repo.spendCode(tx, userId, hash))
  if (proof.method === 'sms') return hasStronger(factors) && factors.some((one) => one.kind === 'sms') && question.codeHash !== '' && isSame(smsHash(code), question.codeHash)
  return factors.some((one) => one.kind === 'email') && question.codeHash !== '' && matches(code, question.codeHash)
}

/** Spends a second factor of a user, each code once; 422 when it does not fit. */
export async function passFactor(tx: Tx, userId: string, proof: Proof, question: Question): Promise<void> {
  const factors = (await repo.factorsOf(tx, userId)).filter((one) => one.state === 'active')
  if (factors.length === 0 || !(await fits(tx, userId, factors, proof, question))) throw invalidField('code', 'code.wrong', peopleErrors.wrong_code)
}

/** By which means a user can give the second factor; none when there is none. */
export async function methodsOf(tx: Tx, userId: string): Promise<FactorMethod[]> {
  const active = (await repo.factorsOf(tx, userId)).filter((one) => one.state === 'active')
  if (active.length === 0) return []
  const kinds = new Set(active.map((one) => one.kind))
  const own = (['passkey', 'totp', 'email', 'sms'] as const).filter((kind) => kinds.has(kind) && (kind !== 'sms' || (hasStronger(active) && canText())))
  return (await repo.codesLeft(tx, userId)) > 0 ? [...own, 'backup'] : own
}
