import { useState } from 'react'
import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { orderPriority } from '#contract/orders.ts'
import { laboratory } from '#contract/laboratory.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { PatientBanner } from '../../../ui/patient-banner.tsx'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { PayNow, QuickRegister, TestChoice, TubesNow } from '../parts/walk-in-parts.tsx'
import { api, touched, type WalkIn, type WantedTest } from '../queries.ts'

/** What the prescription asks for, and who wrote it. */
function Prescription({ patientId, onDone }: { patientId: string; onDone: (walkIn: WalkIn, tests: WantedTest[]) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const [tests, setTests] = useState<WantedTest[]>([])
  const initialValues = { prescriber: { name: '', phone: '', registration: '' }, prescribedOn: '', priority: 'routine', indication: '' }
  const bodyOf = ({ prescriber, priority, indication, prescribedOn }: typeof initialValues) => ({ patientId, facilityId, testIds: tests.map((test) => test.id), priority, prescriber, ...(indication.trim() === '' ? {} : { indication }), ...(prescribedOn === '' ? {} : { prescribedOn }) })
  const form = useAppForm({
    initialValues, schema: laboratory.walkIn.body, toBody: bodyOf,
    submit: (values) => api.walkIn({ body: laboratory.walkIn.body.parse(bodyOf(values)) }),
    done: (walkIn) => {
      touched.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }))
      onDone(walkIn, tests)
    },
  })
  const set = form.fields.getInputProps
  return (
    <Section title={t('laboratory.walkIn.prescription')}>
      <Form form={form} submitLabel={t('laboratory.walkIn.place')} labels={{ testIds: t('laboratory.walkIn.tests'), 'prescriber.name': t('laboratory.walkIn.prescriber') }}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('laboratory.walkIn.prescriber')} withAsterisk maxLength={120} {...set('prescriber.name')} />
          <TextInput label={t('laboratory.walkIn.prescriberPhone')} type="tel" maxLength={40} {...set('prescriber.phone')} />
          <TextInput label={t('laboratory.walkIn.registration')} maxLength={60} {...set('prescriber.registration')} />
          <TextInput type="date" label={t('laboratory.walkIn.prescribedOn')} {...set('prescribedOn')} />
          <Select label={t('orders.priority.label')} allowDeselect={false} data={orderPriority.options.map((value) => ({ value, label: t(`orders.priority.${value}`) }))} {...set('priority')} />
          <TextInput label={t('orders.indication')} maxLength={500} {...set('indication')} />
        </SimpleGrid>
        <TestChoice chosen={tests} error={form.fields.errors['testIds']} onChange={(chosen) => { setTests(chosen); form.fields.clearFieldError('testIds') }} />
      </Form>
    </Section>
  )
}

function Who({ onChosen }: { onChosen: (patientId: string) => void }) {
  const t = useText()
  const { can } = useAuth()
  const [isNew, setNew] = useState(false)
  return (
    <Section title={t('laboratory.walkIn.patient')}>
      {isNew ? <QuickRegister onDone={onChosen} onBack={() => setNew(false)} /> : (
        <Group align="end">
          <Stack flex={1} miw={240}><PatientPicker label={t('laboratory.walkIn.find')} value="" onChange={(id) => { if (id !== '') onChosen(id) }} /></Stack>
          {can('patients.write') ? <Button variant="default" onClick={() => setNew(true)}>{t('laboratory.walkIn.register')}</Button> : null}
        </Group>
      )}
    </Section>
  )
}

interface Ordered {
  walkIn: WalkIn
  isCharged: boolean
}

/** From the prescription somebody brings to the tube: found or registered, ordered, paid, labelled, on one page. */
export function WalkInPage() {
  const t = useText()
  const [patientId, setPatient] = useState('')
  const [ordered, setOrdered] = useState<Ordered>()
  const next = () => { setPatient(''); setOrdered(undefined) }
  return (
    <>
      {patientId === '' ? null : <PatientBanner patientId={patientId} />}
      <Page title={t('laboratory.walkIn.title')} actions={patientId === '' ? null : <Button variant="default" onClick={next}>{t('laboratory.walkIn.next')}</Button>}>
        {patientId === '' ? <Who onChosen={setPatient} /> : null}
        {patientId === '' || ordered !== undefined ? null : <Prescription patientId={patientId} onDone={(walkIn, tests) => setOrdered({ walkIn, isCharged: tests.some((test) => test.price !== null) })} />}
        {ordered === undefined ? null : (
          <Stack>
            <Alert color="teal" role="status"><Text>{t('laboratory.walkIn.done')}</Text></Alert>
            <Section title={t('laboratory.walkIn.pay')}><PayNow {...ordered} /></Section>
            <Section title={t('laboratory.walkIn.tubes')}><TubesNow walkIn={ordered.walkIn} /></Section>
          </Stack>
        )}
      </Page>
    </>
  )
}
