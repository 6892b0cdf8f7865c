import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { BreachSummary, Duty, PrivacyRequest } from '../queries.ts'

const breachTones: Record<BreachSummary['state'], Tone> = { open: 'bad', assessed: 'warn', closed: 'good', dismissed: 'neutral' }
const dutyTones: Record<Duty['state'], Tone> = { running: 'info', overdue: 'bad', sent: 'good', late: 'warn', waived: 'neutral' }
const requestTones: Record<PrivacyRequest['state'], Tone> = { received: 'info', approved: 'warn', done: 'good', refused: 'neutral' }

export function BreachState({ state }: { state: BreachSummary['state'] }) {
  const t = useText()
  return <StateBadge tone={breachTones[state]} label={t(`privacy.breach.state.${state}`)} />
}
export function DutyState({ state }: { state: Duty['state'] }) {
  const t = useText()
  return <StateBadge tone={dutyTones[state]} label={t(`privacy.duty.state.${state}`)} />
}
export function RequestState({ state }: { state: PrivacyRequest['state'] }) {
  const t = useText()
  return <StateBadge tone={requestTones[state]} label={t(`privacy.request.state.${state}`)} />
}
