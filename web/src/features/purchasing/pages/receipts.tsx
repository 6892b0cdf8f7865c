import { Button } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { api } from '../queries.ts'

/** What came from vendors. */
export function ReceiptsPage() {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const { facilityId } = useAuth()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listReceipts({ query: { facilityId, cursor, limit }, signal })
  return (
    <Page title={t('purchasing.receipts')} actions={<Button variant="default" onClick={() => go('/purchasing/bills')}>{t('purchasing.bills')}</Button>}>
      <DataTable
        name="receipts" queryKey={['purchasing', 'receipts', facilityId]} load={load} rowId={(row) => row.id} rowPath={(row) => `/purchasing/receipts/${row.id}`} empty={{ title: t('purchasing.receipts.none') }}
        columns={[{ key: 'number', label: t('inventory.number'), render: (row) => row.number }, { key: 'vendor', label: t('purchasing.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName }, { key: 'on', label: t('common.date'), render: (row) => format.day(row.receivedOn), csv: (row) => row.receivedOn }, { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> }, { key: 'tax', label: t('purchasing.tax'), align: 'end', render: (row) => <Money value={row.taxTotal} />, csv: (row) => row.taxTotal.amount }, { key: 'total', label: t('common.total'), align: 'end', render: (row) => <Money value={row.total} />, csv: (row) => row.total.amount }]}
      />
    </Page>
  )
}
