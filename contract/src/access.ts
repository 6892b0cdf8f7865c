import { z } from 'zod'
import { actions, emptyBody, id, idParams, instant, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { consentErrors, consents } from './consents.ts'
import { defineErrors, route } from './define.ts'
import { sensitivity } from './patients.ts'
import { peopleErrors } from './people.ts'

export const accessErrors = { ...consentErrors, ...defineErrors('access', { restricted: 403, not_offered: 409, not_hidden: 409, reviewed: 409, own_review: 409, glass_ended: 409, member_ended: 409, until_past: 422, role_unknown: 422, told_needed: 422 }) }

/** How a user may be bound to a patient: treats, booked or seen in a facility of the user, or is the patient. */
export const relation = z.enum(['care-team', 'facility', 'own'])
export type Relation = z.output<typeof relation>

const roleText = z.string().min(1).max(60)
const labelRule = z.object({ label: sensitivity, version: z.number().int(), roles: z.array(z.string()), isTold: z.boolean(), breaksGlass: z.boolean() })
export type LabelRule = z.output<typeof labelRule>
const relationRule = z.object({ role: z.string(), version: z.number().int(), relations: z.array(relation) })
export type RelationRule = z.output<typeof relationRule>
const settings = z.object({ version: z.number().int(), glassMinutes: z.number().int(), officerRoles: z.array(z.string()), paceCharts: z.number().int(), paceMinutes: z.number().int() })
export type AccessSettings = z.output<typeof settings>

export const glassState = z.enum(['open', 'justified', 'not-justified'])
const glass = z.object({ id, version, patientId: id, patientName: z.string(), mrn: z.string(), userId: id, userName: z.string(), reason: z.string(), startedAt: z.string(), endsAt: z.string(), endedAt: z.string().nullable(), isRunning: z.boolean(), state: glassState, reviewedAt: z.string().nullable(), reviewedBy: z.string(), reviewNote: z.string(), actions })
export type Glass = z.output<typeof glass>
const opened = z.object({ at: z.string(), action: z.string(), outcome: z.string() })
const member = z.object({ id, version, patientId: id, userId: id, userName: z.string(), relation: z.enum(['care-team', 'own']), reason: z.string(), addedAt: z.string(), untilAt: z.string().nullable(), endedAt: z.string().nullable() })
export type Member = z.output<typeof member>

const alarm = z.object({ id, version, userId: id, userName: z.string(), charts: z.number().int(), minutes: z.number().int(), raisedAt: z.string(), state: z.enum(['open', 'closed']), closedAt: z.string().nullable(), closedBy: z.string(), note: z.string(), actions })
export type Alarm = z.output<typeof alarm>

const rules = { permission: 'access.rules', phi: false } as const

/** Walls around patients: who sees whom, how the glass is broken, and how that is reviewed. */
export const access = {
  ...consents,
  listLabelRules: route({ method: 'GET', path: '/label-rules', summary: 'For each label which roles see its patients, whether others are told, and whether they may break the glass', ...rules, audit: 'search', response: z.object({ items: z.array(labelRule), nextCursor: z.null() }), errors: [] }),
  writeLabelRule: route({ method: 'PUT', path: '/label-rules/{label}', summary: 'Change who sees patients with a label', ...rules, audit: 'update', params: z.strictObject({ label: sensitivity }), ifMatch: 'optional', body: z.strictObject({ roles: z.array(roleText).max(50), isTold: z.boolean(), breaksGlass: z.boolean() }), response: labelRule, errors: [accessErrors.role_unknown, accessErrors.told_needed, peopleErrors.confirm_needed] }),
  listRelationRules: route({ method: 'GET', path: '/relation-rules', summary: 'Roles that see only patients they have a relation with', ...rules, audit: 'search', response: z.object({ items: z.array(relationRule), nextCursor: z.null() }), errors: [] }),
  writeRelationRule: route({ method: 'PUT', path: '/relation-rules/{role}', summary: 'Bind a role to its patients by relations; with none the role sees all', ...rules, audit: 'update', params: z.strictObject({ role: roleText }), ifMatch: 'optional', body: z.strictObject({ relations: z.array(relation).max(3) }), response: relationRule, errors: [accessErrors.role_unknown, peopleErrors.confirm_needed] }),
  readSettings: route({ method: 'GET', path: '/access-settings', summary: 'How long the glass stays broken, who is told, and how fast a person can open charts', ...rules, audit: 'read', response: settings, errors: [] }),
  writeSettings: route({ method: 'PATCH', path: '/access-settings', summary: 'Change these settings', ...rules, audit: 'update', ifMatch: 'optional', body: z.strictObject({ glassMinutes: z.int().min(5).max(240).optional(), officerRoles: z.array(roleText).min(1).max(20).optional(), paceCharts: z.int().min(10).max(10_000).optional(), paceMinutes: z.int().min(1).max(120).optional() }), response: settings, errors: [accessErrors.role_unknown, peopleErrors.confirm_needed] }),
  breakGlass: route({ method: 'POST', path: '/patients/{id}/break-glass', summary: 'Open a walled record for a time: with a reason, by somebody who has just proved who they are; the privacy officer is told', permission: 'access.break-glass', phi: true, audit: 'step', params: idParams, subject: 'id', body: z.strictObject({ reason: text(400).pipe(z.string().min(10)) }), status: 201, response: glass, errors: [accessErrors.not_offered, accessErrors.not_hidden, peopleErrors.confirm_needed] }),
  listOwnGlass: route({ method: 'GET', path: '/break-glass/own', summary: 'Records that the user has open behind broken glass now', permission: 'signed-in', phi: true, audit: 'search', response: z.object({ items: z.array(glass), nextCursor: z.null() }), errors: [] }),
  endGlass: route({ method: 'POST', path: '/break-glass/{id}/end', summary: 'Close the record before its time', permission: 'access.break-glass', phi: true, audit: 'step', params: idParams, body: emptyBody, response: glass, errors: [accessErrors.glass_ended] }),
  listGlass: route({ method: 'GET', path: '/break-glass', summary: 'Broken glass, newest first; those to be reviewed with `state=open`', permission: 'access.review', phi: true, audit: 'search', query: pageQuery.extend({ state: glassState.optional(), userId: id.optional() }), response: page(glass), errors: [] }),
  readGlass: route({ method: 'GET', path: '/break-glass/{id}', summary: 'What was opened behind the broken glass', permission: 'access.review', phi: true, audit: 'read', params: idParams, response: glass.extend({ opened: z.array(opened) }), errors: [] }),
  reviewGlass: route({ method: 'POST', path: '/break-glass/{id}/review', summary: 'Judge it; another person than who broke it', permission: 'access.review', phi: true, audit: 'step', params: idParams, body: z.strictObject({ outcome: z.enum(['justified', 'not-justified']), note: text(1000) }), response: glass, errors: [accessErrors.reviewed, accessErrors.own_review] }),
  listAlarms: route({ method: 'GET', path: '/access-alarms', summary: 'People who opened charts faster than a person can, newest first', permission: 'access.review', phi: false, audit: 'search', query: pageQuery.extend({ state: z.enum(['open', 'closed']).optional() }), response: page(alarm), errors: [] }),
  closeAlarm: route({ method: 'POST', path: '/access-alarms/{id}/close', summary: 'Say what it was', permission: 'access.review', phi: false, audit: 'step', params: idParams, body: z.strictObject({ note: text(1000) }), response: alarm, errors: [accessErrors.reviewed, accessErrors.own_review] }),
  listMembers: route({ method: 'GET', path: '/patients/{id}/care-team', summary: 'Who is named to the patient', permission: 'patients.labels', phi: true, audit: 'read', params: idParams, subject: 'id', query: pageQuery, response: page(member), errors: [] }),
  addMember: route({ method: 'POST', path: '/patients/{id}/care-team', summary: 'Name somebody who treats the patient, whom no label keeps from the record, or the user who is the patient', permission: 'patients.labels', phi: true, audit: 'create', params: idParams, subject: 'id', body: z.strictObject({ userId: id, relation: z.enum(['care-team', 'own']).default('care-team'), reason: text(500), untilAt: instant.optional() }), status: 201, response: member, errors: [accessErrors.until_past] }),
  endMember: route({ method: 'POST', path: '/care-team/{id}/end', summary: 'No longer named', permission: 'patients.labels', phi: true, audit: 'step', params: idParams, body: emptyBody, response: member, errors: [accessErrors.member_ended] }),
}
