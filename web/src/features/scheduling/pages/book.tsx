import { visitType as visitTypes } from '#contract/scheduling.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { BookingForm } from '../parts/booking-form.tsx'
import { usePractitionerParam } from '../queries.ts'

export function BookPage() {
  const t = useText()
  const go = useGo()
  const [patientId] = useSearchParam('patientId')
  const [visitType] = useSearchParam('visitType')
  const [practitionerId] = usePractitionerParam()
  return (
    <>
      {patientId === undefined ? null : <PatientBanner patientId={patientId} />}
      <Page title={t('scheduling.book.title')} crumbs={[{ label: t('scheduling.appointments.title'), path: '/appointments' }]}>
        <Section>
          <BookingForm key={`${patientId ?? ''}.${practitionerId ?? ''}`} patientId={patientId} practitionerId={practitionerId} visitType={visitTypes.safeParse(visitType).data} onDone={(appointment) => go(`/appointments/${appointment.id}`)} onCancel={() => history.back()} />
        </Section>
      </Page>
    </>
  )
}
