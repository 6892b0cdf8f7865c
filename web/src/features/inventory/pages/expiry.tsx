import { SegmentedControl } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api, touched, type StockLine } from '../queries.ts'

const spans = ['0', '30', '60', '90'] as const
const plusDays = (on: string, days: number): string => new Date(Date.parse(`${on}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** What is past its day leaves the books with a document of its own. */
function WriteOff({ row }: { row: StockLine }) {
  const t = useText()
  const line = { itemId: row.itemId, lotId: row.lotId, quantity: row.quantity }
  const confirm = t('inventory.writeOff.confirm', { quantity: row.quantity, unit: row.unit, item: row.itemName, batch: row.batch, store: row.storeName })
  return <LifecycleButtons size="xs" actions={['write-off']} invalidate={touched} steps={[{ step: 'write-off', label: t('inventory.writeOff'), needsReason: true, isDangerous: true, confirm, run: (reason) => api.bookDocument({ body: { kind: 'expiry', storeId: row.storeId, reason, lines: [line] } }) }]} />
}

/** What has expired or soon will: the work-list of the shelves. */
export function ExpiryPage() {
  const t = useText()
  const format = useFormat()
  const [param, setSpan] = useSearchParam('days')
  const span = spans.find((one) => one === param) ?? '90'
  const { can } = useAuth()
  const today = format.today()
  const before = plusDays(today, Number(span))
  const load = ({ cursor, limit, signal }: PageRequest) => api.listStock({ query: { expiresBefore: before, cursor, limit }, signal })
  const isPast = (row: StockLine): boolean => row.expiresOn !== null && row.expiresOn < today
  return (
    <Page title={t('inventory.expiry')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<SegmentedControl aria-label={t('inventory.expiry')} data={spans.map((value) => ({ value, label: value === '0' ? t('inventory.expired') : t('inventory.days', { count: Number(value) }) }))} value={span} onChange={setSpan} />}>
      <DataTable
        name="expiry" queryKey={['inventory', 'expiry', before]} load={load} rowId={(row) => `${row.storeId}${row.lotId}`} rowPath={(row) => `/stock/items/${row.itemId}`} empty={{ title: t('inventory.expiry.none') }} rowMenu={(row) => (isPast(row) && can('inventory.write') ? <WriteOff row={row} /> : null)}
        columns={[
          { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName },
          { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi> },
          { key: 'expires', label: t('inventory.expires'), render: (row) => format.day(row.expiresOn), csv: (row) => row.expiresOn ?? '' },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={isPast(row) ? 'bad' : 'warn'} label={t(isPast(row) ? 'inventory.expired' : 'inventory.expiresSoon')} /> },
          { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> },
          { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity },
        ]}
      />
    </Page>
  )
}
