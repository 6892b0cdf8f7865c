import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { visits, type Appointment, type QueueItem } from '../queries.ts'
import { AppointmentState } from './appointment-state.tsx'
import styles from './queue.module.css'

const touched = [['scheduling'], ['encounters']]

function Who({ one }: { one: { patientId: string; patientName: string; patientMrn: string; practitionerName: string; visitType: string } }) {
  const t = useText()
  return (
    <Stack gap={0} miw={0}>
      <Anchor component={Link} to={`/patients/${one.patientId}`} c="inherit" fw={600}>
        <bdi>{one.patientName}</bdi>
      </Anchor>
      <Text size="xs" c="dimmed" className="figures">
        {one.patientMrn} · {t(`scheduling.visitType.${one.visitType}`)} · <bdi>{one.practitionerName}</bdi>
      </Text>
    </Stack>
  )
}

/** One who waits: token, how long, and the next thing to do. */
export function QueueRow({ item }: { item: QueueItem }) {
  const t = useText()
  const go = useGo()
  const start = useWrite(() => visits.startAppointment({ params: { id: item.id }, ifMatch: item.version, body: {} }), {
    invalidate: touched,
    onDone: ({ encounterId }) => {
      if (encounterId !== null) go(`/encounters/${encounterId}`)
    },
  })
  const isWaiting = item.state === 'checked-in'
  return (
    <li className={styles.row}>
      <span className={styles.token} role="img" aria-label={t('scheduling.queue.tokenIs', { token: item.token })}>
        {item.token}
      </span>
      <Who one={item} />
      <Group gap="xs" className={styles.acts}>
        {isWaiting ? <Text size="sm" className="figures">{t('scheduling.queue.waits', { count: item.waitingMinutes })}</Text> : <AppointmentState state={item.state} />}
        {isWaiting ? (
          <Can permission="encounters.write">
            <Button size="xs" loading={start.isPending} onClick={() => start.mutate(undefined)}>
              {t('scheduling.queue.call')}
            </Button>
          </Can>
        ) : null}
        {item.encounterId === null ? null : (
          <Button size="xs" variant="default" component={Link} to={`/encounters/${item.encounterId}`}>
            {t('common.open')}
          </Button>
        )}
      </Group>
    </li>
  )
}

/** One who is expected today. */
export function ExpectedRow({ appointment }: { appointment: Appointment }) {
  const t = useText()
  const arrive = useWrite(() => visits.checkIn({ params: { id: appointment.id }, ifMatch: appointment.version, body: {} }), { invalidate: touched, done: t('scheduling.queue.checkedIn') })
  return (
    <li className={styles.row}>
      <span className={styles.time}>{appointment.localTime}</span>
      <Who one={appointment} />
      <Group gap="xs" className={styles.acts}>
        <AppointmentState state={appointment.state} />
        <Can permission="encounters.check-in">
          <Button size="xs" loading={arrive.isPending} onClick={() => arrive.mutate(undefined)}>
            {t('scheduling.step.checkIn')}
          </Button>
        </Can>
        <Button size="xs" variant="default" component={Link} to={`/appointments/${appointment.id}`}>
          {t('common.open')}
        </Button>
      </Group>
    </li>
  )
}
