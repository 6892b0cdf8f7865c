import { useState } from 'react'
import { Button, Drawer } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Can, useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { DataTable, type Column, type PageRequest } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { PatientName } from '../parts/patient-name.tsx'
import { PractitionerSelect } from '../parts/practitioner-select.tsx'
import { WaitingForm } from '../parts/waiting-form.tsx'
import { api, everybody, usePractitionerParam, usePractitioners, type Waiting } from '../queries.ts'

function useColumns(): Column<Waiting>[] {
  const t = useText()
  const format = useFormat()
  const { nameOf } = usePractitioners()
  return [
    { key: 'patient', label: t('common.patient'), render: (row) => <PatientName id={row.patientId} name={row.patientName} mrn={row.patientMrn} />, csv: (row) => row.patientName },
    { key: 'visitType', label: t('scheduling.visitType'), render: (row) => t(`scheduling.visitType.${row.visitType}`) },
    { key: 'practitioner', label: t('common.practitioner'), render: (row) => (row.practitionerId === null ? t('scheduling.everybody') : nameOf(row.practitionerId)) },
    { key: 'from', label: t('common.from'), render: (row) => format.day(row.from) },
    { key: 'to', label: t('common.to'), render: (row) => format.day(row.to) },
    { key: 'since', label: t('scheduling.waitlist.since'), render: (row) => <When at={row.createdAt} />, csv: (row) => format.dayTime(row.createdAt) },
    { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(`scheduling.waitlist.state.${row.state}`)} tone={row.state === 'offered' ? 'info' : 'neutral'} />, csv: (row) => t(`scheduling.waitlist.state.${row.state}`) },
  ]
}

export function WaitingListPage() {
  const t = useText()
  const go = useGo()
  const { facilityId } = useAuth()
  const [isAdding, setAdding] = useState(false)
  const [practitionerId, setPractitioner] = usePractitionerParam()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listWaiting({ query: { cursor, limit, facilityId, practitionerId }, signal })
  const add = (
    <Can permission="scheduling.write">
      <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
        {t('scheduling.waitlist.add')}
      </Button>
    </Can>
  )
  const book = (row: Waiting) => (
    <Can permission="scheduling.write">
      <Button size="xs" variant="default" onClick={() => go(`/appointments/new?patientId=${row.patientId}&practitioner=${row.practitionerId ?? everybody}&visitType=${row.visitType}`)}>
        {t('scheduling.book.action')}
      </Button>
    </Can>
  )
  return (
    <Page title={t('scheduling.waitlist.title')} actions={add}>
      <DataTable name="waiting-list" queryKey={['scheduling', 'waiting', { facilityId, practitionerId }]} load={load} columns={useColumns()} rowId={(row) => row.id} rowMenu={book} toolbar={<PractitionerSelect isFilter hasAll value={practitionerId} onChange={setPractitioner} />} empty={{ title: t('scheduling.waitlist.empty'), hint: t('scheduling.waitlist.emptyHint'), action: add }} />
      <Drawer opened={isAdding} onClose={() => setAdding(false)} position="right" title={t('scheduling.waitlist.add')}>
        {isAdding ? <WaitingForm onClose={() => setAdding(false)} /> : null}
      </Drawer>
    </Page>
  )
}
