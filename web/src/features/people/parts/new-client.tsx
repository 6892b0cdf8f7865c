import { useState, type ReactNode } from 'react'
import { Alert, Button, Code, CopyButton, Group, MultiSelect, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { usePermissionChoices } from './permission.tsx'
import { api } from '../queries.ts'

interface Credentials {
  clientId: string
  clientSecret: string | null
}

/** Name and secret of a program, until they are put away; the secret is never fetched again. */
export function useShownSecret(): { show: (one: Credentials) => void; shown: ReactNode } {
  const t = useText()
  const [one, show] = useState<Credentials>()
  const lines = one === undefined ? [] : [['client_id', one.clientId], ...(one.clientSecret === null ? [] : [['client_secret', one.clientSecret]]), ['token_endpoint', `${location.origin}/api/v1/oauth2/token`]]
  const shown = one === undefined ? null : (
    <Alert variant="outline" role="status" mb="md" title={t(one.clientSecret === null ? 'federation.client.made' : 'people.key.once')}>
      <Stack gap="xs" align="start">
        {lines.map(([name = '', value = '']) => <Code key={name} dir="ltr" style={{ overflowWrap: 'anywhere', unicodeBidi: 'isolate' }}>{`${name}=${value}`}</Code>)}
        {one.clientSecret === null ? null : <Text size="sm">{t('federation.client.onceHint')}</Text>}
        <Group gap="xs">
          <CopyButton value={lines.map((line) => line.join('=')).join('\n')}>{({ copied, copy }) => <Button size="xs" onClick={copy}>{t(copied ? 'people.key.copied' : 'people.key.copy')}</Button>}</CopyButton>
          <Button size="xs" variant="default" onClick={() => show(undefined)}>{t('people.key.hide')}</Button>
        </Group>
      </Stack>
    </Alert>
  )
  return { show, shown }
}

interface ClientValues extends Record<string, unknown> {
  name: string
  permissions: string[]
  facilityIds: string[]
  plan: string
  jwks: string
}

type Keys = { keys: { kty: 'RSA' | 'EC' | 'OKP' }[] }

/** What was pasted as keys; what is no JSON goes to the server as no keys and is refused there by name. */
function keysOf(text: string): { jwks?: Keys } {
  if (text.trim() === '') return {}
  try {
    return { jwks: JSON.parse(text) }
  } catch {
    return { jwks: { keys: [] } }
  }
}

const planOf = (plan: string) => (plan === 'small' || plan === 'large' ? plan : 'standard')

/** Makes a program: with a secret, or with public keys that its assertions are checked by. */
export function NewClient({ onMade }: { onMade: (one: Credentials) => void }) {
  const t = useText()
  const { me, facilityId } = useAuth()
  const choices = usePermissionChoices()
  const held = [...new Set(me.facilities.flatMap((one) => one.permissions))].toSorted()
  const form = useAppForm<ClientValues, Credentials>({
    initialValues: { name: '', permissions: [], facilityIds: [facilityId], plan: 'standard', jwks: '' },
    submit: ({ name, permissions, facilityIds, plan, jwks }) => api.createClient({ body: { name, permissions, facilityIds, plan: planOf(plan), ...keysOf(jwks) } }),
    done: (answer) => {
      onMade(answer)
      form.fields.reset()
      void queryClient.invalidateQueries({ queryKey: ['people', 'clients'] })
    },
  })
  const set = form.fields.getInputProps
  const labels = { name: t('federation.client.name'), permissions: t('people.key.permissions'), facilityIds: t('federation.client.facilities'), plan: t('federation.client.plan'), jwks: t('federation.client.keys') }
  return (
    <Form form={form} submitLabel={t('federation.client.make')} labels={labels}>
      <TextInput maw={480} label={labels.name} withAsterisk maxLength={100} autoComplete="off" {...set('name')} />
      <MultiSelect label={labels.permissions} description={t('federation.client.permissionsHint')} withAsterisk searchable clearable data={choices(held)} {...set('permissions')} />
      <MultiSelect label={labels.facilityIds} withAsterisk data={me.facilities.map((one) => ({ value: one.id, label: one.name }))} {...set('facilityIds')} />
      <Select maw={320} label={labels.plan} description={t('federation.client.planHint')} allowDeselect={false} data={['small', 'standard', 'large'].map((plan) => ({ value: plan, label: t(`federation.client.plan.${plan}`) }))} {...set('plan')} />
      <Textarea label={labels.jwks} description={t('federation.client.keysHint')} autosize minRows={2} maxRows={10} dir="ltr" spellCheck={false} {...set('jwks')} />
    </Form>
  )
}
