import type { SafetyAlert } from '#contract/safety-alerts.ts'
import type { Tx } from '#kernel/db.ts'
import { type MedicationRow, medicationsOfGenerics } from '../medications/index.ts'
import { contraindicationAlerts } from './contraindication-rules.ts'
import { findContraindications, findPairs } from './repo.ts'
import { allergyAlerts, candidatePairs, conditionAlerts, duplicateAlerts, type Medicine, pairAlerts, type Person, substancesOf } from './rules.ts'
import { groups } from './therapeutic-groups.ts'
import { sayIn } from './words.ts'

// More than a handful is no help to who has six minutes.
const mostShown = 5

// What another medicine of the group may mend; a dose or a weight it does not.
const mendable = new Set<SafetyAlert['kind']>(['allergy', 'interaction', 'duplicate', 'pregnancy', 'lactation', 'age', 'renal', 'herb-drug', 'contraindication'])

const groupOf = (medicine: Medicine): readonly string[] => groups.find((group) => medicine.substances.some((substance) => group.substances.includes(substance)))?.substances ?? []

const medicineOf = (row: MedicationRow): Medicine => ({ id: row.id, name: row.name, system: row.system, substances: substancesOf(row.generic_name), strengthMg: null, singleMg: null, dailyMg: null, isLocal: false, isNew: true })

/** Of medicines in one group: those that raise nothing that stops or warns beside what stays. */
async function fitting(tx: Tx, asked: { candidates: readonly Medicine[]; others: readonly Medicine[]; person: Person }): Promise<Medicine[]> {
  const { candidates, others, person } = asked
  const kept = others.map((one) => ({ ...one, isNew: false }))
  const pairs = candidates.map((one) => candidatePairs([one, ...kept]))
  const listed = await findPairs(tx, [...new Map(pairs.flat().map(({ a, b }) => [`${a}\n${b}`, { a, b }])).values()])
  const contraindicated = await findContraindications(tx, person.conditions.length === 0 ? [] : [...new Set(candidates.flatMap((one) => one.substances))])
  const say = sayIn(tx.ctx.locale)
  return candidates.filter((one, index) => {
    const alerts = [...allergyAlerts([one], person, say), ...duplicateAlerts([one, ...kept], say), ...conditionAlerts([one], person, say), ...contraindicationAlerts([one], person, contraindicated, say), ...pairAlerts(pairs[index] ?? [], listed, say)]
    return alerts.every((alert) => alert.severity === 'inform')
  })
}

/** To each alert that another medicine could mend: what the hospital's register has of the same group that would raise none. */
export async function withAlternatives(tx: Tx, asked: { alerts: readonly SafetyAlert[]; medicines: readonly Medicine[]; person: Person }): Promise<SafetyAlert[]> {
  const { alerts, medicines, person } = asked
  const troubled = medicines.filter((one) => one.isNew && one.id !== null && alerts.some((alert) => mendable.has(alert.kind) && alert.severity !== 'inform' && alert.medications.some(({ id }) => id === one.id)))
  const names = [...new Set(troubled.flatMap(groupOf))]
  if (names.length === 0) return [...alerts]
  const register = (await medicationsOfGenerics(tx, names)).map(medicineOf)
  const instead = new Map<string, Medicine[]>()
  for (const one of troubled) {
    const group = groupOf(one)
    const candidates = register.filter((other) => other.system === one.system && other.substances.some((substance) => group.includes(substance)) && !other.substances.some((substance) => one.substances.includes(substance)))
    instead.set(one.id ?? '', await fitting(tx, { candidates, others: medicines.filter((other) => other !== one), person }))
  }
  return alerts.map((alert) => ({
    ...alert,
    alternatives: alert.severity === 'inform' || !mendable.has(alert.kind) ? [] : alert.medications.flatMap(({ id, name }) => (instead.get(id ?? '') ?? []).slice(0, mostShown).map((other) => ({ id: other.id ?? '', name: other.name, insteadOf: name }))),
  }))
}
