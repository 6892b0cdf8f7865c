import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { DispenseForm } from '../parts/dispense-form.tsx'
import { PrescriptionCard } from '../parts/prescription-card.tsx'
import { prescriptionQuery } from '../queries.ts'

/** One prescription: what was ordered, what was handed out, and the rest to give. */
export function PrescriptionPage() {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery(prescriptionQuery(usePathParam('id')))
  return (
    <>
      {query.data === undefined ? null : <PatientBanner patientId={query.data.patientId} />}
      <Page title={t('medications.prescription.title')} crumbs={[{ label: t('medications.prescriptions.title'), path: '/prescriptions' }]}>
        <Loaded query={query}>
          {(prescription) => (
            <>
              <Section>
                <PrescriptionCard prescription={prescription} />
              </Section>
              {prescription.actions.includes('dispense') && can('medications.dispense', prescription.facilityId) ? (
                <Section title={t('medications.step.dispense')}>
                  <DispenseForm key={prescription.version} prescription={prescription} />
                </Section>
              ) : null}
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}
