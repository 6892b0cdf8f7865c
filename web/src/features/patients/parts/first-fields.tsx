import { NumberInput, SegmentedControl, SimpleGrid, Input, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import type { PatientValues } from '../form.ts'

const sexes = ['female', 'male', 'intersex', 'unknown'] as const

export function usePatientLabels(): Record<string, string> {
  const t = useText()
  return { givenName: t('patients.field.givenName'), familyName: t('patients.field.familyName'), birthDate: t('patients.field.birthDate'), ageYears: t('patients.field.ageYears'), sex: t('patients.field.sex'), phone: t('common.phone'), phones: t('common.phone'), email: t('common.email') }
}

/** What a walk-in needs: name, age or birth date, sex, phone. */
export function FirstFields({ fields }: { fields: UseFormReturnType<PatientValues> }) {
  const t = useText()
  const format = useFormat()
  const set = fields.getInputProps
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('patients.field.givenName')} withAsterisk data-autofocus autoFocus autoComplete="off" autoCapitalize="words" dir="auto" {...set('givenName')} />
        <TextInput label={t('patients.field.familyName')} autoComplete="off" autoCapitalize="words" dir="auto" {...set('familyName')} />
        <NumberInput label={t('patients.field.ageYears')} description={t('patients.field.ageHint')} min={0} max={130} allowDecimal={false} hideControls inputMode="numeric" disabled={fields.values.birthDate !== ''} {...set('ageYears')} />
        <TextInput type="date" label={t('patients.field.birthDate')} description={t('patients.field.birthHint')} max={format.today()} {...set('birthDate')} />
      </SimpleGrid>
      <Input.Wrapper label={t('patients.field.sex')} withAsterisk error={fields.errors['sex']}>
        <SegmentedControl fullWidth aria-label={t('patients.field.sex')} data={sexes.map((value) => ({ value, label: t(`patients.sex.${value}`) }))} {...set('sex')} />
      </Input.Wrapper>
      <TextInput type="tel" inputMode="tel" label={t('common.phone')} autoComplete="off" dir="ltr" {...set('phone')} error={fields.errors['phone'] ?? fields.errors['phones'] ?? fields.errors['phones.0']} />
    </>
  )
}
