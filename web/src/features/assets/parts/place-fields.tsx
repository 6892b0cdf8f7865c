import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { departmentsQuery, staffQuery } from '../queries.ts'

export function DepartmentSelect({ value, onChange, none }: { value: string; onChange: (id: string) => void; none: string }) {
  const t = useText()
  const { facilityId } = useAuth()
  const { data } = useQuery(departmentsQuery(facilityId))
  return <Select label={t('assets.department')} searchable data={[{ value: '', label: none }, ...(data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))]} value={value} onChange={(id) => onChange(id ?? '')} />
}

/** Who answers for it; only those who may see the staff choose. */
function CustodianSelect({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const t = useText()
  const { data } = useQuery(staffQuery())
  return <Select label={t('assets.custodian')} searchable data={[{ value: '', label: '–' }, ...(data?.items ?? []).map((one) => ({ value: one.id, label: one.displayName }))]} value={value} onChange={(id) => onChange(id ?? '')} />
}

interface PlaceFieldsProps {
  departmentId: string
  location: string
  custodianId: string
  set: (name: 'departmentId' | 'location' | 'custodianId', value: string) => void
}

/** Where a thing is and who answers for it. */
export function PlaceFields({ departmentId, location, custodianId, set }: PlaceFieldsProps) {
  const t = useText()
  const { can } = useAuth()
  return (
    <>
      <DepartmentSelect none="–" value={departmentId} onChange={(id) => set('departmentId', id)} />
      <TextInput label={t('assets.location')} maxLength={120} value={location} onChange={(event) => set('location', event.currentTarget.value)} />
      {can('people.read') ? <CustodianSelect value={custodianId} onChange={(id) => set('custodianId', id)} /> : null}
    </>
  )
}
