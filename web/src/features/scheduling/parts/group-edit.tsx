import { useState } from 'react'
import { Button, Drawer, NumberInput, Select, TextInput, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { scheduling } from '#contract/scheduling.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat, wallTime } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { useRooms, type GroupSession } from '../group-queries.ts'
import { api } from '../queries.ts'
import { PractitionerSelect } from './practitioner-select.tsx'

interface EditValues extends Record<string, unknown> {
  name: string
  places: number
  note: string
}

function useDone(onClose: () => void, text: string) {
  return () => {
    void queryClient.invalidateQueries({ queryKey: ['scheduling'] })
    notifications.show({ message: text })
    onClose()
  }
}

function Edit({ session, onClose }: { session: GroupSession; onClose: () => void }) {
  const t = useText()
  const done = useDone(onClose, t('common.saved'))
  const form = useAppForm<EditValues, GroupSession>({
    initialValues: { name: session.name, places: session.places, note: session.note },
    schema: scheduling.updateSession.body,
    submit: (values) => api.updateSession({ params: { id: session.id }, ifMatch: session.version, body: { name: values.name, places: values.places, note: values.note } }),
    done,
  })
  const { getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose} labels={{ name: t('scheduling.group.name'), places: t('scheduling.group.places'), note: t('common.note') }}>
      <TextInput label={t('scheduling.group.name')} withAsterisk maxLength={120} {...getInputProps('name')} />
      <NumberInput label={t('scheduling.group.places')} withAsterisk min={Math.max(1, session.taken)} max={500} allowDecimal={false} {...getInputProps('places')} />
      <Textarea label={t('common.note')} autosize minRows={2} maxLength={500} {...getInputProps('note')} />
    </Form>
  )
}

interface MoveValues extends Record<string, unknown> {
  day: string
  time: string
  practitionerId: string
  roomId: string
}

function Move({ session, onClose }: { session: GroupSession; onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const rooms = useRooms()
  const { facility } = useAuth()
  const done = useDone(onClose, t('scheduling.group.moved'))
  const wall = wallTime(session.startsAt, facility?.timeZone ?? session.timeZone)
  const filled = (name: 'practitionerId' | 'roomId', value: string) => (value === '' ? {} : { [name]: value })
  const toBody = (values: MoveValues) => ({ startsAt: values.day === '' || values.time === '' ? '' : format.instant(values.day, values.time), ...filled('practitionerId', values.practitionerId), ...filled('roomId', values.roomId) })
  const form = useAppForm<MoveValues, GroupSession>({
    initialValues: { day: wall.date, time: wall.clock, practitionerId: session.practitionerId ?? '', roomId: session.roomId ?? '' },
    schema: scheduling.rescheduleSession.body,
    toBody,
    submit: (values) => api.rescheduleSession({ params: { id: session.id }, ifMatch: session.version, body: toBody(values) }),
    done,
  })
  const { values, errors, getInputProps, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('scheduling.group.move')} cancel={onClose} labels={{ startsAt: t('common.time'), practitionerId: t('common.practitioner'), roomId: t('scheduling.group.room') }}>
      <TextInput type="date" label={t('common.date')} withAsterisk min={format.today()} {...getInputProps('day')} />
      <TextInput type="time" label={t('common.time')} withAsterisk {...getInputProps('time')} error={errors['startsAt']} />
      <PractitionerSelect value={values.practitionerId || undefined} error={errors['practitionerId']} onChange={(id) => setFieldValue('practitionerId', id ?? '')} />
      <Select label={t('scheduling.group.room')} searchable placeholder={t('scheduling.group.noRoom')} data={rooms.map((room) => ({ value: room.id, label: room.name }))} {...getInputProps('roomId')} value={values.roomId || null} onChange={(next) => setFieldValue('roomId', next ?? '')} />
    </Form>
  )
}

/** Changes what a session is, or when and where. */
export function GroupEdit({ session }: { session: GroupSession }) {
  const t = useText()
  const [open, setOpen] = useState<'edit' | 'move'>()
  const close = () => setOpen(undefined)
  return (
    <Can permission="scheduling.groups">
      <Button variant="default" onClick={() => setOpen('edit')}>
        {t('scheduling.group.edit')}
      </Button>
      {session.actions.includes('reschedule') ? (
        <Button variant="default" onClick={() => setOpen('move')}>
          {t('scheduling.group.move')}
        </Button>
      ) : null}
      <Drawer opened={open !== undefined} onClose={close} position="right" title={t(open === 'move' ? 'scheduling.group.move' : 'scheduling.group.edit')}>
        {open === 'edit' ? <Edit session={session} onClose={close} /> : open === 'move' ? <Move session={session} onClose={close} /> : null}
      </Drawer>
    </Can>
  )
}
