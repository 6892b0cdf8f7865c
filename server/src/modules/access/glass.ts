import { type access, accessErrors } from '#contract/access.ts'
import type { RouteInput } from '#contract/define.ts'
import { readAudit } from '#kernel/audit-log.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { publicOrigin } from '#kernel/links.ts'
import { canMail, queueMail } from '#kernel/mail.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { hiddenBehind } from '#kernel/patient-access.ts'
import { message } from '#kernel/text-i18n.ts'
import { openTask } from '../encounters/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { requireFresh, userNames, usersHolding } from '../people/index.ts'
import * as repo from './glass-repo.ts'
import { type Around, presentGlass } from './present.ts'
import { answerTo, isRunning } from './rules.ts'
import { settingsOf } from './settings.ts'
import { rulesOf } from './walls.ts'

type Input<K extends keyof typeof access> = RouteInput<(typeof access)[K]>

async function around(tx: Tx, rows: readonly repo.GlassRow[]): Promise<Around> {
  const [patients, users] = await Promise.all([patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))]), userNames(tx, rows.flatMap((row) => [row.user_id, row.reviewed_by ?? []].flat()))])
  return { users, patients: new Map(patients.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }])) }
}

function actionsFor(ctx: Ctx, row: repo.GlassRow): string[] {
  if (row.user_id === ctx.userId) return isRunning(row, ctx.now) ? ['end'] : []
  return row.state === 'open' && ctx.can('access.review') ? ['review'] : []
}

const shownOf = async (tx: Tx, rows: readonly repo.GlassRow[]) => {
  const beside = await around(tx, rows)
  return rows.map((row) => presentGlass(row, beside, { now: tx.ctx.now, actions: actionsFor(tx.ctx, row) }))
}
const shown = async (tx: Tx, row: repo.GlassRow) => found((await shownOf(tx, [row]))[0])

/** Opens a walled record for a time. The officers are told in the same transaction: nobody breaks the glass unseen. */
export function breakGlass(ctx: Ctx, { params, body }: Input<'breakGlass'>) {
  requireFresh(ctx)
  return withContext(ctx, async (tx) => {
    const hidden = await hiddenBehind(tx, 'patients', params.id)
    if (hidden === undefined) {
      found((await patientsByIds(tx, [params.id]))[0])
      throw new AppError(accessErrors.not_hidden)
    }
    const { isTold, isOffered } = answerTo(await rulesOf(tx), hidden.labels, true)
    found(isTold ? true : undefined)
    if (!isOffered) throw new AppError(accessErrors.not_offered)
    const settings = await settingsOf(tx)
    const row = await repo.insertGlass(tx, { patient_id: hidden.patientId, reason: body.reason, ends_at: new Date(ctx.now.getTime() + settings.glassMinutes * 60_000) })
    await tellOfficers(tx, settings.officerRoles, row)
    return shown(tx, row)
  })
}

/** A task and a mail to each officer; neither names the patient. */
async function tellOfficers(tx: Tx, roles: readonly string[], row: repo.GlassRow): Promise<void> {
  const officers = (await usersHolding(tx, roles)).filter((officer) => officer.id !== row.user_id)
  const who = (await userNames(tx, [row.user_id])).get(row.user_id) ?? ''
  for (const officer of officers) {
    await openTask(tx, { title: message(officer.language, 'access.glass.task', { who }), note: row.reason, patientId: null, assigneeId: officer.id, dueAt: row.ends_at })
    if (canMail()) await queueMail(tx, { to: officer.email, subject: message(officer.language, 'access.mail.glass.subject', { who }), text: message(officer.language, 'access.mail.glass.text', { who, link: `${publicOrigin()}/break-glass/${row.id}` }) })
  }
}

export const listOwnGlass = (ctx: Ctx) => withContext(ctx, async (tx) => ({ items: await shownOf(tx, await repo.ownGlass(tx)), nextCursor: null }))

export function endGlass(ctx: Ctx, { params }: Input<'endGlass'>) {
  return withContext(ctx, async (tx) => {
    const row = await repo.lockGlass(tx, params.id)
    if (row?.user_id !== ctx.userId) throw found(undefined)
    if (!isRunning(row, ctx.now)) throw new AppError(accessErrors.glass_ended)
    return shown(tx, await repo.updateGlass(tx, row, { ended_at: ctx.now }))
  })
}

export function listGlass(ctx: Ctx, { query }: Input<'listGlass'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listGlass(tx, query, page)
    const beside = await around(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.started_at.toISOString(), id: row.id }), (row) => presentGlass(row, beside, { now: ctx.now, actions: actionsFor(ctx, row) }))
  })
}

const openedShown = 200

export function readGlass(ctx: Ctx, { params }: Input<'readGlass'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readGlass(tx, params.id))
    const entries = await readAudit(ctx, { patientId: row.patient_id, userId: row.user_id, from: row.started_at.toISOString(), to: (row.ended_at ?? row.ends_at).toISOString(), isRequest: true }, { limit: openedShown, after: null })
    return { ...(await shown(tx, row)), opened: entries.slice(0, openedShown).map((entry) => ({ at: entry.at.toISOString(), action: entry.action, outcome: entry.outcome })) }
  })
}

/** Judges what was done; nobody judges their own. */
export function reviewGlass(ctx: Ctx, { params, body }: Input<'reviewGlass'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockGlass(tx, params.id))
    if (row.user_id === ctx.userId) throw new AppError(accessErrors.own_review)
    if (row.state !== 'open') throw new AppError(accessErrors.reviewed)
    return shown(tx, await repo.updateGlass(tx, row, { state: body.outcome, reviewed_at: ctx.now, reviewed_by: ctx.userId, review_note: body.note }))
  })
}
