import { useState } from 'react'
import { SegmentedControl, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { GrowthChart as Chart } from '#contract/clinical-growth.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { When } from '../../../ui/time.tsx'
import { growthQuery } from '../queries.ts'
import { GrowthChart } from './growth-chart.tsx'

function Readings({ chart }: { chart: Chart }) {
  const t = useText()
  const format = useFormat()
  return (
    <Table fz="xs" verticalSpacing={2} aria-label={t(`clinical.growth.${chart.measure}`)}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('common.date')}</Table.Th>
          <Table.Th ta="end">{t('clinical.growth.age')}</Table.Th>
          <Table.Th ta="end">{chart.unit}</Table.Th>
          <Table.Th ta="end">{t('clinical.growth.z')}</Table.Th>
          <Table.Th ta="end">{t('clinical.growth.percentile')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {chart.points.toReversed().map((point) => (
          <Table.Tr key={point.at}>
            <Table.Td><When at={point.at} /></Table.Td>
            <Table.Td ta="end" className="figures">{t('clinical.growth.months', { count: Math.floor(point.ageMonths) })}</Table.Td>
            <Table.Td ta="end" className="figures">{format.number(point.value)}</Table.Td>
            <Table.Td ta="end" className="figures"><bdi dir="ltr">{format.number(point.z)}</bdi></Table.Td>
            <Table.Td ta="end" className="figures">{format.number(point.percentile)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** How a child grows beside the children of the WHO; nothing for those who have grown. */
export function Growth({ patientId, isTable }: { patientId: string; isTable: boolean }) {
  const t = useText()
  const [chosen, setChosen] = useState('')
  const query = useQuery(growthQuery(patientId))
  const growth = query.data
  if (growth === undefined || growth.missing === 'not-a-child') return null
  if (growth.missing !== null) return <Text size="xs" c="dimmed" mt="xs">{t(`clinical.growth.missing.${growth.missing}`)}</Text>
  const chart = growth.charts.find((one) => one.measure === chosen) ?? growth.charts[0]
  const last = chart?.points.at(-1)
  if (chart === undefined || last === undefined) return null
  return (
    <Stack gap="xs" mt="md" role="group" aria-label={t('clinical.growth.title')}>
      <Text fw={600} size="sm">{t('clinical.growth.title')}</Text>
      <SegmentedControl size="xs" aria-label={t('clinical.growth.title')} value={chart.measure} onChange={setChosen} data={growth.charts.map((one) => ({ value: one.measure, label: t(`clinical.growth.${one.measure}`) }))} />
      <Text size="sm" className="figures">{t('clinical.growth.now', { value: last.value, unit: chart.unit, z: last.z, percentile: last.percentile })}</Text>
      {isTable ? <Readings chart={chart} /> : <GrowthChart chart={chart} />}
      <Text size="xs" c="dimmed">{t('clinical.growth.source')}</Text>
    </Stack>
  )
}
