import { Group, Table, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Duration } from '../parts/duration.tsx'
import { api } from '../queries.ts'

/** How long assets could not be used in a time, the longest first. */
export function DowntimePage() {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const [from = `${format.today().slice(0, 7)}-01`, setFrom] = useSearchParam('from')
  const [to = format.today(), setTo] = useSearchParam('to')
  const query = useQuery({ queryKey: ['assets', 'downtime', facilityId, from, to], queryFn: ({ signal }) => api.downtimeReport({ query: { facilityId, from: format.instant(from, '00:00'), to: format.instant(to, '23:59') }, signal }), enabled: from <= to })
  return (
    <Page title={t('assets.downtime')} crumbs={[{ label: t('assets.title'), path: '/equipment' }]}>
      <Group align="end"><TextInput type="date" label={t('common.from')} value={from} onChange={(event) => setFrom(event.currentTarget.value)} /><TextInput type="date" label={t('common.to')} value={to} onChange={(event) => setTo(event.currentTarget.value)} /></Group>
      <Section>
        <Loaded query={query}>
          {({ items }) => (items.length === 0 ? <Empty title={t('assets.downtime.none')} /> : (
            <Table.ScrollContainer minWidth={480}>
              <Table>
                <Table.Thead><Table.Tr><Table.Th>{t('assets.asset')}</Table.Th><Table.Th>{t('assets.number')}</Table.Th><Table.Th ta="end">{t('assets.stretches')}</Table.Th><Table.Th ta="end">{t('assets.downtime')}</Table.Th><Table.Th ta="end">{t('assets.available')}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>{items.map((row) => <Table.Tr key={row.assetId}><Table.Td><Link to="/equipment/$id" params={{ id: row.assetId }}><bdi>{row.name}</bdi></Link></Table.Td><Table.Td><bdi className="figures whole">{row.number}</bdi></Table.Td><Table.Td ta="end">{row.stretches}</Table.Td><Table.Td ta="end"><Duration minutes={row.minutes} /></Table.Td><Table.Td ta="end"><bdi>{`${row.availablePercent} %`}</bdi></Table.Td></Table.Tr>)}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          ))}
        </Loaded>
      </Section>
    </Page>
  )
}
