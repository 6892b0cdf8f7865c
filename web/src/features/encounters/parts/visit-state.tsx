import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { Visit } from '../queries.ts'

const toneOf: Record<Visit['state'], Tone> = { 'checked-in': 'warn', 'in-consultation': 'info', closed: 'good', cancelled: 'neutral' }

export function VisitState({ state }: { state: Visit['state'] }) {
  const t = useText()
  return <StateBadge label={t(`encounters.state.${state}`)} tone={toneOf[state]} />
}
