import { Button, SegmentedControl, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { resultState } from '#contract/laboratory-flow.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { benches } from '../parts/benches.ts'
import { BlockedNotice } from '../parts/blocked-notice.tsx'
import { ResultActions } from '../parts/result-actions.tsx'
import { Due, Holds, Previous, Priority, rangeOf, ResultState, TubeLooks, Value } from '../parts/states.tsx'
import { api, instrumentNamesQuery, printWorkList, type Result } from '../queries.ts'

const queues = ['pending', 'received', 'verified', 'released'] as const

/** Work by bench: what waits for a value, for verification, for release. */
export function ResultsPage() {
  const t = useText()
  const { facilityId, can } = useAuth()
  const [stateParam, setState] = useSearchParam('state')
  const [bench, setBench] = useSearchParam('bench')
  const [instrumentId, setInstrument] = useSearchParam('instrument')
  const instruments = useQuery({ ...instrumentNamesQuery(facilityId), enabled: can('instruments.read') })
  const state = resultState.safeParse(stateParam ?? 'received').data ?? 'received'
  const narrowed = { facilityId, ...(bench === undefined ? {} : { bench }), ...(instrumentId === undefined ? {} : { instrumentId }) }
  const filter = { ...narrowed, state }
  const print = useWrite(() => printWorkList(narrowed))
  const key = ['laboratory', 'results', filter]
  const load = ({ cursor, limit, signal }: PageRequest) => api.listResults({ query: { ...filter, cursor, limit }, signal })
  const ready = useQuery({ queryKey: [...key, 'ready'], queryFn: ({ signal }) => api.listResults({ query: { ...filter, limit: 25 }, signal }), refetchInterval: 20_000 })
  const toolbar = (
    <>
      <SegmentedControl size="sm" maw="100%" style={{ overflowX: 'auto' }} aria-label={t('common.state')} data={queues.map((value) => ({ value, label: t(`laboratory.queue.${value}`) }))} value={state} onChange={setState} />
      <Select w={180} clearable aria-label={t('laboratory.bench')} placeholder={t('laboratory.bench')} data={benches.map((value) => ({ value, label: t(`laboratory.bench.${value}`) }))} value={bench ?? null} onChange={(value) => setBench(value ?? undefined)} />
      {can('instruments.read') ? <Select w={190} clearable aria-label={t('laboratory.worklist.instrument')} placeholder={t('laboratory.worklist.instrument')} data={(instruments.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} value={instrumentId ?? null} onChange={(value) => setInstrument(value ?? undefined)} /> : null}
    </>
  )
  return (
    <Page title={t('laboratory.results.queue')} actions={<>{can('laboratory.work') ? <Button variant="default" loading={print.isPending} onClick={() => print.mutate(undefined)}>{t('laboratory.worklist.print')}</Button> : null}<ResultActions results={ready.data?.items ?? []} /></>}>
      <BlockedNotice />
      <DataTable
        name="lab-results" queryKey={key} load={load} rowId={(row: Result) => row.id} rowPath={(row) => (row.state === 'pending' ? `/laboratory/specimens/${row.specimenId}` : `/laboratory/results/${row.id}`)} refetchMs={20_000} toolbar={toolbar} empty={{ title: t('laboratory.results.empty'), hint: t('laboratory.results.emptyHint') }}
        columns={[
          { key: 'test', label: t('laboratory.test'), render: (row) => row.name },
          { key: 'value', label: t('laboratory.result'), render: (row) => <><Value result={row} /><Previous result={row} /></>, csv: (row) => row.value },
          { key: 'range', label: t('laboratory.range'), render: (row) => <bdi dir="ltr" className="whole">{rangeOf(row.range)}</bdi>, csv: (row) => rangeOf(row.range) },
          { key: 'holds', label: t('laboratory.holds'), render: (row) => <><Holds holds={row.holds} /><TubeLooks result={row} /></>, csv: (row) => row.holds.join(' ') },
          { key: 'patient', label: t('common.patient'), render: (row) => <PatientName row={row} /> },
          { key: 'specimen', label: t('laboratory.specimen.number'), render: (row) => <span className="figures">{row.specimenNumber}</span> },
          { key: 'priority', label: t('orders.priority.label'), render: (row) => <Priority priority={row.priority} />, csv: (row) => row.priority },
          { key: 'due', label: t('laboratory.due'), render: (row) => <Due at={row.dueAt} isOpen={row.releasedAt === null} />, csv: (row) => row.dueAt },
          { key: 'state', label: t('common.state'), render: (row) => <ResultState result={row} />, csv: (row) => t(`laboratory.state.${row.state}`) },
        ]}
      />
    </Page>
  )
}
