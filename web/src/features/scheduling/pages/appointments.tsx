import { Button } from '@mantine/core'
import { IconCalendarPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { appointmentState, type Appointment } from '#contract/scheduling.ts'
import { Can } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useSearchParam } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { AppointmentState } from '../parts/appointment-state.tsx'
import { DayFilters, useDayFilters } from '../parts/day-filters.tsx'
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

export function AppointmentsPage() {
  const t = useText()
  const [patientId] = useSearchParam('patientId')
  const filters = useDayFilters(appointmentState, usePractitionerParam())
  const states = appointmentState.options.map((value) => ({ value, label: t(`scheduling.state.${value}`) }))
  const query = { ...filters.query, patientId }
  const load = ({ cursor, limit, signal }: PageRequest) => api.list({ query: { ...query, cursor, limit }, signal })
  const book = (
    <Can permission="scheduling.write">
      <Button component={Link} to="/appointments/new" leftSection={<IconCalendarPlus size={16} />}>
        {t('scheduling.book.title')}
      </Button>
    </Can>
  )
  return (
    <Page title={t('scheduling.appointments.title')} actions={book}>
      <DataTable name="appointments" queryKey={['scheduling', 'list', query]} load={load} columns={useColumns()} rowId={(row) => row.id} rowPath={(row) => `/appointments/${row.id}`} toolbar={<DayFilters filters={filters} states={states} />} empty={{ title: t('scheduling.appointments.empty'), hint: t('scheduling.appointments.emptyHint'), action: book }} />
    </Page>
  )
}
