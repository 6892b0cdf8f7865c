import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Can } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { api } from '../queries.ts'

/** Other places whose accounts the people of this hospital may sign in with. */
export function IdentityProvidersPage() {
  const t = useText()
  const add = <Can permission="people.write"><Button component={Link} to="/identity-providers/new" leftSection={<IconPlus size={16} />}>{t('federation.add')}</Button></Can>
  return (
    <Page title={t('federation.title')} actions={add}>
      <Text size="sm" c="dimmed">{t('federation.intro')}</Text>
      <DataTable
        name="identity-providers" queryKey={['people', 'providers']} load={({ cursor, limit, signal }) => api.listProviders({ query: { cursor, limit }, signal })} rowId={(row) => row.id} rowPath={(row) => `/identity-providers/${row.id}`}
        empty={{ title: t('federation.empty'), hint: t('federation.emptyHint') }}
        columns={[
          { key: 'name', label: t('federation.name'), render: (row) => <bdi>{row.name}</bdi> },
          { key: 'issuer', label: t('federation.issuer'), render: (row) => <bdi dir="ltr">{row.issuer}</bdi> },
          { key: 'roles', label: t('federation.roles'), render: (row) => row.roleMap.length },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.isActive ? 'good' : 'neutral'} label={t(row.isActive ? 'common.active' : 'common.inactive')} /> },
        ]}
      />
    </Page>
  )
}
