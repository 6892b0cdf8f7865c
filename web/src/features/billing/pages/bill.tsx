import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientBanner, patientQuery } from '../../../ui/patient-banner.tsx'
import { BillView } from '../parts/bill-view.tsx'
import { billQuery } from '../queries.ts'

/** One bill by its address. */
export function BillPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery(billQuery(id))
  const patient = useQuery({ ...patientQuery(query.data?.patientId ?? ''), enabled: query.data !== undefined })
  return (
    <>
      {query.data === undefined ? null : <PatientBanner patientId={query.data.patientId} />}
      <Page title={query.data?.number ?? t('billing.draft')} patient={patient.data} crumbs={[{ label: t('billing.bills.title'), path: '/billing/invoices' }]}>
        <BillView id={id} />
      </Page>
    </>
  )
}
