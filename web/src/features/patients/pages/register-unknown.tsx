import { NumberInput, SegmentedControl } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import type { PatientValues } from '../form.ts'
import { api } from '../queries.ts'

interface UnknownValues extends Record<string, unknown> {
  sex: PatientValues['sex']
  ageYears: string | number
}
const empty: UnknownValues = { sex: 'unknown', ageYears: '' }
const sexes = ['female', 'male', 'intersex', 'unknown'] as const

/** Somebody who cannot say who they are gets a record at once. */
export function RegisterUnknownPage() {
  const t = useText()
  const go = useGo()
  const { facilityId } = useAuth()
  const form = useAppForm({
    initialValues: empty,
    submit: (values: UnknownValues) => api.registerUnknown({ body: { facilityId, sex: values.sex, ...(values.ageYears === '' ? {} : { ageYears: Number(values.ageYears) }) } }),
    done: (patient) => {
      void queryClient.invalidateQueries({ queryKey: ['patients'] })
      go(`/patients/${patient.id}`)
    },
  })
  return (
    <Page title={t('patients.unknown.title')} crumbs={[{ label: t('patients.title'), path: '/patients' }]}>
      <Section>
        <Form form={form} submitLabel={t('patients.register.go')} cancel={() => go('/patients')}>
          <SegmentedControl aria-label={t('patients.field.sex')} data={sexes.map((value) => ({ value, label: t(`patients.sex.${value}`) }))} {...form.fields.getInputProps('sex')} />
          <NumberInput label={t('patients.unknown.age')} min={0} max={130} allowDecimal={false} hideControls inputMode="numeric" {...form.fields.getInputProps('ageYears')} />
        </Form>
      </Section>
    </Page>
  )
}
