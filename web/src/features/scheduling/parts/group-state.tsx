import { Group, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import type { Enrolment, GroupSession } from '../group-queries.ts'

const sessionTone: Record<GroupSession['state'], Tone> = { scheduled: 'neutral', 'in-progress': 'info', completed: 'good', cancelled: 'neutral' }
const personTone: Record<Enrolment['state'], Tone> = { waiting: 'neutral', offered: 'info', enrolled: 'neutral', 'checked-in': 'good', absent: 'bad', cancelled: 'neutral' }

export function SessionState({ state }: { state: GroupSession['state'] }) {
  const t = useText()
  return <StateBadge label={t(`scheduling.group.state.${state}`)} tone={sessionTone[state]} />
}

export function PersonState({ person }: { person: Enrolment }) {
  const t = useText()
  return (
    <Group gap={6}>
      <StateBadge label={t(`scheduling.group.person.${person.state}`)} tone={personTone[person.state]} />
      {person.isToTell ? <StateBadge label={t('scheduling.group.person.toTell')} tone="warn" /> : null}
    </Group>
  )
}

/** «7 of 10», and how many wait. */
export function PlacesTaken({ session }: { session: GroupSession }) {
  const t = useText()
  return (
    <span className="figures">
      <Text span inherit style={{ whiteSpace: 'nowrap' }}>
        {t('scheduling.group.of', { taken: session.taken, places: session.places })}
      </Text>
      {session.waiting === 0 ? null : (
        <Text span inherit c="dimmed">
          {' · '}
          {t('scheduling.group.waits', { count: session.waiting })}
        </Text>
      )}
    </span>
  )
}
