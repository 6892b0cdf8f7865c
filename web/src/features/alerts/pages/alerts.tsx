import { useState } from 'react'
import { Drawer, SegmentedControl } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { AlertDetails } from '../parts/alert-drawer.tsx'
import { Limits } from '../parts/limits.tsx'
import { Rules } from '../parts/rules.tsx'
import { SignaturesDue } from '../parts/signatures-due.tsx'
import { Times } from '../parts/times.tsx'
import { Withdrawn } from '../parts/withdrawn.tsx'
import { type Alert, api } from '../queries.ts'

const severityTone = { critical: 'bad', warning: 'warn', info: 'info' } as const
const stateTone = { open: 'warn', escalated: 'bad', acknowledged: 'good', withdrawn: 'neutral' } as const

function Waiting() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [which, setWhich] = useSearchParam('which')
  const [whose, setWhose] = useSearchParam('whose')
  const [openId, setOpenId] = useState<string>()
  const isMine = (whose ?? (can('alerts.answer') ? 'mine' : 'all')) === 'mine'
  const filter = { isOpen: which === 'done' ? ('false' as const) : ('true' as const), ...(isMine ? { mine: 'true' as const } : { facilityId }) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listAlerts({ query: { ...filter, cursor, limit }, signal })
  const toolbar = (
    <>
      <SegmentedControl size="sm" aria-label={t('alerts.whose')} data={[{ value: 'mine', label: t('alerts.mine') }, { value: 'all', label: t('common.all') }]} value={isMine ? 'mine' : 'all'} onChange={setWhose} />
      <SegmentedControl size="sm" aria-label={t('common.state')} data={[{ value: 'open', label: t('alerts.state.open') }, { value: 'done', label: t('alerts.state.acknowledged') }]} value={which === 'done' ? 'done' : 'open'} onChange={setWhich} />
    </>
  )
  return (
    <>
      <SignaturesDue />
      <Withdrawn />
      <DataTable
        name="alerts" queryKey={['alerts', 'list', filter]} load={load} rowId={(row: Alert) => row.id} onOpen={(row) => setOpenId(row.id)} toolbar={toolbar} empty={{ title: t('alerts.empty'), hint: t('alerts.emptyHint') }} refetchMs={15_000}
        columns={[
          { key: 'severity', label: t('alerts.severity'), render: (row) => <StateBadge label={t(`alerts.severity.${row.severity}`)} tone={severityTone[row.severity]} /> },
          { key: 'title', label: t('alerts.what'), isProse: true, render: (row) => row.title },
          { key: 'patient', label: t('common.patient'), render: (row) => (row.patientId === null ? '–' : <PatientName row={row} />) },
          { key: 'raisedAt', label: t('alerts.raised'), render: (row) => <When at={row.raisedAt} /> },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={row.state === 'escalated' ? t('alerts.level', { level: row.level }) : t(`alerts.state.${row.state}`)} tone={stateTone[row.state]} /> },
        ]}
      />
      <Drawer opened={openId !== undefined} onClose={() => setOpenId(undefined)} position="right" size="md" title={t('alerts.title')}>
        {openId === undefined ? null : <AlertDetails id={openId} onDone={() => setOpenId(undefined)} />}
      </Drawer>
    </>
  )
}

const views = ['waiting', 'times', 'limits', 'rules'] as const

/** What somebody must know now; how long it took until they knew; who is told when nobody answers. */
export function AlertsPage() {
  const t = useText()
  const [param, setView] = useSearchParam('view')
  const view = views.find((one) => one === param) ?? 'waiting'
  return (
    <Page title={t('alerts.title')} actions={<SegmentedControl maw="calc(100vw - 24px)" style={{ overflowX: 'auto' }} aria-label={t('alerts.view.label')} data={views.map((value) => ({ value, label: t(`alerts.view.${value}`) }))} value={view} onChange={setView} />}>
      {view === 'waiting' ? <Waiting /> : null}
      {view === 'times' ? <Times /> : null}
      {view === 'limits' ? <Limits /> : null}
      {view === 'rules' ? <Rules /> : null}
    </Page>
  )
}
