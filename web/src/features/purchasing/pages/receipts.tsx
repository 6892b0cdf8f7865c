import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Can, useAuth } from '../../../kernel/auth.tsx'
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
  const add = <Can permission="purchasing.receive"><Button leftSection={<IconPlus size={16} />} onClick={() => go('/purchasing/receipts/new')}>{t('purchasing.receiveDirect')}</Button></Can>
  return (
    <Page title={t('purchasing.receipts')} actions={<><Button variant="subtle" onClick={() => go('/purchasing/returns')}>{t('purchasing.returns')}</Button><Button variant="default" onClick={() => go('/purchasing/bills')}>{t('purchasing.bills')}</Button>{add}</>}>
      <DataTable
        name="receipts" queryKey={['purchasing', 'receipts', facilityId]} load={load} rowId={(row) => row.id} rowPath={(row) => `/purchasing/receipts/${row.id}`} empty={{ title: t('purchasing.receipts.none'), hint: t('purchasing.receipts.hint'), action: add }}
        columns={[{ key: 'number', label: t('inventory.number'), render: (row) => row.number }, { key: 'vendor', label: t('purchasing.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName }, { key: 'on', label: t('common.date'), render: (row) => format.day(row.receivedOn), csv: (row) => row.receivedOn }, { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> }, { key: 'tax', label: t('purchasing.tax'), align: 'end', render: (row) => <Money value={row.taxTotal} />, csv: (row) => row.taxTotal.amount }, { key: 'total', label: t('common.total'), align: 'end', render: (row) => <Money value={row.total} />, csv: (row) => row.total.amount }]}
      />
    </Page>
  )
}
