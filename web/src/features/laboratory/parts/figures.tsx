import { Paper, Table, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'

export interface FigureTable {
  title: string
  head: string[]
  /** The first of a row names it. */
  rows: (string | number)[][]
}

/** A small table of numbers; what is empty says so. */
export function Figures({ title, head, rows }: FigureTable) {
  const t = useText()
  if (rows.length === 0) return <Text size="sm" c="dimmed">{t('laboratory.statistics.none')}</Text>
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table aria-label={title} verticalSpacing={4}>
        <Table.Thead><Table.Tr>{head.map((label, index) => <Table.Th key={label} ta={index === 0 ? 'start' : 'end'}>{label}</Table.Th>)}</Table.Tr></Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.slice(0, 2).join('|')}>
              {row.map((cell, index) => <Table.Td key={head[index]} ta={index === 0 ? 'start' : 'end'} className={index === 0 ? undefined : 'figures'}>{typeof cell === 'number' ? <bdi dir="ltr">{cell}</bdi> : cell}</Table.Td>)}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** One number of the period and what it counts. */
export function KeyFigure({ label, value, hint }: { label: string; value: string; hint: string }) {
  return (
    <Paper withBorder p="sm" radius="sm">
      <Text size="xs" c="dimmed">{label}</Text>
      <Text size="xl" fw={600} className="figures"><bdi>{value}</bdi></Text>
      <Text size="xs" c="dimmed">{hint}</Text>
    </Paper>
  )
}
