import { Select } from '@mantine/core'
import { glassState } from '#contract/access.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { GlassState } from '../parts/states.tsx'
import { api } from '../queries.ts'

/** Who opened a protected record in an emergency, and what is still to be judged. */
export function GlassQueuePage() {
  const t = useText()
  const [stateParam, setState] = useSearchParam('state')
  const state = glassState.safeParse(stateParam).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listGlass({ query: { cursor, limit, ...(state === undefined ? {} : { state }) }, signal })
  return (
    <Page title={t('access.queue.title')}>
      <DataTable
        name="break-glass" queryKey={['access', 'queue', state]} load={load} rowId={(row) => row.id} rowPath={(row) => `/break-glass/${row.id}`} empty={{ title: t('access.queue.empty'), hint: t('access.queue.emptyHint') }}
        toolbar={<Select w={200} clearable aria-label={t('common.state')} placeholder={t('access.queue.anyState')} data={glassState.options.map((value) => ({ value, label: t(`access.state.${value}`) }))} value={state ?? null} onChange={(value) => setState(value ?? undefined)} />}
        columns={[
          { key: 'who', label: t('access.queue.who'), render: (row) => <bdi>{row.userName}</bdi>, csv: (row) => row.userName },
          { key: 'patient', label: t('common.patient'), render: (row) => <bdi>{row.patientName || t('access.queue.hidden')}</bdi>, csv: (row) => row.mrn },
          { key: 'reason', label: t('common.reason'), isProse: true, render: (row) => <bdi>{row.reason}</bdi>, csv: (row) => row.reason },
          { key: 'from', label: t('access.queue.since'), render: (row) => <When at={row.startedAt} />, csv: (row) => row.startedAt },
          { key: 'until', label: t('access.queue.ends'), render: (row) => <When at={row.endedAt ?? row.endsAt} />, csv: (row) => row.endedAt ?? row.endsAt },
          { key: 'state', label: t('common.state'), render: (row) => <GlassState glass={row} />, csv: (row) => row.state },
        ]}
      />
    </Page>
  )
}
