import { Group, Text } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import type { ReactNode } from 'react'
import { api, type Prescription } from '../queries.ts'
import { PrescriptionState } from './prescription-card.tsx'

const isOpen = (state: Prescription['state']): boolean => state === 'finalized' || state === 'partly-dispensed'

/** How long an open prescription may still be handed out, or that it may not any more. */
function Validity({ prescription, isShown }: { prescription: Prescription; isShown: boolean }) {
  const t = useText()
  const format = useFormat()
  const { state, validUntil } = prescription
  if (validUntil === null || !isOpen(state)) return null
  if (validUntil < format.today()) return <StateBadge label={t('medications.outdated')} tone="bad" />
  return isShown ? <Text size="xs" c="dimmed">{t('medications.validUntil', { day: format.day(validUntil) })}</Text> : null
}

interface PrescriptionTableProps {
  name: string
  filter: { patientId?: string | undefined; facilityId?: string | undefined; state?: Prescription['state'] | undefined; due?: 'waiting' | 'outdated' | undefined; number?: string | undefined }
  hasPatient?: boolean
  toolbar?: ReactNode
}

/** Prescriptions, newest first; what is due the longest waiting first, with how long it is good. */
export function PrescriptionTable({ name, filter, hasPatient = false, toolbar }: PrescriptionTableProps) {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listPrescriptions({ query: { ...filter, cursor, limit }, signal })
  return (
    <DataTable
      name={name} queryKey={['medications', 'prescriptions', 'list', filter]} load={load} rowId={(row) => row.id} rowPath={(row) => `/prescriptions/${row.id}`} toolbar={toolbar} empty={{ title: t('medications.prescriptions.empty'), hint: t('medications.prescriptions.emptyHint') }} refetchMs={30_000}
      columns={[
        { key: 'createdAt', label: t('common.date'), render: (row) => <When at={filter.due === undefined ? row.createdAt : (row.finalizedAt ?? row.createdAt)} /> },
        ...(hasPatient ? [{ key: 'patient', label: t('common.patient'), render: (row: Prescription) => <PatientName row={row} /> }] : []),
        { key: 'items', label: t('medications.item.medication'), render: (row) => row.items.map((item) => item.name).join(', ') },
        { key: 'number', label: t('medications.prescription.number'), render: (row) => row.number ?? '–' },
        { key: 'prescriber', label: t('medications.prescription.prescriber'), render: (row) => row.prescriberName },
        { key: 'state', label: t('common.state'), render: (row) => <Group gap={4}><PrescriptionState state={row.state} /><Validity prescription={row} isShown={filter.due !== undefined} /></Group> },
      ]}
    />
  )
}

export const PrescriptionsTab = ({ patientId }: { patientId: string }) => <PrescriptionTable name="patient-prescriptions" filter={{ patientId }} />
