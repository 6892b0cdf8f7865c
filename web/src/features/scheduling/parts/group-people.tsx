import { Alert, Box, Group, Stack, Text } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { Empty } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import type { Enrolment, GroupSession } from '../group-queries.ts'
import { api } from '../queries.ts'
import { PatientName } from './patient-name.tsx'
import { PersonState } from './group-state.tsx'

function useSteps(session: GroupSession, hasCourse: boolean) {
  const t = useText()
  const { can } = useAuth()
  return (person: Enrolment): LifecycleStep[] => {
    if (!can('scheduling.write', session.facilityId)) return []
    const request = { params: { id: person.id }, ifMatch: person.version }
    const leave = (scope: 'session' | 'course') => (reason: string) => api.leaveGroup({ ...request, body: { reason, scope } })
    return [
      { step: 'accept', label: t('scheduling.group.accept'), isPrimary: person.state === 'offered', run: () => api.acceptPlace({ ...request, body: {} }) },
      { step: 'check-in', label: t('scheduling.group.came'), isPrimary: person.state === 'enrolled', run: () => api.checkInEnrolment({ ...request, body: {} }) },
      { step: 'absent', label: t('scheduling.group.absent'), run: () => api.markAbsent({ ...request, body: {} }) },
      { step: 'reopen', label: t('scheduling.group.reopen'), run: () => api.reopenEnrolment({ ...request, body: {} }) },
      { step: 'tell', label: t('scheduling.group.told'), isPrimary: true, run: () => api.markTold({ ...request, body: {} }) },
      { step: 'cancel', label: t('scheduling.group.leave'), needsReason: true, run: leave('session') },
      { step: 'leave-course', label: t('scheduling.group.leaveCourse'), needsReason: true, run: leave('course') },
    ].filter((step) => hasCourse || step.step !== 'leave-course')
  }
}

/** What may be done now: attendance only on the day, leaving only before it begins. */
function actionsOf(person: Enrolment, { isToday, hasRoom }: { isToday: boolean; hasRoom: boolean }): string[] {
  const wanted = (step: string) => step === 'tell' || (step === 'accept' ? hasRoom : step === 'cancel' ? true : isToday)
  const own = person.actions.filter(wanted)
  const isHistory = person.state === 'checked-in' || person.state === 'absent'
  const kept = isHistory ? own.filter((step) => step === 'reopen' || step === 'tell') : own
  return kept.includes('cancel') ? [...kept, 'leave-course'] : kept
}

interface PeopleProps {
  session: GroupSession
  people: Enrolment[]
  today: string
  hasCourse: boolean
  enrol: ReactNode
}

/** Who is in the session and who waits, with what can be done for each. */
export function GroupPeople({ session, people, today, hasCourse, enrol }: PeopleProps) {
  const t = useText()
  const stepsOf = useSteps(session, hasCourse)
  const shown = session.state === 'cancelled' ? people : people.filter((one) => one.state !== 'cancelled')
  const toTell = shown.filter((one) => one.isToTell).length
  if (shown.length === 0) return <Empty title={t('scheduling.group.peopleEmpty')} hint={t('scheduling.group.peopleEmptyHint')} action={enrol} />
  const now = { isToday: session.localDate <= today, hasRoom: session.taken < session.places }
  return (
    <>
      {toTell === 0 ? null : <Alert mb="sm" color="yellow" variant="outline" icon={<IconPhone aria-hidden />} title={t('scheduling.group.toTell', { count: toTell })} />}
      <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('scheduling.group.people')}>
        {shown.map((person) => (
          <Group key={person.id} component="li" gap="sm" py={8} style={{ borderBlockStart: '1px solid var(--line)' }}>
            <Box flex="2 1 220px">
              <PatientName id={person.patientId} name={person.patientName} mrn={person.patientMrn} />
              {person.note === '' ? null : <Text size="xs" c="dimmed">{person.note}</Text>}
            </Box>
            <Group gap={6} flex="1 1 180px">
              <PersonState person={person} />
              {person.checkedInAt === null ? null : <Text size="xs" c="dimmed"><When at={person.checkedInAt} /></Text>}
            </Group>
            <Box flex="2 1 300px">
              <LifecycleButtons size="xs" actions={actionsOf(person, now)} steps={stepsOf(person)} invalidate={[['scheduling']]} />
            </Box>
          </Group>
        ))}
      </Stack>
    </>
  )
}
