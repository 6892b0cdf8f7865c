import { useRef, useState } from 'react'
import { Group, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { clinical } from '#contract/clinical.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { latinNumber, measures, type MeasureName } from '../measures.ts'
import { api, touched, vitalsQuery, type VitalSet } from '../queries.ts'
import { useIsSmallChild } from './small-child.ts'
import styles from './panel.module.css'

type Values = Record<MeasureName, string>
const empty: Values = { systolicMmHg: '', diastolicMmHg: '', pulsePerMinute: '', respirationsPerMinute: '', temperatureCelsius: '', spo2Percent: '', weightKg: '', heightCm: '', headCircumferenceCm: '' }
const toBody = (values: Values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== '').map(([name, value]) => [name, latinNumber(value)]))

function VitalsForm({ encounter, onDone }: { encounter: Encounter; onDone: () => void }) {
  const t = useText()
  const isSmallChild = useIsSmallChild(encounter.patientId)
  const asked = measures.filter((measure) => measure.isOfSmallChildren !== true || isSmallChild)
  const form = useAppForm<Values, unknown>({
    initialValues: empty,
    schema: clinical.recordVitals.body,
    toBody,
    draft: { form: 'clinical.vitals', subject: encounter.id },
    submit: (values) => api.recordVitals({ params: { id: encounter.id }, body: toBody(values) }),
    done: () => {
      for (const queryKey of touched(encounter.id, encounter.patientId)) void queryClient.invalidateQueries({ queryKey })
      onDone()
    },
  })
  return (
    <Form form={form} submitLabel={t('clinical.vitals.save')} labels={Object.fromEntries(measures.map((measure) => [measure.name, t(`clinical.measure.${measure.name}`)]))}>
      <div className={styles.fields}>
        {asked.map((measure) => (
          <TextInput key={measure.name} size="sm" label={t(`clinical.measure.${measure.name}`)} inputMode={measure.isDecimal === true ? 'decimal' : 'numeric'} autoComplete="off" rightSection={<Text size="xs" c="dimmed" dir="ltr">{measure.unit}</Text>} rightSectionWidth={52} {...form.fields.getInputProps(measure.name)} />
        ))}
      </div>
    </Form>
  )
}

const toneOf: Record<string, Tone> = { low: 'neutral', 'low-medium': 'warn', medium: 'warn', high: 'bad' }

function Recorded({ set }: { set: VitalSet }) {
  const t = useText()
  const shown = measures.filter((measure) => set.values[measure.name] !== undefined && measure.name !== 'diastolicMmHg')
  const textOf = (name: MeasureName, unit: string) => (name === 'systolicMmHg' && set.values['diastolicMmHg'] !== undefined ? `${set.values[name]}/${set.values['diastolicMmHg']} ${unit}` : `${set.values[name]} ${unit}`)
  return (
    <Group gap="sm" py={6} style={{ borderBlockStart: '1px solid var(--line)' }}>
      <Text size="sm" c="dimmed" miw={90}><When at={set.occurredAt} /></Text>
      {shown.map((measure) => (
        <Text key={measure.name} size="sm" className="figures">
          {t(measure.name === 'systolicMmHg' ? 'clinical.measure.bloodPressure' : `clinical.measure.${measure.name}`)} <b><bdi dir="ltr">{textOf(measure.name, measure.unit)}</bdi></b>
        </Text>
      ))}
      {set.bmi === undefined ? null : <Text size="sm" className="figures">BMI <b>{set.bmi}</b></Text>}
      {set.news2 === undefined ? null : <><StateBadge tone={toneOf[set.news2Risk ?? 'low'] ?? 'neutral'} label={t('clinical.news2', { score: set.news2, risk: t(`clinical.risk.${set.news2Risk ?? 'low'}`) })} /><Text size="xs" c="dimmed">{t('clinical.news2Assumes')}</Text></>}
    </Group>
  )
}

/** Vital signs: taken in one row, with the early-warning score and what was recorded in this visit. */
export function VitalsPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery(vitalsQuery(encounter.id))
  const recorded = useRef<HTMLDivElement>(null)
  const [round, setRound] = useState(0)
  // A fresh form after each set: emptying the old one would be kept as a draft.
  const onDone = () => {
    setRound((now) => now + 1)
    recorded.current?.focus()
  }
  const isOpen = encounter.state === 'checked-in' || encounter.state === 'in-consultation'
  return (
    <Stack gap="sm">
      {isOpen && can('clinical.vitals', encounter.facilityId) ? <VitalsForm key={round} encounter={encounter} onDone={onDone} /> : null}
      <div ref={recorded} tabIndex={-1} role="status" style={{ outline: 'none' }}>
        <Loaded query={query} rows={1}>
          {({ items }) => (items.length === 0 ? <Text size="sm" c="dimmed">{t('clinical.vitals.empty')}</Text> : items.map((set) => <Recorded key={set.id} set={set} />))}
        </Loaded>
      </div>
    </Stack>
  )
}
