import { useState } from 'react'
import { Drawer, Group, Select, Text, Title } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { When } from '../../../ui/time.tsx'
import { type Alert, api } from '../queries.ts'
import { AlertDetails } from './alert-drawer.tsx'
import { kinds, useKindName } from './kinds.ts'
import { PeriodFields, usePeriod } from './period.tsx'

const ways = ['topic', 'visit', 'month', 'kind'] as const
type Counted = Awaited<ReturnType<typeof api.alertLimits>>['items'][number]

const minuteMs = 60_000
/** How long it took, or has taken so far. */
const minutesOf = (row: Alert): number => Math.round((new Date(row.acknowledgedAt ?? row.withdrawnAt ?? Date.now()).getTime() - new Date(row.raisedAt).getTime()) / minuteMs)

const visits = ['outpatient', 'inpatient', 'emergency', 'tele', 'day-care'] as const

function useKeyName(by: (typeof ways)[number]): (key: string) => string {
  const t = useText()
  const kindName = useKindName()
  return (key) => {
    const visit = visits.find((one) => one === key)
    if (key === '') return t('alerts.limits.none')
    return by === 'kind' ? kindName(key) : by === 'visit' && visit !== undefined ? t(`timeline.title.${visit}`) : key
  }
}

/** How often somebody knew later than the rule allows, and each time it was so. */
export function Limits() {
  const t = useText()
  const { facilityId } = useAuth()
  const nameOf = useKindName()
  const period = usePeriod()
  const [byParam, setBy] = useSearchParam('by')
  const [kindParam, setKind] = useSearchParam('kind')
  const [openId, setOpenId] = useState<string>()
  const by = ways.find((one) => one === byParam) ?? 'topic'
  const kind = kindParam ?? 'critical-result'
  const keyName = useKeyName(by)
  const span = period.span ?? { from: new Date(0).toISOString(), to: new Date(0).toISOString() }
  const filter = { facilityId, ...span, ...(kind === 'all' ? {} : { kind }) }
  const count = ({ signal }: PageRequest) => api.alertLimits({ query: { ...filter, by }, signal })
  const load = ({ cursor, limit, signal }: PageRequest) => api.listBreaches({ query: { ...filter, cursor, limit }, signal })
  const minutes = (value: number | null) => (value === null ? '–' : t('alerts.minutes', { count: Math.round(value) }))
  return (
    <>
      <Group mb="sm" align="end">
        <PeriodFields {...period} />
        <Select w={190} label={t('alerts.limits.by.kind')} allowDeselect={false} data={[{ value: 'all', label: t('common.all') }, ...kinds.map((value) => ({ value, label: nameOf(value) }))]} value={kind} onChange={(value) => setKind(value ?? undefined)} />
        <Select w={170} label={t('alerts.limits.by')} allowDeselect={false} data={ways.map((value) => ({ value, label: t(`alerts.limits.by.${value}`) }))} value={by} onChange={(value) => setBy(value ?? undefined)} />
      </Group>
      <DataTable
        name="alert-limits" queryKey={['alerts', 'limits', filter, by]} load={count} rowId={(row: Counted) => row.key} empty={{ title: t('alerts.times.empty'), hint: t('alerts.limits.emptyHint') }}
        columns={[
          { key: 'key', label: t(`alerts.limits.by.${by}`), isProse: true, render: (row) => keyName(row.key) },
          { key: 'count', label: t('alerts.times.count'), align: 'end', render: (row) => row.count },
          { key: 'breached', label: t('alerts.limits.breached'), align: 'end', render: (row) => (row.breached === 0 ? 0 : <Text span inherit fw={600} c="var(--mantine-color-error)">{row.breached}</Text>), csv: (row) => String(row.breached) },
          { key: 'open', label: t('alerts.state.open'), align: 'end', render: (row) => row.open },
          { key: 'withdrawn', label: t('alerts.state.withdrawn'), align: 'end', render: (row) => row.withdrawn },
          { key: 'median', label: t('alerts.times.median'), align: 'end', render: (row) => minutes(row.medianMinutes) },
          { key: 'p90', label: t('alerts.times.p90'), align: 'end', render: (row) => minutes(row.p90Minutes) },
        ]}
      />
      <Title order={2} size="h4" mt="lg" mb="xs">{t('alerts.limits.list')}</Title>
      <DataTable
        name="alert-breaches" queryKey={['alerts', 'breaches', filter]} load={load} rowId={(row: Alert) => row.id} onOpen={(row) => setOpenId(row.id)} empty={{ title: t('alerts.limits.empty'), hint: t('alerts.limits.emptyHint') }}
        columns={[
          { key: 'raisedAt', label: t('alerts.raised'), render: (row) => <When at={row.raisedAt} />, csv: (row) => row.raisedAt },
          { key: 'title', label: t('alerts.what'), isProse: true, render: (row) => row.title },
          { key: 'patient', label: t('common.patient'), render: (row) => (row.patientId === null ? '–' : <PatientName row={row} />), csv: (row) => [row.patientName, row.patientMrn].filter(Boolean).join(' ') },
          { key: 'took', label: t('alerts.limits.took'), align: 'end', render: (row) => minutes(minutesOf(row)), csv: (row) => String(minutesOf(row)) },
          { key: 'limit', label: t('alerts.limits.limit'), align: 'end', render: (row) => minutes(row.limitMinutes), csv: (row) => String(row.limitMinutes ?? '') },
          { key: 'told', label: t('alerts.told.who'), render: (row) => row.toldName || t(`alerts.state.${row.state}`) },
        ]}
      />
      <Text size="xs" c="dimmed">{t('alerts.limits.hint')}</Text>
      <Drawer opened={openId !== undefined} onClose={() => setOpenId(undefined)} position="right" size="md" title={t('alerts.title')}>{openId === undefined ? null : <AlertDetails id={openId} onDone={() => setOpenId(undefined)} />}</Drawer>
    </>
  )
}
