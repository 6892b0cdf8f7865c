import { ActionIcon, Button, Group, SimpleGrid, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { download, toCsv } from '../../../ui/csv.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Antibiogram, type AntibiogramLine } from '../parts/antibiogram.tsx'
import { type FigureTable, Figures, KeyFigure } from '../parts/figures.tsx'
import { hoursOf, monthOf, percentOf } from '../parts/period.ts'
import { api } from '../queries.ts'

type Statistics = Awaited<ReturnType<typeof api.statistics>>

function useDuration(): (minutes: number | null) => string {
  const t = useText()
  return (value) => {
    if (value === null) return '–'
    const { hours, minutes } = hoursOf(value)
    return hours === 0 ? t('laboratory.statistics.minutes', { minutes: String(minutes) }) : t('laboratory.statistics.hours', { hours: String(hours), minutes: String(minutes) })
  }
}

function useTables(figures: Statistics, biogram: AntibiogramLine[]): { key: string; table: FigureTable }[] {
  const t = useText()
  const duration = useDuration()
  const number = t('laboratory.statistics.count')
  return [
    { key: 'turnaround', table: { title: t('laboratory.turnaround'), head: [t('laboratory.statistics.stage'), number, t('laboratory.statistics.median'), t('laboratory.statistics.p90')], rows: figures.stages.map((stage) => [t(`laboratory.stage.${stage.stage}`), stage.count, duration(stage.medianMinutes), duration(stage.p90Minutes)]) } },
    { key: 'workload', table: { title: t('laboratory.statistics.workload'), head: [t('laboratory.bench'), t('laboratory.results.title'), t('laboratory.statistics.late'), t('laboratory.statistics.share')], rows: figures.workload.map((bench) => [t(`laboratory.bench.${bench.bench}`), bench.results, bench.late, percentOf(bench.late, bench.results)]) } },
    { key: 'rejections', table: { title: t('laboratory.statistics.rejections'), head: [t('common.reason'), number, t('laboratory.statistics.share')], rows: figures.rejections.map((one) => [one.cause === undefined || one.cause === 'other' ? one.reason : t(`laboratory.reject.${one.cause}`), one.count, percentOf(one.count, figures.specimens)]) } },
    { key: 'positivity', table: { title: t('laboratory.statistics.positivity'), head: [t('laboratory.test'), number, t('laboratory.statistics.positive'), t('laboratory.statistics.share')], rows: figures.positivity.map((one) => [one.name, one.tested, one.positive, percentOf(one.positive, one.tested)]) } },
    { key: 'antibiogram', table: { title: t('laboratory.antibiogram'), head: [t('laboratory.culture.organism'), t('laboratory.culture.antibiotic'), t('laboratory.statistics.isolates'), t('laboratory.statistics.susceptible')], rows: biogram.map((line) => [line.organism, line.antibiotic, line.isolates, `${Number(line.percentSusceptible)} %${line.isFew ? ' *' : ''}`]) } },
  ]
}

function KeyFigures({ figures }: { figures: Statistics }) {
  const t = useText()
  const duration = useDuration()
  const sum = (of: (bench: Statistics['workload'][number]) => number) => figures.workload.reduce((total, bench) => total + of(bench), 0)
  const [results, late] = [sum((bench) => bench.results), sum((bench) => bench.late)]
  const whole = figures.stages.find((stage) => stage.stage === 'collected-released')
  const [tested, positive] = [figures.positivity.reduce((total, one) => total + one.tested, 0), figures.positivity.reduce((total, one) => total + one.positive, 0)]
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }}>
      <KeyFigure label={t('laboratory.statistics.released')} value={String(results)} hint={t('laboratory.statistics.ofSpecimens', { count: figures.specimens })} />
      <KeyFigure label={t('laboratory.stage.collected-released')} value={duration(whole?.medianMinutes ?? null)} hint={t('laboratory.statistics.median')} />
      <KeyFigure label={t('laboratory.statistics.late')} value={percentOf(late, results)} hint={t('laboratory.statistics.of', { part: String(late), whole: String(results) })} />
      <KeyFigure label={t('laboratory.statistics.rejections')} value={percentOf(figures.rejected, figures.specimens)} hint={t('laboratory.statistics.of', { part: String(figures.rejected), whole: String(figures.specimens) })} />
      <KeyFigure label={t('laboratory.statistics.positivity')} value={percentOf(positive, tested)} hint={t('laboratory.statistics.of', { part: String(positive), whole: String(tested) })} />
    </SimpleGrid>
  )
}

interface Shown {
  figures: Statistics
  biogram: AntibiogramLine[]
  period: { from: string; to: string }
}

function Whole({ figures, biogram, period }: Shown) {
  const t = useText()
  const tables = useTables(figures, biogram)
  const save = () => download(`laboratory-${period.from}-${period.to}.csv`, toCsv([[t('laboratory.statistics.title'), period.from, period.to], ...tables.flatMap(({ table }) => [[], [table.title], table.head, ...table.rows.map((row) => row.map(String))])]))
  const isFew = biogram.some((line) => line.isFew)
  return (
    <Stack>
      <Group justify="end"><Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={save}>{t('laboratory.statistics.export')}</Button></Group>
      <KeyFigures figures={figures} />
      <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
        {tables.filter(({ key }) => key !== 'antibiogram').map(({ key, table }) => <Section key={key} title={table.title}><Figures {...table} /></Section>)}
      </SimpleGrid>
      {tables.filter(({ key }) => key === 'antibiogram').map(({ key, table }) => <Section key={key} title={table.title}><Antibiogram lines={biogram} />{isFew ? <Text size="xs" c="dimmed" mt={4}>{t('laboratory.statistics.few')}</Text> : null}</Section>)}
    </Stack>
  )
}

/** The month of the laboratory: turnaround by stage, workload, rejections, positivity and the antibiogram; all of it to take away. */
export function StatisticsPage() {
  const t = useText()
  const { facilityId } = useAuth()
  const today = useFormat().today()
  const go = useGo()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const running = monthOf(today, 0, today)
  const period = { facilityId, from: fromParam ?? running.from, to: toParam ?? running.to }
  const isValid = period.from !== '' && period.to !== '' && period.from <= period.to
  const query = useQuery({ queryKey: ['laboratory', 'statistics', period], queryFn: ({ signal }) => api.statistics({ query: period, signal }), enabled: isValid })
  const biogram = useQuery({ queryKey: ['laboratory', 'antibiogram', period], queryFn: ({ signal }) => api.antibiogram({ query: period, signal }), enabled: isValid })
  const move = (by: number) => {
    const month = monthOf(period.from || today, by, today)
    go(`/laboratory/statistics?from=${month.from}&to=${month.to}`)
  }
  const choice = (
    <Group gap={4} wrap="nowrap" maw="100%">
      <Tooltip label={t('laboratory.statistics.before')}><ActionIcon variant="default" size="lg" aria-label={t('laboratory.statistics.before')} onClick={() => move(-1)}><IconChevronLeft size={18} className="flip" /></ActionIcon></Tooltip>
      <TextInput type="date" flex={1} miw={0} aria-label={t('laboratory.statistics.from')} value={period.from} max={period.to} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="date" flex={1} miw={0} aria-label={t('laboratory.statistics.to')} value={period.to} min={period.from} onChange={(event) => setTo(event.currentTarget.value)} />
      <Tooltip label={t('laboratory.statistics.after')}><ActionIcon variant="default" size="lg" aria-label={t('laboratory.statistics.after')} disabled={period.from.slice(0, 7) >= today.slice(0, 7)} onClick={() => move(1)}><IconChevronRight size={18} className="flip" /></ActionIcon></Tooltip>
    </Group>
  )
  return (
    <Page title={t('laboratory.statistics.title')} actions={choice}>
      <Loaded query={query} rows={8}>{(figures) => <Whole figures={figures} biogram={biogram.data?.items ?? []} period={period} />}</Loaded>
    </Page>
  )
}
