import { useState } from 'react'
import { Alert, Button, Code, CopyButton, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { people } from '#contract/people.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Fact } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

interface Passwords extends Record<string, unknown> {
  currentPassword: string
  newPassword: string
  again: string
}

function ChangePassword() {
  const t = useText()
  const form = useAppForm<Passwords, unknown>({
    initialValues: { currentPassword: '', newPassword: '', again: '' },
    submit: async (values) => {
      if (values.newPassword !== values.again) return void form.fields.setFieldError('again', t('people.password.differ'))
      await api.changePassword({ body: { currentPassword: values.currentPassword, newPassword: values.newPassword } })
      form.fields.reset()
      notice(t('people.password.done'), t('common.undo'))
    },
  })
  const set = form.fields.getInputProps
  return (
    <Form form={form} submitLabel={t('people.password.change')} labels={{ currentPassword: t('people.password.current'), newPassword: t('people.password.new') }}>
      <PasswordInput label={t('people.password.current')} withAsterisk autoComplete="current-password" {...set('currentPassword')} />
      <PasswordInput label={t('people.password.new')} description={t('people.password.hint')} withAsterisk autoComplete="new-password" {...set('newPassword')} />
      <PasswordInput label={t('people.password.again')} withAsterisk autoComplete="new-password" {...set('again')} />
    </Form>
  )
}

function NewKey() {
  const t = useText()
  const format = useFormat()
  const [made, setMade] = useState<string>()
  const form = useAppForm<{ name: string; expiresOn: string }, { key: string }>({
    initialValues: { name: '', expiresOn: '' },
    submit: (values) => api.createApiKey({ body: { name: values.name, ...(values.expiresOn === '' ? {} : { expiresAt: format.instant(values.expiresOn, '23:59') }) } }),
    done: ({ key }) => {
      setMade(key)
      form.fields.reset()
    },
  })
  return (
    <Stack>
      {made === undefined ? null : (
        <Alert variant="outline" title={t('people.key.once')}>
          <Group>
            <Code style={{ overflowWrap: 'anywhere' }}>{made}</Code>
            <CopyButton value={made}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy}>{t(copied ? 'people.key.copied' : 'people.key.copy')}</Button>}</CopyButton>
          </Group>
        </Alert>
      )}
      <Form form={form} submitLabel={t('people.key.make')} labels={{ name: t('common.name') }}>
        <TextInput label={t('people.key.name')} withAsterisk maxLength={100} autoComplete="off" {...form.fields.getInputProps('name')} />
        <TextInput type="date" label={t('people.key.expires')} min={format.today()} {...form.fields.getInputProps('expiresOn')} />
      </Form>
    </Stack>
  )
}

/** Who I am here, my password and keys for programs that act as me. */
export function AccountPage() {
  const t = useText()
  const { me } = useAuth()
  return (
    <Page title={t('people.account.title')}>
      <Section>
        <Group gap="xl" component="dl" m={0}>
          <Fact label={t('common.name')}>{me.user.displayName}</Fact>
          <Fact label={t('common.email')}>{me.user.email}</Fact>
          <Fact label={t('common.facility')}>{me.facilities.map((one) => one.name).join(', ')}</Fact>
        </Group>
      </Section>
      <Section title={t('people.password.title')}><ChangePassword /></Section>
      <Can permission={people.createApiKey.permission}><Section title={t('people.key.title')}><NewKey /></Section></Can>
    </Page>
  )
}
