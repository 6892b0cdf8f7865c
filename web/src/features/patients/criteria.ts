import { useState } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { patientCriteria, type PatientCriteria } from '#contract/patients-finding.ts'

export type CriterionName = keyof PatientCriteria
export const criterionNames: readonly CriterionName[] = patientCriteria.keyof().options

// A birth date and a town are of the patient: they stand in no address.
const unaddressed: ReadonlySet<string> = new Set<CriterionName>(['bornFrom', 'bornTo', 'city'])

/** Criteria out of whatever an address or a form holds; what does not fit is left out. */
export function readCriteria(values: Readonly<Record<string, unknown>>): PatientCriteria {
  const fitting = criterionNames.flatMap((name) => {
    const given = values[name]
    const value = (name === 'ageFrom' || name === 'ageTo') && given !== '' && given !== undefined ? Number(given) : given
    return value === '' || value === undefined || !patientCriteria.shape[name].safeParse(value).success ? [] : [[name, value]]
  })
  return patientCriteria.safeParse(Object.fromEntries(fitting)).data ?? {}
}

/** The criteria of the list: in the address, but for what would name a patient there. */
export function useCriteria(): { criteria: PatientCriteria; set: (next: PatientCriteria) => void } {
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const [apart, setApart] = useState<PatientCriteria>({})
  const shown = Object.fromEntries(Object.entries(search).filter(([name]) => !unaddressed.has(name)))
  const criteria = readCriteria({ ...shown, ...apart })
  const set = (next: PatientCriteria) => {
    setApart({ bornFrom: next.bornFrom, bornTo: next.bornTo, city: next.city })
    const change = (before: Record<string, unknown>) => ({ ...before, cursor: undefined, ...Object.fromEntries(criterionNames.map((name) => [name, unaddressed.has(name) ? undefined : next[name]])) })
    void navigate({ to: '.', search: change, replace: true })
  }
  return { criteria, set }
}

/** Without one criterion, or both ends of a range. */
export function without(criteria: PatientCriteria, names: readonly CriterionName[]): PatientCriteria {
  return readCriteria(Object.fromEntries(Object.entries(criteria).filter(([name]) => !names.some((one) => one === name))))
}
