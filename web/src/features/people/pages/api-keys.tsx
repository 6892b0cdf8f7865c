import { Text, Tooltip } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { NewKey } from '../parts/new-key.tsx'
import { usePermissionText } from '../parts/permission.tsx'
import { api } from '../queries.ts'

type ApiKey = Awaited<ReturnType<typeof api.listApiKeys>>['items'][number]
const touched = [['people', 'keys']]

function Permissions({ list }: { list: string[] | null }) {
  const t = useText()
  const permissionText = usePermissionText()
  if (list === null) return <>{t('people.key.everything')}</>
  return <Tooltip multiline maw={360} label={list.map(permissionText).join(', ')}><Text component="span" inherit>{t('people.roles.count', { count: list.length })}</Text></Tooltip>
}

/** Keys with which programs act as me: make one, see what stands, revoke. */
export function ApiKeysPage() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listApiKeys({ query: { cursor, limit }, signal })
  const revoke = (key: ApiKey) => (
    <LifecycleButtons
      size="xs" actions={key.state === 'active' ? ['revoke'] : []} invalidate={touched}
      steps={[{ step: 'revoke', label: t('people.key.revoke'), isDangerous: true, confirm: t('people.key.revokeConfirm', { name: key.name }), run: () => api.revokeApiKey({ params: { id: key.id }, body: {} }) }]}
    />
  )
  return (
    <Page title={t('people.key.title')} crumbs={[{ label: t('people.account.title'), path: '/account' }]}>
      <Text size="sm" c="dimmed">{t('people.key.intro')}</Text>
      <Section title={t('people.key.new')}><NewKey /></Section>
      <DataTable
        name="api-keys" queryKey={['people', 'keys']} load={load} rowId={(row) => row.id} rowMenu={revoke} empty={{ title: t('people.key.empty'), hint: t('people.key.emptyHint') }}
        columns={[
          { key: 'name', label: t('people.key.name'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name },
          { key: 'permissions', label: t('people.key.permissions'), render: (row) => <Permissions list={row.permissions} />, csv: (row) => row.permissions?.join(' ') ?? '' },
          { key: 'createdAt', label: t('people.key.made'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
          { key: 'expiresAt', label: t('people.key.expires'), render: (row) => (row.expiresAt === null ? t('people.key.expiresNever') : <When at={row.expiresAt} />), csv: (row) => row.expiresAt ?? '' },
          { key: 'lastUsedAt', label: t('federation.client.lastUsed'), render: (row) => (row.lastUsedAt === null ? t('federation.client.never') : <When at={row.lastUsedAt} />), csv: (row) => row.lastUsedAt ?? '' },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.state === 'active' ? 'good' : 'neutral'} label={t(`people.key.state.${row.state}`)} />, csv: (row) => row.state },
        ]}
      />
    </Page>
  )
}
