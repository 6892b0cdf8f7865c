import { Select } from '@mantine/core'
import { requestState } from '#contract/privacy.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { RequestState } from '../parts/states.tsx'
import { api } from '../queries.ts'

/** What patients asked for and by when they are answered. */
export function RequestsPage() {
  const t = useText()
  const [stateParam, setState] = useSearchParam('state')
  const state = requestState.safeParse(stateParam).data
  const load = ({ cursor, limit, signal }: PageRequest) => api.listRequests({ query: { cursor, limit, ...(state === undefined ? {} : { state }) }, signal })
  return (
    <Page title={t('privacy.requests.title')}>
      <DataTable
        name="privacy-requests" queryKey={['privacy', 'requests', state]} load={load} rowId={(row) => row.id} rowPath={(row) => `/privacy-requests/${row.id}`} empty={{ title: t('privacy.requests.empty'), hint: t('privacy.requests.emptyHint') }}
        toolbar={<Select w={180} clearable aria-label={t('common.state')} placeholder={t('privacy.anyState')} data={requestState.options.map((value) => ({ value, label: t(`privacy.request.state.${value}`) }))} value={state ?? null} onChange={(value) => setState(value ?? undefined)} />}
        columns={[
          { key: 'patient', label: t('common.patient'), render: (row) => <bdi>{row.patientName}</bdi>, csv: (row) => row.patientName },
          { key: 'mrn', label: t('patients.field.mrn'), render: (row) => row.mrn },
          { key: 'kind', label: t('common.type'), render: (row) => t(`privacy.request.kind.${row.kind}`) },
          { key: 'state', label: t('common.state'), render: (row) => <RequestState state={row.state} />, csv: (row) => row.state },
          { key: 'received', label: t('privacy.request.received'), render: (row) => <When at={row.receivedAt} />, csv: (row) => row.receivedAt },
          { key: 'due', label: t('privacy.request.due'), render: (row) => <When at={row.dueOn} isDayOnly />, csv: (row) => row.dueOn },
        ]}
      />
    </Page>
  )
}
