import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api, billTones, touched } from '../queries.ts'

/** Vendors' bills beside what came: what differs waits for somebody who accepts it. */
export function BillsPage() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listBills({ query: { cursor, limit }, signal })
  return (
    <Page title={t('purchasing.bills')} crumbs={[{ label: t('purchasing.receipts'), path: '/purchasing/receipts' }]}>
      <DataTable
        name="vendor-bills" queryKey={['purchasing', 'bills']} load={load} rowId={(row) => row.id} rowPath={(row) => `/purchasing/receipts/${row.goodsReceiptId}`} empty={{ title: t('purchasing.bills.none'), hint: t('purchasing.bills.hint') }}
        columns={[
          { key: 'vendor', label: t('purchasing.vendor'), render: (row) => <bdi>{row.vendorName}</bdi>, csv: (row) => row.vendorName },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={billTones[row.state]} label={t(`purchasing.bill.${row.state}`)} />, csv: (row) => row.state },
          { key: 'amount', label: t('purchasing.bill.billed'), align: 'end', render: (row) => <Money value={row.amount} />, csv: (row) => row.amount.amount }, { key: 'difference', label: t('purchasing.bill.difference'), align: 'end', render: (row) => (Number(row.difference.amount) === 0 ? '–' : <Money value={row.difference} />), csv: (row) => row.difference.amount },
          { key: 'number', label: t('purchasing.bill.number'), render: (row) => <bdi>{row.billNumber}</bdi>, csv: (row) => row.billNumber },
          { key: 'on', label: t('common.date'), render: (row) => format.day(row.billedOn), csv: (row) => row.billedOn }, { key: 'due', label: t('purchasing.bill.due'), render: (row) => format.day(row.dueOn), csv: (row) => row.dueOn },
        ]}
        rowMenu={(row) => (row.state === 'disputed' && can('purchasing.approve') ? <LifecycleButtons size="xs" actions={['approve']} invalidate={touched} steps={[{ step: 'approve', label: t('purchasing.bill.accept'), needsReason: true, run: (reason: string) => api.approveBill({ params: { id: row.id }, ifMatch: row.version, body: { reason } }) }]} /> : null)}
      />
    </Page>
  )
}
