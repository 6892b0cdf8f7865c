import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { Run } from '../queries.ts'

const toneOf: Record<Run['state'], Tone> = { queued: 'neutral', running: 'info', done: 'good', failed: 'bad', cancelled: 'neutral' }

export function RunState({ state }: { state: Run['state'] }) {
  const t = useText()
  return <StateBadge label={t(`imports.state.${state}`)} tone={toneOf[state]} />
}
