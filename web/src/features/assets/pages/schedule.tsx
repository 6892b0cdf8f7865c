import { Button, Group, Select, Table, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { download, saveBlob, toCsv } from '../../../ui/csv.ts'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

type Schedule = Awaited<ReturnType<typeof api.schedule>>
const parts = [['gross', ['openingGross', 'additions', 'disposals', 'closingGross']], ['accumulated', ['openingAccumulated', 'depreciation', 'impairment', 'onDisposals', 'closingAccumulated']], ['netBlock', ['openingNet', 'closingNet']]] as const
const columns = parts.flatMap(([, names]) => [...names])
const yearsBack = 6

/** Fiscal years of India: from April to March. */
const yearOf = (day: string): number => Number(day.slice(0, 4)) - (day.slice(5, 7) < '04' ? 1 : 0)

function Lines({ schedule }: { schedule: Schedule }) {
  const t = useText()
  if (schedule.items.length === 0) return <Empty title={t('assets.schedule.none')} hint={t('assets.schedule.hint')} />
  return (
    <Table.ScrollContainer minWidth={1100} type="native" tabIndex={0}>
      <Table fz="xs" horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr><Table.Th rowSpan={2}>{t('assets.category')}</Table.Th>{parts.map(([name, names]) => <Table.Th key={name} colSpan={names.length} ta="center">{t(`assets.schedule.${name}`)}</Table.Th>)}</Table.Tr>
          <Table.Tr>{columns.map((name) => <Table.Th key={name} ta="end">{t(`assets.schedule.${name}`)}</Table.Th>)}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {schedule.items.map((row) => <Table.Tr key={row.categoryId}><Table.Td miw={160}><bdi>{row.categoryName}</bdi> <Text span size="xs" c="dimmed">({row.count})</Text></Table.Td>{columns.map((name) => <Table.Td key={name} ta="end">{Number(row[name].amount) === 0 ? '–' : <Money value={row[name]} />}</Table.Td>)}</Table.Tr>)}
          <Table.Tr fw={600}><Table.Td>{t('common.total')}</Table.Td>{columns.map((name) => <Table.Td key={name} ta="end">{Number(schedule.total[name].amount) === 0 ? '–' : <Money value={schedule.total[name]} />}</Table.Td>)}</Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** The schedule of fixed assets of a year, and the register on its last day. */
export function SchedulePage() {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const current = yearOf(format.today())
  const [param = String(current), setYear] = useSearchParam('year')
  const year = Number(param)
  const [from, to] = [`${year}-04-01`, `${year + 1}-03-31`]
  const query = useQuery({ queryKey: ['assets', 'schedule', facilityId, year], queryFn: ({ signal }) => api.schedule({ query: { facilityId, from, to }, signal }) })
  const save = (schedule: Schedule) => download(`schedule-${from}.csv`, toCsv([[t('assets.category'), ...columns.map((name) => t(`assets.schedule.${name}`))], ...schedule.items.map((row) => [row.categoryName, ...columns.map((name) => row[name].amount)]), [t('common.total'), ...columns.map((name) => schedule.total[name].amount)]]))
  const on = to < format.today() ? to : format.today()
  return (
    <Page
      title={t('assets.schedule')} crumbs={[{ label: t('assets.books'), path: '/equipment/books' }]}
      actions={<><Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => void api.exportRegister({ query: { facilityId, on } }).then((blob) => saveBlob(`assets-${on}.csv`, blob))}>{t('assets.registerCsv')}</Button><Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} disabled={query.data === undefined} onClick={() => (query.data === undefined ? undefined : save(query.data))}>{t('assets.scheduleCsv')}</Button></>}
    >
      <Group><Select label={t('assets.year')} data={Array.from({ length: yearsBack }, (_value, back) => ({ value: String(current - back), label: `${current - back}–${String(current - back + 1).slice(2)}` }))} value={String(year)} onChange={(value) => setYear(value ?? undefined)} w={160} /></Group>
      <Section><Loaded query={query}>{(schedule) => <Lines schedule={schedule} />}</Loaded></Section>
    </Page>
  )
}
