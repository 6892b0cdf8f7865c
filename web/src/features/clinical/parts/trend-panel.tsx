import { useState } from 'react'
import { Group, Stack, Switch, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Encounter } from '../../../kernel/features.ts'
import { plainNumber } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { When } from '../../../ui/time.tsx'
import { measures, type MeasureSpec } from '../measures.ts'
import { observationsQuery, type Observation } from '../queries.ts'

const [width, height, margin] = [76, 24, 3]

function Sparkline({ values }: { values: number[] }) {
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const at = (value: number, index: number): [number, number] => [margin + (index * (width - 2 * margin)) / Math.max(1, values.length - 1), height - margin - ((value - low) / span) * (height - 2 * margin)]
  const points = values.map(at)
  const last = points.at(-1) ?? [0, 0]
  return (
    <svg width={width} height={height} aria-hidden>
      <polyline points={points.map((point) => point.join(',')).join(' ')} fill="none" stroke="var(--mantine-primary-color-filled)" strokeWidth={1.5} />
      <circle cx={last[0]} cy={last[1]} r={2.5} fill="var(--mantine-primary-color-filled)" />
    </svg>
  )
}

function Values({ rows, unit }: { rows: Observation[]; unit: string }) {
  return (
    <Table fz="xs" verticalSpacing={2}>
      <Table.Tbody>
        {rows.slice(0, 8).map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td><When at={row.occurredAt} /></Table.Td>
            <Table.Td ta="end" className="figures">{plainNumber(row.value)} {unit}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Trend({ patientId, measure, isTable }: { patientId: string; measure: MeasureSpec; isTable: boolean }) {
  const t = useText()
  const query = useQuery(observationsQuery(patientId, measure.code))
  const rows = (query.data?.items ?? []).filter((row) => row.state === 'final' && row.value !== '')
  const [newest] = rows
  if (newest === undefined) return null
  return (
    <Stack gap={0} py={4} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" truncate>{t(`clinical.measure.${measure.name}`)}</Text>
        <Group gap="xs" wrap="nowrap">
          {rows.length > 1 ? <Sparkline values={rows.map((row) => Number(row.value)).toReversed()} /> : null}
          <Text size="sm" fw={600} className="figures" miw={78} ta="end">{plainNumber(newest.value)} {measure.unit}</Text>
        </Group>
      </Group>
      {isTable ? <Values rows={rows} unit={measure.unit} /> : null}
    </Stack>
  )
}

/** How the vital signs went over the visits; the numbers are one key away. */
export function TrendPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const [isTable, setTable] = useState(false)
  return (
    <Stack gap={0}>
      <Switch size="xs" mb="xs" label={t('clinical.trend.table')} checked={isTable} onChange={(event) => setTable(event.currentTarget.checked)} />
      {measures.map((measure) => (
        <Trend key={measure.code} patientId={encounter.patientId} measure={measure} isTable={isTable} />
      ))}
    </Stack>
  )
}
