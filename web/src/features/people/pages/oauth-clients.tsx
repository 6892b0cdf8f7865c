import { Text, Tooltip } from '@mantine/core'
import type { OauthClient } from '#contract/oauth.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { NewClient, useShownSecret } from '../parts/new-client.tsx'
import { Origins } from '../parts/origins.tsx'
import { usePermissionText } from '../parts/permission.tsx'
import { api } from '../queries.ts'

const touched = [['people', 'clients']]

/** Programs that sign in by themselves: make one, see when it last came, rotate its secret, end it. */
export function OauthClientsPage() {
  const t = useText()
  const { me } = useAuth()
  const permissionText = usePermissionText()
  const { show, shown } = useShownSecret()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listClients({ query: { cursor, limit }, signal })
  const facilities = (row: OauthClient) => row.facilityIds.map((id) => me.facilities.find((one) => one.id === id)?.name ?? '…').join(', ')
  const rotate = async (row: OauthClient) => {
    const { clientId, clientSecret } = await api.rotateClient({ params: { id: row.id }, body: { graceMinutes: 60 } })
    if (clientSecret !== null) show({ clientId, clientSecret })
  }
  const menu = (row: OauthClient) => (
    <LifecycleButtons
      size="xs" invalidate={touched} actions={row.state !== 'active' ? [] : row.method === 'secret' ? ['rotate', 'revoke'] : ['revoke']}
      steps={[
        { step: 'rotate', label: t('federation.client.rotate'), confirm: t('federation.client.rotateConfirm', { name: row.name }), run: () => rotate(row) },
        { step: 'revoke', label: t('federation.client.revoke'), isDangerous: true, confirm: t('federation.client.revokeConfirm', { name: row.name }), run: () => api.revokeClient({ params: { id: row.id }, body: {} }) },
      ]}
    />
  )
  return (
    <Page title={t('federation.client.title')}>
      <Text size="sm" c="dimmed">{t('federation.client.intro')}</Text>
      <Section title={t('federation.client.new')}>{shown}<NewClient onMade={show} /></Section>
      <DataTable
        name="oauth-clients" queryKey={['people', 'clients']} load={load} rowId={(row) => row.id} rowMenu={menu} empty={{ title: t('federation.client.empty'), hint: t('federation.client.emptyHint') }}
        columns={[
          { key: 'name', label: t('federation.client.name'), render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name },
          { key: 'permissions', label: t('people.key.permissions'), render: (row) => <Tooltip multiline maw={360} label={row.permissions.map(permissionText).join(', ')}><Text component="span" inherit>{t('people.roles.count', { count: row.permissions.length })}</Text></Tooltip>, csv: (row) => row.permissions.join(' ') },
          { key: 'facilities', label: t('federation.client.facilities'), render: facilities, csv: facilities },
          { key: 'method', label: t('federation.client.method'), render: (row) => t(`federation.client.method.${row.method}`), csv: (row) => row.method },
          { key: 'lastUsedAt', label: t('federation.client.lastUsed'), render: (row) => (row.lastUsedAt === null ? t('federation.client.never') : <When at={row.lastUsedAt} />), csv: (row) => row.lastUsedAt ?? '' },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.state === 'active' ? 'good' : 'neutral'} label={t(`people.key.state.${row.state}`)} />, csv: (row) => row.state },
        ]}
      />
      <Origins />
    </Page>
  )
}
