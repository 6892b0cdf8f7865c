import { z } from 'zod'
import { actions, emptyBody, id, idParams, instant, optionalText, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { roleName } from './people.ts'
import { defineErrors, route } from './define.ts'

export const alertsErrors = defineErrors('alerts', { read_back_required: 422, clinician_required: 422, not_clinician: 422, rule_taken: 409 })

/** Nothing closes by itself: an acknowledgement does, or whoever says that what it is about was never true. */
export const alertLifecycle = lifecycle({
  initial: 'open',
  states: ['open', 'escalated', 'acknowledged', 'withdrawn'],
  steps: {
    escalate: { from: ['open', 'escalated'], to: 'escalated' },
    acknowledge: { from: ['open', 'escalated'], to: 'acknowledged' },
    withdraw: { from: ['open', 'escalated'], to: 'withdrawn' },
  },
})
export const alertState = z.enum(['open', 'escalated', 'acknowledged', 'withdrawn'])
const severity = z.enum(['info', 'warning', 'critical'])
const kind = z.string().max(60).regex(/^[a-z0-9-]{1,60}$/)

const recipient = z.object({ userId: id, name: z.string(), level: z.int(), seenAt: z.string().nullable(), withdrawalSeenAt: z.string().nullable() })
export const alert = z.object({
  id, version, kind: z.string(), severity, patientId: id.nullable(), patientName: z.string(), patientMrn: z.string(), encounterId: id.nullable(), facilityId: id, subject: z.object({ type: z.string(), id: id.nullable(), version: z.int() }),
  title: z.string(), detail: z.string(), needsReadBack: z.boolean(), state: alertState, level: z.int(), raisedAt: z.string(), dueAt: z.string().nullable(), firstSeenAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(), acknowledgedByName: z.string(), toldName: z.string(), toldUserId: id.nullable(), toldRole: z.string(), toldPhone: z.string(), readBack: z.string(), note: z.string(), minutesToAcknowledge: z.number().nullable(), topic: z.string(), visitClass: z.string(), limitMinutes: z.int().nullable(), withdrawnAt: z.string().nullable(), withdrawnByName: z.string(), withdrawnReason: z.string(), actions,
})
export type Alert = z.output<typeof alert>
const whole = alert.extend({ recipients: z.array(recipient) })

/** Who is told next, and after how many minutes: whoever is responsible, a role of the facility, the heads of its departments, or one person. */
export const escalationStep = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('responsible'), afterMinutes: z.int().min(0).max(10_080) }),
  z.strictObject({ to: z.literal('role'), role: roleName, afterMinutes: z.int().min(0).max(10_080) }),
  z.strictObject({ to: z.literal('heads'), afterMinutes: z.int().min(0).max(10_080) }),
  z.strictObject({ to: z.literal('user'), userId: id, afterMinutes: z.int().min(0).max(10_080) }),
])
export type EscalationStep = z.output<typeof escalationStep>
const steps = z.array(escalationStep).min(1).max(10)
/** Within how many minutes somebody knows; without one, until the next is told. */
const limit = z.int().min(1).max(10_080).nullable()
const rule = z.object({ id, version, kind: z.string(), facilityId: id.nullable(), steps: z.array(escalationStep), limitMinutes: z.int().nullable() })

const acknowledgeBody = z.strictObject({ readBack: z.union([z.literal(true), text(500)]).optional(), toldUserId: id.optional(), toldName: text(120).optional(), toldRole: optionalText(60).optional(), toldPhone: optionalText(40).optional(), note: optionalText(1000).optional() })

export const alerts = {
  listAlerts: route({ method: 'GET', path: '/alerts', summary: 'Alerts, newest first; `mine=true` those one is told of; `isWithdrawalNew=true` those withdrawn since one was told of them', permission: 'alerts.read', audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), patientId: id.optional(), state: alertState.optional(), isOpen: z.enum(['true', 'false']).optional(), kind: kind.optional(), mine: z.enum(['true', 'false']).optional(), isWithdrawalNew: z.enum(['true']).optional() }), response: page(alert), errors: [] }),
  waitingAlerts: route({ method: 'GET', path: '/alerts/waiting', summary: 'How many alerts wait for one’s own answer', description: 'What the bell of every page shows: counts only, so that a screen may ask often.', permission: 'alerts.read', audit: 'none', phi: false, response: z.object({ open: z.int(), critical: z.int(), escalated: z.int(), withdrawn: z.int(), signaturesDue: z.int(), signaturesOverdue: z.int() }), errors: [] }),
  raiseAlert: route({ method: 'POST', path: '/alerts', summary: 'Raise an alert by hand', permission: 'alerts.write', audit: 'create', phi: true, body: z.strictObject({ kind: kind.default('manual'), severity: severity.default('warning'), facilityId: id, patientId: id.optional(), encounterId: id.optional(), title: text(200), detail: optionalText(1000).optional(), responsibleId: id.optional(), needsReadBack: z.boolean().default(false) }), status: 201, response: whole, errors: [] }),
  readAlert: route({ method: 'GET', path: '/alerts/{id}', summary: 'Read an alert with who was told and when', permission: 'alerts.read', audit: 'read', phi: true, params: idParams, response: whole, errors: [] }),
  seeAlert: route({ method: 'POST', path: '/alerts/{id}/seen', summary: 'It stands before one’s eyes; this closes nothing', permission: 'alerts.read', audit: 'step', phi: true, params: idParams, body: emptyBody, response: whole, errors: [] }),
  acknowledge: route({ method: 'POST', path: '/alerts/{id}/acknowledge', summary: 'A named clinician knows, and has read it back', description: 'A clinician acknowledges for themselves; whoever calls by telephone names whom they told: somebody who works here (`toldUserId`) or somebody outside (`toldName`), as what and by which number. A critical result needs the words read back.', permission: 'alerts.acknowledge', audit: 'step', phi: true, params: idParams, ifMatch: 'optional', body: acknowledgeBody.optional(), response: whole, errors: [lifecycleErrors.illegal_step, alertsErrors.read_back_required, alertsErrors.clinician_required, alertsErrors.not_clinician] }),
  alertTimes: route({ method: 'GET', path: '/alerts/times', summary: 'How long it took until a clinician knew, by kind', permission: 'alerts.read', audit: 'read', phi: false, query: z.strictObject({ facilityId: id, from: instant, to: instant }), response: z.object({ items: z.array(z.object({ kind: z.string(), count: z.int(), open: z.int(), escalated: z.int(), medianMinutes: z.number().nullable(), p90Minutes: z.number().nullable() })) }), errors: [] }),
  alertLimits: route({ method: 'GET', path: '/alerts/limits', summary: 'How often somebody knew later than the rule allows, counted by what it was about, the kind of visit, the month or the kind of alert', permission: 'alerts.read', audit: 'read', phi: false, query: z.strictObject({ facilityId: id, from: instant, to: instant, kind: kind.optional(), by: z.enum(['topic', 'visit', 'month', 'kind']).default('topic') }), response: z.object({ items: z.array(z.object({ key: z.string(), count: z.int(), open: z.int(), withdrawn: z.int(), breached: z.int(), medianMinutes: z.number().nullable(), p90Minutes: z.number().nullable() })), nextCursor: z.null() }), errors: [] }),
  listBreaches: route({ method: 'GET', path: '/alerts/breaches', summary: 'Alerts that nobody answered within the time of their rule, newest first', permission: 'alerts.read', audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id, from: instant.optional(), to: instant.optional(), kind: kind.optional() }), response: page(alert), errors: [] }),
  listRules: route({ method: 'GET', path: '/escalation-rules', summary: 'Who is told when nobody answers', permission: 'alerts.read', audit: 'none', phi: false, query: pageQuery, response: page(rule), errors: [] }),
  createRule: route({ method: 'POST', path: '/escalation-rules', summary: 'Who is told of a kind of alert, step by step; one rule a kind and facility', permission: 'alerts.rules', audit: 'create', phi: false, body: z.strictObject({ kind, facilityId: id.optional(), steps, limitMinutes: limit.optional() }), status: 201, response: rule, errors: [alertsErrors.rule_taken] }),
  updateRule: route({ method: 'PATCH', path: '/escalation-rules/{id}', summary: 'Change the steps; alerts that are open follow from their next step on', permission: 'alerts.rules', audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ steps: steps.optional(), limitMinutes: limit.optional() }), response: rule, errors: [] }),
}
