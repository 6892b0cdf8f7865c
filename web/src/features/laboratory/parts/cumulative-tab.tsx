import { Anchor, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { unitText } from '#contract/common/units.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { cumulativeQuery, type CumulativeTest } from '../queries.ts'
import { cumulativeOf } from './cumulative.ts'
import { ReportList } from './report-list.tsx'
import { Flag, rangeOf } from './states.tsx'

const [width, height, margin] = [84, 24, 3]

function Trend({ values }: { values: number[] }) {
  if (values.length < 2) return null
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const points = values.map((value, index) => `${margin + (index * (width - 2 * margin)) / (values.length - 1)},${height - margin - ((value - low) / span) * (height - 2 * margin)}`)
  return <svg width={width} height={height} aria-hidden><polyline points={points.join(' ')} fill="none" stroke="var(--drawn)" strokeWidth={1.5} /></svg>
}

function Grid({ tests }: { tests: CumulativeTest[] }) {
  const t = useText()
  const { columns, rows } = cumulativeOf(tests)
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table stickyHeader verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('laboratory.test')}</Table.Th>
            {columns.map((at) => <Table.Th key={at} ta="end"><When at={at} /></Table.Th>)}
            <Table.Th>{t('laboratory.range')}</Table.Th>
            <Table.Th>{t('laboratory.trend')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.test.testId}>
              <Table.Td>{row.test.name} <Text span size="xs" c="dimmed"><bdi dir="ltr">{unitText(row.test.unit)}</bdi></Text></Table.Td>
              {row.cells.map((cell, index) => <Table.Td key={columns[index]} ta="end" className="figures">{cell === undefined ? '' : <Anchor component={Link} to={`/laboratory/results/${cell.id}`} size="sm"><bdi dir="ltr">{row.test.isHidden ? '•••' : [cell.value, unitText(cell.unit ?? '')].filter(Boolean).join(' ')}</bdi> <Flag flag={cell.flag} /></Anchor>}</Table.Td>)}
              <Table.Td className="figures"><bdi dir="ltr">{rangeOf(row.test.range)}</bdi></Table.Td>
              <Table.Td><Trend values={row.trend} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** All released results of a patient side by side, and the reports. */
export function CumulativeTab({ patientId }: { patientId: string }) {
  const t = useText()
  const query = useQuery(cumulativeQuery(patientId))
  return (
    <Stack>
      <Section title={t('laboratory.cumulative')}>
        <Loaded query={query} rows={6}>{({ tests }) => (tests.length === 0 ? <Empty title={t('laboratory.cumulative.empty')} hint={t('laboratory.cumulative.emptyHint')} /> : <Grid tests={tests} />)}</Loaded>
      </Section>
      <Section title={t('laboratory.reports')}><ReportList filter={{ patientId }} /></Section>
    </Stack>
  )
}
