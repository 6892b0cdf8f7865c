import { SimpleGrid, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Money } from '../../../ui/money.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Fact, Loaded } from '../../../ui/states.tsx'
import { api, type Asset } from '../queries.ts'

function Forecast({ asset }: { asset: Asset }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery({ queryKey: ['assets', 'forecast', asset.id, asset.version], queryFn: ({ signal }) => api.forecast({ params: { id: asset.id }, signal }) })
  return (
    <Section title={t('assets.forecast')}>
      <Loaded query={query}>
        {({ items }) => (items.length === 0 ? <Empty title={t('assets.forecast.none')} /> : (
          <Table.ScrollContainer minWidth={480} type="native" tabIndex={0}>
            <Table>
              <Table.Thead><Table.Tr><Table.Th>{t('assets.year')}</Table.Th><Table.Th ta="end">{t('assets.opening')}</Table.Th><Table.Th ta="end">{t('assets.depreciation')}</Table.Th><Table.Th ta="end">{t('assets.closing')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{items.map((year) => <Table.Tr key={year.from} fw={year.from <= format.today() && format.today() <= year.to ? 600 : undefined}><Table.Td><bdi className="figures">{`${year.from.slice(0, 4)}–${year.to.slice(2, 4)}`}</bdi></Table.Td><Table.Td ta="end"><Money value={year.opening} /></Table.Td><Table.Td ta="end"><Money value={year.depreciation} /></Table.Td><Table.Td ta="end"><Money value={year.closing} /></Table.Td></Table.Tr>)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ))}
      </Loaded>
    </Section>
  )
}

/** The books of an asset: what it cost, what was charged, what comes. */
export function BooksTab({ asset }: { asset: Asset }) {
  const t = useText()
  const format = useFormat()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listEntries({ params: { id: asset.id }, query: { cursor, limit }, signal })
  const way = [t(`assets.method.${asset.method}`), asset.ratePercent === null ? '' : `${asset.ratePercent} %`].filter(Boolean).join(' · ')
  return (
    <>
      <Section>
        <SimpleGrid component="dl" m={0} cols={{ base: 2, sm: 3, lg: 4 }} verticalSpacing="md">
          <Fact label={t('assets.gross')}><Money value={asset.gross} /></Fact><Fact label={t('assets.depreciated')}><Money value={asset.depreciated} /></Fact><Fact label={t('assets.impaired')}><Money value={asset.impaired} /></Fact><Fact label={t('assets.net')}><Text fw={600} component="span"><Money value={asset.net} /></Text></Fact>
          <Fact label={t('assets.cost')}><Money value={asset.cost} /></Fact><Fact label={t('assets.tax')}><Money value={asset.tax} />{asset.isTaxCredited ? <Text span size="xs" c="dimmed">{t('assets.credited')}</Text> : null}</Fact><Fact label={t('assets.method')}>{way}</Fact><Fact label={t('assets.life')}>{t('assets.lifeOf', { years: String(Math.round((asset.lifeMonths / 12) * 10) / 10), residual: asset.residualPercent })}</Fact>
        </SimpleGrid>
      </Section>
      <Section title={t('assets.entries')}>
        <DataTable
          name="asset-entries" queryKey={['assets', 'entries', asset.id, asset.version]} load={load} rowId={(row) => row.id} empty={{ title: t('assets.entries.none') }}
          columns={[
            { key: 'on', label: t('common.date'), render: (row) => format.day(row.on), csv: (row) => row.on }, { key: 'kind', label: t('assets.entry'), render: (row) => t(`assets.entry.${row.kind}`), csv: (row) => row.kind }, { key: 'gross', label: t('assets.gross'), align: 'end', render: (row) => (Number(row.gross.amount) === 0 ? '–' : <Money value={row.gross} />), csv: (row) => row.gross.amount },
            { key: 'depreciated', label: t('assets.depreciation'), align: 'end', render: (row) => (Number(row.depreciated.amount) === 0 ? '–' : <Money value={row.depreciated} />), csv: (row) => row.depreciated.amount }, { key: 'impaired', label: t('assets.impaired'), align: 'end', render: (row) => (Number(row.impaired.amount) === 0 ? '–' : <Money value={row.impaired} />), csv: (row) => row.impaired.amount },
            { key: 'net', label: t('assets.net'), align: 'end', render: (row) => <Money value={row.net} />, csv: (row) => row.net.amount }, { key: 'reason', label: t('common.reason'), isProse: true, render: (row) => <bdi>{row.reason || '–'}</bdi>, csv: (row) => row.reason },
          ]}
        />
      </Section>
      <Forecast asset={asset} />
    </>
  )
}
