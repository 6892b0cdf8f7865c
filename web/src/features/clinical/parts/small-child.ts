import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../../../kernel/format.ts'
import { patientQuery } from '../../../ui/patient-banner.tsx'

const years = 5

/** Whether the patient is so young that the head is measured: the standards of the WHO end at five years. */
export function useIsSmallChild(patientId: string): boolean {
  const format = useFormat()
  const birthDate = useQuery(patientQuery(patientId)).data?.birthDate ?? null
  if (birthDate === null) return false
  const fifth = `${Number(birthDate.slice(0, 4)) + years}${birthDate.slice(4)}`
  return format.today() < fifth
}
