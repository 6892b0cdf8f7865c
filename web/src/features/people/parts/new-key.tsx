import { useState } from 'react'
import { Alert, Button, Code, CopyButton, Group, MultiSelect, Stack, Text, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { usePermissionChoices } from './permission.tsx'
import { api } from '../queries.ts'

function Made({ secret, onKept }: { secret: string; onKept: () => void }) {
  const t = useText()
  return (
    <Alert variant="outline" role="status" title={t('people.key.once')}>
      <Stack gap="xs" align="start">
        <Code style={{ overflowWrap: 'anywhere', unicodeBidi: 'isolate' }} dir="ltr">{secret}</Code>
        <Text size="sm">{t('people.key.onceHint')}</Text>
        <Group gap="xs">
          <CopyButton value={secret}>{({ copied, copy }) => <Button size="xs" onClick={copy}>{t(copied ? 'people.key.copied' : 'people.key.copy')}</Button>}</CopyButton>
          <Button size="xs" variant="default" onClick={onKept}>{t('people.key.hide')}</Button>
        </Group>
      </Stack>
    </Alert>
  )
}

interface KeyValues extends Record<string, unknown> {
  name: string
  permissions: string[]
  expiresOn: string
}

/** Makes a key; its secret stands here until it is put away and is never fetched again. */
export function NewKey() {
  const t = useText()
  const format = useFormat()
  const { me } = useAuth()
  const [secret, setSecret] = useState<string>()
  const choices = usePermissionChoices()
  const held = [...new Set(me.facilities.flatMap((one) => one.permissions))].toSorted()
  const form = useAppForm<KeyValues, { key: string }>({
    initialValues: { name: '', permissions: [], expiresOn: '' },
    submit: ({ name, permissions, expiresOn }) => api.createApiKey({ body: { name, ...(permissions.length === 0 ? {} : { permissions }), ...(expiresOn === '' ? {} : { expiresAt: format.instant(expiresOn, '23:59') }) } }),
    done: ({ key }) => {
      setSecret(key)
      form.fields.reset()
      void queryClient.invalidateQueries({ queryKey: ['people', 'keys'] })
    },
  })
  const set = form.fields.getInputProps
  return (
    <Stack>
      {secret === undefined ? null : <Made secret={secret} onKept={() => setSecret(undefined)} />}
      <Form form={form} submitLabel={t('people.key.make')} labels={{ name: t('people.key.name'), permissions: t('people.key.permissions'), expiresAt: t('people.key.expires') }}>
        <TextInput label={t('people.key.name')} withAsterisk maxLength={100} autoComplete="off" {...set('name')} />
        <MultiSelect label={t('people.key.permissions')} description={t('people.key.permissionsHint')} searchable clearable data={choices(held)} {...set('permissions')} />
        <TextInput type="date" maw={240} label={t('people.key.expires')} min={format.today()} {...set('expiresOn')} />
      </Form>
    </Stack>
  )
}
