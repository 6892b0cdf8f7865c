import type { ErrorSpec } from '#contract/define.ts'
import type { Ctx } from './context.ts'
import { rawInTenant, type Tx, withContext } from './db.ts'
import { AppError } from './errors.ts'
import { isUuid } from './ids.ts'
import { definePort } from './module.ts'
import { noWalls, type Walls } from './walls.ts'

export interface WhoReads {
  readonly userId: string
  readonly roles: readonly string[]
  /** The key with which a program acts for the user. */
  readonly keyId?: string | undefined
}

/** A module says what walls a user with these roles has; asked when a session is looked up, not at each request. */
export const wallsPort = definePort<(tx: Tx, who: WhoReads) => Promise<Walls>>('kernel.walls')

/** The walls of a user. */
export async function wallsOf(tx: Tx, who: WhoReads): Promise<Walls> {
  const [source] = wallsPort.all()
  return source === undefined ? noWalls : source(tx, who)
}

export interface Hidden {
  readonly patientId: string
  readonly labels: readonly string[]
  readonly isUnrelated: boolean
}

/** A module says how a reader is answered whom a wall keeps from a record: with an error, or as if nothing were there (undefined). */
export const hiddenPort = definePort<(tx: Tx, hidden: Hidden) => Promise<{ spec: ErrorSpec; offers: string[] } | undefined>>('kernel.hidden')

/** Past the walls, for counts and sums that name nobody: a sum without some patients would be wrong. */
export const pastWalls = (ctx: Ctx): Ctx => ({ ...ctx, walls: noWalls })

/** Which patient a wall hides behind the record of a path (`kind` is its first part); undefined when none does. */
export async function hiddenBehind(tx: Tx, kind: string, id: string): Promise<Hidden | undefined> {
  const [row] = await rawInTenant<{ patient_id: string | null; labels: string[] | null; is_unrelated: boolean | null }>(tx, 'select patient_id, labels, is_unrelated from kernel.hidden_behind($1, $2) /* states its tenant_id itself */', [kind, id])
  return row === undefined || row.patient_id === null ? undefined : { patientId: row.patient_id, labels: row.labels ?? [], isUnrelated: row.is_unrelated === true }
}

/** What to answer in place of 404 when a wall hides the record of a path; the 404 itself when its existence is not told. */
export async function whyNotFound(ctx: Ctx, refused: AppError, subject: { kind: string; id: string }): Promise<AppError> {
  const [answerOf] = hiddenPort.all()
  if (answerOf === undefined || !isUuid(subject.id)) return refused
  return withContext({ ...ctx, isReadOnly: true }, async (tx) => {
    const hidden = await hiddenBehind(tx, subject.kind, subject.id)
    const answer = hidden === undefined ? undefined : await answerOf(tx, hidden)
    return hidden === undefined || answer === undefined ? refused : new AppError(answer.spec, { allowed: answer.offers, patientId: hidden.patientId })
  })
}
