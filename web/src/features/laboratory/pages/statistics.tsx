import { Group, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

function Figures({ head, rows }: { head: string[]; rows: (string | number)[][] }) {
  return (
    <Table>
      <Table.Thead><Table.Tr>{head.map((label, index) => <Table.Th key={label} ta={index === 0 ? 'start' : 'end'}>{label}</Table.Th>)}</Table.Tr></Table.Thead>
      <Table.Tbody>{rows.map((row) => <Table.Tr key={String(row[0])}>{row.map((cell, index) => <Table.Td key={head[index]} ta={index === 0 ? 'start' : 'end'} className="figures">{cell}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
    </Table>
  )
}

/** Turnaround by stage, workload, rejections, positivity and the antibiogram of a period. */
export function StatisticsPage() {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const today = format.today()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const period = { facilityId, from: fromParam ?? `${today.slice(0, 8)}01`, to: toParam ?? today }
  const query = useQuery({ queryKey: ['laboratory', 'statistics', period], queryFn: ({ signal }) => api.statistics({ query: period, signal }) })
  const biogram = useQuery({ queryKey: ['laboratory', 'antibiogram', period], queryFn: ({ signal }) => api.antibiogram({ query: period, signal }) })
  const minutes = (value: number | null) => (value === null ? '–' : t('alerts.minutes', { count: Math.round(value) }))
  return (
    <Page title={t('laboratory.statistics.title')} actions={<Group gap="xs"><TextInput type="date" aria-label={t('laboratory.statistics.from')} value={period.from} onChange={(event) => setFrom(event.currentTarget.value)} /><TextInput type="date" aria-label={t('laboratory.statistics.to')} value={period.to} onChange={(event) => setTo(event.currentTarget.value)} /></Group>}>
      <Loaded query={query} rows={8}>
        {(figures) => (
          <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
            <Section title={t('laboratory.turnaround')}><Figures head={[t('laboratory.statistics.stage'), t('laboratory.statistics.count'), t('laboratory.statistics.median'), t('laboratory.statistics.p90')]} rows={figures.stages.map((stage) => [t(`laboratory.stage.${stage.stage}`), stage.count, minutes(stage.medianMinutes), minutes(stage.p90Minutes)])} /></Section>
            <Section title={t('laboratory.statistics.workload')}><Figures head={[t('laboratory.bench'), t('laboratory.results.title'), t('laboratory.statistics.late')]} rows={figures.workload.map((bench) => [bench.bench, bench.results, bench.late])} /></Section>
            <Section title={t('laboratory.statistics.rejections')}><Stack gap="xs"><Text size="sm">{t('laboratory.statistics.rejected', { rejected: figures.rejected, count: figures.specimens })}</Text><Figures head={[t('common.reason'), t('laboratory.statistics.count')]} rows={figures.rejections.map((one) => [one.reason, one.count])} /></Stack></Section>
            <Section title={t('laboratory.statistics.positivity')}><Figures head={[t('laboratory.test'), t('laboratory.statistics.count'), t('laboratory.statistics.positive')]} rows={figures.positivity.map((one) => [one.name, one.tested, one.positive])} /></Section>
          </SimpleGrid>
        )}
      </Loaded>
      <Section title={t('laboratory.antibiogram')}>
        <Figures head={[t('laboratory.culture.organism'), t('laboratory.culture.antibiotic'), t('laboratory.statistics.isolates'), '% S']} rows={(biogram.data?.items ?? []).map((line) => [`${line.organism}`, line.antibiotic, line.isolates, line.percentSusceptible])} />
      </Section>
    </Page>
  )
}
