import { type access, accessErrors } from '#contract/access.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { patientForWrite } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import * as repo from './members-repo.ts'
import { presentMember } from './present.ts'

type Input<K extends keyof typeof access> = RouteInput<(typeof access)[K]>

export function listMembers(ctx: Ctx, { params, query }: Input<'listMembers'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    await patientForWrite(tx, params.id)
    const rows = await repo.listMembers(tx, params.id, page)
    const users = await userNames(tx, rows.map((row) => row.user_id))
    return toPage(rows, page.limit, (row) => ({ at: row.added_at.toISOString(), id: row.id }), (row) => presentMember(row, users))
  })
}

/** Names somebody to a patient: no label keeps the care team from the record. */
export function addMember(ctx: Ctx, { params, body }: Input<'addMember'>) {
  return withContext(ctx, async (tx) => {
    const until = body.untilAt === undefined ? null : new Date(body.untilAt)
    if (until !== null && until <= ctx.now) throw invalidField('untilAt', accessErrors.until_past.code, accessErrors.until_past)
    await patientForWrite(tx, params.id)
    const users = await userNames(tx, [body.userId])
    if (!users.has(body.userId)) throw invalidField('userId', 'reference.unknown')
    return presentMember(await repo.insertMember(tx, { patient_id: params.id, user_id: body.userId, relation: body.relation, reason: body.reason, until_at: until }), users)
  })
}

export function endMember(ctx: Ctx, { params }: Input<'endMember'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockMember(tx, params.id))
    if (row.ended_at !== null) throw new AppError(accessErrors.member_ended)
    return presentMember(await repo.endMember(tx, row), await userNames(tx, [row.user_id]))
  })
}
