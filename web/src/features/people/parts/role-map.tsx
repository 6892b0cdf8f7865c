import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import type { AppForm } from '../../../ui/form.tsx'
import { rolesQuery, type ProviderValues } from '../provider-form.ts'
import { useRoleText } from './memberships.tsx'

/** Which group of the other place gives which role where. */
export function RoleMap({ form }: { form: AppForm<ProviderValues> }) {
  const t = useText()
  const roleText = useRoleText()
  const { me } = useAuth()
  const roles = useQuery(rolesQuery)
  const { fields } = form
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>{t('federation.roles')}</Text>
      <Text size="xs" c="dimmed">{t('federation.rolesHint')}</Text>
      {fields.values.roleMap.map((_one, index) => (
        <Group key={index} align="end" gap="xs">
          <TextInput label={t('federation.group')} maxLength={200} style={{ flex: '1 1 180px' }} {...fields.getInputProps(`roleMap.${index}.value`)} />
          <Select label={t('shell.facility')} style={{ flex: '1 1 180px' }} data={me.facilities.map((one) => ({ value: one.id, label: one.name }))} {...fields.getInputProps(`roleMap.${index}.facilityId`)} />
          <Select label={t('people.membership.role')} searchable style={{ flex: '1 1 160px' }} data={(roles.data?.items ?? []).map((one) => ({ value: one.name, label: roleText(one.name) }))} {...fields.getInputProps(`roleMap.${index}.role`)} />
          <ActionIcon size={36} variant="default" aria-label={t('federation.removeRole')} onClick={() => fields.removeListItem('roleMap', index)}><IconTrash size={18} stroke={1.5} /></ActionIcon>
        </Group>
      ))}
      <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={16} />} onClick={() => fields.insertListItem('roleMap', { value: '', facilityId: me.facilities[0]?.id ?? '', role: '' })}>{t('federation.addRole')}</Button>
    </Stack>
  )
}
