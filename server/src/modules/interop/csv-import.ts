import { CsvError, parse } from 'csv-parse/sync'
import { patients, patientsErrors } from '#contract/patients.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { contentHash, type External, externalKey, externalsOf, type KeptResource, keepResources, rememberExternals } from '#kernel/external.ts'
import { newId } from '#kernel/ids.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { normalisePhone } from '#kernel/phone.ts'
import { seal } from '#kernel/seal.ts'
import type { Facility } from '../organizations/index.ts'
import { importPatient, type ImportedPatientBody, survivorsOf } from '../patients/index.ts'
import { bodyOf, fieldsOf, rowOf } from './csv-rules.ts'
import { flawOf } from './fhir-rules.ts'
import { UnreadableFile, type ImportFile, checkArchive, documentsOf } from './documents-in.ts'
import type { Place } from './fhir-import.ts'
import type { Fault, Tally } from './tally.ts'

const type = 'Patient'
const variantType = 'Patient#content'
const keptType = 'patients-csv'

export interface CsvRow {
  line: number
  cells: Record<string, string>
  /** What has no field, by the header of its column. */
  others: Record<string, string>
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
  const headers = head?.cells ?? []
  return rest.filter((row) => row.cells.some((cell) => cell.trim() !== '')).map((row) => ({ line: row.line, ...rowOf(headers, fields, row.cells) }))
}

/** Rows of a CSV (comma, semicolon or tab; UTF-8 or UTF-16) or of the first sheet of an Excel file. */
export async function rowsOf(file: ImportFile): Promise<CsvRow[]> {
  const bytes = await file.read()
  if (isExcel(file.name, bytes)) {
    checkArchive(bytes)
    const { default: readExcel } = await import('read-excel-file/node')
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
  const flaw = flawOf(row.others)
  if (flaw !== undefined) return [at(flaw.path, flaw.code)]
  // What was written in another encoding than it is read in: a name is not guessed.
  const garbled = Object.entries({ ...row.cells, ...row.others }).filter(([, value]) => value.includes('\uFFFD'))
  if (garbled.length > 0) return garbled.map(([path]) => at(path, 'text.malformed'))
  if (!body.success) return body.error.issues.map((issue) => at(issue.path.map(String).join('.'), issue.code === 'custom' ? issue.message : issue.code))
  const { birthDate, ageYears, phones = [] } = body.data
  const faults = [
    ...(birthDate === undefined && ageYears === undefined ? [at('birthDate', patientsErrors.birth_required.code)] : []),
    ...(birthDate !== undefined && birthDate < '1800' ? [at('birthDate', 'invalid_format')] : []),
    ...(birthDate !== undefined && birthDate > today ? [at('birthDate', patientsErrors.birth_in_future.code)] : []),
    ...phones.flatMap((phone, index) => (normalisePhone(phone, facility.region) === null ? [at(`phones.${index}`, 'phone.invalid')] : [])),
  ]
  if (faults.length > 0) return faults
  const hash = contentHash(Object.keys(row.others).length === 0 ? body.data : { ...body.data, others: row.others })
  const given = (row.cells['externalId'] ?? '').trim()
  return { row, key: given === '' ? hash : given.slice(0, 200), hash, body: body.data }
}

interface Work extends Place {
  tx: Tx
  tally: Tally
  known: Map<string, External>
  added: (External & { internalType: string })[]
  kept: KeptResource[]
}

const knownAs = (work: Work, of: string, value: string): External | undefined => work.known.get(externalKey(of, value))

function remember(work: Work, one: External): void {
  work.known.set(externalKey(one.type, one.value), one)
  work.added.push({ ...one, internalType: type })
}

/** Sealed, as each of its columns may hold a number of the patient. */
const whole = ({ tx }: Work, { row }: Checked) => ({ sealed: seal(tx.ctx.tenantId, 'kept_resources.patients-csv', JSON.stringify({ ...row.cells, ...row.others })).toString('base64') })

/** A row of a patient who is known: the same again, or another content, which is kept beside. */
function addKnown(work: Work, one: Checked, known: External): void {
  const variant = `${one.key}|${one.hash}`
  if (known.hash === one.hash || knownAs(work, variantType, variant) !== undefined) return work.tally.add(type, 'unchanged')
  remember(work, { type: variantType, value: variant, id: known.id, hash: one.hash })
  work.kept.push({ id: newId(), type: keptType, patientId: known.id, resource: whole(work, one) })
  work.tally.add(type, 'kept')
}

async function addNew(work: Work, one: Checked): Promise<void> {
  try {
    const id = work.dry === undefined ? await importPatient(work.tx, work.facility, { body: one.body, precision: 'day', deceasedAt: null }) : newId()
    remember(work, { type, value: one.key, id, hash: one.hash })
    if (Object.keys(one.row.others).length > 0) work.kept.push({ id, type: keptType, patientId: id, resource: whole(work, one) })
    work.tally.add(type, 'created')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    work.tally.add(type, 'failed')
    for (const field of error.params.fields ?? [{ path: '', code: error.spec.code }]) work.tally.fault({ line: one.row.line, path: field.path, code: field.code })
  }
}

/** Rows as they are known: patients that were merged, under their survivors. */
async function knownOf(tx: Tx, { source, dry }: Place, rows: readonly Checked[]): Promise<Map<string, External>> {
  const known = await externalsOf(tx, source, rows.flatMap((one) => [{ type, value: one.key }, { type: variantType, value: `${one.key}|${one.hash}` }]))
  const survivors = await survivorsOf(tx, [...known.values()].map((one) => one.id))
  return new Map([...[...known].map(([key, one]) => [key, { ...one, id: survivors.get(one.id) ?? one.id }] as const), ...(dry ?? [])])
}

/**
 * Registers good rows and names bad ones. A row is known by its external id, else by its content: the same again adds nothing, another
 * content under a known id is kept beside. What stands in columns that nobody knows is kept with the patient.
 */
export async function importRows(tx: Tx, place: Place, rows: readonly CsvRow[], tally: Tally): Promise<void> {
  const today = localDate(tx.ctx.now, place.facility.timeZone)
  const checked = rows.map((row) => check(row, { facility: place.facility, today }))
  for (const faults of checked.filter((one): one is Fault[] => Array.isArray(one))) {
    tally.add(type, 'failed')
    for (const fault of faults) tally.fault(fault)
  }
  const good = checked.filter((one): one is Checked => !Array.isArray(one))
  const work: Work = { ...place, tx, tally, known: await knownOf(tx, place, good), added: [], kept: [] }
  for (const one of good) {
    const known = knownAs(work, type, one.key)
    if (known === undefined) await addNew(work, one)
    else addKnown(work, one, known)
  }
  if (place.dry !== undefined) return void work.added.forEach((one) => place.dry?.set(externalKey(one.type, one.value), one))
  await keepResources(tx, work.kept)
  await rememberExternals(tx, place.source, work.added)
}

/** Counts a row that only the database refuses. */
export function refuseRow(row: CsvRow, tally: Tally): void {
  tally.add(type, 'failed')
  tally.fault({ line: row.line, path: '', code: 'interop.refused' })
}
