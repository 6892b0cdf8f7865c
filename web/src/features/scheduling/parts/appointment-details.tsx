import { useState } from 'react'
import { Anchor, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Fact, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { appointmentQuery, type Appointment } from '../queries.ts'
import { AppointmentState } from './appointment-state.tsx'
import { useAppointmentSteps } from './appointment-steps.ts'
import { useMove } from './move.ts'
import { SlotPicker } from './slot-picker.tsx'

function MoveTo({ appointment, onDone }: { appointment: Appointment; onDone: () => void }) {
  const t = useText()
  const format = useFormat()
  const move = useMove(onDone)
  const [day, setDay] = useState(appointment.localDate < format.today() ? format.today() : appointment.localDate)
  const [startsAt, setStartsAt] = useState('')
  return (
    <Stack gap="sm">
      <SlotPicker practitionerId={appointment.practitionerId} visitType={appointment.visitType} day={day} onDay={setDay} value={startsAt} onChange={setStartsAt} />
      <Group justify="end">
        <Button variant="default" onClick={onDone}>
          {t('common.back')}
        </Button>
        <Button disabled={startsAt === ''} loading={move.isPending} onClick={() => move.mutate({ appointment, startsAt })}>
          {t('scheduling.move.go')}
        </Button>
      </Group>
    </Stack>
  )
}

function Facts({ appointment }: { appointment: Appointment }) {
  const t = useText()
  return (
    <SimpleGrid component="dl" cols={2} m={0}>
      <Fact label={t('common.time')}>
        <When at={appointment.startsAt} />
      </Fact>
      <Fact label={t('common.practitioner')}>{appointment.practitionerName}</Fact>
      <Fact label={t('scheduling.visitType')}>{t(`scheduling.visitType.${appointment.visitType}`)}</Fact>
      <Fact label={t('scheduling.token')}>{appointment.token}</Fact>
      <Fact label={t('common.reason')}>{appointment.reason}</Fact>
      <Fact label={t('common.notes')}>{appointment.notes}</Fact>
      {appointment.rescheduledFrom === null ? null : (
        <Fact label={t('scheduling.movedFrom')}>
          <When at={appointment.rescheduledFrom} />
        </Fact>
      )}
      {appointment.cancelledBy === null ? null : <Fact label={t('scheduling.cancelledBy')}>{t(`scheduling.by.${appointment.cancelledBy}`)}</Fact>}
    </SimpleGrid>
  )
}

function Details({ appointment }: { appointment: Appointment }) {
  const t = useText()
  const [isMoving, setMoving] = useState(false)
  const { actions, steps } = useAppointmentSteps(appointment)
  return (
    <Stack>
      <Group justify="space-between">
        <Anchor component={Link} to={`/patients/${appointment.patientId}`} fw={600}>
          <bdi>{appointment.patientName}</bdi>
        </Anchor>
        <AppointmentState state={appointment.state} />
      </Group>
      <Text size="sm" c="dimmed" className="figures">
        {appointment.patientMrn}
      </Text>
      <Facts appointment={appointment} />
      <LifecycleButtons actions={actions} steps={steps} invalidate={[['scheduling'], ['encounters']]} />
      {appointment.actions.includes('reschedule') ? (
        <Can permission="scheduling.write">
          {isMoving ? (
            <MoveTo appointment={appointment} onDone={() => setMoving(false)} />
          ) : (
            <Button variant="default" w="fit-content" onClick={() => setMoving(true)}>
              {t('scheduling.move.open')}
            </Button>
          )}
        </Can>
      ) : null}
    </Stack>
  )
}

export function AppointmentDetails({ id }: { id: string }) {
  const query = useQuery(appointmentQuery(id))
  return <Loaded query={query}>{(appointment) => <Details key={appointment.id} appointment={appointment} />}</Loaded>
}
