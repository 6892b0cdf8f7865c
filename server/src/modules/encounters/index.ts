import { encounters } from '#contract/encounters.ts'
import { on } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { erasurePort, mergePort, retentionPort, timelinePort, visitPort } from '../patients/index.ts'
import { appointmentChanged } from '../scheduling/index.ts'
import { patientEncounters } from './repo.ts'
import { handlers } from './routes.ts'
import { forgetPatients, lastVisit } from './erasing.ts'
import { followCancelled } from './service.ts'
import { escalateOverdue } from './tasks.ts'

export { countVisits, type VisitCounts } from './counting.ts'
export { importEncounters, type ImportedEncounter } from './importing.ts'
export { closeEncounter, encounterCancelled, encounterClosed, encounterForWrite, encounterOf, encounterOpened, encounterStarted, openEncounter, startConsult } from './service.ts'
export { openTask, taskOverdue } from './tasks.ts'
export { closeRulePort, encounterTimelinePort } from './ports.ts'
export type { EncounterRow } from './repo.ts'

const clinical = ['doctor', 'nurse', 'therapist'] as const

/** Visits with their close rules, and tasks. */
export const encountersModule = defineModule({
  name: 'encounters',
  contract: encounters,
  handlers,
  permissions: {
    'encounters.read': ['admin', ...clinical, 'receptionist', 'cashier', 'pharmacist', 'lab-technician', 'radiologist', 'auditor'],
    'encounters.write': ['admin', 'doctor', 'therapist'],
    'encounters.check-in': ['admin', ...clinical, 'receptionist'],
    'encounters.tasks': ['admin', ...clinical, 'receptionist', 'cashier', 'pharmacist', 'lab-technician', 'radiologist', 'biomedical-engineer', 'housekeeping'],
  },
  within: [on(appointmentChanged, 'encounters.follow-cancelled', followCancelled)],
  jobs: { 'escalate-overdue': escalateOverdue },
  schedules: { 'escalate-overdue': '* * * * *' },
  provides: [
    retentionPort.of(lastVisit),
    visitPort.of({ table: 'encounters', at: 'opened_at', counted: "state <> 'cancelled'" }),
    erasurePort.of(forgetPatients),
    timelinePort.of(async (tx, patientId, { before, limit }) => {
      const rows = await patientEncounters(tx, patientId, before, limit)
      return rows.map((row) => ({ at: row.opened_at.toISOString(), kind: 'encounter', title: row.class, ref: { type: 'encounter', id: row.id } }))
    }),
    mergePort.of({ table: 'encounters', column: 'patient_id' }),
    mergePort.of({ table: 'tasks', column: 'patient_id' }),
  ],
})
