import { useState } from 'react'
import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, usePathParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner, patientQuery } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { AllergyWarnings } from '../parts/allergy-warnings.tsx'
import { DispenseForm } from '../parts/dispense-form.tsx'
import { HandedOut } from '../parts/handed-out.tsx'
import { PrescriptionCard } from '../parts/prescription-card.tsx'
import { Refuse } from '../parts/refuse.tsx'
import { prescriptionQuery, type Warned } from '../queries.ts'

/** One prescription: what was ordered, what was handed out, and the rest to give. */
export function PrescriptionPage() {
  const t = useText()
  const { can } = useAuth()
  const go = useGo()
  const [repeated, setRepeated] = useState<Warned>()
  const query = useQuery(prescriptionQuery(usePathParam('id')))
  const patient = useQuery(patientQuery(query.data?.patientId ?? ''))
  const open = (draft: Warned) => {
    setRepeated(draft)
    go(`/prescriptions/${draft.id}`)
  }
  return (
    <>
      {query.data === undefined ? null : <PatientBanner patientId={query.data.patientId} />}
      <Page title={t('medications.prescription.title')} patient={patient.data} crumbs={[{ label: t('medications.prescriptions.title'), path: '/prescriptions' }]}>
        <Loaded query={query}>
          {(prescription) => (
            <>
              <AllergyWarnings warnings={repeated?.id === prescription.id ? repeated.warnings : []} />
              <Section>
                <PrescriptionCard prescription={prescription} onRepeated={open} onEdit={() => go(`/prescriptions/new?encounterId=${prescription.encounterId}&draftId=${prescription.id}`)} />
              </Section>
              {prescription.actions.includes('dispense') && can('medications.dispense', prescription.facilityId) ? (
                <Section title={t('medications.step.dispense')} actions={<Refuse prescription={prescription} />}>
                  {prescription.refusedReason === '' ? null : <Alert color="yellow" variant="outline" mb="sm" title={t('medications.refused')}><bdi>{prescription.refusedReason}</bdi></Alert>}
                  <DispenseForm key={prescription.version} prescription={prescription} />
                </Section>
              ) : null}
              {prescription.number !== null && can('pharmacy.read', prescription.facilityId) ? <HandedOut prescriptionId={prescription.id} /> : null}
            </>
          )}
        </Loaded>
      </Page>
    </>
  )
}
