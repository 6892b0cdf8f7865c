import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Glass } from '../queries.ts'

const tones = { open: 'warn', justified: 'good', 'not-justified': 'bad' } as const

/** Whether an emergency access was judged, and how. */
export function GlassState({ glass }: { glass: Pick<Glass, 'state' | 'isRunning'> }) {
  const t = useText()
  return glass.isRunning && glass.state === 'open' ? <StateBadge label={t('access.state.running')} tone="bad" /> : <StateBadge label={t(`access.state.${glass.state}`)} tone={tones[glass.state]} />
}
