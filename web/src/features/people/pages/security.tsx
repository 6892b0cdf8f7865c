import { Badge, Group } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { hasText, useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { Factors } from '../parts/factors.tsx'
import { OwnPin } from '../parts/own-pin.tsx'
import { api } from '../queries.ts'

type OwnSession = Awaited<ReturnType<typeof api.listSessions>>['items'][number]
const touched = [['people', 'sessions']]

/** A browser's name as a person would say it; the whole on hover. */
function Device({ agent }: { agent: string }) {
  const name = /(Firefox|Edg|OPR|Chrome|Safari)/.exec(agent)?.[1] ?? agent.slice(0, 40)
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1]
  return <span title={agent}><bdi>{[name === 'Edg' ? 'Edge' : name, system].filter(Boolean).join(' · ')}</bdi></span>
}

function Sessions() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listSessions({ query: { cursor, limit }, signal })
  const end = (row: OwnSession) => (
    <LifecycleButtons size="xs" actions={row.isCurrent ? [] : ['end']} invalidate={touched} steps={[{ step: 'end', label: t('people.session.end'), confirm: t('people.session.endConfirm'), run: () => api.endSession({ params: { id: row.id }, body: {} }) }]} />
  )
  return (
    <DataTable
      name="sessions" queryKey={['people', 'sessions']} load={load} rowId={(row) => row.id} rowMenu={end} empty={{ title: t('people.session.empty'), hint: '' }}
      columns={[
        { key: 'agent', label: t('people.session.device'), render: (row) => <Group gap="xs"><Device agent={row.agent} />{row.isCurrent ? <Badge variant="outline" color="gray">{t('people.session.current')}</Badge> : null}</Group>, csv: (row) => row.agent },
        { key: 'address', label: t('people.session.address'), render: (row) => <bdi dir="ltr">{row.address}</bdi>, csv: (row) => row.address },
        { key: 'createdAt', label: t('people.session.since'), render: (row) => <When at={row.createdAt} />, csv: (row) => row.createdAt },
        { key: 'lastSeenAt', label: t('people.session.seen'), render: (row) => <When at={row.lastSeenAt} />, csv: (row) => row.lastSeenAt },
      ]}
    />
  )
}

function Attempts() {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAttempts({ query: { cursor, limit }, signal })
  const word = (outcome: string) => (hasText(`people.attempt.${outcome}`) ? t(`people.attempt.${outcome}`) : outcome)
  return (
    <DataTable
      name="sign-ins" queryKey={['people', 'sign-ins']} load={load} rowId={(row) => row.id} empty={{ title: t('people.attempt.empty'), hint: '' }}
      columns={[
        { key: 'at', label: t('common.when'), render: (row) => <When at={row.at} />, csv: (row) => row.at },
        { key: 'outcome', label: t('people.attempt.outcome'), render: (row) => <StateBadge tone={row.outcome === 'success' ? 'good' : row.outcome === 'second-factor-asked' ? 'neutral' : 'warn'} label={word(row.outcome)} />, csv: (row) => row.outcome },
        { key: 'agent', label: t('people.session.device'), render: (row) => <Device agent={row.agent} />, csv: (row) => row.agent },
        { key: 'address', label: t('people.session.address'), render: (row) => <bdi dir="ltr">{row.address}</bdi>, csv: (row) => row.address },
        { key: 'isKnownDevice', label: t('people.attempt.known'), render: (row) => t(row.isKnownDevice ? 'common.yes' : 'common.no'), csv: (row) => String(row.isKnownDevice) },
      ]}
    />
  )
}

/** How I sign in: second factors, where I am signed in, who tried. */
export function SecurityPage() {
  const t = useText()
  const { me } = useAuth()
  return (
    <Page title={t('people.security.title')} crumbs={me.mustEnrol ? [] : [{ label: t('people.account.title'), path: '/account' }]}>
      <Section title={t('people.factor.title')}><Factors /></Section>
      <OwnPin />
      <Section title={t('people.session.title')}><Sessions /></Section>
      <Section title={t('people.attempt.title')}><Attempts /></Section>
    </Page>
  )
}
