import { Group, Text } from '@mantine/core'
import { unitText } from '#contract/common/units.ts'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { Result, Specimen } from '../queries.ts'

const specimenTone: Record<Specimen['state'], Tone> = { requested: 'warn', collected: 'info', received: 'good', stored: 'good', 'sent-out': 'info', rejected: 'bad', discarded: 'neutral', cancelled: 'neutral' }
const resultTone: Record<Result['state'], Tone> = { pending: 'neutral', received: 'warn', verified: 'info', approved: 'info', released: 'good', cancelled: 'neutral', 'entered-in-error': 'bad' }
const flagTone: Record<Exclude<Result['flag'], ''>, Tone> = { N: 'neutral', L: 'warn', H: 'warn', LL: 'bad', HH: 'bad', A: 'warn', AA: 'bad' }

export function SpecimenState({ state }: { state: Specimen['state'] }) {
  const t = useText()
  return <StateBadge label={t(`laboratory.specimen.${state}`)} tone={specimenTone[state]} />
}

export function ResultState({ result }: { result: Pick<Result, 'state' | 'status' | 'resultVersion'> }) {
  const t = useText()
  const label = result.state === 'released' && result.status !== null && result.status !== 'final' ? t(`laboratory.status.${result.status}`) : t(`laboratory.state.${result.state}`)
  return <StateBadge label={result.resultVersion > 1 ? `${label} · ${result.resultVersion}` : label} tone={result.state === 'released' && result.status !== 'final' ? 'warn' : resultTone[result.state]} />
}

/** A flag as a shape and a word; what is normal is quiet. */
export function Flag({ flag }: { flag: Result['flag'] }) {
  const t = useText()
  return flag === '' || flag === 'N' ? null : <StateBadge label={t(`laboratory.flag.${flag}`)} tone={flagTone[flag]} />
}

/** `3.5 – 5.1`, `≤ 5.2`, or the words of the range. */
export function rangeOf(range: Result['range']): string {
  const numbers = range.low !== null && range.high !== null ? `${range.low} – ${range.high}` : range.low !== null ? `≥ ${range.low}` : range.high !== null ? `≤ ${range.high}` : ''
  return [numbers, range.text].filter(Boolean).join(' ')
}

const isPast = (at: string): boolean => at < new Date().toISOString()

/** When it should be out; what is late says so as long as it is not. */
export function Due({ at, isOpen }: { at: string; isOpen: boolean }) {
  const t = useText()
  return <Group gap={6} wrap="nowrap"><When at={at} />{isOpen && isPast(at) ? <StateBadge label={t('laboratory.statistics.late')} tone="bad" /> : null}</Group>
}

/** Whether what a tube is for is paid: empty where nothing is charged, or nobody collects it any more. */
export function Payment({ payment }: { payment: Specimen['payment'] }) {
  const t = useText()
  return payment === undefined || payment === null ? null : <StateBadge label={t(`laboratory.payment.${payment}`)} tone={payment === 'paid' ? 'good' : 'warn'} />
}

/** What is not routine stands out. */
export function Priority({ priority }: { priority: Result['priority'] }) {
  const t = useText()
  return priority === 'routine' ? t('orders.priority.routine') : <StateBadge label={t(`orders.priority.${priority}`)} tone="warn" />
}

export function Value({ result }: { result: Pick<Result, 'value' | 'unit' | 'flag'> }) {
  if (result.value === '') return <Text size="sm" c="dimmed" component="span">–</Text>
  const isAbnormal = result.flag !== '' && result.flag !== 'N'
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" fw={isAbnormal ? 700 : 400} className="figures" component="span"><bdi dir="ltr">{[result.value, unitText(result.unit).replaceAll(' ', '\u00a0')].filter(Boolean).join('\u00a0')}</bdi></Text>
      <Flag flag={result.flag} />
    </Group>
  )
}

/** The last released value before this one and by how much it changed: what a large change is judged by. */
export function Previous({ result }: { result: Pick<Result, 'previous'> }) {
  const t = useText()
  const { day } = useFormat()
  const { previous } = result
  if (previous === undefined) return null
  const value = [previous.value, unitText(previous.unit)].filter(Boolean).join('\u00a0')
  return <Text size="xs" c="dimmed"><bdi>{t('laboratory.previous.of', { value, at: day(previous.at) })}</bdi>{previous.change === null ? null : <> <bdi dir="ltr" className="whole">({previous.change})</bdi></>}</Text>
}

export function Holds({ holds }: { holds: readonly string[] }) {
  const t = useText()
  return holds.length === 0 ? null : <Group gap={4}>{holds.map((hold) => <StateBadge key={hold} label={t(`laboratory.hold.${hold}`)} tone="warn" />)}</Group>
}

/** How the tube of a result looks, where that was noted. */
export function TubeLooks({ result }: { result: Pick<Result, 'indices'> }) {
  const t = useText()
  const seen = Object.entries(result.indices ?? {}).filter(([, grade]) => grade > 0)
  return seen.length === 0 ? null : <Text size="xs" c="dimmed">{seen.map(([index, grade]) => `${t(`laboratory.hold.${index}`)} ${'+'.repeat(grade)}`).join(' · ')}</Text>
}
