import { scheduling } from '#contract/scheduling.ts'
import { defineModule } from '#kernel/module.ts'
import { erasurePort, mergePort, timelinePort } from '../patients/index.ts'
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

/** Schedules, slots, appointments, the token queue and the waiting list. */
export const schedulingModule = defineModule({
  name: 'scheduling',
  contract: scheduling,
  handlers,
  permissions: {
    'scheduling.read': [...desk, 'cashier', 'auditor'],
    'scheduling.write': desk,
    'scheduling.overbook': ['admin', 'doctor'],
    'scheduling.schedules': ['admin', 'receptionist'],
  },
  provides: [
    erasurePort.of(forgetPatients),
    timelinePort.of(async (tx, patientId, { before, limit }) => {
      const rows = await patientAppointments(tx, patientId, before, limit)
      return rows.map((row) => ({ at: row.starts_at.toISOString(), kind: 'appointment', title: row.visit_type, ref: { type: 'appointment', id: row.id } }))
    }),
    mergePort.of({ table: 'appointments', column: 'patient_id' }),
    mergePort.of({ table: 'waiting_list', column: 'patient_id' }),
  ],
})
