import { Alert, Button, Checkbox, Group, Select, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core'
import { IconDownload, IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { unitText } from '#contract/common/units.ts'
import { openBlob } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { signed, useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { saveBlob } from '../../../ui/csv.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { KeyFigure } from '../parts/figures.tsx'
import { useLevelName } from '../parts/level-name.ts'
import { api, instrumentNamesQuery } from '../queries.ts'

type Month = Awaited<ReturnType<typeof api.qualityMonth>>
type Line = Month['items'][number]

const byHand = 'by-hand'
const tones = { accepted: 'good', warning: 'warn', rejected: 'bad' } as const

function Lines({ lines }: { lines: readonly Line[] }) {
  const t = useText()
  const levelName = useLevelName()
  const number = (text: string | null, sign = false) => <Table.Td ta="end" className="figures whole"><bdi dir="ltr">{text === null ? '–' : sign ? signed(text) : text}</bdi></Table.Td>
  const heads = ['n', 'target', 'mean', 'sd', 'cv', 'bias'] as const
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing={4}>
        <Table.Thead><Table.Tr><Table.Th>{t('laboratory.qualityMonth.test')}</Table.Th>{heads.map((key) => <Table.Th key={key} ta="end">{t(`laboratory.qualityMonth.${key}`)}</Table.Th>)}<Table.Th>{t('laboratory.qualityMonth.violations')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={`${line.lotId}${line.target ?? ''}${line.targetSd ?? ''}`}>
              <Table.Td><bdi>{line.testName}</bdi> · {levelName(line.level)} <Text span size="xs" c="dimmed"><bdi dir="ltr">{unitText(line.unit)}</bdi></Text><Text size="xs" c="dimmed"><bdi>{line.material} · {line.lotNumber}</bdi></Text></Table.Td>
              <Table.Td ta="end" className="figures whole">{line.n === line.measured ? line.n : t('laboratory.qualityMonth.changed', { n: line.n, measured: line.measured })}</Table.Td>
              {number(line.target === null ? null : `${line.target} ± ${line.targetSd ?? ''}`)}{number(line.mean)}{number(line.sd)}{number(line.cvPercent)}{number(line.biasPercent, true)}
              <Table.Td><bdi dir="ltr">{line.violations.map((one) => `${one.rule} × ${one.count}`).join(', ') || '–'}</bdi>{line.rejected === 0 ? null : <Text size="xs" fw={600}>{t('laboratory.qualityMonth.rejected')}: {line.rejected}</Text>}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Events({ events }: { events: Month['events'] }) {
  const t = useText()
  const levelName = useLevelName()
  if (events.length === 0) return <Text size="sm" c="dimmed">{t('laboratory.qualityMonth.noEvents')}</Text>
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table verticalSpacing={4}>
        <Table.Thead><Table.Tr>{(['date', 'test', 'measured', 'violations', 'action'] as const).map((key) => <Table.Th key={key}>{t(`laboratory.qualityMonth.${key}`)}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={event.runId}>
              <Table.Td><When at={event.measuredAt} /></Table.Td>
              <Table.Td><bdi>{event.testName}</bdi> <Text size="xs" c="dimmed"><bdi>{event.instrumentId === null ? t('laboratory.qualityMonth.byHand') : event.instrumentName}</bdi></Text></Table.Td>
              <Table.Td>{event.points.map((point) => <div key={point.lotId} className="whole">{levelName(point.level)} <bdi dir="ltr" className="figures">{`${point.value} (${signed(point.z.toFixed(1))} s)`}</bdi></div>)}</Table.Td>
              <Table.Td><StateBadge label={[t(`laboratory.run.${event.state}`), event.broken.join(', ')].filter(Boolean).join(': ')} tone={tones[event.state]} /></Table.Td>
              <Table.Td>{event.action === '' ? <Text size="sm" c={event.state === 'rejected' ? 'var(--mantine-color-error)' : 'dimmed'}>{t('laboratory.qualityMonth.noAction')}</Text> : event.action}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Whole({ month }: { month: Month }) {
  const t = useText()
  const unnoted = month.events.filter((event) => event.state === 'rejected' && event.action === '').length
  if (month.items.length === 0) return <Empty title={t('laboratory.qualityMonth.none')} />
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <KeyFigure label={t('laboratory.qualityMonth.runs')} value={String(month.runs)} hint={t('laboratory.qualityMonth.levels', { count: month.items.length })} />
        <KeyFigure label={t('laboratory.qualityMonth.rejected')} value={String(month.rejected)} hint={t('laboratory.qualityMonth.ofRuns', { count: month.runs })} />
        <KeyFigure label={t('laboratory.qualityMonth.unnoted')} value={String(unnoted)} hint={t('laboratory.qualityMonth.unnotedHint')} />
      </SimpleGrid>
      {[...Map.groupBy(month.items, (line) => line.instrumentId)].map(([id, lines]) => <Section key={id ?? byHand} title={id === null ? t('laboratory.qualityMonth.byHand') : lines[0]?.instrumentName ?? ''}><Lines lines={lines} /></Section>)}
      <Section title={t('laboratory.qualityMonth.events')}><Events events={month.events} /></Section>
    </Stack>
  )
}

/** The controls of a month summed up as an assessor asks for them: by test, level, lot and instrument; on paper and as a table too. */
export function QualityMonthPage() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const running = useFormat().today().slice(0, 7)
  const [monthParam, setMonth] = useSearchParam('month')
  const [place, setPlace] = useSearchParam('instrument')
  const [counted, setCounted] = useSearchParam('counted')
  const month = monthParam ?? running
  const instruments = useQuery({ ...instrumentNamesQuery(facilityId), enabled: can('instruments.read') }).data?.items ?? []
  const filter = { facilityId, month, withRejected: counted === 'all' ? ('true' as const) : ('false' as const), ...(place === undefined || place === '' ? {} : { instrumentId: place }) }
  const isValid = /^(19|20)\d{2}-(0[1-9]|1[0-2])$/.test(month)
  const query = useQuery({ queryKey: ['laboratory', 'quality', 'month', filter], queryFn: ({ signal }) => api.qualityMonth({ query: filter, signal }), enabled: isValid })
  const actions = (
    <>
      <Button variant="default" disabled={!isValid} leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => void api.printQualityMonth({ query: filter }).then(openBlob)}>{t('laboratory.qualityMonth.print')}</Button>
      <Button variant="default" disabled={!isValid} leftSection={<IconDownload size={16} aria-hidden />} onClick={() => void api.exportQualityMonth({ query: filter }).then((blob) => saveBlob(`quality-${month}.csv`, blob))}>{t('laboratory.qualityMonth.csv')}</Button>
    </>
  )
  return (
    <Page title={t('laboratory.qualityMonth.title')} crumbs={[{ label: t('laboratory.quality.title'), path: '/laboratory/quality' }]} actions={actions}>
      <Stack>
        <Group align="end">
          <TextInput type="month" w={{ base: '100%', xs: 180 }} label={t('laboratory.qualityMonth.month')} value={month} max={running} onChange={(event) => setMonth(event.currentTarget.value)} />
          <Select w={{ base: '100%', xs: 260 }} clearable label={t('laboratory.qualityMonth.instrument')} placeholder={t('laboratory.qualityMonth.all')} data={[...instruments.map((one) => ({ value: one.id, label: one.name })), { value: byHand, label: t('laboratory.qualityMonth.byHand') }]} value={place ?? null} onChange={(value) => setPlace(value ?? '')} />
          <Checkbox mb={8} label={t('laboratory.qualityMonth.count')} checked={counted === 'all'} onChange={(event) => setCounted(event.currentTarget.checked ? 'all' : '')} />
        </Group>
        {isValid ? <Loaded query={query} rows={8}>{(whole) => <><Whole month={whole} /><Text size="xs" c="dimmed">{t(counted === 'all' ? 'laboratory.qualityMonth.withRejected' : 'laboratory.qualityMonth.withoutRejected')}</Text></>}</Loaded> : <Alert color="yellow">{t('laboratory.qualityMonth.month')}: YYYY-MM</Alert>}
      </Stack>
    </Page>
  )
}
