import { testRules } from '#contract/laboratory-catalogue.ts'
import { resultLifecycle } from '#contract/laboratory-flow.ts'
import type { Tx } from '#kernel/db.ts'
import type { TestRow } from './catalogue-repo.ts'
import { enterOn, openWork } from './entering.ts'
import { patientsByIds } from '../patients/index.ts'
import * as repo from './repo.ts'
import * as specimens from './specimens-repo.ts'
import { convertUnit } from './unit-rules.ts'
import { readValue } from './value-rules.ts'

export interface InstrumentEntry {
  testId: string
  value: string
  /** UCUM; empty where the instrument names none. */
  unit: string
  comment: string
}

/** Where a reading landed: entered, there already, or nowhere, and why. */
export type Landing = { kind: 'entered' | 'unchanged'; resultId: string } | { kind: 'control' } | { kind: 'bin'; reason: string }

export interface InstrumentReport {
  specimenNumbers: readonly string[]
  /** Record numbers the message names; one of another patient stops it. */
  patientIds: readonly string[]
  instrumentId: string
  entries: readonly InstrumentEntry[]
}

const inLaboratory = new Set(['received', 'stored', 'sent-out'])
const ofOurs = /^[A-Z0-9]{1,8}-\d{6,}$/

/** Why a reading cannot be entered for a test of a tube, or undefined. */
function refusal(row: repo.ResultRow | undefined, test: TestRow | undefined, entry: InstrumentEntry): string | undefined {
  if (row === undefined || test === undefined) return 'not-ordered'
  if (test.kind === 'calculated' || test.value_kind === 'culture' || test.value_kind === 'histopathology') return 'wrong-kind'
  const { number, isAmbiguous } = readValue(entry.value)
  if (isAmbiguous === true && test.value_kind === 'numeric') return 'ambiguous-number'
  if (number !== null && test.value_kind === 'numeric' && entry.unit !== '' && entry.unit !== test.unit && convertUnit(Number(number), entry.unit, test.unit, testRules.parse(test.rules)) === undefined) return 'unit'
  return resultLifecycle.steps.enter.from.some((state) => state === row.state) ? undefined : 'already-verified'
}

const said = (row: repo.ResultRow): string => {
  const { reported } = row.detail
  return typeof reported === 'object' && reported !== null && 'value' in reported && typeof reported.value === 'string' ? reported.value : row.value_text
}

/** Enters what an instrument reports, each at the one tube and test it names; nothing is guessed. One landing an entry. */
export async function enterFromInstrument(tx: Tx, report: InstrumentReport): Promise<Landing[]> {
  const all = (reason: string): Landing[] => report.entries.map(() => ({ kind: 'bin', reason }))
  const tubes = await specimens.specimensByNumbers(tx, report.specimenNumbers)
  const [tube] = tubes
  if (tube === undefined) return all('unknown-specimen')
  if (tubes.length > 1) return all('more-than-one-specimen')
  const work = await openWork(tx, tube.id)
  const { specimen, material } = work
  const named = report.patientIds.filter((id) => ofOurs.test(id))
  if (named.length > 0 && !named.includes(material.patient.mrn)) return all('other-patient')
  if (!inLaboratory.has(specimen.state)) return all('specimen-not-received')
  const rows = new Map(work.results.filter((row) => row.state !== 'cancelled').map((row) => [row.test_id, row]))
  const tests = new Map(material.tests.map((test) => [test.id, test]))
  const seen = new Set<string>()
  const entered: InstrumentEntry[] = []
  const landings = report.entries.map((entry): Landing => {
    const row = rows.get(entry.testId)
    if (row !== undefined && row.state !== 'pending' && said(row) === readValue(entry.value).text) return { kind: 'unchanged', resultId: row.id }
    const reason = seen.has(entry.testId) ? 'reported-twice' : refusal(row, tests.get(entry.testId), entry)
    if (reason !== undefined || row === undefined) return { kind: 'bin', reason: reason ?? 'not-ordered' }
    seen.add(entry.testId)
    entered.push(entry)
    return { kind: 'entered', resultId: row.id }
  })
  if (entered.length > 0) await enterOn(tx, work, entered.map((entry) => ({ testId: entry.testId, value: entry.value, comment: entry.comment, ...(entry.unit === '' ? {} : { unit: entry.unit }) })), { instrumentId: report.instrumentId, pathOf: (index) => `entries.${index}.` })
  return landings
}

export interface TubeOrder {
  number: string
  patientMrn: string
  patientName: string
  birthDate: string | null
  sex: string
  facilityId: string
  tests: { id: string; code: string; name: string }[]
}

/** What an instrument is told of a tube: whose it is and which tests wait on it. Undefined when there is no such tube. */
export async function tubeOrder(tx: Tx, by: { number: string } | { id: string }): Promise<TubeOrder | undefined> {
  const tube = 'id' in by ? await specimens.readSpecimen(tx, by.id) : (await specimens.specimensByNumbers(tx, [by.number]))[0]
  if (tube === undefined) return undefined
  const [[patient], results] = await Promise.all([patientsByIds(tx, [tube.patient_id]), repo.resultsOfSpecimens(tx, [tube.id])])
  const waiting = results.filter((row) => row.state === 'pending')
  return { number: tube.number, patientMrn: patient?.mrn ?? '', patientName: `${patient?.given_name ?? ''} ${patient?.family_name ?? ''}`.trim(), birthDate: patient?.birth_date ?? null, sex: patient?.sex ?? 'unknown', facilityId: tube.facility_id, tests: waiting.map((row) => ({ id: row.test_id, code: row.code, name: row.name })) }
}

/** Enters one reading at a result a person chose; the landing says why where it cannot be. */
export async function enterAtResult(tx: Tx, resultId: string, entry: Omit<InstrumentEntry, 'testId'>, instrumentId: string): Promise<Landing> {
  const row = await repo.readResult(tx, resultId)
  const tube = row === undefined ? undefined : await specimens.readSpecimen(tx, row.specimen_id)
  if (row === undefined || tube === undefined) return { kind: 'bin', reason: 'not-ordered' }
  const [landing] = await enterFromInstrument(tx, { specimenNumbers: [tube.number], patientIds: [], instrumentId, entries: [{ ...entry, testId: row.test_id }] })
  return landing ?? { kind: 'bin', reason: 'not-ordered' }
}
