import type { TestRules } from '#contract/laboratory-catalogue.ts'
import type { api } from '../queries.ts'

export type Whole = Awaited<ReturnType<typeof api.readTest>>

const numbers = ['deltaPercent', 'deltaDays', 'haemolysis', 'lipaemia', 'icterus', 'patientDelayHours'] as const
const bounds = ['absurdLow', 'absurdHigh', 'deltaAbsolute'] as const

/** A range as it is typed. */
export interface Line {
  sex: '' | 'female' | 'male'
  ageFromDays: number
  ageToDays: number
  weekFrom: number | ''
  weekTo: number | ''
  method: string
  low: string
  high: string
  criticalLow: string
  criticalHigh: string
  text: string
  source: string
}

export type TestValues = {
  name: string
  nameHi: string
  nameAr: string
  turnaroundMinutes: number
  unit: string
  decimals: number | ''
  loinc: string
  method: string
  specimenType: string
  container: string
  volumeMl: string
  formula: string
  formulaSource: string
  formulaUnits: { code: string; unit: string }[]
  members: string[]
  accredited: { from: string; to: string }[]
  choices: { value: string; flag: '' | 'A' | 'AA' }[]
  rules: Record<(typeof numbers)[number], number | ''> & Record<(typeof bounds)[number], string> & { isAutoVerified: boolean; patientRelease: '' | 'at-once' | 'by-hand' }
  isSensitive: boolean
  isActive: boolean
  service: Whole['service']
  ranges: Line[]
}

export const valuesOf = (test: Whole): Omit<TestValues, 'ranges'> => ({
  name: test.name, nameHi: test.names['hi'] ?? '', nameAr: test.names['ar'] ?? '', turnaroundMinutes: test.turnaroundMinutes, unit: test.unit, decimals: test.decimals ?? '', loinc: test.loinc, method: test.method, specimenType: test.specimenType, container: test.container, volumeMl: test.volumeMl ?? '',
  formula: test.formula, formulaSource: test.formulaSource, formulaUnits: Object.entries(test.formulaUnits).map(([code, unit]) => ({ code, unit })), members: test.members.map((member) => member.code), accredited: test.accredited.map(({ from, to }) => ({ from, to: to ?? '' })), choices: test.choices,
  rules: {
    deltaPercent: test.rules.deltaPercent ?? '', deltaDays: test.rules.deltaDays ?? '', haemolysis: test.rules.haemolysis ?? '', lipaemia: test.rules.lipaemia ?? '', icterus: test.rules.icterus ?? '', patientDelayHours: test.rules.patientDelayHours ?? '',
    absurdLow: test.rules.absurdLow ?? '', absurdHigh: test.rules.absurdHigh ?? '', deltaAbsolute: test.rules.deltaAbsolute ?? '', isAutoVerified: test.rules.isAutoVerified ?? false, patientRelease: test.rules.patientRelease ?? '',
  },
  isSensitive: test.isSensitive, isActive: test.isActive, service: test.service,
})

/** The rules as they are to be; what the form does not show stays. */
function rulesOf(test: Whole, { rules }: TestValues): TestRules {
  const shown: ReadonlySet<string> = new Set([...numbers, ...bounds, 'isAutoVerified', 'patientRelease'])
  const kept = Object.fromEntries(Object.entries(test.rules).filter(([name]) => !shown.has(name)))
  const said = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== '' && value !== false))
  return { ...kept, ...said }
}

/** Names by language: the two that are shown, and what others there are. */
const namesOf = (test: Whole, { nameHi, nameAr }: TestValues) => Object.fromEntries(Object.entries({ ...test.names, hi: nameHi.trim(), ar: nameAr.trim() }).filter(([, name]) => name !== ''))

function formulaOf(test: Whole, { formula, formulaSource, formulaUnits }: TestValues) {
  const isSame = formula.trim() === test.formula
  const units = Object.fromEntries(formulaUnits.map((one) => [one.code, one.unit]))
  return { formula: formula.trim(), formulaSource, ...(isSame ? { formulaUnits: units } : {}) }
}

export const bodyOf = (test: Whole, values: TestValues) => ({
  name: values.name, names: namesOf(test, values), turnaroundMinutes: values.turnaroundMinutes, specimenType: values.specimenType, container: values.container, loinc: values.loinc, method: values.method, isSensitive: values.isSensitive, isActive: values.isActive, rules: rulesOf(test, values), accredited: values.accredited.filter((one) => one.from !== '').map(({ from, to }) => ({ from, ...(to === '' ? {} : { to }) })),
  ...(test.kind === 'panel' ? { members: values.members } : { unit: values.unit }), ...(test.kind === 'calculated' ? formulaOf(test, values) : {}), ...(test.valueKind === 'qualitative' ? { choices: values.choices.filter((one) => one.value.trim() !== '') } : {}),
  ...(values.decimals === '' ? {} : { decimals: values.decimals }), ...(values.volumeMl === '' ? {} : { volumeMl: values.volumeMl }), ...(values.service?.id === test.serviceId || (values.service === null && test.serviceId === null) ? {} : { serviceId: values.service?.id ?? null }),
})
