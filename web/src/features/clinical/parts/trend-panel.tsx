import { useState } from 'react'
import { Stack, Switch, Table, Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import type { Encounter } from '../../../kernel/features.ts'
import { plainNumber } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Failed, Loading } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { measures, type MeasureSpec } from '../measures.ts'
import { observationsQuery, type Observation } from '../queries.ts'
import { Growth } from './growth.tsx'
import styles from './panel.module.css'

const [width, height, margin] = [76, 24, 3]

function Sparkline({ values }: { values: number[] }) {
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const at = (value: number, index: number): [number, number] => [margin + (index * (width - 2 * margin)) / Math.max(1, values.length - 1), height - margin - ((value - low) / span) * (height - 2 * margin)]
  const points = values.map(at)
  const last = points.at(-1) ?? [0, 0]
  return (
    <svg width={width} height={height} style={{ flexShrink: 0 }} aria-hidden>
      <polyline points={points.map((point) => point.join(',')).join(' ')} fill="none" stroke="var(--drawn)" strokeWidth={1.5} />
      <circle cx={last[0]} cy={last[1]} r={2.5} fill="var(--drawn)" />
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
            <Table.Td ta="end" className="figures"><bdi dir="ltr">{plainNumber(row.value)} {unit}</bdi></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

interface TrendProps {
  measure: MeasureSpec
  rows: Observation[]
  isTable: boolean
}

function Trend({ measure, rows, isTable }: TrendProps) {
  const t = useText()
  return (
    <div style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <div className={styles.trend}>
        <Text size="sm">{t(`clinical.measure.${measure.name}`)}</Text>
        <div className={styles.figure}>
          {rows.length > 1 ? <Sparkline values={rows.map((row) => Number(row.value)).toReversed()} /> : null}
          <Text size="sm" fw={600} className="figures" miw={84} ta="end"><bdi dir="ltr">{plainNumber(rows[0]?.value ?? '')} {measure.unit}</bdi></Text>
        </div>
      </div>
      {isTable ? <Values rows={rows} unit={measure.unit} /> : null}
    </div>
  )
}

/** How the vital signs went over the visits; the numbers are one key away. */
export function TrendPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const [isTable, setTable] = useState(false)
  const queries = useQueries({ queries: measures.map((measure) => observationsQuery(encounter.patientId, measure.code)) })
  const failed = queries.find((query) => query.isError)
  if (failed !== undefined) return <Failed error={failed.error} retry={() => void Promise.all(queries.map((query) => query.refetch()))} />
  if (queries.some((query) => query.data === undefined)) return <Loading rows={4} />
  const trends = measures.flatMap((measure, index) => {
    const rows = (queries[index]?.data?.items ?? []).filter((row) => row.state === 'final' && row.value !== '')
    return rows.length === 0 ? [] : [{ measure, rows }]
  })
  if (trends.length === 0) return <Text size="sm" c="dimmed">{t('clinical.trend.empty')}</Text>
  return (
    <Stack gap={0}>
      <Switch size="xs" mb="xs" label={t('clinical.trend.table')} checked={isTable} onChange={(event) => setTable(event.currentTarget.checked)} />
      {trends.map((trend) => <Trend key={trend.measure.code} {...trend} isTable={isTable} />)}
      <Growth patientId={encounter.patientId} isTable={isTable} />
    </Stack>
  )
}
