import type { RouteInput } from '#contract/define.ts'
import { type privacy, privacyErrors } from '#contract/privacy.ts'
import { now } from '#kernel/config.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { putFile, readFile } from '#kernel/files.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import type { Block } from '#kernel/papers.ts'
import { renderPdf } from '#kernel/papers.ts'
import type { TableRows } from '#kernel/subject-data.ts'
import { message } from '#kernel/text-i18n.ts'
import { noWalls } from '#kernel/walls.ts'
import { consentInForce } from '../access/index.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { idsWithMerged, patientForWrite, patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { bundleOf } from './fhir.ts'
import { allOf } from './gathering.ts'
import { nameOf, presentExport } from './present.ts'
import * as repo from './requests-repo.ts'

type Input<K extends keyof typeof privacy> = RouteInput<(typeof privacy)[K]>

/** An export of all that is stored on a patient waits to be made. */
export const patientExportAsked = defineEvent<{ exportId: string }>('privacy.export-asked')

export function createExport(ctx: Ctx, { params, body }: Input<'createExport'>) {
  return withContext(ctx, async (tx) => {
    const patient = await patientForWrite(tx, params.id)
    if (body.consentId !== undefined) await consentInForce(tx, body.consentId, patient.id)
    const row = await repo.insertExport(tx, { patient_id: patient.id, format: body.format, consent_id: body.consentId ?? null })
    await emit(tx, patientExportAsked, { exportId: row.id })
    return presentExport(row, await userNames(tx, [row.created_by]))
  })
}

export function listExports(ctx: Ctx, { params, query }: Input<'listExports'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    found((await idsWithMerged(tx, params.id))[0])
    const rows = await repo.listExports(tx, params.id, page)
    const names = await userNames(tx, rows.map((row) => row.created_by))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentExport(row, names))
  })
}

export async function readExport(ctx: Ctx, { params }: Input<'readExport'>) {
  const row = await withContext(ctx, async (tx) => {
    const known = found(await repo.readExport(tx, params.id))
    // What was made for somebody else goes out only as long as the patient allows it.
    if (known.consent_id !== null) await consentInForce(tx, known.consent_id, known.patient_id)
    return known
  })
  if (row.file_id === null) throw new AppError(privacyErrors.export_not_ready)
  const file = await readFile(ctx, row.file_id)
  return { contentType: file.contentType, filename: file.name, body: file.bytes }
}

const quiet = new Set(['id', 'version', 'created_by', 'patient_id', 'facility_id', 'name_folded'])
const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 600)
const isEmpty = (value: unknown): boolean => value === null || value === '' || (Array.isArray(value) && value.length === 0)

function blocksOf({ table, rows }: TableRows): Block[] {
  const title: Block = { kind: 'text', title: `${table.replaceAll('_', ' ')} · ${rows.length}`, text: '' }
  return [title, ...rows.map((row): Block => ({ kind: 'facts', facts: Object.entries(row).filter(([key, value]) => !quiet.has(key) && !isEmpty(value)).map(([key, value]) => ({ label: key.replaceAll('_', ' '), value: shownValue(value) })) }))]
}

interface Gathered {
  tables: TableRows[]
  patientId: string
}

async function pdfOf(ctx: Ctx, { tables, patientId }: Gathered): Promise<Uint8Array> {
  const words = (key: string) => message(ctx.locale, `privacy.print.${key}`)
  const { patient, facility } = await withContext(ctx, async (tx) => {
    const row = found((await patientsByIds(tx, [patientId]))[0])
    return { patient: row, facility: await facilityOf(tx, row.facility_id) }
  })
  return renderPdf({
    letterhead: letterheadOf(facility), title: words('record'), mark: '', language: ctx.locale, facts: [{ label: words('patient'), value: nameOf(patient) }, { label: words('mrn'), value: patient.mrn }, { label: words('made'), value: ctx.now.toISOString() }],
    blocks: tables.flatMap(blocksOf), signature: '', foot: `${facility.name} · ${patient.mrn}`,
  })
}

async function fileOf(ctx: Ctx, format: string, gathered: Gathered): Promise<{ bytes: Uint8Array; contentType: string; extension: string }> {
  if (format === 'pdf') return { bytes: await pdfOf(ctx, gathered), contentType: 'application/pdf', extension: 'pdf' }
  if (format === 'fhir') return { bytes: Buffer.from(JSON.stringify(bundleOf(gathered.tables, ctx.now.toISOString()), null, 1)), contentType: 'application/fhir+json', extension: 'fhir.json' }
  const content = { patientId: gathered.patientId, madeAt: ctx.now.toISOString(), records: Object.fromEntries(gathered.tables.map(({ table, rows }) => [table, rows])) }
  return { bytes: Buffer.from(JSON.stringify(content, null, 1)), contentType: 'application/json', extension: 'json' }
}

/** Job: makes the file of an export. Run again it does nothing more. */
export async function makeExport(ctx: Ctx, { exportId }: { exportId: string }): Promise<void> {
  const row = await withContext(ctx, (tx) => repo.readExport(tx, exportId))
  if (row === undefined || row.state !== 'queued') return
  const maker = makeContext({ tenantId: ctx.tenantId, userId: row.created_by, locale: row.language, now: ctx.now })
  // Row security leaves out what the consent does not name, at the time the file is made.
  const reader = row.consent_id === null ? maker : { ...maker, walls: { ...noWalls, consent: `consent:${row.consent_id}` } }
  const tables = await withContext(reader, async (tx) => allOf(tx, await idsWithMerged(tx, row.patient_id)))
  const file = await fileOf(maker, row.format, { tables, patientId: row.patient_id })
  const fileId = await putFile(maker, { name: `record-${row.created_at.toISOString().slice(0, 10)}.${file.extension}`, contentType: file.contentType, bytes: file.bytes, subjectType: 'patient-export', subjectId: row.id })
  const records = tables.reduce((sum, one) => sum + one.rows.length, 0)
  await withContext(maker, (tx) => repo.finishExport(tx, row.id, { records, file_id: fileId, finished_at: now() }))
}
