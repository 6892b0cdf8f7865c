import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

/** What was handed out, for labels and returns. */
export function DispensesPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listDispenses({ query: { facilityId, cursor, limit }, signal })
  return (
    <Page title={t('pharmacy.dispenses')}>
      <DataTable
        name="dispenses" queryKey={['pharmacy', 'dispenses', facilityId]} load={load} rowId={(row) => row.id} rowPath={(row) => `/pharmacy/dispenses/${row.id}`} empty={{ title: t('pharmacy.dispenses.none') }}
        columns={[
          { key: 'patient', label: t('common.patient'), render: (row) => <bdi>{row.patientName}</bdi>, csv: (row) => row.patientName },
          { key: 'prescription', label: t('pharmacy.prescription'), render: (row) => row.prescriptionNumber },
          { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
          { key: 'lines', label: t('inventory.lines'), render: (row) => <bdi>{row.lines.map((line) => `${line.itemName} ${line.quantity}`).join(', ')}</bdi> },
          { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.dispensedBy}</bdi> },
        ]}
      />
    </Page>
  )
}
