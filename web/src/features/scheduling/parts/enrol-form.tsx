import { Checkbox, Radio, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { scheduling } from '#contract/scheduling.ts'
import { groupScope, type GroupSession } from '#contract/scheduling-groups.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import type { Enrolled } from '../group-queries.ts'
import { api } from '../queries.ts'

interface EnrolValues extends Record<string, unknown> {
  patientId: string
  scope: 'session' | 'course'
  mayWait: boolean
  note: string
}

/** Puts a patient into a session, or into the rest of its course. */
export function EnrolForm({ session, hasCourse, onClose }: { session: GroupSession; hasCourse: boolean; onClose: () => void }) {
  const t = useText()
  const toBody = (values: EnrolValues) => ({ patientId: values.patientId, scope: values.scope, mayWait: values.mayWait, ...(values.note.trim() === '' ? {} : { note: values.note }) })
  const form = useAppForm<EnrolValues, Enrolled>({
    initialValues: { patientId: '', scope: 'session', mayWait: session.taken >= session.places, note: '' },
    schema: scheduling.enrol.body,
    toBody,
    submit: (values) => api.enrol({ params: { id: session.id }, body: toBody(values) }),
    done: ({ items }) => {
      void queryClient.invalidateQueries({ queryKey: ['scheduling'] })
      notifications.show({ message: t('scheduling.group.enrolled', { count: items.filter((one) => one.state === 'enrolled').length }) })
      onClose()
    },
  })
  const { values, errors, setFieldValue, getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('scheduling.group.enrol')} cancel={onClose} labels={{ patientId: t('common.patient'), note: t('common.note') }}>
      <PatientPicker label={t('common.patient')} isRequired value={values.patientId} onChange={(id) => setFieldValue('patientId', id)} {...(errors['patientId'] ? { error: String(errors['patientId']) } : {})} />
      {hasCourse ? (
        <Radio.Group label={t('scheduling.group.scope')} value={values.scope} onChange={(next) => setFieldValue('scope', groupScope.parse(next))}>
          <Stack gap={6} mt={6}>
            {groupScope.options.map((value) => (
              <Radio key={value} value={value} label={t(`scheduling.group.scope.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
      ) : null}
      <Checkbox label={t('scheduling.group.mayWait')} {...getInputProps('mayWait', { type: 'checkbox' })} />
      <TextInput label={t('common.note')} maxLength={300} {...getInputProps('note')} />
    </Form>
  )
}
