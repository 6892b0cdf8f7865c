import { alerts } from '#contract/alerts.ts'
import { on } from '#kernel/events.ts'
import { defineModule } from '#kernel/module.ts'
import { erasurePort, mergePort, timelinePort } from '../patients/index.ts'
import { forgetPatients } from './erasing.ts'
import { handlers } from './routes.ts'
import { alertEscalated, alertRaised, alertWithdrawn, escalateDue, timelineOf } from './service.ts'
import { tellRecipients, tellWithdrawn } from './telling.ts'

export { alertAcknowledged, alertEscalated, type AlertInput, alertRaised, alertWithdrawn, hasOpenAlert, raiseAlert, withdrawAlerts } from './service.ts'

const clinicians = ['doctor', 'nurse', 'therapist'] as const

/** What somebody must know now: told, timed, escalated, and closed only by a person. */
export const alertsModule = defineModule({
  name: 'alerts',
  contract: alerts,
  handlers,
  permissions: {
    'alerts.read': ['admin', ...clinicians, 'lab-technician', 'radiologist', 'pharmacist', 'auditor'],
    'alerts.write': ['admin', ...clinicians, 'lab-technician', 'radiologist', 'pharmacist'],
    'alerts.acknowledge': ['admin', ...clinicians, 'lab-technician', 'radiologist', 'pharmacist'],
    // May be the one who knows: others name whom they told.
    'alerts.answer': clinicians,
    'alerts.rules': ['admin'],
  },
  after: [on(alertRaised, 'alerts.tell', tellRecipients), on(alertEscalated, 'alerts.tell-again', tellRecipients), on(alertWithdrawn, 'alerts.tell-withdrawn', tellWithdrawn)],
  jobs: { escalate: escalateDue },
  schedules: { escalate: '* * * * *' },
  provides: [erasurePort.of(forgetPatients), timelinePort.of(timelineOf), mergePort.of({ table: 'alerts', column: 'patient_id' })],
})
