import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { AppointmentDetails } from '../parts/appointment-details.tsx'
import { appointmentQuery } from '../queries.ts'

export function AppointmentPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery(appointmentQuery(id))
  return (
    <>
      {query.data === undefined ? null : <PatientBanner patientId={query.data.patientId} />}
      <Page title={t('scheduling.appointment.title')} crumbs={[{ label: t('scheduling.appointments.title'), path: '/appointments' }]}>
        <Section>
          <AppointmentDetails id={id} />
        </Section>
      </Page>
    </>
  )
}
