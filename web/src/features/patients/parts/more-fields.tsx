import { ActionIcon, Button, Checkbox, Fieldset, Group, Select, SimpleGrid, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconTrash } from '@tabler/icons-react'
import { languages, useText } from '../../../kernel/i18n.ts'
import { diets, identifierTypes, type PatientValues } from '../form.ts'

interface FieldsProps {
  fields: UseFormReturnType<PatientValues>
}

function AddressFields({ fields }: FieldsProps) {
  const t = useText()
  const parts = ['lines', 'city', 'state', 'postcode', 'country'] as const
  return (
    <Fieldset legend={t('common.address')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {parts.map((part) => (
          <TextInput key={part} label={t(`patients.address.${part}`)} autoComplete="off" {...fields.getInputProps(`address.${part}`)} />
        ))}
      </SimpleGrid>
    </Fieldset>
  )
}

function IdentifierFields({ fields }: FieldsProps) {
  const t = useText()
  const types = identifierTypes.map((value) => ({ value, label: t(`patients.identifier.${value}`) }))
  return (
    <Fieldset legend={t('patients.identifier.title')}>
      {fields.values.identifiers.map((_, index) => (
        <Group key={index} align="end" mb="xs">
          <Select label={t('patients.identifier.type')} data={types} {...fields.getInputProps(`identifiers.${index}.type`)} />
          <TextInput label={t('patients.identifier.value')} flex={1} autoComplete="off" dir="ltr" {...fields.getInputProps(`identifiers.${index}.value`)} />
          <ActionIcon variant="subtle" size="lg" aria-label={t('common.remove')} onClick={() => fields.removeListItem('identifiers', index)}>
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      ))}
      <Button variant="default" size="xs" onClick={() => fields.insertListItem('identifiers', { type: 'national-id', issuer: '', value: '' })}>
        {t('patients.identifier.add')}
      </Button>
    </Fieldset>
  )
}

function ContactFields({ fields }: FieldsProps) {
  const t = useText()
  return (
    <Fieldset legend={t('patients.contact.title')}>
      {fields.values.contacts.map((_, index) => (
        <Group key={index} align="end" mb="xs">
          <TextInput label={t('common.name')} autoComplete="off" {...fields.getInputProps(`contacts.${index}.name`)} />
          <TextInput label={t('patients.relation.relation')} autoComplete="off" {...fields.getInputProps(`contacts.${index}.relation`)} />
          <TextInput label={t('common.phone')} type="tel" inputMode="tel" dir="ltr" autoComplete="off" {...fields.getInputProps(`contacts.${index}.phone`)} />
          <ActionIcon variant="subtle" size="lg" aria-label={t('common.remove')} onClick={() => fields.removeListItem('contacts', index)}>
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      ))}
      <Button variant="default" size="xs" onClick={() => fields.insertListItem('contacts', { name: '', relation: '', phone: '' })}>
        {t('patients.contact.add')}
      </Button>
    </Fieldset>
  )
}

/** The rest, which unfolds. */
export function MoreFields({ fields }: FieldsProps) {
  const t = useText()
  const set = fields.getInputProps
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('patients.field.localName')} description={t('patients.field.localNameHint')} dir="auto" autoComplete="off" {...set('localName')} />
        <TextInput label={t('patients.field.otherPhone')} type="tel" inputMode="tel" dir="ltr" autoComplete="off" {...set('otherPhone')} />
        <TextInput label={t('common.email')} type="email" inputMode="email" autoComplete="off" {...set('email')} />
        <Select label={t('patients.field.language')} data={languages} clearable allowDeselect {...set('language')} />
        <TextInput label={t('patients.field.occupation')} autoComplete="off" {...set('occupation')} />
        <Select label={t('patients.field.diet')} data={diets.map((value) => ({ value, label: t(`patients.diet.${value}`) }))} {...set('diet')} />
        <TextInput label={t('patients.field.referralSource')} autoComplete="off" {...set('referralSource')} />
      </SimpleGrid>
      <AddressFields fields={fields} />
      <IdentifierFields fields={fields} />
      <ContactFields fields={fields} />
      <Checkbox label={t('patients.field.isConfidential')} {...set('isConfidential', { type: 'checkbox' })} />
    </>
  )
}
