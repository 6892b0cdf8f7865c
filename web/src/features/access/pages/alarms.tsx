import { Anchor, Select, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Alarm } from '../queries.ts'

const states = ['open', 'closed'] as const

function Close({ alarm }: { alarm: Alarm }) {
  const t = useText()
  return <LifecycleButtons size="xs" actions={alarm.actions} invalidate={[['access', 'alarms']]} steps={[{ step: 'close', label: t('access.alarms.close'), needsReason: true, run: (note) => api.closeAlarm({ params: { id: alarm.id }, body: { note } }) }]} />
}

/** Who opened charts faster than a person can, and what it was. */
export function AccessAlarmsPage() {
  const t = useText()
  const [stateParam, setState] = useSearchParam('state')
  const state = states.find((one) => one === stateParam)
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAlarms({ query: { cursor, limit, ...(state === undefined ? {} : { state }) }, signal })
  return (
    <Page title={t('access.alarms.title')}>
      <Text size="sm" c="dimmed">{t('access.alarms.intro')}</Text>
      <DataTable
        name="access-alarms" queryKey={['access', 'alarms', state]} load={load} rowId={(row) => row.id} empty={{ title: t('access.alarms.empty'), hint: t('access.alarms.emptyHint') }}
        toolbar={<Select w={200} clearable aria-label={t('common.state')} placeholder={t('access.queue.anyState')} data={states.map((value) => ({ value, label: t(`access.alarms.${value}`) }))} value={state ?? null} onChange={(value) => setState(value ?? undefined)} />}
        columns={[
          { key: 'who', label: t('access.queue.who'), render: (row) => <bdi>{row.userName}</bdi>, csv: (row) => row.userName },
          { key: 'pace', label: t('access.alarms.column'), render: (row) => t('access.alarms.pace', { charts: row.charts, minutes: row.minutes }), csv: (row) => String(row.charts) },
          { key: 'at', label: t('common.date'), render: (row) => <When at={row.raisedAt} />, csv: (row) => row.raisedAt },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(`access.alarms.${row.state}`)} tone={row.state === 'open' ? 'warn' : 'good'} />, csv: (row) => row.state },
          { key: 'note', label: t('access.review.note'), isProse: true, render: (row) => <bdi>{row.note}</bdi>, csv: (row) => row.note },
          { key: 'audit', label: t('system.audit.title'), render: (row) => <Anchor component={Link} to={`/audit?userId=${row.userId}`} size="sm">{t('access.alarms.audit')}</Anchor> },
          { key: 'close', label: t('common.actions'), render: (row) => <Close alarm={row} /> },
        ]}
      />
    </Page>
  )
}
