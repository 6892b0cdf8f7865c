import { Box, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { unitText } from '#contract/common/units.ts'
import { signed } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'
import { useLevelName } from './level-name.ts'

const [width, height, edge, most] = [640, 180, 28, 4]
const y = (z: number): number => height / 2 - (Math.max(-most, Math.min(most, z)) / most) * (height / 2 - 8)

/** A shape a judgement: round is accepted, a triangle warns, a square is rejected. */
function Point({ state, x, y: at }: { state: string; x: number; y: number }) {
  if (state === 'rejected') return <rect x={x - 5} y={at - 5} width={10} height={10} fill="light-dark(var(--mantine-color-red-7), var(--mantine-color-red-4))" />
  if (state === 'warning') return <polygon points={`${x - 6},${at + 5} ${x + 6},${at + 5} ${x},${at - 6}`} fill="light-dark(var(--mantine-color-yellow-8), var(--mantine-color-yellow-4))" />
  return <circle cx={x} cy={at} r={4} fill="var(--drawn)" />
}

/** Levey–Jennings: each measurement by its distance from the mean, in standard deviations; what is not accepted has another shape. */
export function LeveyJennings({ lotId }: { lotId: string }) {
  const t = useText()
  const levelName = useLevelName()
  const query = useQuery({ queryKey: ['laboratory', 'quality', 'chart', lotId], queryFn: ({ signal }) => api.chart({ params: { id: lotId }, query: { limit: 40 }, signal }) })
  return (
    <Loaded query={query} rows={4}>
      {({ lot, points }) => {
        const x = (index: number): number => edge + (index * (width - edge - 8)) / Math.max(1, points.length - 1)
        return (
          <div>
            <Group gap="xs" mb={4}><Text size="sm" fw={600}>{lot.testName} · {levelName(lot.level)}</Text><Text size="xs" c="dimmed"><bdi>{lot.material} {lot.lotNumber}</bdi> · <bdi dir="ltr">{`${lot.mean} ± ${lot.sd} ${unitText(lot.unit)}`}</bdi></Text></Group>
            <Box style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={t('laboratory.quality.chartOf', { name: lot.testName, count: points.length })}>
            <svg viewBox={`0 0 ${width} ${height}`} width="100%" style={{ minWidth: 460, maxWidth: width, direction: 'ltr' }} role="img" aria-label={t('laboratory.quality.chartOf', { name: lot.testName, count: points.length })}>
              {[-3, -2, -1, 0, 1, 2, 3].map((z) => (
                <g key={z}>
                  <line x1={edge} x2={width} y1={y(z)} y2={y(z)} stroke="var(--line)" strokeDasharray={z === 0 ? undefined : '4 3'} strokeWidth={Math.abs(z) === 3 ? 1.5 : 1} />
                  <text x={edge - 4} y={y(z) + 4} fontSize="11" textAnchor="end" fill="var(--quiet)">{z === 0 ? '0' : `${z > 0 ? '+' : ''}${z}s`}</text>
                </g>
              ))}
              <polyline points={points.map((point, index) => `${x(index)},${y(point.z)}`).join(' ')} fill="none" stroke="var(--drawn)" strokeWidth={1.5} />
              {points.map((point, index) => <Point key={point.runId} state={point.state} x={x(index)} y={y(point.z)} />)}
            </svg>
            </Box>
            <Table fz="xs" verticalSpacing={2}>
              <Table.Tbody>
                {points.slice(-6).toReversed().map((point) => <Table.Tr key={point.runId}><Table.Td><When at={point.measuredAt} /></Table.Td><Table.Td className="figures" ta="end"><bdi dir="ltr">{point.value}</bdi></Table.Td><Table.Td className="figures" ta="end"><bdi dir="ltr">{signed(point.z.toFixed(2))} s</bdi></Table.Td><Table.Td>{point.broken.join(', ')}</Table.Td></Table.Tr>)}
              </Table.Tbody>
            </Table>
          </div>
        )
      }}
    </Loaded>
  )
}
