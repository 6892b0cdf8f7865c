import { useState } from 'react'
import { Button, Collapse } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconChevronDown } from '@tabler/icons-react'
import { patients } from '#contract/patients.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { DuplicateWarning } from '../parts/duplicate-warning.tsx'
import { FirstFields, usePatientLabels } from '../parts/first-fields.tsx'
import { MoreFields } from '../parts/more-fields.tsx'
import { emptyPatient, patientBody, type PatientValues } from '../form.ts'
import { api } from '../queries.ts'

export function RegisterPage() {
  const t = useText()
  const go = useGo()
  const labels = usePatientLabels()
  const { facilityId } = useAuth()
  const [isMore, setMore] = useState(false)
  const toBody = (values: PatientValues) => ({ ...patientBody(values), facilityId })
  const form = useAppForm({
    initialValues: emptyPatient,
    schema: patients.register.body,
    toBody,
    draft: { form: 'patients.register', subject: 'new' },
    submit: (values) => api.register({ body: toBody(values) }),
    done: (patient) => {
      void queryClient.invalidateQueries({ queryKey: ['patients'] })
      notifications.show({ message: t('patients.register.done', { mrn: patient.mrn }) })
      go(`/patients/${patient.id}`)
    },
  })
  return (
    <Page title={t('patients.register.title')} crumbs={[{ label: t('patients.title'), path: '/patients' }]}>
      <Section>
        <Form form={form} submitLabel={t('patients.register.go')} cancel={() => go('/patients')} labels={labels}>
          <FirstFields fields={form.fields} />
          <DuplicateWarning values={form.fields.values} />
          <Button variant="subtle" type="button" w="fit-content" aria-expanded={isMore} rightSection={<IconChevronDown size={16} style={{ rotate: isMore ? '180deg' : '0deg' }} />} onClick={() => setMore(!isMore)}>
            {t(isMore ? 'patients.register.less' : 'patients.register.more')}
          </Button>
          <Collapse expanded={isMore}>{isMore ? <MoreFields fields={form.fields} /> : null}</Collapse>
        </Form>
      </Section>
    </Page>
  )
}
