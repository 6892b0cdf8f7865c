import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { Invoice } from '../queries.ts'

const toneOf: Record<Invoice['state'], Tone> = { draft: 'neutral', issued: 'info', 'part-paid': 'warn', paid: 'good', credited: 'neutral', cancelled: 'neutral' }

export function BillState({ state }: { state: Invoice['state'] }) {
  const t = useText()
  return <StateBadge label={t(`billing.state.${state}`)} tone={toneOf[state]} />
}
