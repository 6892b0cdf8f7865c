import { Paper, Progress, SimpleGrid, Table, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import type { api } from '../queries.ts'

export type AntibiogramLine = Awaited<ReturnType<typeof api.antibiogram>>['items'][number]

function Organism({ organism, lines }: { organism: string; lines: readonly AntibiogramLine[] }) {
  const t = useText()
  return (
    <Paper withBorder p="sm" radius="sm">
      <Text fw={600} fs="italic" mb={4}><bdi>{organism}</bdi></Text>
      <Table aria-label={organism} verticalSpacing={4} horizontalSpacing={4}>
        <Table.Thead><Table.Tr><Table.Th>{t('laboratory.culture.antibiotic')}</Table.Th><Table.Th ta="end">{t('laboratory.statistics.isolates')}</Table.Th><Table.Th ta="end">{t('laboratory.statistics.susceptible')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.antibiotic}>
              <Table.Td><bdi>{line.antibiotic}</bdi></Table.Td>
              <Table.Td ta="end" className="figures">{line.isolates}</Table.Td>
              <Table.Td ta="end" className="figures" w={104}>
                <bdi dir="ltr">{Number(line.percentSusceptible)} %{line.isFew ? ' *' : ''}</bdi>
                <Progress size={4} mt={2} color={line.isFew ? 'gray' : 'river'} value={Number(line.percentSusceptible)} aria-hidden />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}

/** The cumulative antibiogram, an organism beside the other: few isolates are pale and say so. */
export function Antibiogram({ lines }: { lines: readonly AntibiogramLine[] }) {
  const t = useText()
  if (lines.length === 0) return <Text size="sm" c="dimmed">{t('laboratory.statistics.none')}</Text>
  return (
    <SimpleGrid cols={{ base: 1, md: 2, lg: 3 }} style={{ alignItems: 'start' }}>
      {[...Map.groupBy(lines, (line) => line.organism)].map(([organism, own]) => <Organism key={organism} organism={organism} lines={own} />)}
    </SimpleGrid>
  )
}
