import { useState } from 'react'
import { Button, Fieldset, Group, NumberInput, Paper, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { sensitivity, sex } from '#contract/patients.ts'
import type { PatientCriteria } from '#contract/patients-finding.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { type CriterionName, readCriteria } from '../criteria.ts'

type Values = Partial<Record<CriterionName, string | number>>
interface FieldsProps {
  values: Values
  set: (name: CriterionName, value: string | number | null) => void
}

const ranges = [['bornFrom', 'bornTo', 'born'], ['registeredFrom', 'registeredTo', 'registered'], ['visitedFrom', 'visitedTo', 'visited']] as const

function Ranges({ values, set }: FieldsProps) {
  const t = useText()
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="sm">
      <Fieldset legend={<Text span size="sm" fw={500}>{t('patients.criteria.age')}</Text>} variant="unstyled" p={0} m={0}>
        <Group grow gap="xs" wrap="nowrap">
          {(['ageFrom', 'ageTo'] as const).map((name) => <NumberInput key={name} size="sm" min={0} max={150} allowDecimal={false} allowNegative={false} hideControls aria-label={t(`patients.criteria.${name}`)} placeholder={t(name === 'ageFrom' ? 'common.from' : 'common.to')} value={values[name] ?? ''} onChange={(value) => set(name, value)} />)}
        </Group>
      </Fieldset>
      {ranges.map(([from, to, label]) => (
        <Fieldset key={label} legend={<Text span size="sm" fw={500}>{t(`patients.criteria.${label}`)}</Text>} variant="unstyled" p={0} m={0}>
          <Group grow gap="xs" wrap="nowrap">
            {[from, to].map((name) => <TextInput key={name} type="date" size="sm" aria-label={t(`patients.criteria.${name}`)} value={String(values[name] ?? '')} onChange={(event) => set(name, event.currentTarget.value)} />)}
          </Group>
        </Fieldset>
      ))}
    </SimpleGrid>
  )
}

function Choices({ values, set }: FieldsProps) {
  const t = useText()
  const { me, can } = useAuth()
  const any = { value: '', label: t('patients.criteria.any') }
  const choose = (name: CriterionName, label: string, data: { value: string; label: string }[]) => <Select size="sm" label={label} data={[any, ...data]} value={String(values[name] ?? '')} onChange={(value) => set(name, value)} />
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm">
      {choose('sex', t('patients.field.sex'), sex.options.map((value) => ({ value, label: t(`patients.sex.${value}`) })))}
      {choose('life', t('patients.criteria.life'), [{ value: 'living', label: t('patients.criteria.living') }, { value: 'deceased', label: t('patients.deceased') }])}
      <TextInput size="sm" label={t('patients.address.city')} maxLength={100} autoComplete="off" value={String(values.city ?? '')} onChange={(event) => set('city', event.currentTarget.value)} />
      {me.facilities.length < 2 ? null : choose('facilityId', t('common.facility'), me.facilities.map((one) => ({ value: one.id, label: one.name })))}
      {can('patients.labels') ? choose('label', t('patients.criteria.label'), sensitivity.options.map((value) => ({ value, label: t(`access.label.${value}`) }))) : null}
    </SimpleGrid>
  )
}

/** What the list is narrowed by; shown when it is asked for, so that nothing is looked up while one still types. */
export function CriteriaPanel({ criteria, onShow }: { criteria: PatientCriteria; onShow: (criteria: PatientCriteria) => void }) {
  const t = useText()
  const [values, setValues] = useState<Values>({ ...criteria })
  const set = (name: CriterionName, value: string | number | null) => setValues((before) => ({ ...before, [name]: value ?? '' }))
  const clear = () => {
    setValues({})
    onShow({})
  }
  return (
    <Paper component="form" p="md" bg="var(--surface)" aria-label={t('patients.criteria.title')} onSubmit={(event) => { event.preventDefault(); onShow(readCriteria(values)) }}>
      <Stack gap="sm">
        <Choices values={values} set={set} />
        <Ranges values={values} set={set} />
        <Group justify="end">
          <Button variant="default" onClick={clear}>{t('patients.criteria.clear')}</Button>
          <Button type="submit">{t('patients.criteria.show')}</Button>
        </Group>
      </Stack>
    </Paper>
  )
}
