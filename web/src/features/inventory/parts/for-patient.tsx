import { Checkbox, Select, SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { encounters } from '#contract/encounters.ts'
import { client } from '../../../kernel/api.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { PatientPicker } from '../../../ui/patient-picker.tsx'

const visits = client(encounters)

export interface Recipient {
  patientId: string
  /** Empty is the visit that is under way, `none` is none. */
  encounterId: string
  isCharged: boolean
}

export const nobody: Recipient = { patientId: '', encounterId: '', isCharged: true }

function useVisits(patientId: string) {
  const { can, facilityId } = useAuth()
  const { data } = useQuery({ queryKey: ['encounters', 'open-of', patientId, facilityId], queryFn: ({ signal }) => visits.list({ query: { patientId, facilityId, limit: 20 }, signal }), enabled: patientId !== '' && can('encounters.read') })
  return (data?.items ?? []).filter((one) => one.state === 'checked-in' || one.state === 'in-consultation')
}

/** What a booking says of the patient: nothing without one; the newest visit under way unless another is chosen. */
export function useRecipient({ patientId, encounterId, isCharged }: Recipient): { patientId?: string; encounterId?: string; isCharged?: boolean } {
  const [first] = useVisits(patientId)
  const visit = encounterId === '' ? first?.id : encounterId === 'none' ? undefined : encounterId
  return patientId === '' ? {} : { patientId, isCharged, ...(visit === undefined ? {} : { encounterId: visit }) }
}

/** For whom goods are issued, on which visit, and whether they are charged. */
export function ForPatient({ value, onChange, errors }: { value: Recipient; onChange: (value: Recipient) => void; errors: Record<string, string> }) {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const open = useVisits(value.patientId)
  if (!can('patients.read')) return null
  const choices = [...open.map((one) => ({ value: one.id, label: [t(`encounters.class.${one.class}`), format.dayTime(one.openedAt), one.practitionerName].filter(Boolean).join(' · ') })), { value: 'none', label: t('inventory.issue.noVisit') }]
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} style={{ alignItems: 'end' }}>
      <PatientPicker label={t('inventory.issue.patient')} value={value.patientId} onChange={(patientId) => onChange({ ...nobody, isCharged: value.isCharged, patientId })} {...(errors['patientId'] === undefined ? {} : { error: errors['patientId'] })} />
      {value.patientId === '' ? null : <Select label={t('inventory.issue.visit')} allowDeselect={false} data={choices} value={value.encounterId === '' ? (open[0]?.id ?? 'none') : value.encounterId} error={errors['encounterId']} onChange={(encounterId) => onChange({ ...value, encounterId: encounterId ?? '' })} />}
      {value.patientId === '' ? null : <Checkbox mb={8} label={t('inventory.issue.charge')} checked={value.isCharged} onChange={(event) => onChange({ ...value, isCharged: event.currentTarget.checked })} />}
    </SimpleGrid>
  )
}
