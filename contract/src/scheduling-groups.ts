import { z } from 'zod'
import { actions, clock, date, emptyBody, id, idParams, instant, optionalText, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { defineErrors, route } from './define.ts'

export const groupErrors = defineErrors('scheduling', { slot_taken: 409, group_taken: 409, session_full: 409, session_closed: 409, session_not_yet: 409, already_enrolled: 409, room_known: 409, in_past: 422, too_few_places: 422, patient_deceased: 422, room_elsewhere: 422 })

/** States of a group session and the steps between them. */
export const sessionLifecycle = lifecycle({
  initial: 'scheduled',
  states: ['scheduled', 'in-progress', 'completed', 'cancelled'],
  steps: {
    start: { from: ['scheduled'], to: 'in-progress' },
    complete: { from: ['scheduled', 'in-progress'], to: 'completed' },
    cancel: { from: ['scheduled'], to: 'cancelled' },
    reschedule: { from: ['scheduled'], to: 'scheduled' },
  },
})
export const sessionState = z.enum(sessionLifecycle.states)

/** States of somebody in a session; `offer` and `withdraw` are taken by the system when a place becomes free or is gone again. */
export const enrolmentLifecycle = lifecycle({
  initial: 'enrolled',
  states: ['waiting', 'offered', 'enrolled', 'checked-in', 'absent', 'cancelled'],
  steps: {
    offer: { from: ['waiting'], to: 'offered' },
    withdraw: { from: ['offered'], to: 'waiting' },
    accept: { from: ['waiting', 'offered'], to: 'enrolled' },
    'check-in': { from: ['enrolled', 'absent'], to: 'checked-in' },
    absent: { from: ['enrolled', 'checked-in'], to: 'absent' },
    reopen: { from: ['checked-in', 'absent'], to: 'enrolled' },
    cancel: { from: ['waiting', 'offered', 'enrolled'], to: 'cancelled' },
  },
})
export const enrolmentState = z.enum(enrolmentLifecycle.states)

/** One session, or it and all later ones of its course. */
export const groupScope = z.enum(['session', 'course'])

const places = z.int().min(1).max(500)
const minutes = z.int().min(10).max(480)
const roomBody = z.strictObject({ facilityId: id, name: text(80), places: z.int().min(1).max(1000) })
const room = z.object({ id, version, facilityId: id, name: z.string(), places: z.int(), isActive: z.boolean() })

export const groupSession = z.object({
  id, version, courseId: id, facilityId: id, practitionerId: id.nullable(), practitionerName: z.string(), roomId: id.nullable(), roomName: z.string(), name: z.string(), note: z.string(), startsAt: z.string(), endsAt: z.string(), localDate: date, localTime: clock, timeZone: z.string(),
  places: z.int(), taken: z.int(), waiting: z.int(), state: sessionState, cancelReason: z.string(), actions,
})
export type GroupSession = z.output<typeof groupSession>

const enrolment = z.object({
  id, version, sessionId: id, patientId: id, patientName: z.string(), patientMrn: z.string(), state: enrolmentState, note: z.string(), checkedInAt: z.string().nullable(), cancelledBy: z.enum(['patient', 'clinic']).nullable(), cancelReason: z.string(), isToTell: z.boolean(), toldAt: z.string().nullable(), createdAt: z.string(), actions,
})
export type Enrolment = z.output<typeof enrolment>

const newSessions = z.strictObject({
  name: text(120), facilityId: id, practitionerId: id.optional(), roomId: id.optional(), startsAt: instant, minutes, places, note: optionalText(500).optional(), everyDays: z.int().min(1).max(90).default(7), count: z.int().min(1).max(52).default(1),
})
const sessionStep = { method: 'POST', permission: 'scheduling.groups', audit: 'step', phi: false, params: idParams, ifMatch: 'optional', response: groupSession, errors: [lifecycleErrors.illegal_step, groupErrors.session_not_yet] } as const
const enrolmentStep = { method: 'POST', permission: 'scheduling.write', audit: 'step', phi: true, params: idParams, ifMatch: 'optional', response: enrolment, errors: [lifecycleErrors.illegal_step, groupErrors.session_closed, groupErrors.session_full, groupErrors.session_not_yet] } as const
const enrolBody = z.strictObject({ patientId: id, scope: groupScope.default('session'), mayWait: z.boolean().default(false), note: optionalText(300).optional() })

export const groupRoutes = {
  listRooms: route({ method: 'GET', path: '/rooms', summary: 'Rooms by name', permission: 'scheduling.read', audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional() }), response: page(room), errors: [] }),
  addRoom: route({ method: 'POST', path: '/rooms', summary: 'Add a room that can be booked', permission: 'scheduling.schedules', audit: 'create', phi: false, body: roomBody, status: 201, response: room, errors: [groupErrors.room_known] }),
  updateRoom: route({ method: 'PATCH', path: '/rooms/{id}', summary: 'Rename a room, change its places or retire it', permission: 'scheduling.schedules', audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: roomBody.omit({ facilityId: true }).extend({ isActive: z.boolean() }).partial(), response: room, errors: [groupErrors.room_known] }),
  listSessions: route({ method: 'GET', path: '/group-sessions', summary: 'Group sessions by time, with how many places are taken', permission: 'scheduling.read', audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional(), practitionerId: id.optional(), roomId: id.optional(), courseId: id.optional(), state: sessionState.optional(), from: instant.optional(), to: instant.optional() }), response: page(groupSession), errors: [] }),
  addSessions: route({ method: 'POST', path: '/group-sessions', summary: 'Plan a session, or a course at the same wall time every so many days; all or none', permission: 'scheduling.groups', audit: 'create', phi: false, body: newSessions, status: 201, response: z.object({ id, items: z.array(groupSession) }), errors: [groupErrors.group_taken, groupErrors.slot_taken, groupErrors.in_past, groupErrors.room_elsewhere] }),
  readSession: route({ method: 'GET', path: '/group-sessions/{id}', summary: 'Read a group session', permission: 'scheduling.read', audit: 'read', phi: false, params: idParams, response: groupSession, errors: [] }),
  updateSession: route({ method: 'PATCH', path: '/group-sessions/{id}', summary: 'Change name, note or places; more places are offered to those who wait', permission: 'scheduling.groups', audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ name: text(120).optional(), note: optionalText(500).optional(), places: places.optional() }), response: groupSession, errors: [groupErrors.too_few_places, groupErrors.session_closed] }),
  startSession: route({ ...sessionStep, path: '/group-sessions/{id}/start', summary: 'Begin', body: emptyBody }),
  completeSession: route({ ...sessionStep, path: '/group-sessions/{id}/complete', summary: 'End; who was not checked in counts as absent, who waited goes', body: emptyBody }),
  cancelSession: route({ ...sessionStep, path: '/group-sessions/{id}/cancel', summary: 'Cancel, or with all later sessions of the course; frees practitioner and room and tells everybody in it', body: reasonBody.extend({ scope: groupScope.default('session') }) }),
  rescheduleSession: route({ ...sessionStep, path: '/group-sessions/{id}/reschedule', summary: 'Move to another time, practitioner or room; tells everybody in it', body: z.strictObject({ startsAt: instant, practitionerId: id.optional(), roomId: id.optional() }), errors: [...sessionStep.errors, groupErrors.group_taken, groupErrors.slot_taken, groupErrors.in_past, groupErrors.room_elsewhere] }),
  listEnrolments: route({ method: 'GET', path: '/group-sessions/{id}/enrolments', summary: 'Who is in a session, in the order in which they came to it', permission: 'scheduling.read', audit: 'search', phi: true, params: idParams, query: pageQuery, response: page(enrolment), errors: [] }),
  enrol: route({ method: 'POST', path: '/group-sessions/{id}/enrolments', summary: 'Enrol a patient into a session, or into it and all later ones of its course; a full one is refused or waited for', permission: 'scheduling.write', audit: 'create', phi: true, params: idParams, body: enrolBody, status: 201, response: z.object({ id, items: z.array(enrolment) }), errors: [groupErrors.session_full, groupErrors.session_closed, groupErrors.already_enrolled, groupErrors.patient_deceased] }),
  acceptPlace: route({ ...enrolmentStep, path: '/group-enrolments/{id}/accept', summary: 'Take the free place', body: emptyBody }),
  checkInEnrolment: route({ ...enrolmentStep, path: '/group-enrolments/{id}/check-in', summary: 'Has come', body: emptyBody }),
  markAbsent: route({ ...enrolmentStep, path: '/group-enrolments/{id}/absent', summary: 'Did not come', body: emptyBody }),
  reopenEnrolment: route({ ...enrolmentStep, path: '/group-enrolments/{id}/reopen', summary: 'Take back what was marked', body: emptyBody }),
  leaveGroup: route({ ...enrolmentStep, path: '/group-enrolments/{id}/cancel', summary: 'Leave a session, or it and all later ones of its course; the place is offered to the longest waiting', body: reasonBody.extend({ by: z.enum(['patient', 'clinic']).default('patient'), scope: groupScope.default('session') }) }),
  markTold: route({ ...enrolmentStep, path: '/group-enrolments/{id}/tell', summary: 'Has been told by somebody of a change or a cancellation', body: emptyBody }),
  printAttendance: route({ method: 'GET', path: '/group-sessions/{id}/attendance-list', summary: 'Attendance list to print', permission: 'scheduling.read', audit: 'print', phi: true, params: idParams, response: 'binary', transaction: 'none', errors: [] }),
}
