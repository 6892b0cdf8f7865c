import { Button, Group, PasswordInput, Select, Stack, Text } from '@mantine/core'
import { IconKey, IconShieldLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { people, type Me } from '#contract/people.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { isLanguage, languages, setLanguage, useText, type Language } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Fact } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

function OwnLanguage() {
  const t = useText()
  const { me } = useAuth()
  const save = useWrite((language: Language) => api.updateMe({ body: { language }, ifMatch: me.user.version }), {
    done: t('people.account.languageDone'),
    onDone: (user) => {
      queryClient.setQueryData<Me>(['me'], (before) => (before === undefined ? before : { ...before, user }))
      void setLanguage(user.language)
    },
  })
  return <Select maw={320} label={t('people.account.language')} description={t('people.account.languageHint')} data={languages} value={me.user.language} disabled={save.isPending} onChange={(value) => isLanguage(value) && value !== me.user.language && save.mutate(value)} />
}

interface Passwords extends Record<string, unknown> {
  currentPassword: string
  newPassword: string
  again: string
}

function ChangePassword() {
  const t = useText()
  const form = useAppForm<Passwords, unknown>({
    initialValues: { currentPassword: '', newPassword: '', again: '' },
    schema: people.changePassword.body,
    toBody: ({ currentPassword, newPassword }) => ({ currentPassword, newPassword }),
    submit: async ({ currentPassword, newPassword, again }) => {
      if (newPassword !== again) return void form.fields.setFieldError('again', t('people.password.differ'))
      await api.changePassword({ body: { currentPassword, newPassword } })
      form.fields.reset()
      notice(t('people.password.doneOthers'), t('common.undo'))
    },
  })
  const set = form.fields.getInputProps
  return (
    <Form form={form} submitLabel={t('people.password.change')} labels={{ currentPassword: t('people.password.current'), newPassword: t('people.password.new') }}>
      <PasswordInput maw={480} label={t('people.password.current')} withAsterisk autoComplete="current-password" {...set('currentPassword')} />
      <PasswordInput maw={480} label={t('people.password.new')} description={t('people.password.hint')} withAsterisk autoComplete="new-password" {...set('newPassword')} />
      <PasswordInput maw={480} label={t('people.password.again')} withAsterisk autoComplete="new-password" {...set('again')} />
    </Form>
  )
}

/** Who I am here, my language, my password and the way to my keys. */
export function AccountPage() {
  const t = useText()
  const { me } = useAuth()
  return (
    <Page title={t('people.account.title')}>
      <Section>
        <Group gap="xl" component="dl" m={0} mb="md">
          <Fact label={t('common.name')}>{me.user.displayName}</Fact>
          <Fact label={t('common.email')}>{me.user.email}</Fact>
          <Fact label={t('common.facility')}><Stack gap={0} align="start">{me.facilities.map((one) => <bdi key={one.id}>{one.name}</bdi>)}</Stack></Fact>
        </Group>
        <OwnLanguage />
      </Section>
      <Section title={t('people.security.title')}>
        <Group justify="space-between">
          <Text size="sm" maw={640}>{t('people.security.intro')}</Text>
          <Button component={Link} to="/account/security" variant="default" leftSection={<IconShieldLock size={16} aria-hidden />}>{t('people.security.open')}</Button>
        </Group>
      </Section>
      <Section title={t('people.password.title')}><ChangePassword /></Section>
      <Can permission={people.listApiKeys.permission}>
        <Section title={t('people.key.title')}>
          <Group justify="space-between">
            <Text size="sm" maw={640}>{t('people.key.intro')}</Text>
            <Button component={Link} to="/account/api-keys" variant="default" leftSection={<IconKey size={16} aria-hidden />}>{t('people.key.nav')}</Button>
          </Group>
        </Section>
      </Can>
    </Page>
  )
}
