import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = [
  'id', 'version', 'kind', 'severity', 'patient_id', 'encounter_id', 'facility_id', 'subject_type', 'subject_id', 'subject_version', 'title', 'detail', 'needs_read_back', 'state', 'level', 'responsible_id', 'raised_at', 'due_at', 'first_seen_at', 'acknowledged_at', 'acknowledged_by', 'told_user_id', 'told_name', 'told_role', 'told_phone', 'read_back', 'note', 'topic', 'visit_class', 'limit_minutes', 'withdrawn_at', 'withdrawn_by', 'withdrawn_reason',
] as const

export interface AlertRow {
  id: string
  version: number
  kind: string
  severity: string
  patient_id: string | null
  encounter_id: string | null
  facility_id: string
  subject_type: string
  subject_id: string | null
  subject_version: number
  title: string
  detail: string
  needs_read_back: boolean
  state: string
  level: number
  responsible_id: string | null
  raised_at: Date
  due_at: Date | null
  first_seen_at: Date | null
  acknowledged_at: Date | null
  acknowledged_by: string | null
  told_user_id: string | null
  told_name: string
  told_role: string
  told_phone: string
  read_back: string
  note: string
  topic: string
  visit_class: string
  limit_minutes: number | null
  withdrawn_at: Date | null
  withdrawn_by: string | null
  withdrawn_reason: string
}

export type NewAlert = Pick<AlertRow, 'kind' | 'severity' | 'patient_id' | 'encounter_id' | 'facility_id' | 'subject_type' | 'subject_id' | 'subject_version' | 'title' | 'detail' | 'needs_read_back' | 'responsible_id' | 'topic' | 'visit_class' | 'limit_minutes'> & { raised_by_hand: string | null }

/** Undefined when it was raised before for the same cause. */
export function insertAlert(tx: Tx, alert: NewAlert): Promise<AlertRow | undefined> {
  return tx.db.insertInto('alerts').values({ ...alert, id: newId(), raised_at: tx.ctx.now, created_by: tx.ctx.userId }).onConflict((conflict) => conflict.constraint('alerts_once').doNothing()).returning(columns).executeTakeFirst()
}

export const alerts = (tx: Tx) => tx.db.selectFrom('alerts').select(columns)

export function readAlert(tx: Tx, id: string): Promise<AlertRow | undefined> {
  return tx.db.selectFrom('alerts').select(columns).where('id', '=', id).executeTakeFirst()
}

/** Whether somebody still has to answer for this: found by the index of what is raised once. */
export async function hasOpen(tx: Tx, of: { kind: string; subjectType: string; subjectId: string }): Promise<boolean> {
  const row = await tx.db.selectFrom('alerts').select(['id']).where('kind', '=', of.kind).where('subject_type', '=', of.subjectType).where('subject_id', '=', of.subjectId).where('state', 'in', ['open', 'escalated']).limit(1).executeTakeFirst()
  return row !== undefined
}

export function lockAlert(tx: Tx, id: string): Promise<AlertRow | undefined> {
  return tx.db.selectFrom('alerts').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export type AlertChange = Partial<Pick<AlertRow, 'state' | 'level' | 'due_at' | 'first_seen_at' | 'acknowledged_at' | 'acknowledged_by' | 'told_user_id' | 'told_name' | 'told_role' | 'told_phone' | 'read_back' | 'note' | 'withdrawn_at' | 'withdrawn_by' | 'withdrawn_reason'>>

export function updateAlert(tx: Tx, id: string, version: number, change: AlertChange): Promise<AlertRow> {
  return tx.db.updateTable('alerts').set({ ...change, version: version + 1 }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

/** It was seen: that changes nothing of what the alert says, so its version stays. */
export function noteFirstSeen(tx: Tx, id: string): Promise<AlertRow> {
  return tx.db.updateTable('alerts').set({ first_seen_at: tx.ctx.now }).where('id', '=', id).returning(columns).executeTakeFirstOrThrow()
}

export interface AlertFilter {
  facilityId?: string | undefined
  patientId?: string | undefined
  state?: string | undefined
  isOpen?: boolean | undefined
  kind?: string | undefined
  /** Only those this user is told of. */
  userId?: string | undefined
  /** Only those withdrawn since this user was told of them, and not seen. */
  withdrawnFor?: string | undefined
}

export function listAlerts(tx: Tx, filter: AlertFilter, page: PageRequest): Promise<AlertRow[]> {
  let query = tx.db.selectFrom('alerts').select(columns).orderBy('raised_at', 'desc').orderBy('id').limit(page.limit + 1)
  const { userId } = filter
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.isOpen !== undefined) query = query.where('state', 'in', filter.isOpen ? ['open', 'escalated'] : ['acknowledged', 'withdrawn'])
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (userId !== undefined) query = query.where((eb) => eb.exists(eb.selectFrom('alert_recipients').select('alert_recipients.id').whereRef('alert_recipients.alert_id', '=', 'alerts.id').where('alert_recipients.user_id', '=', userId)))
  const { withdrawnFor } = filter
  if (withdrawnFor !== undefined) query = query.where('id', 'in', tx.db.selectFrom('alert_recipients').select('alert_id').where('user_id', '=', withdrawnFor).where('withdrawn_at', 'is not', null).where('withdrawal_seen_at', 'is', null))
  return afterCursor(query, page.after, 'raised_at', { order: 'desc' }).execute()
}

/** Those still open of a kind about these subjects, locked in the order of their ids. */
export function lockOpenOf(tx: Tx, of: { kind: string; subjectType: string; subjectIds: readonly string[] }): Promise<AlertRow[]> {
  return tx.db.selectFrom('alerts').select(columns).where('kind', '=', of.kind).where('subject_type', '=', of.subjectType).where('subject_id', '=', anyOf(of.subjectIds)).where('state', 'in', ['open', 'escalated']).orderBy('id').forUpdate().execute()
}

/** Whoever was told of an alert is to hear that it is withdrawn; who withdraws it knows. */
export async function noteWithdrawal(tx: Tx, alertId: string): Promise<void> {
  await tx.db.updateTable('alert_recipients').set({ withdrawn_at: tx.ctx.now }).where('alert_id', '=', alertId).execute()
  await markWithdrawalSeen(tx, alertId, tx.ctx.userId)
}

export async function markWithdrawalSeen(tx: Tx, alertId: string, userId: string): Promise<void> {
  await tx.db.updateTable('alert_recipients').set({ withdrawal_seen_at: tx.ctx.now }).where('alert_id', '=', alertId).where('user_id', '=', userId).where('withdrawn_at', 'is not', null).where('withdrawal_seen_at', 'is', null).execute()
}

/** Open alerts whose time has passed, locked; what another run holds is passed over. */
export function lockDue(tx: Tx, limit: number): Promise<AlertRow[]> {
  return tx.db.selectFrom('alerts').select(columns).where('state', 'in', ['open', 'escalated']).where('due_at', '<=', tx.ctx.now).orderBy('due_at').limit(limit).forUpdate().skipLocked().execute()
}

interface Waiting {
  open: number
  critical: number
  escalated: number
  withdrawn: number
}

/** How many wait for this user's answer, and how many were withdrawn since they were told; what closed is passed over by the index of what is open. */
export async function waitingOf(tx: Tx, userId: string): Promise<Waiting> {
  const [row] = await rawInTenant<Waiting>(
    tx,
    `select count(*)::int as open, (count(*) filter (where severity = 'critical'))::int as critical, (count(*) filter (where state = 'escalated'))::int as escalated,
       (select count(*)::int from alert_recipients as gone where gone.tenant_id = $1 and gone.user_id = $2 and gone.withdrawn_at is not null and gone.withdrawal_seen_at is null) as withdrawn
     from alerts where tenant_id = $1 and state in ('open', 'escalated')
       and exists (select 1 from alert_recipients as told where told.tenant_id = alerts.tenant_id and told.alert_id = alerts.id and told.user_id = $2)`,
    [tx.ctx.tenantId, userId],
  )
  return row ?? { open: 0, critical: 0, escalated: 0, withdrawn: 0 }
}

/** Who is told at this level. */
export function recipientsAt(tx: Tx, alertId: string, level: number): Promise<{ user_id: string }[]> {
  return tx.db.selectFrom('alert_recipients').select(['user_id']).where('alert_id', '=', alertId).where('level', '=', level).orderBy('id').execute()
}

export interface RecipientRow {
  user_id: string
  level: number
  seen_at: Date | null
  withdrawal_seen_at: Date | null
}

export async function addRecipients(tx: Tx, alert: AlertRow, userIds: readonly string[], level: number): Promise<void> {
  const known = new Set((await recipientsOf(tx, alert.id)).map((row) => row.user_id))
  const types = { id: 'uuid', alert_id: 'uuid', user_id: 'uuid', level: 'int', raised_at: 'timestamptz', created_at: 'timestamptz' } as const
  await insertMany(tx, 'alert_recipients', types, [...new Set(userIds)].filter((userId) => !known.has(userId)).map((userId) => ({ id: newId(), alert_id: alert.id, user_id: userId, level, raised_at: alert.raised_at, created_at: tx.ctx.now })))
}

export function recipientsOf(tx: Tx, alertId: string): Promise<RecipientRow[]> {
  return tx.db.selectFrom('alert_recipients').select(['user_id', 'level', 'seen_at', 'withdrawal_seen_at']).where('alert_id', '=', alertId).orderBy('level').orderBy('id').execute()
}

export async function markSeen(tx: Tx, alertId: string, userId: string): Promise<void> {
  await tx.db.updateTable('alert_recipients').set({ seen_at: tx.ctx.now }).where('alert_id', '=', alertId).where('user_id', '=', userId).where('seen_at', 'is', null).execute()
}

export interface TimesRow {
  kind: string
  count: number
  open: number
  escalated: number
  median_minutes: number | null
  p90_minutes: number | null
}

/** Times to acknowledgement by kind, counted by the database over one facility and period. */
export function timesOf(tx: Tx, facilityId: string, from: Date, to: Date): Promise<TimesRow[]> {
  return rawInTenant<TimesRow>(
    tx,
    `select kind, count(*)::int as count, (count(*) filter (where state in ('open', 'escalated')))::int as open, (count(*) filter (where level > 0))::int as escalated,
       percentile_cont(0.5) within group (order by extract(epoch from acknowledged_at - raised_at) / 60) as median_minutes,
       percentile_cont(0.9) within group (order by extract(epoch from acknowledged_at - raised_at) / 60) as p90_minutes
     from alerts where tenant_id = $1 and facility_id = $2 and raised_at >= $3 and raised_at < $4 group by kind order by kind`,
    [tx.ctx.tenantId, facilityId, from, to],
  )
}

const ruleColumns = ['id', 'version', 'kind', 'facility_id', 'steps', 'limit_minutes', 'created_at'] as const

export interface RuleRow {
  id: string
  version: number
  kind: string
  facility_id: string | null
  steps: unknown
  limit_minutes: number | null
  created_at: Date
}

export function listRules(tx: Tx, page: PageRequest): Promise<RuleRow[]> {
  const query = tx.db.selectFrom('escalation_rules').select(ruleColumns).orderBy('kind').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'kind').execute()
}

export function lockRule(tx: Tx, id: string): Promise<RuleRow | undefined> {
  return tx.db.selectFrom('escalation_rules').select(ruleColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The rules of these kinds for any facility. */
export function rulesOf(tx: Tx, kind: string): Promise<RuleRow[]> {
  return tx.db.selectFrom('escalation_rules').select(ruleColumns).where('kind', '=', kind).execute()
}

export function insertRule(tx: Tx, rule: { kind: string; facility_id: string | null; steps: string; limit_minutes: number | null }): Promise<RuleRow> {
  return tx.db.insertInto('escalation_rules').values({ ...rule, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(ruleColumns).executeTakeFirstOrThrow()
}

export function updateRule(tx: Tx, id: string, version: number, change: { steps?: string; limit_minutes?: number | null }): Promise<RuleRow> {
  return tx.db.updateTable('escalation_rules').set({ ...change, version: version + 1 }).where('id', '=', id).returning(ruleColumns).executeTakeFirstOrThrow()
}

export function recipientsOfMany(tx: Tx, alertIds: readonly string[]) {
  return tx.db.selectFrom('alert_recipients').select(['alert_id', 'user_id']).where('alert_id', '=', anyOf(alertIds)).execute()
}
