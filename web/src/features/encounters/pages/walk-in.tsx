import { Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { encounters } from '#contract/encounters.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { api, usePractitionerChoices, type Visit } from '../queries.ts'

interface WalkInValues extends Record<string, unknown> {
  patientId: string
  practitionerId: string
}

function WalkInForm({ patientId }: { patientId: string }) {
  const t = useText()
  const go = useGo()
  const { me, facilityId } = useAuth()
  const choices = usePractitionerChoices()
  const isOwn = me.user.isPractitioner
  const toBody = (values: WalkInValues) => ({ patientId: values.patientId, facilityId, class: 'outpatient' as const, practitionerId: values.practitionerId })
  const form = useAppForm<WalkInValues, Visit>({
    initialValues: { patientId, practitionerId: isOwn ? me.user.id : '' },
    schema: encounters.open.body,
    toBody,
    draft: { form: 'encounters.open', subject: patientId || 'new' },
    submit: (values) => api.open({ body: toBody(values) }),
    done: (visit) => {
      void queryClient.invalidateQueries({ queryKey: ['scheduling'] })
      void queryClient.invalidateQueries({ queryKey: ['encounters'] })
      notifications.show({ message: t('encounters.walkIn.done', { token: visit.token ?? '–' }) })
      go(isOwn && visit.practitionerId === me.user.id ? `/encounters/${visit.id}` : '/queue')
    },
  })
  const { values, errors, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('encounters.walkIn.go')} cancel={() => history.back()} labels={{ patientId: t('common.patient'), practitionerId: t('common.practitioner') }}>
      <PatientPicker label={t('common.patient')} isRequired value={values.patientId} onChange={(id) => setFieldValue('patientId', id)} {...(errors['patientId'] ? { error: String(errors['patientId']) } : {})} />
      <Select label={t('common.practitioner')} withAsterisk searchable data={choices} value={values.practitionerId || null} error={errors['practitionerId']} onChange={(id) => setFieldValue('practitionerId', id ?? '')} nothingFoundMessage={t('common.none')} />
    </Form>
  )
}

/** Somebody who came without an appointment gets a token. */
export function WalkInPage() {
  const t = useText()
  const [patientId] = useSearchParam('patientId')
  return (
    <>
      {patientId === undefined ? null : <PatientBanner patientId={patientId} />}
      <Page title={t('encounters.walkIn.title')} crumbs={[{ label: t('encounters.queue'), path: '/queue' }]}>
        <Section>
          <WalkInForm key={patientId ?? ''} patientId={patientId ?? ''} />
        </Section>
      </Page>
    </>
  )
}
