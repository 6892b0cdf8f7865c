import { z } from 'zod'
import { actions, clock, date, emptyBody, id, idParams, instant, optionalText, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { defineErrors, route } from './define.ts'
import { groupRoutes } from './scheduling-groups.ts'

export const schedulingErrors = defineErrors('scheduling', { slot_taken: 409, not_offered: 422, in_past: 422, patient_deceased: 422, schedule_overlaps: 422, range_too_long: 422 })

export const visitType = z.enum(['new-consultation', 'follow-up', 'procedure', 'therapy', 'tele'])

/** States of an appointment and the steps between them. */
export const appointmentLifecycle = lifecycle({
  initial: 'scheduled',
  states: ['scheduled', 'confirmed', 'checked-in', 'in-progress', 'completed', 'cancelled', 'no-show'],
  steps: {
    confirm: { from: ['scheduled'], to: 'confirmed' },
    'check-in': { from: ['scheduled', 'confirmed'], to: 'checked-in' },
    start: { from: ['checked-in'], to: 'in-progress' },
    complete: { from: ['in-progress'], to: 'completed' },
    cancel: { from: ['scheduled', 'confirmed', 'checked-in'], to: 'cancelled' },
    'no-show': { from: ['scheduled', 'confirmed'], to: 'no-show' },
    reschedule: { from: ['scheduled', 'confirmed'], to: 'scheduled' },
  },
})
export const appointmentState = z.enum(appointmentLifecycle.states)

/** States of an entry of the waiting list; `offer` is taken by the system when a fitting slot becomes free. */
export const waitingLifecycle = lifecycle({
  initial: 'waiting',
  states: ['waiting', 'offered', 'booked', 'cancelled'],
  steps: {
    offer: { from: ['waiting'], to: 'offered' },
    withdraw: { from: ['offered'], to: 'waiting' },
    book: { from: ['offered'], to: 'booked' },
    cancel: { from: ['waiting', 'offered'], to: 'cancelled' },
  },
})
export const waitingState = z.enum(waitingLifecycle.states)

const weeklyEntry = z.strictObject({ weekday: z.int().min(1).max(7), from: clock, to: clock, slotMinutes: z.int().min(5).max(240).default(30), visitTypes: z.array(visitType).max(5).default([]) })
const exception = z.strictObject({ on: date, from: clock.optional(), to: clock.optional(), isAvailable: z.boolean(), reason: optionalText(200).optional() })
export type WeeklyEntry = z.output<typeof weeklyEntry>
export type ScheduleException = z.output<typeof exception>
const scheduleBody = z.strictObject({ facilityId: id, weekly: z.array(weeklyEntry).max(50), exceptions: z.array(exception).max(400).default([]), isActive: z.boolean().default(true) })

export const appointment = z.object({
  id, version, patientId: id, patientName: z.string(), patientMrn: z.string(), practitionerId: id, practitionerName: z.string(), facilityId: id, startsAt: z.string(), endsAt: z.string(), localDate: date, localTime: clock, timeZone: z.string(),
  visitType, state: appointmentState, reason: z.string(), notes: z.string(), token: z.number().int().nullable(), seriesId: id.nullable(), rescheduledFrom: z.string().nullable(), cancelledBy: z.enum(['patient', 'clinic']).nullable(), isWalkIn: z.boolean(), actions,
})
export type Appointment = z.output<typeof appointment>
const schedule = z.object({ id: id.nullable(), version: z.int(), practitionerId: id, facilityId: id, weekly: z.array(weeklyEntry), exceptions: z.array(exception), isActive: z.boolean(), conflicts: z.array(appointment).optional() })
export const slot = z.object({ startsAt: z.string(), endsAt: z.string(), practitionerId: id, facilityId: id, visitType })
const slotQuery = z.strictObject({ practitionerId: id.optional(), doctorId: id.optional(), facilityId: id.optional(), from: z.union([date, instant]), to: z.union([date, instant]), visitType: visitType.optional() })
const bookBody = z.strictObject({ patientId: id, practitionerId: id, facilityId: id, startsAt: instant, visitType, reason: optionalText(500).optional(), isOverbooking: z.boolean().optional() })
const appointmentErrors = [lifecycleErrors.illegal_step, schedulingErrors.slot_taken, schedulingErrors.not_offered, schedulingErrors.in_past]
const step = { method: 'POST', permission: 'scheduling.write', audit: 'step', phi: true, params: idParams, ifMatch: 'optional', response: appointment, errors: appointmentErrors } as const
export const queueItem = z.object({ id, token: z.number().int(), state: appointmentState, waitingMinutes: z.number().int(), patientId: id, patientName: z.string(), patientMrn: z.string(), practitionerId: id, practitionerName: z.string(), visitType, checkedInAt: z.string(), encounterId: id.nullable(), version })
const waiting = z.object({ id, version, patientId: id, practitionerId: id.nullable(), facilityId: id, visitType, from: date.nullable(), to: date.nullable(), state: waitingState, offeredPractitionerId: id.nullable(), offeredStartsAt: z.string().nullable(), createdAt: z.string(), actions })
const move = z.object({ id, fromPractitionerId: id, fromPractitionerName: z.string(), fromStartsAt: z.string(), toPractitionerId: id, toPractitionerName: z.string(), toStartsAt: z.string(), movedAt: z.string(), movedByName: z.string() })

export const scheduling = {
  readSchedule: route({ method: 'GET', path: '/practitioners/{id}/schedule', summary: 'Weekly schedule and exceptions of a practitioner in a facility', permission: 'scheduling.read', audit: 'none', phi: false, params: idParams, query: z.strictObject({ facilityId: id.optional() }), response: schedule, errors: [] }),
  writeSchedule: route({ method: 'PUT', path: '/practitioners/{id}/schedule', summary: 'Replace the schedule; bookings that no longer fit come back in `conflicts`, none is deleted', permission: 'scheduling.schedules', audit: 'update', phi: false, params: idParams, body: scheduleBody, ifMatch: 'optional', response: schedule, errors: [schedulingErrors.schedule_overlaps] }),
  legacySchedules: route({ method: 'GET', path: '/doctor-schedules', summary: 'Older name of the schedule; day 0 is Monday', permission: 'scheduling.read', audit: 'none', phi: false, query: z.strictObject({ doctorId: id, facilityId: id.optional() }), response: z.object({ items: z.array(z.object({ doctorId: id, day: z.int(), startTime: z.string(), endTime: z.string(), slotMinutes: z.int() })), nextCursor: z.null() }), errors: [] }),
  listSlots: route({ method: 'GET', path: '/slots', summary: 'Free slots, 31 days at most', permission: 'scheduling.read', audit: 'none', phi: false, query: slotQuery, aliases: ['/appointments/available-slots'], response: z.object({ items: z.array(slot), nextCursor: z.null() }), errors: [schedulingErrors.range_too_long] }),
  list: route({ method: 'GET', path: '/appointments', summary: 'Appointments by time', permission: 'scheduling.read', audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), practitionerId: id.optional(), patientId: id.optional(), state: appointmentState.optional(), from: instant.optional(), to: instant.optional() }), response: page(appointment), errors: [] }),
  book: route({ method: 'POST', path: '/appointments', summary: 'Book a slot; overbooking needs its own permission', permission: 'scheduling.write', audit: 'create', phi: true, body: bookBody, status: 201, response: appointment, errors: [schedulingErrors.slot_taken, schedulingErrors.not_offered, schedulingErrors.in_past, schedulingErrors.patient_deceased] }),
  bookSeries: route({ method: 'POST', path: '/appointments/series', summary: 'Book the same wall time every so many days; all or none', permission: 'scheduling.write', audit: 'create', phi: true, body: bookBody.omit({ isOverbooking: true }).extend({ everyDays: z.int().min(1).max(90), count: z.int().min(2).max(52) }), status: 201, response: z.object({ id, items: z.array(appointment) }), errors: [schedulingErrors.slot_taken, schedulingErrors.not_offered, schedulingErrors.in_past, schedulingErrors.patient_deceased] }),
  read: route({ method: 'GET', path: '/appointments/{id}', summary: 'Read an appointment', permission: 'scheduling.read', audit: 'read', phi: true, params: idParams, response: appointment, errors: [] }),
  update: route({ method: 'PATCH', path: '/appointments/{id}', summary: 'Change reason or notes', permission: 'scheduling.write', audit: 'update', phi: true, params: idParams, ifMatch: 'required', body: z.strictObject({ reason: optionalText(500).optional(), notes: optionalText(1000).optional() }), response: appointment, errors: [] }),
  confirm: route({ ...step, path: '/appointments/{id}/confirm', summary: 'Confirm', body: emptyBody }),
  cancel: route({ ...step, path: '/appointments/{id}/cancel', summary: 'Cancel, by patient or clinic', body: reasonBody.extend({ by: z.enum(['patient', 'clinic']).default('patient') }) }),
  noShow: route({ ...step, path: '/appointments/{id}/no-show', summary: 'The patient did not come', body: emptyBody }),
  reschedule: route({ ...step, path: '/appointments/{id}/reschedule', summary: 'Move to another slot', body: z.strictObject({ startsAt: instant, practitionerId: id.optional() }) }),
  moves: route({ method: 'GET', path: '/appointments/{id}/moves', summary: 'Where and when it was before, oldest first', permission: 'scheduling.read', audit: 'read', phi: true, params: idParams, response: z.object({ items: z.array(move), nextCursor: z.null() }), errors: [] }),
  queue: route({ method: 'GET', path: '/queue', summary: 'Who waits today, by token', permission: 'scheduling.read', audit: 'search', phi: true, query: z.strictObject({ facilityId: id, practitionerId: id.optional() }), response: z.object({ items: z.array(queueItem), nextCursor: z.null() }), errors: [] }),
  board: route({ method: 'GET', path: '/queue/board', summary: 'Tokens without names, for the display', permission: 'scheduling.read', audit: 'none', phi: false, query: z.strictObject({ facilityId: id }), response: z.object({ items: z.array(z.object({ token: z.number().int(), state: z.string(), practitionerName: z.string() })), nextCursor: z.null() }), errors: [] }),
  listWaiting: route({ method: 'GET', path: '/waitlist', summary: 'Waiting list, longest first', permission: 'scheduling.read', audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), practitionerId: id.optional() }), response: page(waiting.extend({ patientName: z.string(), patientMrn: z.string() })), errors: [] }),
  wait: route({ method: 'POST', path: '/waitlist', summary: 'Put on the waiting list', permission: 'scheduling.write', audit: 'create', phi: true, body: z.strictObject({ patientId: id, practitionerId: id.optional(), facilityId: id.optional(), visitType, from: date.optional(), to: date.optional(), note: text(300).optional() }), status: 201, response: waiting, errors: [] }),
  cancelWaiting: route({ method: 'POST', path: '/waitlist/{id}/cancel', summary: 'Take off the waiting list', permission: 'scheduling.write', audit: 'step', phi: true, params: idParams, body: reasonBody, ifMatch: 'optional', response: waiting, errors: [lifecycleErrors.illegal_step] }),
  ...groupRoutes,
}
