import type { RouteInput } from '#contract/define.ts'
import { alertLifecycle, type alerts, alertsErrors, escalationStep, type EscalationStep } from '#contract/alerts.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { departmentHeads } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { userNames, usersWithRole } from '../people/index.ts'
import { type Around, presentAlert, presentRecipient, presentRule } from './present.ts'
import * as repo from './repo.ts'
import { minutesUntilNext, ruleFor, shippedSteps, stepAt } from './rules.ts'

/** An alert and the step whose people are to hear of it. */
export type Told = { alertId: string; facilityId: string; patientId: string | null; level: string }

mapConstraint('escalation_rules_once', alertsErrors.rule_taken)
mapConstraint('alerts_read_back', alertsErrors.read_back_required)

/** Somebody is to be told, now. */
export const alertRaised = defineEvent<Told>('alerts.raised')
export const alertEscalated = defineEvent<Told>('alerts.escalated')
export const alertAcknowledged = defineEvent<{ alertId: string; facilityId: string; patientId: string | null; subjectId: string | null }>('alerts.acknowledged')

type Input<K extends keyof typeof alerts> = RouteInput<(typeof alerts)[K]>

async function around(tx: Tx, rows: readonly repo.AlertRow[], more: readonly string[] = []): Promise<Around> {
  const [patients, users] = await Promise.all([patientsByIds(tx, [...new Set(rows.flatMap((row) => row.patient_id ?? []))]), userNames(tx, [...rows.flatMap((row) => row.acknowledged_by ?? []), ...more])])
  return { users, patients: new Map(patients.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }])) }
}

async function whole(tx: Tx, row: repo.AlertRow) {
  const recipients = await repo.recipientsOf(tx, row.id)
  const beside = await around(tx, [row], recipients.map((one) => one.user_id))
  return { ...presentAlert(row, beside), recipients: recipients.map((one) => presentRecipient(one, beside.users)) }
}

async function stepsFor(tx: Tx, alert: Pick<repo.AlertRow, 'kind' | 'facility_id'>): Promise<readonly EscalationStep[]> {
  const rule = ruleFor(await repo.rulesOf(tx, alert.kind), alert.facility_id)
  return rule === undefined ? shippedSteps(alert.kind) : escalationStep.array().parse(rule.steps)
}

/** Whom a step reaches; where it reaches nobody, the doctors of the facility. */
async function reachedBy(tx: Tx, alert: repo.AlertRow, step: EscalationStep | undefined): Promise<string[]> {
  const meant = step === undefined ? [] : step.to === 'user' ? [step.userId] : step.to === 'responsible' ? [alert.responsible_id ?? []].flat() : step.to === 'heads' ? await departmentHeads(tx, alert.facility_id) : await usersWithRole(tx, alert.facility_id, step.role)
  return meant.length > 0 ? meant : usersWithRole(tx, alert.facility_id, 'doctor')
}

const later = (now: Date, minutes: number): Date => new Date(now.getTime() + minutes * 60_000)

export interface AlertInput {
  kind: string
  severity: 'info' | 'warning' | 'critical'
  facilityId: string
  patientId: string | null
  encounterId: string | null
  subject: { type: string; id: string | null; version?: number }
  /** As the reader of the facility's language sees it; may name the test, never a number from another system. */
  title: string
  detail: string
  /** Who is told first. */
  responsibleId: string | null
  /** Others who are told at once. */
  alsoTell?: readonly string[]
  needsReadBack?: boolean
  isByHand?: boolean
}

/** Raises an alert in this transaction, once for its subject and version; tells the first step and starts its timer. Undefined when it stands already. */
export async function raiseAlert(tx: Tx, input: AlertInput): Promise<repo.AlertRow | undefined> {
  const row = await repo.insertAlert(tx, {
    kind: input.kind, severity: input.severity, patient_id: input.patientId, encounter_id: input.encounterId, facility_id: input.facilityId, subject_type: input.subject.type, subject_id: input.subject.id, subject_version: input.subject.version ?? 0,
    title: input.title, detail: input.detail, needs_read_back: input.needsReadBack === true, responsible_id: input.responsibleId, raised_by_hand: input.isByHand === true ? tx.ctx.requestId : null,
  })
  if (row === undefined) return undefined
  const steps = await stepsFor(tx, row)
  await repo.addRecipients(tx, row, [...(await reachedBy(tx, row, stepAt(steps, 0))), ...(input.alsoTell ?? [])], 0)
  const timed = await repo.updateAlert(tx, row.id, row.version, { due_at: later(tx.ctx.now, minutesUntilNext(steps, 0)) })
  await emit(tx, alertRaised, { alertId: row.id, facilityId: row.facility_id, patientId: row.patient_id, level: '0' })
  return timed
}

/** Whether an alert of this kind about this subject waits for its acknowledgement. Hold the lock of the subject when nothing may be raised in between. */
export const hasOpenAlert = (tx: Tx, of: { kind: string; subjectType: string; subjectId: string }): Promise<boolean> => repo.hasOpen(tx, of)

export function raiseByHand(ctx: Ctx, { body }: Input<'raiseAlert'>) {
  requirePermission(ctx, 'alerts.write', body.facilityId)
  return withContext(ctx, async (tx) => {
    const row = await raiseAlert(tx, {
      kind: body.kind, severity: body.severity, facilityId: body.facilityId, patientId: body.patientId ?? null, encounterId: body.encounterId ?? null, subject: { type: 'manual', id: body.patientId ?? null }, title: body.title, detail: body.detail ?? '', responsibleId: body.responsibleId ?? null, needsReadBack: body.needsReadBack, isByHand: true,
    })
    return whole(tx, found(row))
  })
}

const escalatedAtOnce = 200

/** Job: whoever did not answer in time, the next ones are told. Nothing closes. Safe to run twice and in parallel. */
export async function escalateDue(tx: Tx): Promise<void> {
  for (const row of await repo.lockDue(tx, escalatedAtOnce)) {
    const steps = await stepsFor(tx, row)
    const level = row.level + 1
    await repo.addRecipients(tx, row, await reachedBy(tx, row, stepAt(steps, level)), level)
    await repo.updateAlert(tx, row.id, row.version, { state: takeStep(alertLifecycle, row.state, 'escalate'), level, due_at: later(tx.ctx.now, minutesUntilNext(steps, level)) })
    await emit(tx, alertEscalated, { alertId: row.id, facilityId: row.facility_id, patientId: row.patient_id, level: String(level) })
  }
}

export function listAlerts(ctx: Ctx, { query }: Input<'listAlerts'>) {
  if (query.facilityId !== undefined) requirePermission(ctx, 'alerts.read', query.facilityId)
  const page = pageOf(query)
  const filter = { facilityId: query.facilityId, patientId: query.patientId, state: query.state, kind: query.kind, isOpen: query.isOpen === undefined ? undefined : query.isOpen === 'true', userId: query.mine === 'true' ? ctx.userId : undefined }
  return withContext(ctx, async (tx) => {
    const rows = await repo.listAlerts(tx, filter, page)
    const beside = await around(tx, rows)
    return toPage(rows, page.limit, (row) => ({ at: row.raised_at.toISOString(), id: row.id }), (row) => presentAlert(row, beside))
  })
}

/** What waits for the one who asks. */
export const waitingAlerts = (ctx: Ctx) => withContext(ctx, (tx) => repo.waitingOf(tx, ctx.userId))

export function readAlert(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readAlert(tx, id))
    requirePermission(ctx, 'alerts.read', row.facility_id)
    return whole(tx, row)
  })
}

export function seeAlert(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockAlert(tx, id))
    requirePermission(ctx, 'alerts.read', row.facility_id)
    await repo.markSeen(tx, id, ctx.userId)
    return whole(tx, row.first_seen_at === null ? await repo.noteFirstSeen(tx, id) : row)
  })
}

type AcknowledgeBody = NonNullable<Input<'acknowledge'>['body']>

/** Which clinician knows now: the one who acknowledges, or the one they name. */
async function toldIn(tx: Tx, row: repo.AlertRow, body: AcknowledgeBody): Promise<{ told_user_id: string | null; told_name: string }> {
  if (body.toldUserId !== undefined) {
    const name = (await userNames(tx, [body.toldUserId])).get(body.toldUserId)
    if (name === undefined) throw invalidField('toldUserId', 'reference.unknown')
    return { told_user_id: body.toldUserId, told_name: name }
  }
  if (body.toldName !== undefined) return { told_user_id: null, told_name: body.toldName }
  if (row.needs_read_back && !tx.ctx.can('alerts.answer', row.facility_id)) throw invalidField('toldUserId', 'alerts.clinician_required', alertsErrors.clinician_required)
  return { told_user_id: tx.ctx.userId, told_name: (await userNames(tx, [tx.ctx.userId])).get(tx.ctx.userId) ?? '' }
}

export function acknowledgeAlert(ctx: Ctx, { params, body = {}, ifMatch }: Input<'acknowledge'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockAlert(tx, params.id))
    requirePermission(ctx, 'alerts.acknowledge', row.facility_id)
    checkVersion(row, ifMatch)
    const state = takeStep(alertLifecycle, row.state, 'acknowledge')
    if (row.needs_read_back && body.readBack === undefined) throw invalidField('readBack', 'alerts.read_back_required', alertsErrors.read_back_required)
    const told = await toldIn(tx, row, body)
    await repo.markSeen(tx, row.id, ctx.userId)
    const done = await repo.updateAlert(tx, row.id, row.version, { state, ...told, read_back: body.readBack === true ? row.title : (body.readBack ?? ''), note: body.note ?? '', acknowledged_at: ctx.now, acknowledged_by: ctx.userId, first_seen_at: row.first_seen_at ?? ctx.now, due_at: null })
    await emit(tx, alertAcknowledged, { alertId: row.id, facilityId: row.facility_id, patientId: row.patient_id, subjectId: row.subject_id })
    return whole(tx, done)
  })
}

export function alertTimes(ctx: Ctx, { query }: Input<'alertTimes'>) {
  requirePermission(ctx, 'alerts.read', query.facilityId)
  const rounded = (minutes: number | null) => (minutes === null ? null : Math.round(minutes * 10) / 10)
  return withContext(ctx, async (tx) => ({
    items: (await repo.timesOf(tx, query.facilityId, new Date(query.from), new Date(query.to))).map((row) => ({ kind: row.kind, count: row.count, open: row.open, escalated: row.escalated, medianMinutes: rounded(row.median_minutes), p90Minutes: rounded(row.p90_minutes) })),
  }))
}

export function listRules(ctx: Ctx, { query }: Input<'listRules'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listRules(tx, page), page.limit, (row) => ({ at: row.kind, id: row.id }), presentRule))
}

export const createRule = (ctx: Ctx, { body }: Input<'createRule'>) => withContext(ctx, async (tx) => presentRule(await repo.insertRule(tx, { kind: body.kind, facility_id: body.facilityId ?? null, steps: JSON.stringify(body.steps) })))

export function updateRule(ctx: Ctx, { params, body, ifMatch }: Input<'updateRule'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockRule(tx, params.id))
    checkVersion(before, ifMatch)
    return presentRule(await repo.updateRule(tx, before.id, before.version, JSON.stringify(body.steps)))
  })
}

/** Alerts of a patient as timeline items, newest first. */
export async function timelineOf(tx: Tx, patientId: string, { before, limit }: { before: Date | null; limit: number }) {
  const after = before === null ? null : { at: new Date(before.getTime() - 1).toISOString(), id: '00000000-0000-0000-0000-000000000000' }
  return (await repo.listAlerts(tx, { patientId }, { limit: limit - 1, after })).map((row) => ({ at: row.raised_at.toISOString(), kind: 'alert', title: row.title, ref: { type: 'alert', id: row.id } }))
}
