import { useState } from 'react'
import { Anchor, Button, Drawer, Group, SimpleGrid, Stack } from '@mantine/core'
import { IconPrinter, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { EnrolForm } from '../parts/enrol-form.tsx'
import { GroupEdit } from '../parts/group-edit.tsx'
import { GroupPeople } from '../parts/group-people.tsx'
import { PlacesTaken, SessionState } from '../parts/group-state.tsx'
import { courseQuery, enrolmentsQuery, printAttendance, sessionQuery, type GroupSession } from '../group-queries.ts'
import { api } from '../queries.ts'

function useSessionSteps(session: GroupSession, hasLater: boolean): { actions: string[]; steps: LifecycleStep[] } {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const request = { params: { id: session.id }, ifMatch: session.version }
  const cancel = (scope: 'session' | 'course') => (reason: string) => api.cancelSession({ ...request, body: { reason, scope } })
  const all: LifecycleStep[] = [
    { step: 'start', label: t('scheduling.group.start'), isPrimary: true, run: () => api.startSession({ ...request, body: {} }) },
    { step: 'complete', label: t('scheduling.group.complete'), isPrimary: session.state === 'in-progress', confirm: t('scheduling.group.completeConfirm'), run: () => api.completeSession({ ...request, body: {} }) },
    { step: 'cancel', label: t('scheduling.group.cancel'), needsReason: true, isDangerous: true, confirm: t('scheduling.group.cancelConfirm'), run: cancel('session') },
    { step: 'cancel-course', label: t('scheduling.group.cancelCourse'), needsReason: true, isDangerous: true, confirm: t('scheduling.group.cancelConfirm'), run: cancel('course') },
  ]
  const isDue = session.localDate <= format.today()
  const actions = session.actions.filter((step) => step === 'cancel' || isDue)
  return { actions: actions.includes('cancel') && hasLater ? [...actions, 'cancel-course'] : actions, steps: can('scheduling.groups', session.facilityId) ? all : [] }
}

function Facts({ session }: { session: GroupSession }) {
  const t = useText()
  const format = useFormat()
  return (
    <SimpleGrid component="dl" cols={{ base: 2, md: 4 }} m={0}>
      <Fact label={t('common.time')}>{`${format.dayTime(session.startsAt)} – ${format.time(session.endsAt)}`}</Fact>
      <Fact label={t('scheduling.group.places')}>
        <PlacesTaken session={session} />
      </Fact>
      <Fact label={t('common.practitioner')}>{session.practitionerName}</Fact>
      <Fact label={t('scheduling.group.room')}>{session.roomName}</Fact>
      {session.note === '' ? null : <Fact label={t('common.note')}>{session.note}</Fact>}
      {session.cancelReason === '' ? null : <Fact label={t('common.reason')}>{session.cancelReason}</Fact>}
    </SimpleGrid>
  )
}

function Others({ session, course }: { session: GroupSession; course: GroupSession[] }) {
  const t = useText()
  const format = useFormat()
  const others = course.filter((one) => one.id !== session.id)
  if (others.length === 0) return null
  return (
    <Section title={t('scheduling.group.later')}>
      <Stack gap={6}>
        {others.map((one) => (
          <Group key={one.id} gap="sm" fz="sm">
            <Anchor component={Link} to={`/groups/${one.id}`} size="sm" className="figures">
              {format.dayTime(one.startsAt)}
            </Anchor>
            <PlacesTaken session={one} />
            {one.state === 'scheduled' ? null : <SessionState state={one.state} />}
          </Group>
        ))}
      </Stack>
    </Section>
  )
}

function Session({ session }: { session: GroupSession }) {
  const t = useText()
  const format = useFormat()
  const [isEnrolling, setEnrolling] = useState(false)
  const people = useQuery(enrolmentsQuery(session.id))
  const course = useQuery(courseQuery(session)).data ?? []
  const hasLater = course.some((one) => one.id !== session.id && one.startsAt > session.startsAt && one.state === 'scheduled')
  const { actions, steps } = useSessionSteps(session, hasLater)
  const isOpen = session.state === 'scheduled' || session.state === 'in-progress'
  const enrol = isOpen ? (
    <Can permission="scheduling.write">
      <Button leftSection={<IconUserPlus size={16} />} onClick={() => setEnrolling(true)}>
        {t('scheduling.group.enrol')}
      </Button>
    </Can>
  ) : null
  return (
    <>
      <Section>
        <Stack>
          <Facts session={session} />
          <Group gap="xs">
            <LifecycleButtons actions={actions} steps={steps} invalidate={[['scheduling']]} />
            {isOpen ? <GroupEdit session={session} /> : null}
          </Group>
        </Stack>
      </Section>
      <Section title={t('scheduling.group.people')} actions={people.data?.length === 0 ? null : enrol}>
        <Loaded query={people}>{(items) => <GroupPeople session={session} people={items} today={format.today()} hasCourse={hasLater} enrol={enrol} />}</Loaded>
      </Section>
      <Others session={session} course={course} />
      <Drawer opened={isEnrolling} onClose={() => setEnrolling(false)} position="right" title={t('scheduling.group.enrolTitle')}>
        {isEnrolling ? <EnrolForm session={session} hasCourse={hasLater} onClose={() => setEnrolling(false)} /> : null}
      </Drawer>
    </>
  )
}

export function GroupPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery(sessionQuery(id))
  const print = useWrite(() => printAttendance(id))
  const actions = (
    <>
      {query.data === undefined ? null : <SessionState state={query.data.state} />}
      <Button variant="default" leftSection={<IconPrinter size={16} />} loading={print.isPending} onClick={() => print.mutate()}>
        {t('scheduling.group.print')}
      </Button>
    </>
  )
  return (
    <Page title={query.data?.name ?? t('scheduling.group.one')} crumbs={[{ label: t('scheduling.group.title'), path: '/groups' }]} actions={actions}>
      <Loaded query={query}>{(session) => <Session key={session.id} session={session} />}</Loaded>
    </Page>
  )
}
