import { notifications } from '@mantine/notifications'
import { useFormat } from '../../../kernel/format.ts'
import { errorText, useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Appointment } from '../queries.ts'

interface Move {
  appointment: Appointment
  startsAt: string
}

/** Moves an appointment to another time and can put it back. */
export function useMove(onDone?: () => void) {
  const t = useText()
  const format = useFormat()
  const back = async ({ moved, before }: { moved: Appointment; before: Appointment }) => {
    try {
      await api.reschedule({ params: { id: moved.id }, ifMatch: moved.version, body: { startsAt: before.startsAt, practitionerId: before.practitionerId } })
    } catch (error) {
      notifications.show({ color: 'red', title: t('errors.title'), message: errorText(t, error), withBorder: true })
    }
  }
  return useWrite(
    async ({ appointment, startsAt }: Move) => ({ before: appointment, moved: await api.reschedule({ params: { id: appointment.id }, ifMatch: appointment.version, body: { startsAt } }) }),
    {
      invalidate: [['scheduling']],
      done: t('scheduling.move.done'),
      undo: back,
      onDone: ({ moved }) => {
        notifications.show({ message: t('scheduling.move.to', { when: format.dayTime(moved.startsAt) }), autoClose: 3000 })
        onDone?.()
      },
    },
  )
}
