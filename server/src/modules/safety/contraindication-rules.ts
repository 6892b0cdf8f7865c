import type { SafetyAlert } from '#contract/safety-alerts.ts'
import { foldText } from '#kernel/text.ts'
import { alert, has, type Medicine, namesOf, type Person, type Say } from './rules.ts'
import { starterContraindications } from './starter-contraindication-rules.ts'

/** A condition of the patient that stands, as it was written and coded. */
export interface Condition {
  text: string
  system: 'icd-10' | 'snomed' | null
  code: string
}

export interface FoundContraindication {
  substance: string
  system: string
  code: string
  term: string
  severity: string
  text: string
  source: string
  list_name: string
  list_version: string
}

/** An ICD-10 code as it is kept: without dot, dagger and asterisk, in capitals. */
export const icdOf = (code: string): string => code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

/** A condition with its code, where it is one of ICD-10 (WHO's and its national editions) or SNOMED CT. */
export function conditionOf({ text = '', coding }: { text?: string | undefined; coding?: { system: string; code: string } | null | undefined }): Condition {
  if (coding === null || coding === undefined) return { text, system: null, code: '' }
  if (/icd-?10/i.test(coding.system)) return { text, system: 'icd-10', code: icdOf(coding.code) }
  if (/snomed/i.test(coding.system)) return { text, system: 'snomed', code: coding.code.trim() }
  return { text, system: null, code: '' }
}

const isFound = (row: FoundContraindication, condition: Condition): boolean =>
  row.system === 'term' ? foldText(condition.text) === row.code : row.system === condition.system && (row.system === 'icd-10' ? condition.code.startsWith(row.code) : condition.code === row.code)

// What acts only where it is put reaches no other organ; of beta blockers for the eye the label says that they do.
const reaches = (medicine: Medicine, substance: string): boolean => !medicine.isLocal || substance === 'timolol'

interface Match {
  medicine: Medicine
  condition: Condition
  substance: string
}

/** Every new medicine with every condition: what a list or the starter set says of the two, each with its source. Of what is taken already it was asked when that was ordered. */
export function contraindicationAlerts(medicines: readonly Medicine[], person: Person, found: readonly FoundContraindication[], say: Say): SafetyAlert[] {
  const severities = ['stop', 'warn', 'inform'] as const
  const make = ({ medicine, condition, substance }: Match, severity: SafetyAlert['severity'], said: { text: string; source: SafetyAlert['source'] }): SafetyAlert => {
    const values = { substance, condition: condition.text === '' ? condition.code : condition.text }
    return alert({ kind: 'contraindication', severity, key: `contraindication:${substance}:${condition.code === '' ? foldText(condition.text) : condition.code}`.slice(0, 300), message: say('alert.contraindication', { ...values, name: medicine.name }), why: said.text === '' ? say(severity === 'stop' ? 'why.contraindicated' : 'why.warned-against', values) : said.text, of: [medicine], source: said.source })
  }
  return medicines.filter((medicine) => medicine.isNew).flatMap((medicine) => person.conditions.flatMap((condition) => [
    ...found.filter((row) => has(medicine, row.substance) && reaches(medicine, row.substance) && isFound(row, condition)).map((row) =>
      make({ medicine, condition, substance: row.substance }, severities.find((one) => one === row.severity) ?? 'inform', { text: row.text, source: { name: row.source === '' ? row.list_name : `${row.list_name}: ${row.source}`, version: row.list_version } })),
    ...starterContraindications.flatMap((one) => {
      const codes = condition.system === 'icd-10' ? one.icd10.some((code) => condition.code.startsWith(code)) : condition.system === 'snomed' && one.snomed.includes(condition.code)
      return codes ? one.substances.filter((substance) => has(medicine, substance) && reaches(medicine, substance)).map((substance) => make({ medicine, condition, substance }, one.severity, { text: '', source: one.source })) : []
    }),
  ]))
}

export interface NewContraindication {
  substance: string
  system: string
  code: string
  term: string
  severity: string
  text: string
  source: string
}

/** What a row of a table says: its substance with each of its codes, or with the term alone where it has none. */
export function contraindicationsOf(row: { substance: string; icd10: string; snomed: string; term: string; severity: string; text: string; source: string }): NewContraindication[] {
  const [substance = ''] = namesOf(row.substance)
  const shared = { substance: substance.slice(0, 200), term: row.term.slice(0, 300), severity: row.severity, text: row.text.slice(0, 1000), source: row.source.slice(0, 300) }
  const split = (codes: string): string[] => codes.split(/[;|\s]+/).filter(Boolean)
  const coded = [...split(row.icd10).map(icdOf).filter((code) => /^[A-Z]\d[A-Z0-9]{0,6}$/.test(code)).map((code) => ({ ...shared, system: 'icd-10', code })), ...split(row.snomed).filter((code) => /^\d{6,18}$/.test(code)).map((code) => ({ ...shared, system: 'snomed', code }))]
  const folded = foldText(row.term).slice(0, 200)
  const all = coded.length === 0 && row.icd10.trim() === '' && row.snomed.trim() === '' && folded.length > 1 ? [{ ...shared, system: 'term', code: folded }] : coded
  return substance.length < 2 ? [] : all
}
