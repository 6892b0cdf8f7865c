import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner, patientQuery } from '../../../ui/patient-banner.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { PrescriptionsPanel } from '../parts/prescriptions-panel.tsx'
import { prescriptionQuery, visitQuery, type Prescription } from '../queries.ts'

function Writing({ encounterId, start }: { encounterId: string; start: Prescription | 'new' }) {
  const query = useQuery(visitQuery(encounterId))
  return (
    <Section>
      <Loaded query={query}>{(visit) => <PrescriptionsPanel key={visit.id} encounter={visit} start={start} />}</Loaded>
    </Section>
  )
}

function GoingOn({ encounterId, draftId }: { encounterId: string; draftId: string }) {
  const query = useQuery(prescriptionQuery(draftId))
  return <Loaded query={query}>{(draft) => <Writing encounterId={encounterId} start={draft.state === 'draft' ? draft : 'new'} />}</Loaded>
}

/** The writer on a page of its own, for one visit; `draftId` goes on with a draft. */
export function WritePage() {
  const t = useText()
  const [encounterId = ''] = useSearchParam('encounterId')
  const [draftId] = useSearchParam('draftId')
  const visit = useQuery(visitQuery(encounterId))
  const patientId = visit.data?.patientId ?? ''
  const patient = useQuery(patientQuery(patientId))
  return (
    <>
      {patientId === '' ? null : <PatientBanner patientId={patientId} />}
      <Page title={t('medications.prescription.write')} patient={patient.data} crumbs={[{ label: t('medications.prescriptions.title'), path: '/prescriptions' }]}>
        {encounterId === '' ? <Empty title={t('medications.prescription.noVisit')} action={<Anchor component={Link} to="/encounters">{t('medications.prescription.chooseVisit')}</Anchor>} /> : draftId === undefined ? <Writing encounterId={encounterId} start="new" /> : <GoingOn encounterId={encounterId} draftId={draftId} />}
      </Page>
    </>
  )
}
