import { Group, SegmentedControl, TextInput } from '@mantine/core'
import { moverSpeed } from '#contract/inventory-reports.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page } from '../../../ui/page.tsx'
import { PrintReport, useReportPlace } from '../parts/report-place.tsx'
import { api } from '../queries.ts'

/** Items that move fast, slowly or not at all, the dearest first. */
export function MoversPage() {
  const t = useText()
  const format = useFormat()
  const today = format.today()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('on')
  const [speedParam, setSpeed] = useSearchParam('speed')
  const [to, from] = [toParam ?? today, fromParam ?? `${today.slice(0, 4)}-01-01`]
  const speed = moverSpeed.catch('fast').parse(speedParam)
  const { place, key, filter } = useReportPlace()
  const asked = { from, to, speed, ...place }
  const load = ({ cursor, limit, signal }: PageRequest) => api.movers({ query: { ...asked, cursor, limit }, signal })
  return (
    <Page
      title={t('inventory.report.movers')} crumbs={[{ label: t('inventory.title'), path: '/stock' }, { label: t('inventory.reports'), path: '/stock/reports' }]}
      actions={<Group>{filter}<TextInput type="date" aria-label={t('inventory.report.from')} max={to} value={from} onChange={(event) => setFrom(event.currentTarget.value || undefined)} /><TextInput type="date" aria-label={t('inventory.report.on')} min={from} max={today} value={to} onChange={(event) => setTo(event.currentTarget.value || undefined)} /><PrintReport print={() => api.printMovers({ query: asked })} /></Group>}
    >
      <SegmentedControl aria-label={t('inventory.report.speed')} value={speed} onChange={setSpeed} data={moverSpeed.options.map((value) => ({ value, label: t(`inventory.report.speed.${value}`) }))} />
      <DataTable
        name="movers" queryKey={['inventory', 'movers', from, to, speed, key]} load={load} rowId={(row) => row.itemId} rowPath={(row) => `/stock/items/${row.itemId}`} empty={{ title: t('inventory.report.noMovers') }}
        columns={[
          { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name },
          { key: 'used', label: t('inventory.report.usedQuantity'), align: 'end', render: (row) => <span className="figures">{row.used} <bdi>{row.unit}</bdi></span>, csv: (row) => row.used },
          { key: 'cost', label: t('inventory.cost'), align: 'end', render: (row) => <Money value={row.cost} />, csv: (row) => row.cost.amount },
          { key: 'onHand', label: t('inventory.onHand'), align: 'end', render: (row) => <span className="figures">{row.onHand}</span>, csv: (row) => row.onHand },
          { key: 'value', label: t('inventory.report.worth'), align: 'end', render: (row) => <Money value={row.value} />, csv: (row) => row.value.amount },
          { key: 'cover', label: t('inventory.report.cover'), align: 'end', render: (row) => row.coverDays ?? '–', csv: (row) => String(row.coverDays ?? '') },
          { key: 'lastUsed', label: t('inventory.report.lastUsed'), render: (row) => row.lastUsedIn?.slice(0, 7) ?? '–', csv: (row) => row.lastUsedIn?.slice(0, 7) ?? '' },
        ]}
      />
    </Page>
  )
}
