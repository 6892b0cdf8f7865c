import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Round } from '../queries.ts'

const tones = { counting: 'info', counted: 'warn', approved: 'good', cancelled: 'neutral' } as const

export function RoundState({ state }: { state: Round['state'] }) {
  const t = useText()
  return <StateBadge tone={tones[state]} label={t(`assets.round.state.${state}`)} />
}
