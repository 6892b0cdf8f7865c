import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import type { LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { api, visits, type Appointment } from '../queries.ts'

/** Steps of an appointment: what its state allows and this user may. */
export function useAppointmentSteps(appointment: Appointment): { actions: string[]; steps: LifecycleStep[] } {
  const t = useText()
  const go = useGo()
  const { can } = useAuth()
  const request = { params: { id: appointment.id }, ifMatch: appointment.version }
  const start = async () => {
    const visit = await visits.startAppointment({ ...request, body: {} })
    if (visit.encounterId !== null) go(`/encounters/${visit.encounterId}`)
  }
  const all: (LifecycleStep & { permission: string })[] = [
    { step: 'check-in', permission: 'encounters.check-in', label: t('scheduling.step.checkIn'), isPrimary: true, run: () => visits.checkIn({ ...request, body: {} }) },
    { step: 'start', permission: 'encounters.write', label: t('scheduling.step.start'), isPrimary: true, run: start },
    { step: 'complete', permission: 'encounters.write', label: t('scheduling.step.complete'), run: () => visits.completeAppointment({ ...request, body: {} }) },
    { step: 'confirm', permission: 'scheduling.write', label: t('scheduling.step.confirm'), run: () => api.confirm({ ...request, body: {} }) },
    { step: 'no-show', permission: 'scheduling.write', label: t('scheduling.step.noShow'), confirm: t('scheduling.step.noShowConfirm'), run: () => api.noShow({ ...request, body: {} }) },
    { step: 'cancel', permission: 'scheduling.write', label: t('scheduling.step.cancelPatient'), needsReason: true, isDangerous: true, run: (reason) => api.cancel({ ...request, body: { reason, by: 'patient' } }) },
    { step: 'cancel-clinic', permission: 'scheduling.write', label: t('scheduling.step.cancelClinic'), needsReason: true, isDangerous: true, run: (reason) => api.cancel({ ...request, body: { reason, by: 'clinic' } }) },
  ]
  const actions = appointment.actions.includes('cancel') ? [...appointment.actions, 'cancel-clinic'] : appointment.actions
  return { actions, steps: all.filter((step) => can(step.permission, appointment.facilityId)) }
}
