import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { EffectiveRights } from '../parts/effective-rights.tsx'
import { Memberships } from '../parts/memberships.tsx'
import { Rights } from '../parts/rights.tsx'
import { StaffFields } from '../parts/staff-fields.tsx'
import { UserAccess } from '../parts/user-access.tsx'
import { staffBody, staffValues } from '../form.ts'
import { api, userQuery } from '../queries.ts'

type User = Awaited<ReturnType<typeof api.readUser>>

function EditUser({ user }: { user: User }) {
  const t = useText()
  const form = useAppForm({
    initialValues: staffValues(user),
    submit: (values) => api.updateUser({ params: { id: user.id }, body: staffBody(values), ifMatch: user.version }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['people', 'users'] })
      notifications.show({ message: t('common.saved') })
    },
  })
  return (
    <Form form={form} submitLabel={t('common.save')} labels={{ displayName: t('common.name') }}>
      <StaffFields fields={form.fields} />
    </Form>
  )
}

function ActiveSwitch({ user }: { user: User }) {
  const t = useText()
  const set = useWrite((isActive: boolean) => api.updateUser({ params: { id: user.id }, body: { isActive }, ifMatch: user.version }), { invalidate: [['people', 'users']], done: t('common.saved') })
  return (
    <Button variant="default" loading={set.isPending} onClick={() => set.mutate(!user.isActive)}>
      {t(user.isActive ? 'people.user.deactivate' : 'people.user.activate')}
    </Button>
  )
}

export function UserPage() {
  const t = useText()
  const id = usePathParam('id')
  const query = useQuery(userQuery(id))
  return (
    <Loaded query={query}>
      {(user) => (
        <Page title={user.displayName} crumbs={[{ label: t('people.users.title'), path: '/users' }]} actions={<Can permission="people.write"><ActiveSwitch user={user} /></Can>}>
          <Section title={t('people.user.details')}>
            <EditUser key={user.version} user={user} />
          </Section>
          <Memberships userId={user.id} />
          <Rights userId={user.id} />
          <EffectiveRights userId={user.id} />
          <UserAccess user={user} />
        </Page>
      )}
    </Loaded>
  )
}
