import { NumberInput, Select, SimpleGrid, TextInput, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { scheduling } from '#contract/scheduling.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { useRooms, type Planned } from '../group-queries.ts'
import { api, usePractitioners } from '../queries.ts'

interface GroupValues extends Record<string, unknown> {
  name: string
  practitionerId: string
  roomId: string
  day: string
  time: string
  minutes: number
  places: number
  everyDays: string
  count: number
  note: string
}

const rhythms = [{ value: '0', key: 'once' }, { value: '1', key: 'daily' }, { value: '7', key: 'weekly' }, { value: '14', key: 'fortnightly' }] as const
const filled = (name: 'practitionerId' | 'roomId' | 'note', value: string) => (value.trim() === '' ? {} : { [name]: value })

function useGroupForm(onDone: (planned: Planned) => void) {
  const t = useText()
  const format = useFormat()
  const { facilityId, me } = useAuth()
  const toBody = (values: GroupValues) => ({
    name: values.name, facilityId, ...filled('practitionerId', values.practitionerId), ...filled('roomId', values.roomId), startsAt: values.day === '' || values.time === '' ? '' : format.instant(values.day, values.time), minutes: values.minutes, places: values.places,
    ...(values.everyDays === '0' ? {} : { everyDays: Number(values.everyDays), count: values.count }), ...filled('note', values.note),
  })
  return useAppForm<GroupValues, Planned>({
    initialValues: { name: '', practitionerId: me.user.isPractitioner ? me.user.id : '', roomId: '', day: format.today(), time: '', minutes: 60, places: 10, everyDays: '0', count: 8, note: '' },
    schema: scheduling.addSessions.body,
    toBody,
    draft: { form: 'scheduling.group', subject: 'new' },
    submit: (values) => api.addSessions({ body: toBody(values) }),
    done: (planned) => {
      void queryClient.invalidateQueries({ queryKey: ['scheduling'] })
      notifications.show({ message: t('scheduling.group.planned', { count: planned.items.length }) })
      onDone(planned)
    },
  })
}

export function GroupForm({ onDone, onCancel }: { onDone: (planned: Planned) => void; onCancel: () => void }) {
  const t = useText()
  const format = useFormat()
  const rooms = useRooms()
  const { items } = usePractitioners()
  const form = useGroupForm(onDone)
  const { values, errors, getInputProps, setFieldValue } = form.fields
  const labels = { name: t('scheduling.group.name'), practitionerId: t('common.practitioner'), roomId: t('scheduling.group.room'), startsAt: t('common.time'), minutes: t('scheduling.group.minutes'), places: t('scheduling.group.places'), count: t('scheduling.group.count'), note: t('common.note') }
  return (
    <Form form={form} submitLabel={t('scheduling.group.add')} cancel={onCancel} labels={labels}>
      <TextInput label={labels.name} description={t('scheduling.group.nameHint')} withAsterisk maxLength={120} {...getInputProps('name')} />
      <Select label={labels.practitionerId} searchable clearable placeholder={t('scheduling.group.noPractitioner')} data={items.map((one) => ({ value: one.id, label: [one.title, one.name].filter(Boolean).join(' ') }))} {...getInputProps('practitionerId')} value={values.practitionerId || null} onChange={(next) => setFieldValue('practitionerId', next ?? '')} />
      <Select label={labels.roomId} searchable clearable placeholder={t('scheduling.group.noRoom')} data={rooms.map((room) => ({ value: room.id, label: room.name }))} {...getInputProps('roomId')} value={values.roomId || null} onChange={(next) => setFieldValue('roomId', next ?? '')} />
      <SimpleGrid cols={2}>
        <TextInput type="date" withAsterisk min={format.today()} label={t('common.date')} {...getInputProps('day')} />
        <TextInput type="time" withAsterisk label={t('common.time')} {...getInputProps('time')} error={errors['startsAt']} />
        <NumberInput label={labels.minutes} withAsterisk min={10} max={480} step={5} allowDecimal={false} {...getInputProps('minutes')} />
        <NumberInput label={labels.places} withAsterisk min={1} max={500} allowDecimal={false} {...getInputProps('places')} />
        <Select label={t('scheduling.group.repeat')} allowDeselect={false} data={rhythms.map((one) => ({ value: one.value, label: t(`scheduling.group.${one.key}`) }))} {...getInputProps('everyDays')} />
        {values.everyDays === '0' ? null : <NumberInput label={labels.count} withAsterisk min={2} max={52} allowDecimal={false} {...getInputProps('count')} />}
      </SimpleGrid>
      <Textarea label={labels.note} autosize minRows={2} maxLength={500} {...getInputProps('note')} />
    </Form>
  )
}
