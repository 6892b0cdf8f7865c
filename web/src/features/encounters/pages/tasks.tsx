import { useState } from 'react'
import { Button, Drawer, SegmentedControl, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { taskState } from '#contract/encounters.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { PatientName } from '../parts/patient-name.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { api, type Task } from '../queries.ts'

function useColumns(): Column<Task>[] {
  const t = useText()
  const format = useFormat()
  const stateText = (row: Task) => (row.isOverdue ? t('encounters.task.overdue') : t(`encounters.task.state.${row.state}`))
  return [
    { key: 'title', label: t('encounters.task.what'), render: (row) => row.title },
    { key: 'due', label: t('encounters.task.due'), render: (row) => <When at={row.dueAt} />, csv: (row) => format.dayTime(row.dueAt) },
    { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={stateText(row)} tone={row.isOverdue ? 'bad' : row.state === 'completed' ? 'good' : row.state === 'in-progress' ? 'info' : 'neutral'} />, csv: stateText },
    { key: 'patient', label: t('common.patient'), render: (row) => (row.patientId === null ? '–' : <PatientName id={row.patientId} name={row.patientName} mrn={row.patientMrn} />), csv: (row) => row.patientName },
    { key: 'assignee', label: t('encounters.task.assignee'), render: (row) => row.assigneeName || '–' },
  ]
}

function TaskSteps({ task }: { task: Task }) {
  const t = useText()
  const request = { params: { id: task.id }, ifMatch: task.version }
  const steps: LifecycleStep[] = [
    { step: 'start', label: t('encounters.task.start'), run: () => api.startTask({ ...request, body: {} }) },
    { step: 'complete', label: t('encounters.task.complete'), isPrimary: true, run: () => api.completeTask({ ...request, body: {} }) },
    { step: 'cancel', label: t('encounters.task.cancel'), needsReason: true, run: (reason) => api.cancelTask({ ...request, body: { reason } }) },
  ]
  return <LifecycleButtons size="xs" actions={task.actions} steps={steps} invalidate={[['encounters', 'tasks']]} />
}

/** What I have to do, soonest due first. */
export function TasksPage() {
  const t = useText()
  const { me } = useAuth()
  const [isAdding, setAdding] = useState(false)
  const [whose, setWhose] = useSearchParam('whose')
  const [stateParam, setState] = useSearchParam('state')
  const columns = useColumns()
  const state = stateParam === 'any' ? undefined : (taskState.safeParse(stateParam).data ?? 'open')
  const isToDo = state === 'open' || state === 'in-progress'
  const filter = { state, order: isToDo ? ('due' as const) : ('newest' as const), ...(whose === 'all' ? {} : { assigneeId: me.user.id }) }
  const load = ({ cursor, limit, signal }: PageRequest) => api.listTasks({ query: { ...filter, cursor, limit }, signal })
  const add = (
    <Can permission="encounters.tasks">
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t('encounters.task.add')}
      </Button>
    </Can>
  )
  const toolbar = (
    <>
      <SegmentedControl size="sm" aria-label={t('encounters.task.assignee')} data={[{ value: 'me', label: t('encounters.task.mine') }, { value: 'all', label: t('common.all') }]} value={whose === 'all' ? 'all' : 'me'} onChange={setWhose} />
      <Select w={170} aria-label={t('common.state')} data={[{ value: 'any', label: t('encounters.anyState') }, ...taskState.options.map((value) => ({ value, label: t(`encounters.task.state.${value}`) }))]} value={state ?? 'any'} onChange={(value) => setState(value ?? undefined)} />
    </>
  )
  return (
    <Page title={t('encounters.task.title')} actions={add}>
      <DataTable name="tasks" queryKey={['encounters', 'tasks', filter]} load={load} columns={columns} rowId={(row) => row.id} rowMenu={(row) => <TaskSteps task={row} />} toolbar={toolbar} empty={{ title: t('encounters.task.empty'), hint: t('encounters.task.emptyHint'), action: add }} />
      <Drawer opened={isAdding} onClose={() => setAdding(false)} position="right" title={t('encounters.task.add')}>
        {isAdding ? <TaskForm onClose={() => setAdding(false)} /> : null}
      </Drawer>
    </Page>
  )
}
