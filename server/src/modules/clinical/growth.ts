import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { clinical } from '#contract/clinical.ts'
import type { RouteInput, RouteReply } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { ageInMonths, growthCharts, type GrowthMeasure, type GrowthTables, type Lms, type Reading } from './growth-rules.ts'
import { growthReadings, type GrowthReadingRow } from './repo.ts'

const file = fileURLToPath(new URL('growth-who.csv', import.meta.url))
const kept: { tables?: GrowthTables } = {}

/** The tables of the WHO; read once, with the first chart. */
export function growthTables(): GrowthTables {
  kept.tables ??= readTables(readFileSync(file, 'utf8'))
  return kept.tables
}

function readTables(text: string): GrowthTables {
  const tables = new Map<string, Map<number, Lms>>()
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#')).slice(1)) {
    const [table = '', sex = '', month = '', l = '', m = '', s = ''] = line.split(',')
    const key = `${table}:${sex}`
    const rows = tables.get(key) ?? new Map<number, Lms>()
    rows.set(Number(month), { l: Number(l), m: Number(m), s: Number(s) })
    tables.set(key, rows)
  }
  return tables
}

const inKg: Readonly<Record<string, number>> = { kg: 1, g: 0.001 }
const inCm: Readonly<Record<string, number>> = { cm: 1, m: 100, mm: 0.1 }
/** LOINC: body weight; height, standing or lying; head circumference, also by tape. */
const kinds: Readonly<Record<string, { measure: GrowthMeasure; factors: Readonly<Record<string, number>> }>> = {
  '29463-7': { measure: 'weight', factors: inKg }, '3141-9': { measure: 'weight', factors: inKg }, '8302-2': { measure: 'height', factors: inCm }, '8306-3': { measure: 'height', factors: inCm }, '9843-4': { measure: 'head', factors: inCm }, '8287-5': { measure: 'head', factors: inCm },
}

function readingsOf(rows: readonly GrowthReadingRow[], birthDate: string, timeZone: string): Reading[] {
  const taken = rows.flatMap((row): Reading[] => {
    const kind = kinds[row.code]
    const factor = kind?.factors[row.unit]
    if (kind === undefined || factor === undefined) return []
    const value = Math.round(Number(row.value_number) * factor * 1000) / 1000
    return [{ measure: kind.measure, at: row.occurred_at.toISOString(), ageMonths: ageInMonths(birthDate, localDate(row.occurred_at, timeZone)), value }]
  })
  const weights = new Map(taken.filter((one) => one.measure === 'weight').map((one) => [one.at, one.value]))
  const bmis = taken.filter((one) => one.measure === 'height' && weights.has(one.at)).map((one): Reading => ({ ...one, measure: 'bmi', value: Math.round(((weights.get(one.at) ?? 0) / (one.value / 100) ** 2) * 10) / 10 }))
  return [...taken, ...bmis]
}

const none = (missing: 'not-a-child' | 'birth-date' | 'sex') => ({ charts: [], missing })
const grownMonths = 240

/** The growth of a child: what was measured, against the children of the WHO of the same sex and age. Not corrected for birth before term. */
export function readGrowth(ctx: Ctx, { params }: RouteInput<(typeof clinical)['growth']>): Promise<RouteReply<(typeof clinical)['growth']>> {
  return withContext(ctx, async (tx) => {
    const patient = found((await patientsByIds(tx, [params.id]))[0])
    const { timeZone } = await knownFacility(tx, patient.facility_id)
    if (patient.birth_date !== null && ageInMonths(patient.birth_date, localDate(ctx.now, timeZone)) > grownMonths) return none('not-a-child')
    if (patient.birth_date === null || patient.birth_precision !== 'day') return none('birth-date')
    const { sex } = patient
    if (sex !== 'male' && sex !== 'female') return none('sex')
    const rows = await growthReadings(tx, patient.id, Object.keys(kinds))
    return { charts: growthCharts(growthTables(), sex, readingsOf(rows, patient.birth_date, timeZone)), missing: null }
  })
}
