import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { When } from '../../../ui/time.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { api } from '../queries.ts'
import { VisitState } from './visit-state.tsx'

/** The patient's visits, newest first. */
export function VisitsTab({ patientId }: { patientId: string }) {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.list({ query: { patientId, cursor, limit }, signal })
  return (
    <DataTable
      name="patient-visits" queryKey={['encounters', 'list', { patientId }]} load={load} rowId={(row) => row.id} rowPath={(row) => `/encounters/${row.id}`} empty={{ title: t('encounters.empty'), hint: t('encounters.emptyHint') }}
      columns={[
        { key: 'openedAt', label: t('encounters.openedAt'), render: (row) => <When at={row.openedAt} /> },
        { key: 'practitioner', label: t('common.practitioner'), render: (row) => row.practitionerName || '–' },
        { key: 'class', label: t('common.type'), render: (row) => t(`encounters.class.${row.class}`) },
        { key: 'system', label: t('encounters.system'), render: (row) => t(`encounters.system.${row.system}`) },
        { key: 'state', label: t('common.state'), render: (row) => <VisitState state={row.state} /> },
      ]}
    />
  )
}
