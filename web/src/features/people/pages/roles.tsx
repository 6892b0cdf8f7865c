import { Accordion, Badge, Button, Group, MultiSelect, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { people } from '#contract/people.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { useRoleText } from '../parts/memberships.tsx'
import { usePermissionChoices, usePermissionText } from '../parts/permission.tsx'
import { api, rolesQuery } from '../queries.ts'

interface RoleValues extends Record<string, unknown> {
  name: string
  permissions: string[]
}
const empty: RoleValues = { name: '', permissions: [] }

function NewRole({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { facility } = useAuth()
  const choices = usePermissionChoices()
  const done = () => {
    void queryClient.invalidateQueries({ queryKey: ['people', 'roles'] })
    onClose()
  }
  const form = useAppForm({ initialValues: empty, schema: people.createRole.body, submit: (body: RoleValues) => api.createRole({ body }), done })
  return (
    <Section title={t('people.roles.add')}>
      <Form form={form} submitLabel={t('people.roles.add')} cancel={onClose} labels={{ name: t('common.name'), permissions: t('people.roles.permissions') }}>
        <TextInput label={t('common.name')} withAsterisk {...form.fields.getInputProps('name')} />
        <MultiSelect label={t('people.roles.permissions')} description={t('people.roles.heldHint')} searchable data={choices(facility?.permissions ?? [])} {...form.fields.getInputProps('permissions')} />
      </Form>
    </Section>
  )
}

export function RolesPage() {
  const t = useText()
  const roleText = useRoleText()
  const permissionText = usePermissionText()
  const [isAdding, setAdding] = useState(false)
  const query = useQuery(rolesQuery)
  const add = (
    <Can permission="people.write">
      <Button onClick={() => setAdding(true)}>{t('people.roles.add')}</Button>
    </Can>
  )
  return (
    <Page title={t('people.roles.title')} actions={add}>
      {isAdding ? <NewRole onClose={() => setAdding(false)} /> : null}
      <Loaded query={query}>
        {({ items }) => (
          <Accordion variant="contained" multiple>
            {items.map((role) => (
              <Accordion.Item key={role.id} value={role.id}>
                <Accordion.Control>
                  <Group gap="xs">
                    <Text fw={600}>{roleText(role.name)}</Text>
                    {role.isSystem ? null : <StateBadge label={t('people.roles.custom')} tone="info" />}
                    <Text size="sm" c="dimmed">
                      {t('people.roles.count', { count: role.permissions.length })}
                    </Text>
                  </Group>
                </Accordion.Control>
                <Accordion.Panel>
                  <Group gap={4}>
                    {role.permissions.map((permission) => (
                      <Badge key={permission} variant="default" tt="none" radius="sm" fw={400} title={permission} maw="100%">
                        {permissionText(permission)}
                      </Badge>
                    ))}
                  </Group>
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        )}
      </Loaded>
    </Page>
  )
}
