import { Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { PrintReport, SaveValue, useReportPlace } from '../parts/report-place.tsx'
import { api } from '../queries.ts'

/** Stock and its value on a date, what was used, what moves fast and what does not. */
export function ReportsPage() {
  const t = useText()
  const format = useFormat()
  const go = useGo()
  const today = format.today()
  const [onParam, setOn] = useSearchParam('on')
  const [fromParam, setFrom] = useSearchParam('from')
  const on = onParam ?? today
  const from = fromParam ?? `${today.slice(0, 4)}-01-01`
  const { place, key, filter } = useReportPlace()
  const between = { from, to: on, ...place }
  const value = useQuery({ queryKey: ['inventory', 'valuation', on, key], queryFn: ({ signal }) => api.valuation({ query: { on, ...place }, signal }) })
  const load = ({ cursor, limit, signal }: PageRequest) => api.listStock({ query: { on, cursor, limit, ...place }, signal })
  const loadUsed = ({ cursor, limit, signal }: PageRequest) => api.consumption({ query: { ...between, cursor, limit }, signal })
  return (
    <Page title={t('inventory.reports')} crumbs={[{ label: t('inventory.title'), path: '/stock' }]} actions={<Group>{filter}<Button variant="subtle" onClick={() => go('/stock/reports/movers')}>{t('inventory.report.movers')}</Button><Button variant="subtle" onClick={() => go('/stock/reports/ageing')}>{t('inventory.report.ageing')}</Button><TextInput type="date" aria-label={t('inventory.report.from')} max={on} value={from} onChange={(event) => setFrom(event.currentTarget.value || undefined)} /><TextInput type="date" aria-label={t('inventory.report.on')} max={today} value={on} onChange={(event) => setOn(event.currentTarget.value || undefined)} /></Group>}>
      <Section title={t('inventory.report.value', { day: format.full(on) })} actions={<Group gap="xs"><SaveValue report={value.data} /><PrintReport print={() => api.printValuation({ query: { on, ...place } })} /></Group>}>
        <Loaded query={value}>
          {(report) => (
            <Table.ScrollContainer minWidth={420}><Table>
              <Table.Thead><Table.Tr><Table.Th>{t('inventory.kind')}</Table.Th><Table.Th ta="end">{t('inventory.report.byLot')}</Table.Th><Table.Th ta="end">{t('inventory.report.atAverage')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {report.items.map((row) => <Table.Tr key={row.kind}><Table.Td>{t(`inventory.kind.${row.kind}`)}</Table.Td><Table.Td ta="end"><Money value={row.byLot} /></Table.Td><Table.Td ta="end"><Money value={row.atAverage} /></Table.Td></Table.Tr>)}
                <Table.Tr fw={600}><Table.Td>{t('common.total')}</Table.Td><Table.Td ta="end"><Money value={report.byLot} /></Table.Td><Table.Td ta="end"><Money value={report.atAverage} /></Table.Td></Table.Tr>
              </Table.Tbody>
            </Table></Table.ScrollContainer>
          )}
        </Loaded>
      </Section>
      <Section title={t('inventory.report.used', { from: format.full(from), to: format.full(on) })} actions={<PrintReport print={() => api.printConsumption({ query: between })} />}>
        <DataTable
          name="consumption" queryKey={['inventory', 'consumption', from, on, key]} load={loadUsed} rowId={(row) => row.itemId} rowPath={(row) => `/stock/items/${row.itemId}`} empty={{ title: t('inventory.report.nothingUsed') }}
          columns={[
            { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name },
            { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <Text span size="xs" c="dimmed"><bdi>{row.unit}</bdi></Text></span>, csv: (row) => row.quantity },
            { key: 'cost', label: t('inventory.cost'), align: 'end', render: (row) => <Money value={row.cost} />, csv: (row) => row.cost.amount },
            { key: 'share', label: t('inventory.report.share'), align: 'end', render: (row) => `${row.share} %`, csv: (row) => row.share },
            { key: 'class', label: t('inventory.report.class'), render: (row) => `${row.class}${row.importance === '' ? '' : ` · ${t(`inventory.importance.${row.importance}`)}`}` },
          ]}
        />
      </Section>
      <Section title={t('inventory.report.stock', { day: format.full(on) })}>
        <DataTable
          name="stock-on" queryKey={['inventory', 'stock-on', on, key]} load={load} rowId={(row) => `${row.storeId}${row.lotId}`} rowPath={(row) => `/stock/items/${row.itemId}`} empty={{ title: t('inventory.empty') }}
          columns={[{ key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName }, { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi> }, { key: 'expires', label: t('inventory.expires'), render: (row) => format.day(row.expiresOn) }, { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{row.storeName}</bdi> }, { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity }]}
        />
      </Section>
    </Page>
  )
}
