import { allowedSteps } from '#contract/common/lifecycle.ts'
import type { RouteInput } from '#contract/define.ts'
import { type Breach, breachLifecycle, breachState, type privacy, privacyErrors } from '#contract/privacy.ts'
import { readOpenedPatients } from '#kernel/audit-log.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { survivorsOf, patientsByIds } from '../patients/index.ts'
import * as repo from './breaches-repo.ts'
import { type Counts, presentAffected, presentBreach, presentSummary } from './present.ts'
import { dutiesOf, dutyRules, openDuties } from './rules.ts'

mapConstraint('breach_notices_once', privacyErrors.notice_recorded)

type Input<K extends keyof typeof privacy> = RouteInput<(typeof privacy)[K]>
const nothing: Counts = { affected: 0, notified: 0 }

const countsOf = async (tx: Tx, ids: readonly string[]): Promise<Map<string, Counts>> => new Map((await repo.countAffected(tx, ids)).map((row) => [row.breach_id, row]))

const dutiesFor = (tx: Tx, row: repo.BreachRow, counts: Counts, notices: Awaited<ReturnType<typeof repo.noticesOf>>) =>
  dutiesOf({ regimes: row.regimes, risk: row.risk, discoveredAt: row.discovered_at, affected: counts.affected, now: tx.ctx.now }, notices.filter((notice) => notice.breach_id === row.id))

async function shown(tx: Tx, row: repo.BreachRow): Promise<Breach> {
  const [counts, notices] = await Promise.all([countsOf(tx, [row.id]), repo.noticesOf(tx, [row.id])])
  const own = counts.get(row.id) ?? nothing
  const steps = tx.ctx.can('privacy.write') ? allowedSteps(breachLifecycle, breachState.parse(row.state)) : []
  return presentBreach(row, { counts: own, duties: dutiesFor(tx, row, own, notices), actions: steps })
}

function checkPeriod(from: Date | null, to: Date | null): void {
  if (from !== null && to !== null && from > to) throw invalidField('occurredTo', privacyErrors.period.code, privacyErrors.period)
}

export function listBreaches(ctx: Ctx, { query }: Input<'listBreaches'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listBreaches(tx, query.state, page)
    const ids = rows.map((row) => row.id)
    const [counts, notices] = await Promise.all([countsOf(tx, ids), repo.noticesOf(tx, ids)])
    return toPage(rows, page.limit, (row) => ({ at: row.discovered_at.toISOString(), id: row.id }), (row) => {
      const own = counts.get(row.id) ?? nothing
      return presentSummary(row, own, dutiesFor(tx, row, own, notices))
    })
  })
}

export function openBreach(ctx: Ctx, { body }: Input<'openBreach'>) {
  return withContext(ctx, async (tx) => {
    const discovered = new Date(body.discoveredAt)
    if (discovered > ctx.now) throw invalidField('discoveredAt', privacyErrors.future.code, privacyErrors.future)
    const [from, to] = [body.occurredFrom, body.occurredTo].map((at) => (at === undefined ? null : new Date(at)))
    checkPeriod(from ?? null, to ?? null)
    const row = await repo.insertBreach(tx, { title: body.title, description: body.description, state: breachLifecycle.initial, regimes: [...new Set(body.regimes)], data_kinds: body.dataKinds, discovered_at: discovered, occurred_from: from ?? null, occurred_to: to ?? null })
    return shown(tx, row)
  })
}

export const readBreach = (ctx: Ctx, { params }: Input<'readBreach'>) => withContext(ctx, async (tx) => shown(tx, found(await repo.readBreach(tx, params.id))))

/** The breach, locked, while it is open to changes. */
async function openForChange(tx: Tx, id: string): Promise<repo.BreachRow> {
  const row = found(await repo.lockBreach(tx, id))
  takeStep(breachLifecycle, row.state, 'assess')
  return row
}

export function updateBreach(ctx: Ctx, { params, body, ifMatch }: Input<'updateBreach'>) {
  return withContext(ctx, async (tx) => {
    const row = await openForChange(tx, params.id)
    checkVersion(row, ifMatch)
    const from = body.occurredFrom === undefined ? row.occurred_from : new Date(body.occurredFrom)
    const to = body.occurredTo === undefined ? row.occurred_to : new Date(body.occurredTo)
    checkPeriod(from, to)
    const known = { title: body.title ?? row.title, description: body.description ?? row.description, regimes: body.regimes ?? row.regimes, data_kinds: body.dataKinds ?? row.data_kinds }
    return shown(tx, await repo.updateBreach(tx, row, { ...known, occurred_from: from, occurred_to: to }))
  })
}

const step = (ctx: Ctx, id: string, name: keyof typeof breachLifecycle.steps, change: repo.BreachChange, check: (tx: Tx, row: repo.BreachRow) => Promise<void> = async () => {}) =>
  withContext(ctx, async (tx) => {
    const row = found(await repo.lockBreach(tx, id))
    const state = takeStep(breachLifecycle, row.state, name)
    await check(tx, row)
    return shown(tx, await repo.updateBreach(tx, row, { ...change, state }))
  })

export const assessBreach = (ctx: Ctx, { params, body }: Input<'assessBreach'>) => step(ctx, params.id, 'assess', body)
export const dismissBreach = (ctx: Ctx, { params, body }: Input<'dismissBreach'>) => step(ctx, params.id, 'dismiss', { reason: body.reason, closed_at: ctx.now })
export const reopenBreach = (ctx: Ctx, { params, body }: Input<'reopenBreach'>) => step(ctx, params.id, 'reopen', { reason: body.reason, closed_at: null })

/** Closes a breach of which every duty is met or waived; 409 names those that are not. */
export const closeBreach = (ctx: Ctx, { params }: Input<'closeBreach'>) =>
  step(ctx, params.id, 'close', { closed_at: ctx.now }, async (tx, row) => {
    const open = openDuties((await shown(tx, row)).duties)
    if (open.length > 0) throw new AppError(privacyErrors.notices_open, { missing: open.map((duty) => duty.key) })
  })

export function recordNotice(ctx: Ctx, { params, body }: Input<'recordNotice'>) {
  return withContext(ctx, async (tx) => {
    const row = await openForChange(tx, params.id)
    const rule = dutyRules.find((one) => one.key === body.duty)
    if (rule === undefined || !row.regimes.some((one) => one === rule.regime)) throw invalidField('duty', privacyErrors.duty_unknown.code, privacyErrors.duty_unknown)
    const sent = body.sentAt === undefined ? null : new Date(body.sentAt)
    if ((sent === null) === (body.waivedReason === '')) throw invalidField('sentAt', privacyErrors.notice_incomplete.code, privacyErrors.notice_incomplete)
    if (sent !== null && (sent > ctx.now || sent < row.discovered_at)) throw invalidField('sentAt', privacyErrors.future.code, privacyErrors.future)
    await repo.insertNotice(tx, { breach_id: row.id, duty: body.duty, sent_at: sent, reference: body.reference, waived_reason: body.waivedReason })
    return shown(tx, await repo.updateBreach(tx, row, {}))
  })
}

export function listAffected(ctx: Ctx, { params, query }: Input<'listAffected'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    found(await repo.readBreach(tx, params.id))
    const rows = await repo.listAffected(tx, params.id, page)
    const people = new Map((await patientsByIds(tx, rows.map((row) => row.patient_id))).map((row) => [row.id, row]))
    return toPage(rows, page.limit, (row) => ({ at: '', id: row.id }), (row) => presentAffected(row, people.get(row.patient_id)))
  })
}

async function addTo(tx: Tx, breachId: string, origin: 'audit' | 'named', patientIds: readonly string[]) {
  const ids = [...new Set(patientIds)].toSorted()
  const added = ids.length === 0 ? 0 : await repo.addAffected(tx, breachId, origin, ids)
  return { added, affected: (await countsOf(tx, [breachId])).get(breachId)?.affected ?? 0 }
}

export function addAffected(ctx: Ctx, { params, body }: Input<'addAffected'>) {
  return withContext(ctx, async (tx) => {
    await openForChange(tx, params.id)
    const known = await patientsByIds(tx, body.patientIds)
    const missing = body.patientIds.findIndex((id) => !known.some((row) => row.id === id))
    if (missing >= 0) throw invalidField(`patientIds.${missing}`, 'reference.unknown')
    return addTo(tx, params.id, 'named', body.patientIds)
  })
}

/** Takes from the audit whose records were opened, printed or exported by a user, in a session or from an address. */
export function findAffected(ctx: Ctx, { params, body }: Input<'findAffected'>) {
  return withContext(ctx, async (tx) => {
    await openForChange(tx, params.id)
    if (body.from > body.to) throw invalidField('to', privacyErrors.period.code, privacyErrors.period)
    if (body.userId === undefined && body.sessionId === undefined && body.address === undefined) throw invalidField('userId', 'required')
    const opened = await readOpenedPatients(ctx, body)
    // Of a record that was merged the survivor is told.
    const survivors = [...(await survivorsOf(tx, opened)).values()]
    return addTo(tx, params.id, 'audit', (await patientsByIds(tx, survivors)).map((row) => row.id))
  })
}

export function markNotified(ctx: Ctx, { params, body }: Input<'markNotified'>) {
  return withContext(ctx, async (tx) => {
    const row = await openForChange(tx, params.id)
    await repo.markNotified(tx, row.id, body.channel)
    return shown(tx, await repo.updateBreach(tx, row, {}))
  })
}
