import type { Appointment } from '#contract/scheduling.ts'
import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'

const toneOf: Record<Appointment['state'], Tone> = { scheduled: 'neutral', confirmed: 'info', 'checked-in': 'warn', 'in-progress': 'info', completed: 'good', cancelled: 'neutral', 'no-show': 'bad' }

export function AppointmentState({ state }: { state: Appointment['state'] }) {
  const t = useText()
  return <StateBadge label={t(`scheduling.state.${state}`)} tone={toneOf[state]} />
}
