import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { Order } from '../queries.ts'

const tones: Record<Order['state'], Tone> = { draft: 'neutral', approved: 'info', sent: 'info', 'partly-received': 'warn', received: 'good', closed: 'neutral', cancelled: 'neutral' }

export function OrderState({ state }: { state: Order['state'] }) {
  const t = useText()
  return <StateBadge tone={tones[state]} label={t(`purchasing.state.${state}`)} />
}
