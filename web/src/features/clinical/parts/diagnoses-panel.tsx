import { useState } from 'react'
import { Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { clinical } from '#contract/clinical.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { api, diagnosesQuery, touched, type Diagnosis } from '../queries.ts'
import styles from './panel.module.css'

const kinds = ['provisional', 'confirmed', 'differential'] as const
const systems = { icd10: 'http://hl7.org/fhir/sid/icd-10', icd11: 'http://id.who.int/icd/release/11/mms', namaste: 'https://namaste.ayush.gov.in' } as const
type SystemName = keyof typeof systems
const systemNames: SystemName[] = ['icd10', 'icd11', 'namaste']

interface Values extends Record<string, unknown> {
  text: string
  kind: (typeof kinds)[number]
  system: SystemName
  code: string
}

function AddDiagnosis({ encounter, isNext, onDone }: { encounter: Encounter; isNext: boolean; onDone: () => void }) {
  const t = useText()
  const toBody = (values: Values) => ({ text: values.text, kind: values.kind, ...(values.code.trim() === '' ? {} : { coding: { system: systems[values.system], code: values.code.trim(), display: values.text } }) })
  const form = useAppForm<Values, Diagnosis>({
    initialValues: { text: '', kind: 'provisional', system: encounter.system === 'ayurveda' ? 'namaste' : 'icd10', code: '' },
    schema: clinical.addDiagnosis.body,
    toBody,
    draft: { form: 'clinical.diagnosis', subject: encounter.id },
    submit: (values) => api.addDiagnosis({ params: { id: encounter.id }, body: toBody(values) }),
    done: () => {
      for (const queryKey of touched(encounter.id, encounter.patientId)) void queryClient.invalidateQueries({ queryKey })
      onDone()
    },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('clinical.diagnosis.add')} labels={{ text: t('clinical.diagnosis.what') }}>
      <TextInput autoFocus={isNext} label={t('clinical.diagnosis.what')} autoComplete="off" maxLength={300} {...getInputProps('text')} />
      <div className={styles.choices}>
        <Select label={t('common.type')} data={kinds.map((value) => ({ value, label: t(`clinical.diagnosis.kind.${value}`) }))} value={values.kind} onChange={(value) => setFieldValue('kind', kinds.find((one) => one === value) ?? 'provisional')} />
        <Select label={t('clinical.diagnosis.system')} data={systemNames.map((value) => ({ value, label: t(`clinical.diagnosis.system.${value}`) }))} value={values.system} onChange={(value) => setFieldValue('system', systemNames.find((one) => one === value) ?? 'icd10')} />
        <TextInput label={t('common.code')} autoComplete="off" maxLength={100} {...getInputProps('code')} />
      </div>
    </Form>
  )
}

function Entry({ diagnosis, encounter }: { diagnosis: Diagnosis; encounter: Encounter }) {
  const t = useText()
  const { can } = useAuth()
  const isMine = diagnosis.state === 'active' && can('clinical.diagnoses', encounter.facilityId)
  return (
    <Group justify="space-between" py={6} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={600}>{diagnosis.text}</Text>
        <Text size="xs" c="dimmed">{[t(`clinical.diagnosis.kind.${diagnosis.kind}`), diagnosis.coding?.code].filter(Boolean).join(' · ')}</Text>
      </Stack>
      {diagnosis.state === 'active' ? null : <StateBadge label={t(`clinical.diagnosis.state.${diagnosis.state}`)} />}
      <LifecycleButtons
        size="xs"
        actions={isMine ? ['resolve', 'entered-in-error'] : []}
        invalidate={touched(encounter.id, encounter.patientId)}
        steps={[
          { step: 'resolve', label: t('clinical.diagnosis.resolve'), run: () => api.resolveDiagnosis({ params: { id: diagnosis.id }, body: {} }) },
          { step: 'entered-in-error', label: t('clinical.diagnosis.inError'), needsReason: true, isDangerous: true, run: (reason) => api.diagnosisInError({ params: { id: diagnosis.id }, body: { reason } }) },
        ]}
      />
    </Group>
  )
}

/** Diagnoses of the visit, in words or by code. */
export function DiagnosesPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery(diagnosesQuery(encounter.id))
  const [round, setRound] = useState(0)
  const isOpen = encounter.state === 'checked-in' || encounter.state === 'in-consultation'
  return (
    <Stack gap="sm">
      <Loaded query={query} rows={1}>
        {({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('clinical.diagnosis.empty')}</Text> : <div>{items.map((one) => <Entry key={one.id} diagnosis={one} encounter={encounter} />)}</div>)}
      </Loaded>
      {isOpen && can('clinical.diagnoses', encounter.facilityId) ? <AddDiagnosis key={round} encounter={encounter} isNext={round > 0} onDone={() => setRound((now) => now + 1)} /> : null}
    </Stack>
  )
}
