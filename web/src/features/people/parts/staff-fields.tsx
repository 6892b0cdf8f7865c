import { Checkbox, Select, SimpleGrid, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { languages, useText } from '../../../kernel/i18n.ts'
import type { StaffValues } from '../form.ts'

/** What is known of a member of staff; the same when adding and changing. */
export function StaffFields<V extends StaffValues>({ fields }: { fields: UseFormReturnType<V> }) {
  const t = useText()
  const systems = ['', 'allopathy', 'ayurveda', 'homeopathy'].map((value) => ({ value, label: value === '' ? t('common.none') : t(`people.system.${value}`) }))
  return (
    <>
      <TextInput label={t('common.name')} withAsterisk autoComplete="off" {...fields.getInputProps('displayName')} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('people.user.title')} {...fields.getInputProps('title')} />
        <TextInput label={t('people.user.specialty')} {...fields.getInputProps('specialty')} />
        <TextInput label={t('people.user.licence')} {...fields.getInputProps('licenceNumber')} />
        <Select label={t('people.user.system')} data={systems} {...fields.getInputProps('system')} />
        <Select label={t('shell.language')} data={languages} {...fields.getInputProps('language')} />
      </SimpleGrid>
      <Checkbox label={t('people.user.isPractitioner')} {...fields.getInputProps('isPractitioner', { type: 'checkbox' })} />
    </>
  )
}
