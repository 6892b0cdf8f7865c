import { CsvError, parse } from 'csv-parse/sync'
import readExcel from 'read-excel-file/node'
import { patients, patientsErrors } from '#contract/patients.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { contentHash, externalKey, externalsOf, rememberExternals } from '#kernel/external.ts'
import { newId } from '#kernel/ids.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { normalisePhone } from '#kernel/phone.ts'
import type { Facility } from '../organizations/index.ts'
import { importPatient, type ImportedPatientBody } from '../patients/index.ts'
import { bodyOf, fieldsOf } from './csv-rules.ts'
import { UnreadableFile, type ImportFile, checkArchive, documentsOf } from './documents-in.ts'
import type { Place } from './fhir-import.ts'
import type { Fault, Tally } from './tally.ts'

const type = 'Patient'

export interface CsvRow {
  line: number
  cells: Record<string, string>
}

const isExcel = (name: string, bytes: Uint8Array): boolean => /\.xlsx$/i.test(name) && bytes[0] === 0x50 && bytes[1] === 0x4b

function delimiterOf(text: string): string {
  const head = text.slice(0, 5000).split('\n')[0] ?? ''
  return [';', '\t', ','].toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ','
}

function tableOf(rows: readonly { line: number; cells: readonly string[] }[]): CsvRow[] {
  const [head, ...rest] = rows
  const fields = fieldsOf(head?.cells ?? [])
  if (!fields.includes('givenName')) throw new UnreadableFile('no_name_column')
  return rest.filter((row) => row.cells.some((cell) => cell.trim() !== '')).map((row) => ({ line: row.line, cells: Object.fromEntries(fields.flatMap((field, index) => (field === null ? [] : [[field, row.cells[index] ?? '']]))) }))
}

/** Rows of a CSV (comma, semicolon or tab; UTF-8 or UTF-16) or of the first sheet of an Excel file. */
export async function rowsOf(file: ImportFile): Promise<CsvRow[]> {
  const bytes = await file.read()
  if (isExcel(file.name, bytes)) {
    checkArchive(bytes)
    const sheet = await readExcel(Buffer.from(bytes)).catch(() => {
      throw new UnreadableFile('xlsx')
    })
    const [first] = sheet
    return tableOf((first?.data ?? []).map((cells, index) => ({ line: index + 1, cells: cells.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? ''))) })))
  }
  const [document] = await documentsOf({ ...file, read: async () => bytes })
  const text = (document?.text ?? '').replace(/^\uFEFF/, '')
  try {
    const records: { record: string[]; info: { lines: number } }[] = parse(text, { delimiter: delimiterOf(text), relax_column_count: true, relax_quotes: true, skip_empty_lines: true, info: true, max_record_size: 1_000_000 }) as never
    return tableOf(records.map(({ record, info }) => ({ line: info.lines, cells: record })))
  } catch (error) {
    if (error instanceof UnreadableFile) throw error
    throw new UnreadableFile('csv', error instanceof CsvError && typeof error['lines'] === 'number' ? error['lines'] : null)
  }
}

interface Checked {
  row: CsvRow
  key: string
  hash: string
  body: ImportedPatientBody
}

/** A row by the rules of registration, or what is wrong with it, every field. */
function check(row: CsvRow, { facility, today }: { facility: Facility; today: string }): Checked | Fault[] {
  const body = patients.register.body.safeParse(bodyOf(row.cells, facility.region))
  const at = (path: string, code: string): Fault => ({ line: row.line, path, code })
  if (!body.success) return body.error.issues.map((issue) => at(issue.path.map(String).join('.'), issue.code === 'custom' ? issue.message : issue.code))
  const { birthDate, ageYears, phones = [] } = body.data
  const faults = [
    ...(birthDate === undefined && ageYears === undefined ? [at('birthDate', patientsErrors.birth_required.code)] : []),
    ...(birthDate !== undefined && birthDate < '1800' ? [at('birthDate', 'invalid_format')] : []),
    ...(birthDate !== undefined && birthDate > today ? [at('birthDate', patientsErrors.birth_in_future.code)] : []),
    ...phones.flatMap((phone, index) => (normalisePhone(phone, facility.region) === null ? [at(`phones.${index}`, 'phone.invalid')] : [])),
  ]
  if (faults.length > 0) return faults
  const hash = contentHash(body.data)
  const given = (row.cells['externalId'] ?? '').trim()
  return { row, key: given === '' ? hash : given.slice(0, 200), hash, body: body.data }
}

/** Registers good rows and names bad ones. A row is known by its external id, else by its content; one that is known adds nothing. */
export async function importRows(tx: Tx, { facility, source, dry }: Place, rows: readonly CsvRow[], tally: Tally): Promise<void> {
  const today = localDate(tx.ctx.now, facility.timeZone)
  const checked = rows.map((row) => check(row, { facility, today }))
  for (const faults of checked.filter((one): one is Fault[] => Array.isArray(one))) {
    tally.add(type, 'failed')
    for (const fault of faults) tally.fault(fault)
  }
  const good = checked.filter((one): one is Checked => !Array.isArray(one))
  const known = await externalsOf(tx, source, good.map((one) => ({ type, value: one.key })))
  const seen = new Set<string>()
  const added = []
  for (const one of good) {
    if (known.has(externalKey(type, one.key)) || seen.has(one.key) || dry?.has(externalKey(type, one.key)) === true) {
      tally.add(type, 'unchanged')
      continue
    }
    seen.add(one.key)
    try {
      const id = dry === undefined ? await importPatient(tx, facility, { body: one.body, precision: 'day', deceasedAt: null }) : newId()
      added.push({ type, value: one.key, id, hash: one.hash, internalType: type })
      tally.add(type, 'created')
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      tally.add(type, 'failed')
      for (const field of error.params.fields ?? [{ path: '', code: error.spec.code }]) tally.fault({ line: one.row.line, path: field.path, code: field.code })
    }
  }
  if (dry === undefined) return rememberExternals(tx, source, added)
  for (const one of added) dry.set(externalKey(one.type, one.value), one)
}

/** Counts a row that only the database refuses. */
export function refuseRow(row: CsvRow, tally: Tally): void {
  tally.add(type, 'failed')
  tally.fault({ line: row.line, path: '', code: 'interop.refused' })
}
