import { Button, Group, Select, Table, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { organizations } from '#contract/organizations.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { download, saveBlob, toCsv } from '../../../ui/csv.ts'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

const places = client(organizations)
type Schedule = Awaited<ReturnType<typeof api.schedule>>
const parts = [['gross', ['openingGross', 'additions', 'disposals', 'closingGross']], ['accumulated', ['openingAccumulated', 'depreciation', 'impairment', 'onDisposals', 'closingAccumulated']], ['netBlock', ['openingNet', 'closingNet']]] as const
const columns = parts.flatMap(([, names]) => [...names])
const yearsBack = 6

/** April, where the facility is not known yet: a financial year of India ends on 31 March (Companies Act 2013, section 2 (41)). */
const april = 4
const twoDigits = (count: number) => String(count).padStart(2, '0')

/** The year in which the fiscal year of a day began. */
const yearOf = (day: string, startMonth: number): number => Number(day.slice(0, 4)) - (Number(day.slice(5, 7)) < startMonth ? 1 : 0)

/** First and last day of a fiscal year. */
function spanOf(year: number, startMonth: number): { from: string; to: string } {
  const last = new Date(Date.UTC(year + 1, startMonth - 1, 0)).toISOString().slice(0, 10)
  return { from: `${year}-${twoDigits(startMonth)}-01`, to: last }
}

const nameOf = (year: number, startMonth: number): string => (startMonth === 1 ? String(year) : `${year}–${String(year + 1).slice(2)}`)

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
  const { facilityId, can } = useAuth()
  const facility = useQuery({ queryKey: ['organizations', 'facilities', facilityId], queryFn: ({ signal }) => places.readFacility({ params: { id: facilityId }, signal }), enabled: can('organizations.read') })
  const startMonth = facility.data?.fiscalYearStartMonth ?? april
  const current = yearOf(format.today(), startMonth)
  const [param = String(current), setYear] = useSearchParam('year')
  const year = Number(param) || current
  const { from, to } = spanOf(year, startMonth)
  const query = useQuery({ queryKey: ['assets', 'schedule', facilityId, from, to], queryFn: ({ signal }) => api.schedule({ query: { facilityId, from, to }, signal }), enabled: !facility.isLoading })
  const save = (schedule: Schedule) => download(`schedule-${from}.csv`, toCsv([[t('assets.category'), ...columns.map((name) => t(`assets.schedule.${name}`))], ...schedule.items.map((row) => [row.categoryName, ...columns.map((name) => row[name].amount)]), [t('common.total'), ...columns.map((name) => schedule.total[name].amount)]]))
  const on = to < format.today() ? to : format.today()
  return (
    <Page
      title={t('assets.schedule')} crumbs={[{ label: t('assets.books'), path: '/equipment/books' }]}
      actions={<><Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => void api.exportRegister({ query: { facilityId, on } }).then((blob) => saveBlob(`assets-${on}.csv`, blob))}>{t('assets.registerCsv')}</Button><Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} disabled={query.data === undefined} onClick={() => (query.data === undefined ? undefined : save(query.data))}>{t('assets.scheduleCsv')}</Button></>}
    >
      <Group><Select label={t('assets.year')} data={Array.from({ length: yearsBack }, (_value, back) => ({ value: String(current - back), label: nameOf(current - back, startMonth) }))} value={String(year)} onChange={(value) => setYear(value ?? undefined)} w={160} /></Group>
      <Section><Loaded query={query}>{(schedule) => <Lines schedule={schedule} />}</Loaded></Section>
    </Page>
  )
}
