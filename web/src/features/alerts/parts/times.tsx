import { Group, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'
import { useKindName } from './kinds.ts'

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
  const format = useFormat()
  const today = format.today()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const [from, to] = [fromParam ?? `${today.slice(0, 7)}-01`, toParam ?? today]
  const isValid = from !== '' && to !== '' && from <= to
  const query = useQuery({ queryKey: ['alerts', 'times', facilityId, from, to], queryFn: ({ signal }) => api.alertTimes({ query: { facilityId, from: format.instant(from, '00:00'), to: format.instant(to, '23:59') }, signal }), enabled: isValid })
  return (
    <>
      <Group mb="sm">
        <TextInput type="date" label={t('alerts.times.from')} value={from} max={to} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput type="date" label={t('alerts.times.to')} value={to} min={from} onChange={(event) => setTo(event.currentTarget.value)} />
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
