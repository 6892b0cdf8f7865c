import { SimpleGrid, TextInput, Textarea } from '@mantine/core'
import { scheduling, type Appointment } from '#contract/scheduling.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { api, type NewWaiting } from '../queries.ts'
import { PractitionerSelect } from './practitioner-select.tsx'
import { VisitTypeSelect } from './visit-type-select.tsx'

interface WaitingValues extends Record<string, unknown> {
  patientId: string
  practitionerId: string
  visitType: Appointment['visitType']
  from: string
  to: string
  note: string
}

const filled = (name: 'practitionerId' | 'from' | 'to' | 'note', value: string) => (value.trim() === '' ? {} : { [name]: value })

export function WaitingForm({ onClose }: { onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const toBody = (values: WaitingValues) => ({ patientId: values.patientId, facilityId, visitType: values.visitType, ...filled('practitionerId', values.practitionerId), ...filled('from', values.from), ...filled('to', values.to), ...filled('note', values.note) })
  const form = useAppForm<WaitingValues, NewWaiting>({
    initialValues: { patientId: '', practitionerId: '', visitType: 'new-consultation', from: '', to: '', note: '' },
    schema: scheduling.wait.body,
    toBody,
    draft: { form: 'scheduling.wait', subject: 'new' },
    submit: (values) => api.wait({ body: toBody(values) }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['scheduling', 'waiting'] })
      onClose()
    },
  })
  const { values, errors, setFieldValue, getInputProps } = form.fields
  return (
    <Form form={form} submitLabel={t('common.add')} cancel={onClose} labels={{ patientId: t('common.patient'), from: t('common.from'), to: t('common.to'), note: t('common.note') }}>
      <PatientPicker label={t('common.patient')} isRequired value={values.patientId} onChange={(id) => setFieldValue('patientId', id)} {...(errors['patientId'] ? { error: String(errors['patientId']) } : {})} />
      <PractitionerSelect hasAll value={values.practitionerId || undefined} onChange={(id) => setFieldValue('practitionerId', id ?? '')} />
      <VisitTypeSelect value={values.visitType} onChange={(next) => setFieldValue('visitType', next)} />
      <SimpleGrid cols={2}>
        <TextInput type="date" min={format.today()} label={t('common.from')} {...getInputProps('from')} />
        <TextInput type="date" min={values.from || format.today()} label={t('common.to')} {...getInputProps('to')} />
      </SimpleGrid>
      <Textarea label={t('common.note')} maxLength={300} autosize minRows={2} {...getInputProps('note')} />
    </Form>
  )
}
