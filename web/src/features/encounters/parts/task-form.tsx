import { Select, SimpleGrid, TextInput, Textarea } from '@mantine/core'
import { encounters } from '#contract/encounters.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { api, usePractitionerChoices, type NewTask } from '../queries.ts'

interface TaskValues extends Record<string, unknown> {
  title: string
  patientId: string
  assigneeId: string
  dueOn: string
  dueTime: string
  note: string
}

const endOfDay = '18:00'

export function TaskForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const { me } = useAuth()
  const others = usePractitionerChoices().filter((one) => one.value !== me.user.id)
  const toBody = (values: TaskValues) => ({
    title: values.title,
    note: values.note,
    ...(values.patientId === '' ? {} : { patientId: values.patientId }),
    ...(values.assigneeId === '' ? {} : { assigneeId: values.assigneeId }),
    ...(values.dueOn === '' ? {} : { dueAt: format.instant(values.dueOn, values.dueTime || endOfDay) }),
  })
  const form = useAppForm<TaskValues, NewTask>({
    initialValues: { title: '', patientId: '', assigneeId: me.user.id, dueOn: format.today(), dueTime: '', note: '' },
    schema: encounters.createTask.body,
    toBody,
    draft: { form: 'encounters.task', subject: 'new' },
    submit: (values) => api.createTask({ body: toBody(values) }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['encounters', 'tasks'] })
      onClose()
    },
  })
  const { values, setFieldValue, getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('common.add')} cancel={onClose} labels={{ title: t('encounters.task.what'), dueAt: t('encounters.task.due') }}>
      <TextInput data-autofocus withAsterisk maxLength={200} label={t('encounters.task.what')} autoComplete="off" {...getInputProps('title')} />
      <PatientPicker label={t('common.patient')} value={values.patientId} onChange={(id) => setFieldValue('patientId', id)} />
      <Select searchable label={t('encounters.task.assignee')} data={[{ value: me.user.id, label: t('encounters.task.me') }, ...others]} value={values.assigneeId} onChange={(id) => setFieldValue('assigneeId', id ?? '')} />
      <SimpleGrid cols={2}>
        <TextInput type="date" label={t('encounters.task.due')} {...getInputProps('dueOn')} />
        <TextInput type="time" label={t('common.time')} {...getInputProps('dueTime')} />
      </SimpleGrid>
      <Textarea label={t('common.note')} maxLength={1000} autosize minRows={2} {...getInputProps('note')} />
    </Form>
  )
}
