import { Button, SegmentedControl } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

type User = Awaited<ReturnType<typeof api.readUser>>

export function UsersPage() {
  const t = useText()
  const [isActive, setActive] = useSearchParam('isActive')
  const columns = [
    { key: 'name', label: t('common.name'), render: (user: User) => user.displayName },
    { key: 'email', label: t('common.email'), render: (user: User) => user.email },
    { key: 'title', label: t('people.user.title'), render: (user: User) => <bdi>{user.title}</bdi> },
    { key: 'specialty', label: t('people.user.specialty'), render: (user: User) => user.specialty },
    { key: 'state', label: t('common.state'), render: (user: User) => <StateBadge label={t(user.isActive ? 'common.active' : 'common.inactive')} tone={user.isActive ? 'good' : 'neutral'} />, csv: (user: User) => t(user.isActive ? 'common.active' : 'common.inactive') },
  ]
  const filters = [
    { value: '', label: t('common.all') },
    { value: 'true', label: t('common.active') },
    { value: 'false', label: t('common.inactive') },
  ]
  const add = (
    <Can permission="people.write">
      <Button component={Link} to="/users/new" leftSection={<IconUserPlus size={16} />}>
        {t('people.users.add')}
      </Button>
    </Can>
  )
  return (
    <Page title={t('people.users.title')} actions={add}>
      <DataTable
        name="users"
        queryKey={['people', 'users', { isActive }]}
        load={({ cursor, limit, signal }) => api.listUsers({ query: { cursor, limit, ...(isActive === 'true' || isActive === 'false' ? { isActive } : {}) }, signal })}
        columns={columns}
        rowId={(user) => user.id}
        rowPath={(user) => `/users/${user.id}`}
        toolbar={<SegmentedControl size="xs" aria-label={t('common.state')} data={filters} value={isActive ?? ''} onChange={setActive} />}
        empty={{ title: t('people.users.empty'), hint: t('people.users.emptyHint') }}
      />
    </Page>
  )
}
