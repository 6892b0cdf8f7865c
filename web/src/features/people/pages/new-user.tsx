import { PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StaffFields } from '../parts/staff-fields.tsx'
import { staffBody, staffValues, type StaffValues } from '../form.ts'
import { api, factorsQuery } from '../queries.ts'

interface NewUserValues extends StaffValues {
  email: string
  password: string
}
const empty: NewUserValues = { ...staffValues(), email: '', password: '' }
// Without a password the user is sent a link to set one.
const toBody = (values: NewUserValues) => ({ ...staffBody(values), email: values.email, ...(values.password === '' ? {} : { password: values.password }) })

export function NewUserPage() {
  const t = useText()
  const go = useGo()
  const canMail = useQuery(factorsQuery).data?.canMail === true
  const form = useAppForm({
    initialValues: empty,
    schema: people.createUser.body,
    toBody,
    submit: (values: NewUserValues) => api.createUser({ body: toBody(values) }),
    done: (user) => {
      void queryClient.invalidateQueries({ queryKey: ['people', 'users'] })
      go(`/users/${user.id}`)
    },
  })
  return (
    <Page title={t('people.users.add')} crumbs={[{ label: t('people.users.title'), path: '/users' }]}>
      <Section>
        <Form form={form} submitLabel={t('people.users.add')} cancel={() => go('/users')} labels={{ email: t('common.email'), password: t('people.user.firstPassword'), displayName: t('common.name') }}>
          <TextInput type="email" label={t('common.email')} withAsterisk autoComplete="off" inputMode="email" {...form.fields.getInputProps('email')} />
          <StaffFields fields={form.fields} />
          <PasswordInput label={t('people.user.firstPassword')} description={t(canMail ? 'people.user.passwordOrLink' : 'people.user.passwordHint')} withAsterisk={!canMail} autoComplete="new-password" {...form.fields.getInputProps('password')} />
        </Form>
      </Section>
    </Page>
  )
}
