import { scheduling } from '#contract/scheduling.ts'
import { on } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { erasurePort, mergeBlockPort, mergePort, timelinePort } from '../patients/index.ts'
import { haveSessionInCommon, patientGroups } from './enrolments-repo.ts'
import { tellGroup, tellOffered } from './groups-telling.ts'
import { groupChanged } from './groups.ts'
import { placeOffered } from './places.ts'
import { patientAppointments } from './repo.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'

export { countDay, type DayCounts } from './counting.ts'
export { appointmentBooked, appointmentChanged, namesFor, patientForBooking, stepAppointment, withdrawAppointment } from './service.ts'
export { insertWalkIn, nextToken } from './queue.ts'
export { slotOffered } from './waiting.ts'
export { presentAppointment } from './present.ts'
export { lockAppointment, type AppointmentRow } from './repo.ts'

const desk = ['admin', 'receptionist', 'doctor', 'nurse', 'therapist'] as const

/** Schedules, slots, appointments, the token queue, the waiting list, rooms and group sessions. */
export const schedulingModule = defineModule({
  name: 'scheduling',
  contract: scheduling,
  handlers,
  permissions: {
    'scheduling.read': [...desk, 'cashier', 'auditor'],
    'scheduling.write': desk,
    'scheduling.overbook': ['admin', 'doctor'],
    'scheduling.schedules': ['admin', 'receptionist'],
    'scheduling.groups': ['admin', 'receptionist', 'doctor', 'therapist'],
  },
  after: [on(groupChanged, 'scheduling.tell-group', tellGroup), on(placeOffered, 'scheduling.tell-offered', tellOffered)],
  provides: [
    erasurePort.of(forgetPatients),
    timelinePort.of(async (tx, patientId, { before, limit }) => {
      const rows = await patientAppointments(tx, patientId, before, limit)
      return rows.map((row) => ({ at: row.starts_at.toISOString(), kind: 'appointment', title: row.visit_type, ref: { type: 'appointment', id: row.id } }))
    }),
    timelinePort.of(async (tx, patientId, { before, limit }) => {
      const rows = await patientGroups(tx, patientId, before, limit)
      return rows.map((row) => ({ at: row.starts_at.toISOString(), kind: 'group', title: row.name, ref: { type: 'group-session', id: row.id } }))
    }),
    mergeBlockPort.of(async (tx, patientId, intoPatientId) => ((await haveSessionInCommon(tx, patientId, intoPatientId)) ? ['scheduling.same_session'] : [])),
    mergePort.of({ table: 'group_enrolments', column: 'patient_id' }),
    mergePort.of({ table: 'appointments', column: 'patient_id' }),
    mergePort.of({ table: 'waiting_list', column: 'patient_id' }),
  ],
})
