import { Checkbox, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { scheduling, type Appointment } from '#contract/scheduling.ts'
import { wallTime } from '../../../kernel/format.ts'
import { useAuth, Can } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { api } from '../queries.ts'
import { PractitionerSelect } from './practitioner-select.tsx'
import { SlotPicker } from './slot-picker.tsx'
import { VisitTypeSelect } from './visit-type-select.tsx'

interface BookingValues extends Record<string, unknown> {
  patientId: string
  practitionerId: string
  visitType: Appointment['visitType']
  day: string
  startsAt: string
  reason: string
  isOverbooking: boolean
}

interface BookingFormProps {
  patientId?: string | undefined
  practitionerId?: string | undefined
  startsAt?: string | undefined
  visitType?: Appointment['visitType'] | undefined
  onDone: (appointment: Appointment) => void
  onCancel: () => void
}

export function BookingForm({ patientId = '', practitionerId = '', startsAt = '', visitType = 'new-consultation', onDone, onCancel }: BookingFormProps) {
  const t = useText()
  const format = useFormat()
  const { facility, facilityId } = useAuth()
  const day = startsAt === '' ? format.today() : wallTime(startsAt, facility?.timeZone ?? 'UTC').date
  const toBody = (values: BookingValues) => ({ patientId: values.patientId, practitionerId: values.practitionerId, facilityId, startsAt: values.startsAt, visitType: values.visitType, reason: values.reason, ...(values.isOverbooking ? { isOverbooking: true } : {}) })
  const form = useAppForm<BookingValues, Appointment>({
    initialValues: { patientId, practitionerId, visitType, day, startsAt, reason: '', isOverbooking: false },
    schema: scheduling.book.body,
    toBody,
    draft: { form: 'scheduling.book', subject: [patientId, practitionerId, startsAt].filter(Boolean).join('.') || 'new' },
    submit: (values) => api.book({ body: toBody(values) }),
    done: (appointment) => {
      void queryClient.invalidateQueries({ queryKey: ['scheduling'] })
      notifications.show({ message: t('scheduling.book.done', { when: format.dayTime(appointment.startsAt) }) })
      onDone(appointment)
    },
  })
  const { values, errors, setFieldValue } = form.fields
  const labels = { patientId: t('common.patient'), practitionerId: t('common.practitioner'), startsAt: t('common.time'), reason: t('common.reason'), visitType: t('scheduling.visitType') }
  return (
    <Form form={form} submitLabel={t('scheduling.book.go')} cancel={onCancel} labels={labels}>
      <PatientPicker label={t('common.patient')} isRequired value={values.patientId} onChange={(id) => setFieldValue('patientId', id)} {...(errors['patientId'] ? { error: String(errors['patientId']) } : {})} />
      <PractitionerSelect isRequired value={values.practitionerId || undefined} error={errors['practitionerId']} onChange={(id) => form.fields.setValues({ practitionerId: id ?? '', startsAt: '' })} />
      <VisitTypeSelect value={values.visitType} onChange={(next) => setFieldValue('visitType', next)} />
      <SlotPicker practitionerId={values.practitionerId} visitType={values.visitType} day={values.day} value={values.startsAt} error={errors['startsAt']} onDay={(next) => form.fields.setValues({ day: next, startsAt: '' })} onChange={(next) => setFieldValue('startsAt', next)} />
      <Textarea label={t('common.reason')} autosize minRows={2} maxLength={500} {...form.fields.getInputProps('reason')} />
      <Can permission="scheduling.overbook">
        <Checkbox label={t('scheduling.book.overbook')} {...form.fields.getInputProps('isOverbooking', { type: 'checkbox' })} />
      </Can>
    </Form>
  )
}
