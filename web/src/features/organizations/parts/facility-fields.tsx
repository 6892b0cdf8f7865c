import { NumberInput, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { languages, useText } from '../../../kernel/i18n.ts'
import type { FacilityValues } from '../form.ts'

const zones = Intl.supportedValuesOf('timeZone')

export function useFacilityLabels(): Record<string, string> {
  const t = useText()
  return { code: t('organizations.facility.code'), name: t('common.name'), timeZone: t('organizations.facility.timeZone'), currency: t('organizations.facility.currency'), region: t('organizations.facility.region'), email: t('common.email'), phone: t('common.phone') }
}

export function FacilityFields({ fields, isNew }: { fields: UseFormReturnType<FacilityValues>; isNew: boolean }) {
  const t = useText()
  const regimes = ['gst', 'vat', 'none'].map((value) => ({ value, label: t(`organizations.taxRegime.${value}`) }))
  const set = fields.getInputProps
  return (
    <>
      <TextInput label={t('common.name')} withAsterisk {...set('name')} />
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }}>
        <TextInput label={t('organizations.facility.code')} description={t('organizations.facility.codeHint')} withAsterisk disabled={!isNew} {...set('code')} />
        <Select label={t('organizations.facility.timeZone')} searchable limit={50} data={zones.includes(fields.values.timeZone) ? zones : [fields.values.timeZone, ...zones]} {...set('timeZone')} />
        <TextInput label={t('organizations.facility.currency')} disabled={!isNew} {...set('currency')} />
        <Select label={t('shell.language')} data={languages} {...set('language')} />
        <TextInput label={t('organizations.facility.region')} disabled={!isNew} {...set('region')} />
        <NumberInput label={t('organizations.facility.fiscalMonth')} min={1} max={12} {...set('fiscalYearStartMonth')} />
        <Select label={t('organizations.facility.taxRegime')} data={regimes} {...set('taxRegime')} />
        <TextInput label={t('organizations.facility.taxNumber')} {...set('taxNumber')} />
        <TextInput label={t('organizations.facility.stateCode')} {...set('stateCode')} />
        <TextInput label={t('common.phone')} type="tel" inputMode="tel" {...set('phone')} />
        <TextInput label={t('common.email')} type="email" inputMode="email" {...set('email')} />
        <TextInput label={t('organizations.facility.motto')} {...set('motto')} />
      </SimpleGrid>
      <Textarea label={t('common.address')} autosize minRows={2} {...set('address')} />
    </>
  )
}
