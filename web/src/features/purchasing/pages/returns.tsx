import { Button } from '@mantine/core'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

/** What went back to vendors, each with its debit note. */
export function ReturnsPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listReturns({ query: { facilityId, cursor, limit }, signal })
  return (
    <Page title={t('purchasing.returns')} crumbs={[{ label: t('purchasing.receipts'), path: '/purchasing/receipts' }]}>
      <DataTable
        name="purchase-returns" queryKey={['purchasing', 'returns', facilityId]} load={load} rowId={(row) => row.id} rowPath={(row) => `/purchasing/receipts/${row.goodsReceiptId}`} empty={{ title: t('purchasing.returns.none'), hint: t('purchasing.returns.hint') }}
        columns={[
          { key: 'number', label: t('inventory.number'), render: (row) => row.number, csv: (row) => row.number }, { key: 'vendor', label: t('purchasing.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName },
          { key: 'reason', label: t('common.reason'), isProse: true, render: (row) => <bdi>{row.reason}</bdi>, csv: (row) => row.reason }, { key: 'at', label: t('common.date'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
          { key: 'total', label: t('common.total'), align: 'end', render: (row) => <Money value={row.total} />, csv: (row) => row.total.amount },
        ]}
        rowMenu={(row) => <Button size="xs" variant="default" onClick={() => void api.printReturn({ params: { id: row.id } }).then(openBlob)}>{t('purchasing.return.print')}</Button>}
      />
    </Page>
  )
}
