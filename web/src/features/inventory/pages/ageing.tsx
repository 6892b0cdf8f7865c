import { Group, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { useStoreNames } from '../public.tsx'
import { PrintReport, useReportPlace } from '../parts/report-place.tsx'
import { api } from '../queries.ts'

/** How old the stock is: its value by age, and the lots that have lain longest. */
export function AgeingPage() {
  const t = useText()
  const nameOf = useStoreNames()
  const format = useFormat()
  const { place, key, filter } = useReportPlace()
  const query = useQuery({ queryKey: ['inventory', 'ageing', key], queryFn: ({ signal }) => api.ageing({ query: { ...place, limit: 1 }, signal }) })
  const load = ({ cursor, limit, signal }: PageRequest) => api.ageing({ query: { ...place, cursor, limit }, signal })
  const ageOf = (one: { fromDays: number; toDays: number | null }) => (one.toDays === null ? t('inventory.report.older', { from: one.fromDays }) : t('inventory.report.days', { from: one.fromDays, to: one.toDays }))
  return (
    <Page title={t('inventory.report.ageing')} crumbs={[{ label: t('inventory.title'), path: '/stock' }, { label: t('inventory.reports'), path: '/stock/reports' }]} actions={<Group>{filter}<PrintReport print={() => api.printAgeing({ query: place })} /></Group>}>
      <Section>
        <Loaded query={query}>
          {({ buckets }) => (
            <Table.ScrollContainer minWidth={420}><Table>
              <Table.Thead><Table.Tr><Table.Th>{t('inventory.report.age')}</Table.Th><Table.Th ta="end">{t('inventory.lots')}</Table.Th><Table.Th ta="end">{t('inventory.report.worth')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{buckets.map((one) => <Table.Tr key={one.fromDays}><Table.Td>{ageOf(one)}</Table.Td><Table.Td ta="end" className="figures">{one.lots}</Table.Td><Table.Td ta="end"><Money value={one.value} /></Table.Td></Table.Tr>)}</Table.Tbody>
            </Table></Table.ScrollContainer>
          )}
        </Loaded>
      </Section>
      <Section title={t('inventory.report.oldest')}>
        <DataTable
          name="ageing" queryKey={['inventory', 'ageing', 'lots', key]} load={load} rowId={(row) => `${row.storeId}${row.lotId}`} rowPath={(row) => `/stock/items/${row.itemId}`} empty={{ title: t('inventory.empty') }}
          columns={[
            { key: 'item', label: t('inventory.item'), render: (row) => <bdi>{row.itemName}</bdi>, csv: (row) => row.itemName },
            { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi>, csv: (row) => row.batch },
            { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{nameOf(row.storeId, row.storeName)}</bdi>, csv: (row) => nameOf(row.storeId, row.storeName) },
            { key: 'since', label: t('inventory.report.since'), render: (row) => format.day(row.since), csv: (row) => row.since },
            { key: 'days', label: t('inventory.report.age'), align: 'end', render: (row) => row.days, csv: (row) => String(row.days) },
            { key: 'expires', label: t('inventory.expires'), render: (row) => format.day(row.expiresOn), csv: (row) => row.expiresOn ?? '' },
            { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity },
            { key: 'value', label: t('inventory.report.worth'), align: 'end', render: (row) => <Money value={row.value} />, csv: (row) => row.value.amount },
          ]}
        />
      </Section>
    </Page>
  )
}
