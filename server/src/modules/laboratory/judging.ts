import { testRules, type ValueKind, valueKind } from '#contract/laboratory-catalogue.ts'
import { laboratoryErrors } from '#contract/laboratory-flow.ts'
import type { Tx } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { together } from '#kernel/together.ts'
import { ageOn, localDate } from '#kernel/zoned-time.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsByIds, type PatientRow } from '../patients/index.ts'
import { plainNumber } from './number-rules.ts'
import { type RangeRow, rangesOf, type TestRow, testsByIds } from './catalogue-repo.ts'
import { toDecimals } from './formula-rules.ts'
import { ageInDays, type RangeSubject, selectRange, strictestLimits } from './range-rules.ts'
import { changingBefore, type EarlierRow, type Judged, type ResultRow } from './repo.ts'
import type { SpecimenRow } from './specimens-repo.ts'
import { convertUnit, hasParentheses } from './unit-rules.ts'
import { choiceFlag, flagOf, holdsOf, isAbsurd, isCritical, kindError, type Limits, type ReadValue, readValue } from './value-rules.ts'

/** Everything a value of a specimen is judged by: the person at that time, the ranges, and what was there before. */
export interface Judging {
  specimen: SpecimenRow
  tests: ReadonlyMap<string, TestRow>
  ranges: readonly RangeRow[]
  earlier: ReadonlyMap<string, EarlierRow>
  subject: RangeSubject
  isAgeEstimated: boolean
  facts: { age: number | undefined; female: number | undefined; male: number | undefined }
}

/** What judging reads: of a tube that need not be locked for it. */
export interface Material {
  patient: PatientRow
  timeZone: string
  /** Of the facility, for the words that are kept. */
  language: string
  tests: TestRow[]
  ranges: RangeRow[]
  earlier: EarlierRow[]
}

/** Reads it in one go, with as many statements for one test as for a hundred. */
export async function materialFor(tx: Tx, specimen: Pick<SpecimenRow, 'patient_id' | 'facility_id' | 'collected_at'>, testIds: readonly string[]): Promise<Material> {
  const { timeZone, language } = await knownFacility(tx, specimen.facility_id)
  const [patients, tests, ranges, earlier] = await together([patientsByIds(tx, [specimen.patient_id]), testsByIds(tx, testIds), rangesOf(tx, testIds), changingBefore(tx, specimen.patient_id, testIds, specimen.collected_at ?? tx.ctx.now)])
  return { patient: found(patients[0]), timeZone, language, tests, ranges, earlier }
}

export const judgingFor = async (tx: Tx, specimen: SpecimenRow, testIds: readonly string[]): Promise<Judging> => judgingBy(tx, specimen, await materialFor(tx, specimen, testIds))

export function judgingBy(tx: Tx, specimen: SpecimenRow, { patient, timeZone, tests, ranges, earlier }: Material): Judging {
  const on = localDate(specimen.collected_at ?? tx.ctx.now, timeZone)
  const isKnown = patient.birth_date !== null && patient.birth_date <= on
  return {
    specimen, ranges, tests: new Map(tests.map((test) => [test.id, test])), earlier: new Map(earlier.map((row) => [row.test_id, row])),
    subject: { sex: patient.sex, ageDays: ageInDays(patient.birth_date, on), pregnancyWeek: specimen.pregnancy_week, method: '' },
    isAgeEstimated: patient.birth_precision !== null && patient.birth_precision !== 'day',
    facts: { age: isKnown && patient.birth_date !== null ? ageOn(patient.birth_date, on).years : undefined, female: patient.sex === 'female' ? 1 : patient.sex === 'male' ? 0 : undefined, male: patient.sex === 'male' ? 1 : patient.sex === 'female' ? 0 : undefined },
  }
}

export interface Reported {
  value: string
  unit?: string | undefined
  comment?: string | undefined
  isConfirmed?: boolean | undefined
  method?: string | undefined
}

function checkKind(kind: ValueKind, read: ReadValue, path: string): void {
  const wrong = kindError(kind, read)
  if (wrong !== undefined) throw invalidField(`${path}value`, `laboratory.${wrong}`, laboratoryErrors[wrong])
}

interface InOwnUnit {
  read: ReadValue
  detail: Record<string, unknown>
}

/** The value in the unit of the test; what was reported stays beside it. 422 where the units do not measure the same. */
function inUnitOf(test: TestRow, reported: Reported, path: string): InOwnUnit {
  const read = readValue(reported.value)
  if (read.number === null || reported.unit === undefined || reported.unit === test.unit || test.value_kind !== 'numeric') return { read, detail: {} }
  if (hasParentheses(reported.unit)) throw invalidField(`${path}unit`, 'laboratory.unit_parentheses', laboratoryErrors.unit_parentheses)
  const converted = convertUnit(Number(read.number), reported.unit, test.unit, test.rules)
  if (converted === undefined) throw invalidField(`${path}unit`, 'laboratory.unit_unknown', laboratoryErrors.unit_unknown)
  const number = test.decimals === null ? String(Number(converted.toPrecision(6))) : toDecimals(converted, test.decimals)
  return { read: { number, comparator: read.comparator, text: `${read.comparator}${number}` }, detail: { reported: { value: reported.value.trim(), unit: reported.unit } } }
}

interface Bounds {
  range: RangeRow | undefined
  critical: Pick<RangeRow, 'critical_low' | 'critical_high'> | undefined
}

const limitsOf = ({ range, critical }: Bounds): Limits | undefined =>
  critical === undefined ? undefined : { low: range?.low ?? null, high: range?.high ?? null, criticalLow: critical.critical_low, criticalHigh: critical.critical_high }

/** The range a person is judged by; of unknown age or sex, the strictest critical limits of what could apply. */
function boundsOf(judging: Judging, testId: string, method: string): Bounds {
  const own = judging.ranges.filter((one) => one.test_id === testId)
  const subject = { ...judging.subject, method }
  const range = selectRange(own, subject)
  return { range, critical: strictestLimits(own, subject) ?? range }
}

export interface JudgeOptions {
  path: string
  /** From an instrument: what a person would be asked about is held instead. */
  isFromInstrument: boolean
}

/** Judges what was reported for a test: its range, flag and holds, all frozen with it. 422 names what is not a value of this test. */
export function judge(judging: Judging, testId: string, reported: Reported, { path, isFromInstrument }: JudgeOptions): Judged {
  const test = found(judging.tests.get(testId))
  const method = reported.method ?? test.method
  const { read, detail } = inUnitOf(test, reported, path)
  const kind = valueKind.parse(test.value_kind)
  if (!isFromInstrument) checkKind(kind, read, path)
  const rules = testRules.parse(test.rules)
  const bounds = boundsOf(judging, testId, method)
  const { range, critical } = bounds
  const chosen = kind === 'qualitative' ? choiceFlag(test.choices, read.text) : undefined
  if (kind === 'qualitative' && chosen === undefined && test.choices.length > 0 && !isFromInstrument) throw invalidField(`${path}value`, 'laboratory.unknown_choice', laboratoryErrors.unknown_choice)
  const flag = kind === 'qualitative' ? (chosen ?? '') : flagOf(read, limitsOf(bounds))
  if (isAbsurd(read, rules) && reported.isConfirmed !== true && !isFromInstrument) throw invalidField(`${path}value`, 'laboratory.absurd_value', laboratoryErrors.absurd_value)
  const before = judging.earlier.get(testId)
  const takenAt = judging.specimen.collected_at?.getTime() ?? 0
  const earlier = before === undefined || before.unit !== test.unit ? undefined : { number: before.value_number, comparator: before.comparator, daysAgo: (takenAt - before.collected_at.getTime()) / 86_400_000 }
  const odd = isFromInstrument && (kindError(kind, read) !== undefined || (kind === 'qualitative' && chosen === undefined)) ? ['unexpected'] : []
  return {
    value_text: read.text, value_number: read.number, comparator: read.comparator, unit: test.unit, reported_unit: reported.unit ?? test.unit, flag, is_critical: isCritical(flag), holds: [...holdsOf(read, { rules, earlier, indices: judging.specimen.indices, flag }), ...odd].join(' '),
    range_low: plainNumber(range?.low ?? null), range_high: plainNumber(range?.high ?? null), range_text: range?.text ?? '', range_note: range !== undefined && judging.isAgeEstimated ? 'age-estimated' : '', critical_low: critical?.critical_low ?? null, critical_high: critical?.critical_high ?? null,
    method, comment: reported.comment ?? '', detail,
  }
}

/** Judges a new value of a released result by the range that was frozen with it: a change of the catalogue does not reach it. */
export function judgeAgain(row: ResultRow, test: TestRow, reported: Reported): Judged {
  const { read, detail } = inUnitOf(test, reported, '')
  const kind = valueKind.parse(row.value_kind)
  checkKind(kind, read, '')
  const chosen = kind === 'qualitative' ? choiceFlag(test.choices, read.text) : undefined
  if (kind === 'qualitative' && chosen === undefined && test.choices.length > 0) throw invalidField('value', 'laboratory.unknown_choice', laboratoryErrors.unknown_choice)
  const flag = kind === 'qualitative' ? (chosen ?? '') : flagOf(read, { low: row.range_low, high: row.range_high, criticalLow: row.critical_low, criticalHigh: row.critical_high })
  return { ...frozenOf(row), value_text: read.text, value_number: read.number, comparator: read.comparator, reported_unit: reported.unit ?? row.unit, flag, is_critical: isCritical(flag), comment: reported.comment ?? row.comment, detail }
}

/** What a result was judged by and said, as it stands. */
export const frozenOf = (row: ResultRow): Judged => ({
  value_text: row.value_text, value_number: row.value_number, comparator: row.comparator, unit: row.unit, reported_unit: row.reported_unit, flag: row.flag, is_critical: row.is_critical, holds: row.holds, range_low: row.range_low, range_high: row.range_high, range_text: row.range_text, range_note: row.range_note, critical_low: row.critical_low, critical_high: row.critical_high,
  method: row.method, comment: row.comment, detail: row.detail,
})
