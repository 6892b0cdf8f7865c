import { z } from 'zod'
import { actions, emptyBody, id, idParams, instant, optionalText, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { timelineItem } from './patients.ts'
import { defineErrors, route } from './define.ts'
import { appointment, schedulingErrors, visitType } from './scheduling.ts'

export const encounterErrors = defineErrors('encounter', { incomplete: 409 })

export const encounterClass = z.enum(['outpatient', 'inpatient', 'emergency', 'tele', 'day-care'])
export const medicineSystem = z.enum(['allopathy', 'ayurveda', 'homeopathy'])

/** States of a visit. */
export const encounterLifecycle = lifecycle({
  initial: 'checked-in',
  states: ['checked-in', 'in-consultation', 'closed', 'cancelled'],
  steps: {
    'start-consult': { from: ['checked-in'], to: 'in-consultation' },
    close: { from: ['in-consultation'], to: 'closed' },
    cancel: { from: ['checked-in'], to: 'cancelled' },
  },
})
export const encounterState = z.enum(['checked-in', 'in-consultation', 'closed', 'cancelled'])
export const encounter = z.object({
  id, version, patientId: id, facilityId: id, practitionerId: id.nullable(), practitionerName: z.string(), class: encounterClass, system: medicineSystem, state: encounterState, appointmentId: id.nullable(), token: z.number().int().nullable(),
  openedAt: z.string(), startedAt: z.string().nullable(), closedAt: z.string().nullable(), missing: z.array(z.string()), actions,
})

export const taskLifecycle = lifecycle({
  initial: 'open',
  states: ['open', 'in-progress', 'completed', 'cancelled'],
  steps: {
    assign: { from: ['open', 'in-progress'], to: 'open' },
    start: { from: ['open'], to: 'in-progress' },
    complete: { from: ['open', 'in-progress'], to: 'completed' },
    cancel: { from: ['open', 'in-progress'], to: 'cancelled' },
  },
})
export const taskState = z.enum(['open', 'in-progress', 'completed', 'cancelled'])
const task = z.object({ id, version, title: z.string(), note: z.string(), patientId: id.nullable(), assigneeId: id.nullable(), assigneeName: z.string(), dueAt: z.string().nullable(), state: taskState, isOverdue: z.boolean(), escalatedAt: z.string().nullable(), createdAt: z.string(), actions })
/** What a list shows of the patient, so that nobody has to ask row by row. */
const ofPatient = { patientName: z.string(), patientMrn: z.string() }
const listedVisit = encounter.extend(ofPatient)
const listedTask = task.extend(ofPatient)
export const taskOrder = z.enum(['due', 'newest'])
const step = { method: 'POST', permission: 'encounters.write', audit: 'step', phi: true, params: idParams, body: emptyBody, ifMatch: 'optional', response: encounter } as const
const taskStep = { method: 'POST', permission: 'encounters.tasks', audit: 'step', phi: true, params: idParams, ifMatch: 'optional', response: task, errors: [lifecycleErrors.illegal_step] } as const
const visit = appointment.extend({ encounterId: id.nullable() })

export const encounters = {
  checkIn: route({ method: 'POST', path: '/appointments/{id}/check-in', summary: 'The patient has come: gives a token and opens the visit', permission: 'encounters.check-in', audit: 'step', phi: true, params: idParams, body: emptyBody, ifMatch: 'optional', response: visit, errors: [lifecycleErrors.illegal_step] }),
  walkIn: route({ method: 'POST', path: '/appointments/walk-in', summary: 'Somebody came without appointment: no slot, a token at once, and the visit opens', permission: 'encounters.check-in', audit: 'create', phi: true, body: z.strictObject({ patientId: id, practitionerId: id, facilityId: id, visitType: visitType.default('new-consultation'), reason: optionalText(500).optional() }), status: 201, response: visit, errors: [schedulingErrors.patient_deceased] }),
  startAppointment: route({ method: 'POST', path: '/appointments/{id}/start', summary: 'The consultation begins', permission: 'encounters.write', audit: 'step', phi: true, params: idParams, body: emptyBody, ifMatch: 'optional', response: visit, errors: [lifecycleErrors.illegal_step] }),
  completeAppointment: route({ method: 'POST', path: '/appointments/{id}/complete', summary: 'The appointment is over; the visit is closed on its own', permission: 'encounters.write', audit: 'step', phi: true, params: idParams, body: emptyBody, ifMatch: 'optional', response: visit, errors: [lifecycleErrors.illegal_step] }),
  list: route({ method: 'GET', path: '/encounters', summary: 'Visits, newest first', permission: 'encounters.read', audit: 'search', phi: true, query: pageQuery.extend({ patientId: id.optional(), facilityId: id.optional(), practitionerId: id.optional(), state: encounterState.optional(), from: instant.optional(), to: instant.optional() }), response: page(listedVisit), errors: [] }),
  open: route({ method: 'POST', path: '/encounters', summary: 'Open a visit without appointment', permission: 'encounters.check-in', audit: 'create', phi: true, body: z.strictObject({ patientId: id, facilityId: id, class: encounterClass, practitionerId: id.optional(), system: medicineSystem.optional() }), status: 201, response: encounter, errors: [schedulingErrors.patient_deceased] }),
  read: route({ method: 'GET', path: '/encounters/{id}', summary: 'Read a visit with what it still lacks', permission: 'encounters.read', audit: 'read', phi: true, params: idParams, response: encounter, errors: [] }),
  assign: route({ method: 'POST', path: '/encounters/{id}/assign', summary: 'Give the visit to a practitioner', permission: 'encounters.check-in', audit: 'step', phi: true, params: idParams, body: z.strictObject({ practitionerId: id }), ifMatch: 'optional', response: encounter, errors: [lifecycleErrors.illegal_step] }),
  startConsult: route({ ...step, path: '/encounters/{id}/start-consult', summary: 'Start the consultation', errors: [lifecycleErrors.illegal_step] }),
  close: route({ ...step, path: '/encounters/{id}/close', summary: 'Close the visit; 409 names what is missing', errors: [lifecycleErrors.illegal_step, encounterErrors.incomplete] }),
  cancel: route({ ...step, permission: 'encounters.check-in', path: '/encounters/{id}/cancel', summary: 'Cancel a visit that did not begin; its appointment is cancelled with it', body: reasonBody.extend({ by: z.enum(['patient', 'clinic']).default('patient') }), errors: [lifecycleErrors.illegal_step] }),
  timeline: route({ method: 'GET', path: '/encounters/{id}/timeline', summary: 'What happened in the visit', permission: 'encounters.read', audit: 'read', phi: true, params: idParams, response: z.object({ items: z.array(timelineItem), nextCursor: z.null() }), errors: [] }),
  listTasks: route({ method: 'GET', path: '/tasks', summary: 'Tasks, soonest due first and those without a time last, or newest first', permission: 'encounters.tasks', audit: 'search', phi: true, query: pageQuery.extend({ assigneeId: id.optional(), state: taskState.optional(), dueBefore: instant.optional(), patientId: id.optional(), order: taskOrder.default('due') }), response: page(listedTask), errors: [] }),
  createTask: route({ method: 'POST', path: '/tasks', summary: 'Add a task', permission: 'encounters.tasks', audit: 'create', phi: true, body: z.strictObject({ title: text(200), patientId: id.optional(), assigneeId: id.optional(), dueAt: instant.optional(), note: optionalText(1000).optional() }), status: 201, response: task, errors: [] }),
  assignTask: route({ ...taskStep, path: '/tasks/{id}/assign', summary: 'Give to somebody', body: z.strictObject({ assigneeId: id }) }),
  startTask: route({ ...taskStep, path: '/tasks/{id}/start', summary: 'Begin', body: emptyBody }),
  completeTask: route({ ...taskStep, path: '/tasks/{id}/complete', summary: 'Done', body: emptyBody }),
  cancelTask: route({ ...taskStep, path: '/tasks/{id}/cancel', summary: 'Not needed any more', body: reasonBody.partial().optional() }),
}
