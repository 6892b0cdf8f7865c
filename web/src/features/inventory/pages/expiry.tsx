import { SegmentedControl } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { WriteOff } from '../parts/write-off.tsx'
import { useStoreNames } from '../public.tsx'
import { api, type StockLine } from '../queries.ts'

const spans = ['0', '30', '60', '90'] as const
const plusDays = (on: string, days: number): string => new Date(Date.parse(`${on}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

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
  const nameOf = useStoreNames()
  const isPast = (row: StockLine): boolean => row.expiresOn !== null && row.expiresOn < today
  return (
    <Page title={t('inventory.expiry')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<SegmentedControl aria-label={t('inventory.expiry')} data={spans.map((value) => ({ value, label: value === '0' ? t('inventory.expired') : t('inventory.days', { count: Number(value) }) }))} value={span} onChange={setSpan} />}>
      <DataTable
        name="expiry" queryKey={['inventory', 'expiry', before]} load={load} rowId={(row) => `${row.storeId}${row.lotId}`} rowPath={(row) => `/stock/lots/${row.lotId}`} empty={{ title: t('inventory.expiry.none') }} rowMenu={(row) => (isPast(row) && can('inventory.write') ? <WriteOff row={row} /> : null)}
        columns={[
          { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName },
          { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi>, csv: (row) => row.batch },
          { key: 'expires', label: t('inventory.expires'), render: (row) => format.day(row.expiresOn), csv: (row) => row.expiresOn ?? '' },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={isPast(row) ? 'bad' : 'warn'} label={t(isPast(row) ? 'inventory.expired' : 'inventory.expiresSoon')} /> },
          { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{nameOf(row.storeId, row.storeName)}</bdi>, csv: (row) => nameOf(row.storeId, row.storeName) },
          { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity },
        ]}
      />
    </Page>
  )
}
