import { Button, Select } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { encounterState } from '#contract/encounters.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { PatientName } from '../parts/patient-name.tsx'
import { VisitState } from '../parts/visit-state.tsx'
import { api, usePractitionerChoices, type ListedVisit } from '../queries.ts'

const everybody = 'all'

function useColumns(): Column<ListedVisit>[] {
  const t = useText()
  const format = useFormat()
  return [
    { key: 'openedAt', label: t('encounters.openedAt'), render: (row) => <When at={row.openedAt} />, csv: (row) => format.dayTime(row.openedAt) },
    { key: 'patient', label: t('common.patient'), render: (row) => <PatientName id={row.patientId} name={row.patientName} mrn={row.patientMrn} />, csv: (row) => row.patientName },
    { key: 'practitioner', label: t('common.practitioner'), render: (row) => row.practitionerName || '–' },
    { key: 'class', label: t('common.type'), render: (row) => t(`encounters.class.${row.class}`) },
    { key: 'state', label: t('common.state'), render: (row) => <VisitState state={row.state} />, csv: (row) => t(`encounters.state.${row.state}`) },
    { key: 'token', label: t('encounters.token'), align: 'end', render: (row) => row.token ?? '' },
    { key: 'system', label: t('encounters.system'), render: (row) => t(`encounters.system.${row.system}`), isHidden: true },
    { key: 'closedAt', label: t('encounters.closedAt'), render: (row) => <When at={row.closedAt} />, csv: (row) => format.dayTime(row.closedAt), isHidden: true },
  ]
}

function useFilters() {
  const { me, facilityId } = useAuth()
  const [practitionerParam, setPractitioner] = useSearchParam('practitioner')
  const [stateParam, setState] = useSearchParam('state')
  const own = me.user.isPractitioner ? me.user.id : everybody
  const practitioner = practitionerParam ?? own
  return { practitioner, setPractitioner, setState, query: { facilityId, state: encounterState.safeParse(stateParam).data, practitionerId: practitioner === everybody ? undefined : practitioner } }
}

/** Visits, newest first. */
export function VisitsPage() {
  const t = useText()
  const filters = useFilters()
  const choices = usePractitionerChoices()
  const columns = useColumns()
  const load = ({ cursor, limit, signal }: PageRequest) => api.list({ query: { ...filters.query, cursor, limit }, signal })
  const states = [{ value: '', label: t('encounters.anyState') }, ...encounterState.options.map((value) => ({ value, label: t(`encounters.state.${value}`) }))]
  const start = (
    <Can permission="encounters.check-in">
      <Button component={Link} to="/encounters/new" leftSection={<IconUserPlus size={16} />}>
        {t('encounters.walkIn.action')}
      </Button>
    </Can>
  )
  const toolbar = (
    <>
      <Select w={220} searchable aria-label={t('common.practitioner')} data={[{ value: everybody, label: t('encounters.everybody') }, ...choices]} value={filters.practitioner} onChange={(value) => filters.setPractitioner(value ?? undefined)} />
      <Select w={170} aria-label={t('common.state')} data={states} value={filters.query.state ?? ''} onChange={(value) => filters.setState(value ?? undefined)} />
    </>
  )
  return (
    <Page title={t('encounters.title')} actions={start}>
      <DataTable name="encounters" queryKey={['encounters', 'list', filters.query]} load={load} columns={columns} rowId={(row) => row.id} rowPath={(row) => `/encounters/${row.id}`} toolbar={toolbar} empty={{ title: t('encounters.empty'), hint: t('encounters.emptyHint'), action: start }} />
    </Page>
  )
}
