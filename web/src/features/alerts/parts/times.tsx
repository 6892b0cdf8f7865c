import { Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'
import { useKindName } from './kinds.ts'
import { PeriodFields, usePeriod } from './period.tsx'

type Times = Awaited<ReturnType<typeof api.alertTimes>>['items'][number]

function Line({ row }: { row: Times }) {
  const t = useText()
  const nameOf = useKindName()
  const minutes = (value: number | null) => (value === null ? '–' : t('alerts.minutes', { count: Math.round(value) }))
  return (
    <Table.Tr>
      <Table.Td>{nameOf(row.kind)}</Table.Td>
      <Table.Td ta="end" className="figures">{row.count}</Table.Td>
      <Table.Td ta="end" className="figures">{row.open}</Table.Td>
      <Table.Td ta="end" className="figures">{row.escalated}</Table.Td>
      <Table.Td ta="end" className="figures">{minutes(row.medianMinutes)}</Table.Td>
      <Table.Td ta="end" className="figures">{minutes(row.p90Minutes)}</Table.Td>
    </Table.Tr>
  )
}

/** How long it took until somebody knew, by kind of alert, in a period of the facility's days. */
export function Times() {
  const t = useText()
  const { facilityId } = useAuth()
  const period = usePeriod()
  const { from, to, span } = period
  const query = useQuery({ queryKey: ['alerts', 'times', facilityId, from, to], queryFn: ({ signal }) => api.alertTimes({ query: { facilityId, ...(span ?? { from, to }) }, signal }), enabled: span !== undefined })
  return (
    <>
      <Group mb="sm">
        <PeriodFields {...period} />
      </Group>
      <Loaded query={query} rows={4}>
        {({ items }) => (items.length === 0 ? <Empty title={t('alerts.times.empty')} /> : (
          <Table.ScrollContainer minWidth={560}>
            <Table aria-label={t('alerts.times.title')}>
              <Table.Thead><Table.Tr><Table.Th>{t('alerts.what')}</Table.Th><Table.Th ta="end">{t('alerts.times.count')}</Table.Th><Table.Th ta="end">{t('alerts.state.open')}</Table.Th><Table.Th ta="end">{t('alerts.state.escalated')}</Table.Th><Table.Th ta="end">{t('alerts.times.median')}</Table.Th><Table.Th ta="end">{t('alerts.times.p90')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{items.map((row) => <Line key={row.kind} row={row} />)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ))}
      </Loaded>
      <Text size="xs" c="dimmed">{t('alerts.times.hint')}</Text>
    </>
  )
}
