import { SegmentedControl } from '@mantine/core'
import { stockAlertKind } from '#contract/inventory-keeping.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

const tones = { low: 'info', expiring: 'warn', expired: 'bad' } as const

/** What the look of the morning found, until it is mended: the storekeeper's work-list. */
export function ToSeeToPage() {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const [param, setKind] = useSearchParam('kind')
  const kind = stockAlertKind.safeParse(param).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listStockAlerts({ query: { facilityId, cursor, limit, ...(kind === undefined ? {} : { kind }) }, signal })
  return (
    <Page title={t('inventory.toSeeTo')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<SegmentedControl aria-label={t('inventory.toSeeTo')} data={[{ value: '', label: t('common.all') }, ...stockAlertKind.options.map((value) => ({ value, label: t(`inventory.alert.${value}`) }))]} value={kind ?? ''} onChange={(value) => setKind(value === '' ? undefined : value)} />}>
      <DataTable
        name="stock-alerts" queryKey={['inventory', 'alerts', facilityId, kind]} load={load} rowId={(row) => row.id} rowPath={(row) => `/stock/items/${row.itemId}`} empty={{ title: t('inventory.toSeeTo.none'), hint: t('inventory.toSeeTo.hint') }}
        columns={[
          { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={tones[row.kind]} label={t(`inventory.alert.${row.kind}`)} />, csv: (row) => row.kind },
          { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity },
          { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch || '–'}</bdi> },
          { key: 'expires', label: t('inventory.expires'), render: (row) => format.day(row.expiresOn), csv: (row) => row.expiresOn ?? '' },
          { key: 'since', label: t('inventory.since'), render: (row) => <When at={row.openedAt} />, csv: (row) => row.openedAt },
        ]}
      />
    </Page>
  )
}
