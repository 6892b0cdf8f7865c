import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { When } from '../../../ui/time.tsx'
import type { ReactNode } from 'react'
import { api, type Prescription } from '../queries.ts'
import { PrescriptionState } from './prescription-card.tsx'

interface PrescriptionTableProps {
  name: string
  filter: { patientId?: string | undefined; facilityId?: string | undefined; state?: Prescription['state'] | undefined }
  hasPatient?: boolean
  toolbar?: ReactNode
}

/** Prescriptions, newest first. */
export function PrescriptionTable({ name, filter, hasPatient = false, toolbar }: PrescriptionTableProps) {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listPrescriptions({ query: { ...filter, cursor, limit }, signal })
  return (
    <DataTable
      name={name} queryKey={['medications', 'prescriptions', 'list', filter]} load={load} rowId={(row) => row.id} rowPath={(row) => `/prescriptions/${row.id}`} toolbar={toolbar} empty={{ title: t('medications.prescriptions.empty'), hint: t('medications.prescriptions.emptyHint') }} refetchMs={30_000}
      columns={[
        { key: 'createdAt', label: t('common.date'), render: (row) => <When at={row.createdAt} /> },
        ...(hasPatient ? [{ key: 'patient', label: t('common.patient'), render: (row: Prescription) => <PatientName row={row} /> }] : []),
        { key: 'items', label: t('medications.item.medication'), render: (row) => row.items.map((item) => item.name).join(', ') },
        { key: 'number', label: t('medications.prescription.number'), render: (row) => row.number ?? '–' },
        { key: 'prescriber', label: t('medications.prescription.prescriber'), render: (row) => row.prescriberName },
        { key: 'state', label: t('common.state'), render: (row) => <PrescriptionState state={row.state} /> },
      ]}
    />
  )
}

export const PrescriptionsTab = ({ patientId }: { patientId: string }) => <PrescriptionTable name="patient-prescriptions" filter={{ patientId }} />
