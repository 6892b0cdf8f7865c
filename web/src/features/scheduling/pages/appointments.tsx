import { Button, Select, TextInput } from '@mantine/core'
import { IconCalendarPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { appointmentState, type Appointment } from '#contract/scheduling.ts'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { AppointmentState } from '../parts/appointment-state.tsx'
import { PractitionerSelect } from '../parts/practitioner-select.tsx'
import { addDays, isDate } from '../dates.ts'
import { api, usePractitionerParam } from '../queries.ts'

function useColumns(): Column<Appointment>[] {
  const t = useText()
  const format = useFormat()
  return [
    { key: 'time', label: t('common.time'), render: (row) => <When at={row.startsAt} />, csv: (row) => format.dayTime(row.startsAt) },
    { key: 'patient', label: t('common.patient'), render: (row) => <bdi>{row.patientName}</bdi>, csv: (row) => row.patientName },
    { key: 'mrn', label: t('scheduling.mrn'), render: (row) => row.patientMrn },
    { key: 'practitioner', label: t('common.practitioner'), render: (row) => row.practitionerName },
    { key: 'visitType', label: t('scheduling.visitType'), render: (row) => t(`scheduling.visitType.${row.visitType}`) },
    { key: 'state', label: t('common.state'), render: (row) => <AppointmentState state={row.state} />, csv: (row) => t(`scheduling.state.${row.state}`) },
    { key: 'token', label: t('scheduling.token'), align: 'end', render: (row) => row.token ?? '' },
    { key: 'reason', label: t('common.reason'), render: (row) => row.reason, isHidden: true },
  ]
}

function useFilters() {
  const format = useFormat()
  const { facilityId } = useAuth()
  const [fromParam, setFrom] = useSearchParam('from')
  const [toParam, setTo] = useSearchParam('to')
  const [stateParam, setState] = useSearchParam('state')
  const [patientId] = useSearchParam('patientId')
  const [practitionerId, setPractitioner] = usePractitionerParam()
  const from = isDate(fromParam) ? fromParam : format.today()
  const to = isDate(toParam) ? toParam : ''
  const state = appointmentState.safeParse(stateParam).data
  const query = { facilityId, practitionerId, patientId, state, from: format.instant(from, '00:00'), ...(to === '' ? {} : { to: format.instant(addDays(to, 1), '00:00') }) }
  return { from, to, state, practitionerId, query, setFrom, setTo, setState, setPractitioner }
}

function Filters({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const t = useText()
  const states = [{ value: '', label: t('scheduling.anyState') }, ...appointmentState.options.map((value) => ({ value, label: t(`scheduling.state.${value}`) }))]
  return (
    <>
      <TextInput type="date" aria-label={t('common.from')} value={filters.from} onChange={(event) => filters.setFrom(event.currentTarget.value)} />
      <TextInput type="date" aria-label={t('common.to')} value={filters.to} onChange={(event) => filters.setTo(event.currentTarget.value)} />
      <PractitionerSelect isFilter hasAll value={filters.practitionerId} onChange={filters.setPractitioner} />
      <Select w={170} aria-label={t('common.state')} data={states} value={filters.state ?? ''} onChange={(value) => filters.setState(value ?? undefined)} />
    </>
  )
}

export function AppointmentsPage() {
  const t = useText()
  const filters = useFilters()
  const load = ({ cursor, limit, signal }: PageRequest) => api.list({ query: { ...filters.query, cursor, limit }, signal })
  const book = (
    <Can permission="scheduling.write">
      <Button component={Link} to="/appointments/new" leftSection={<IconCalendarPlus size={16} />}>
        {t('scheduling.book.title')}
      </Button>
    </Can>
  )
  return (
    <Page title={t('scheduling.appointments.title')} actions={book}>
      <DataTable name="appointments" queryKey={['scheduling', 'list', filters.query]} load={load} columns={useColumns()} rowId={(row) => row.id} rowPath={(row) => `/appointments/${row.id}`} toolbar={<Filters filters={filters} />} empty={{ title: t('scheduling.appointments.empty'), hint: t('scheduling.appointments.emptyHint'), action: book }} />
    </Page>
  )
}
