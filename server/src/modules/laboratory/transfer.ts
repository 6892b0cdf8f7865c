import { parse } from 'csv-parse/sync'
import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { catalogueErrors, type RangeBody, testBody, type TestBody } from '#contract/laboratory-catalogue.ts'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Ctx } from '#kernel/context.ts'
import { csvOf, csvValue } from '#kernel/csv.ts'
import { takeBack, type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { invalidInput } from '#kernel/problems.ts'
import { namedServices } from '../billing/index.ts'
import { addTest, changeTest } from './catalogue.ts'
import { plainNumber } from './number-rules.ts'
import * as repo from './catalogue-repo.ts'

const testColumns = ['code', 'name', 'kind', 'valueKind', 'category', 'bench', 'specimenType', 'container', 'volumeMl', 'timepoint', 'method', 'unit', 'decimals', 'loinc', 'formula', 'formulaSource', 'turnaroundMinutes', 'statMinutes', 'isSensitive', 'choices', 'rules', 'members', 'nameEn', 'nameHi', 'nameEs', 'nameFr', 'nameAr', 'serviceCode', 'formulaUnits', 'accredited'] as const
const nameColumns = { en: 'nameEn', hi: 'nameHi', es: 'nameEs', fr: 'nameFr', ar: 'nameAr' } as const
const rangeColumns = ['sex', 'ageFromDays', 'ageToDays', 'weekFrom', 'weekTo', 'rangeMethod', 'low', 'high', 'criticalLow', 'criticalHigh', 'rangeText', 'source'] as const

function rowsOf(test: repo.TestRow, { ranges, members, serviceCode }: { ranges: readonly repo.RangeRow[]; members: readonly string[]; serviceCode: string | undefined }): unknown[][] {
  const own = [
    test.code, test.name, test.kind, test.value_kind, test.category, test.bench, test.specimen_type, test.container, plainNumber(test.volume_ml), test.timepoint, test.method, test.unit, test.decimals, test.loinc, test.formula, test.formula_source, test.turnaround_minutes, test.stat_minutes, test.is_sensitive ? 'yes' : '',
    test.choices.map((choice) => (choice.flag === '' ? choice.value : `${choice.value}=${choice.flag}`)).join(';'), Object.keys(test.rules).length === 0 ? '' : JSON.stringify(test.rules), members.join(' '), ...Object.keys(nameColumns).map((language) => test.names[language] ?? ''), serviceCode, Object.entries(test.formula_units).map(([code, unit]) => `${code}=${unit}`).join(';'), test.accredited.map(({ from, to }) => `${from}/${to ?? ''}`).join(';'),
  ]
  const range = (row: repo.RangeRow) => [row.sex, row.age_from_days, row.age_to_days, row.week_to === 0 ? '' : row.week_from, row.week_to === 0 ? '' : row.week_to, row.method, plainNumber(row.low), plainNumber(row.high), plainNumber(row.critical_low), plainNumber(row.critical_high), row.text, row.source]
  const empty = rangeColumns.map(() => '')
  const [first, ...rest] = ranges
  return [[...own, ...(first === undefined ? empty : range(first))], ...rest.map((row) => [test.code, ...testColumns.slice(1).map(() => ''), ...range(row)])]
}

/** The catalogue as CSV: a row a test, and a further row for each further range. What the import reads. */
export async function exportTests(ctx: Ctx) {
  const lines = await withContext(ctx, async (tx) => {
    const tests = await repo.allTests(tx)
    const ids = tests.map((test) => test.id)
    const [ranges, members, services] = await Promise.all([repo.rangesOf(tx, ids), repo.membersOf(tx, ids), namedServices(tx, { ids: [...new Set(tests.flatMap((test) => test.service_id ?? []))] })])
    const codes = new Map(tests.map((test) => [test.id, test.code]))
    const serviceCodes = new Map(services.map((service) => [service.id, service.code]))
    return tests.toSorted((a, b) => rank(a.kind) - rank(b.kind)).flatMap((test) => rowsOf(test, { ranges: ranges.filter((row) => row.test_id === test.id), members: members.filter((row) => row.panel_id === test.id).flatMap((row) => codes.get(row.member_id) ?? []), serviceCode: serviceCodes.get(test.service_id ?? '') }))
  })
  return { contentType: 'text/csv; charset=utf-8', filename: 'lab-tests.csv', body: Buffer.from(csvOf([[...testColumns, ...rangeColumns], ...lines])) }
}

// What others use comes first: analytes, what is calculated from them, panels of both.
const rank = (kind: string): number => ['analyte', 'calculated', 'panel'].indexOf(kind)

type Line = Record<string, string>
const filled = (line: Line, key: string): string | undefined => (line[key] === undefined || line[key] === '' ? undefined : csvValue(line[key]))
const numeric = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

function rangeIn(line: Line): Record<keyof RangeBody, unknown> | undefined {
  if (rangeColumns.every((column) => filled(line, column) === undefined)) return undefined
  return {
    sex: filled(line, 'sex'), ageFromDays: numeric(filled(line, 'ageFromDays')), ageToDays: numeric(filled(line, 'ageToDays')), weekFrom: numeric(filled(line, 'weekFrom')), weekTo: numeric(filled(line, 'weekTo')), method: filled(line, 'rangeMethod'), low: filled(line, 'low'), high: filled(line, 'high'), criticalLow: filled(line, 'criticalLow'), criticalHigh: filled(line, 'criticalHigh'), text: filled(line, 'rangeText'), source: filled(line, 'source'),
  }
}

const withoutHoles = (value: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined))

/** The names by language where the table has a column for one; without any they stay as they are. */
function namesIn(line: Line): Record<string, string> | undefined {
  const columns = Object.entries(nameColumns).filter(([, column]) => column in line)
  const named = columns.map(([language, column]): [string, string] => [language, filled(line, column) ?? ''])
  return columns.length === 0 ? undefined : Object.fromEntries(named.filter(([, name]) => name !== ''))
}

/** `2024-01-01/2025-12-31;2026-07-01/`, as ISO 8601 writes spans of days; open at its end is open. `none` takes all away, an empty field leaves what is there. */
function scopesIn(text: string | undefined): unknown {
  if (text === undefined || text === 'none') return text === undefined ? undefined : []
  return text.split(';').map((one) => { const [from, to] = one.split('/'); return { from, ...(to === undefined || to === '' ? {} : { to }) } })
}

/** `CODE=unit;CODE=unit`: neither holds a semicolon, and a code no equals sign. */
function unitsIn(text: string | undefined): Record<string, string> | undefined {
  return text === undefined ? undefined : Object.fromEntries(text.split(';').map((one) => [one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1)]))
}

function rulesIn(text: string | undefined, path: string): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    throw invalidField(`${path}.rules`, 'invalid_format')
  }
}

/** The lines of one test, as the body that would have made it. */
function bodyOf(lines: readonly Line[], path: string): TestBody {
  const [line = {}] = lines
  const choices = filled(line, 'choices')?.split(';').map((text) => ({ value: text.split('=')[0] ?? '', flag: text.split('=')[1] ?? '' }))
  const ranges = lines.flatMap((one) => rangeIn(one) ?? []).map(withoutHoles)
  const parsed = testBody.safeParse(withoutHoles({
    code: line['code'], name: filled(line, 'name'), names: namesIn(line), kind: filled(line, 'kind'), valueKind: filled(line, 'valueKind'), category: filled(line, 'category'), bench: filled(line, 'bench'), specimenType: filled(line, 'specimenType'), container: filled(line, 'container'), volumeMl: filled(line, 'volumeMl'), timepoint: filled(line, 'timepoint'), method: filled(line, 'method'), unit: filled(line, 'unit'),
    decimals: numeric(filled(line, 'decimals')), loinc: filled(line, 'loinc'), formula: filled(line, 'formula'), formulaSource: filled(line, 'formulaSource'), turnaroundMinutes: numeric(filled(line, 'turnaroundMinutes')), statMinutes: numeric(filled(line, 'statMinutes')), isSensitive: filled(line, 'isSensitive') === 'yes', choices, rules: rulesIn(filled(line, 'rules'), path), members: filled(line, 'members')?.split(' '), formulaUnits: unitsIn(filled(line, 'formulaUnits')), accredited: scopesIn(filled(line, 'accredited')), ...(ranges.length === 0 ? {} : { ranges }),
  }))
  if (parsed.success) return parsed.data
  const fields = invalidInput(parsed.error, '').params.fields ?? []
  throw new AppError(kernelErrors.invalid, { fields: fields.map((field) => ({ ...field, path: [path, field.path].filter(Boolean).join('.') })) })
}

function linesOf(csv: string): Line[] {
  try {
    return parse(csv, { columns: true, skip_empty_lines: true, trim: true, bom: true, relax_column_count: false })
  } catch {
    throw invalidField('csv', 'invalid_format')
  }
}

/** Adds or changes tests in this transaction. */
export async function writeTests(tx: Tx, bodies: readonly TestBody[], isKept: boolean): Promise<{ created: number; updated: number }> {
  const known = new Map((await repo.testsByCodes(tx, bodies.map((body) => body.code))).map((test) => [test.code, test]))
  const counts = { created: 0, updated: 0 }
  for (const body of bodies) {
    const before = known.get(body.code)
    if (before === undefined) await addTest(tx, body)
    else if (!isKept) await changeTest(tx, before, body)
    counts.created += before === undefined ? 1 : 0
    counts.updated += before === undefined || isKept ? 0 : 1
  }
  return counts
}

const mostTests = 5000

interface Entry {
  body: TestBody
  /** The code of the service it is charged by, and where it stands. */
  serviceCode: string | undefined
  path: string
}

/** The tests of a CSV: the lines of one code together, those that others use first. */
function entriesOf(csv: string): Entry[] {
  const groups = [...Map.groupBy(linesOf(csv), (line) => line['code'] ?? '')]
  if (groups.length > mostTests) throw invalidField('csv', 'too_big')
  return groups.map(([, lines], index): Entry => ({ body: bodyOf(lines, `rows.${index}`), serviceCode: filled(lines[0] ?? {}, 'serviceCode'), path: `rows.${index}.serviceCode` })).toSorted((a, b) => rank(a.body.kind) - rank(b.body.kind))
}

export const bodiesOf = (csv: string): TestBody[] => entriesOf(csv).map(({ body }) => body)

/** The tests with the services that are named by their codes; 422 names each row whose service is not there. */
async function withServices(tx: Tx, entries: readonly Entry[]): Promise<TestBody[]> {
  const services = new Map((await namedServices(tx, { codes: [...new Set(entries.flatMap((entry) => entry.serviceCode ?? []))] })).map((service) => [service.code, service.id]))
  const missing = entries.filter(({ serviceCode }) => serviceCode !== undefined && !services.has(serviceCode))
  if (missing.length > 0) throw new AppError(catalogueErrors.unknown_service, { fields: missing.map(({ path }) => ({ path, code: 'laboratory.unknown_service' })) })
  return entries.map(({ body, serviceCode }) => (serviceCode === undefined ? body : { ...body, serviceId: services.get(serviceCode) }))
}

export function importTests(ctx: Ctx, { body }: RouteInput<(typeof laboratory)['importTests']>) {
  const entries = entriesOf(body.csv)
  return withContext(ctx, async (tx) => {
    const write = async () => writeTests(tx, await withServices(tx, entries), false)
    return body.dryRun === true ? { ...(await takeBack(tx, write)), dryRun: body.dryRun } : write()
  })
}
