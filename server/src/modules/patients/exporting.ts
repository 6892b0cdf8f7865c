import type { RouteInput } from '#contract/define.ts'
import type { patientCleaning, PatientFinding } from '#contract/patients-cleaning.ts'
import type { patientFinding } from '#contract/patients-finding.ts'
import { audit } from '#kernel/audit.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { type Cursor, pageOf } from '#kernel/page.ts'
import { csvLine } from '#kernel/text.ts'
import { message } from '#kernel/text-i18n.ts'
import { findPatients } from './criteria-repo.ts'
import { withPatients } from './findings.ts'
import { listFindings } from './findings-repo.ts'
import { presentSummary } from './present.ts'
import type { PatientRow } from './repo.ts'
import { narrow } from './searching.ts'

const pageSize = 1000

/** Reads only; its ranges are planned for their values. */
function planForValues(ctx: Ctx): void {
  ctx.isReadOnly = true
  ctx.isProbing = false
}

/** Who was exported stands in the audit before it leaves, part by part. */
const auditShown = (ctx: Ctx, action: string, shown: readonly string[]): Promise<void> =>
  audit({
    tenantId: ctx.tenantId, actorId: ctx.userId, sessionId: ctx.sessionId, requestId: ctx.requestId, action: `${action}:part`, subjectType: 'patients', subjectId: null, patientId: null, outcome: 'success',
    details: { shown: [...shown], address: ctx.caller.address, agent: ctx.caller.agent },
  })

interface Piece {
  lines: string[]
  ids: string[]
  next: Cursor | null
}

/** The lines of a table page by page, each in a short transaction of its own, so that a long export holds nothing. */
async function* pieces(ctx: Ctx, { action, head, load }: { action: string; head: readonly string[]; load: (tx: Tx, after: Cursor | null) => Promise<Piece> }): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`\uFEFF${csvLine(head)}`)
  let after: Cursor | null = null
  do {
    const from: Cursor | null = after
    const piece: Piece = await withContext(ctx, (tx) => load(tx, from))
    if (piece.ids.length > 0) await auditShown(ctx, action, piece.ids)
    yield Buffer.from(piece.lines.join(''))
    after = piece.next
  } while (after !== null)
}

function cut<Row>(rows: readonly Row[], cursorOf: (row: Row) => Cursor): { shown: Row[]; next: Cursor | null } {
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  return { shown, next: rows.length > pageSize && last !== undefined ? cursorOf(last) : null }
}

const csv = (name: string, ctx: Ctx, body: AsyncIterable<Uint8Array>) => ({ contentType: 'text/csv; charset=utf-8', filename: `${name}-${ctx.now.toISOString().slice(0, 10)}.csv`, body })

function patientCells(ctx: Ctx, row: PatientRow): string[] {
  const one = presentSummary(row, { today: ctx.now.toISOString().slice(0, 10), locale: ctx.locale })
  const { lines, city, state, postcode, country } = row.address
  return [one.mrn, one.givenName, one.familyName, one.localName, message(ctx.locale, `patients.sex.${one.sex}`), one.birthDate ?? '', one.ageText, row.phones.join('; '), row.email, lines ?? '', city ?? '', state ?? '', postcode ?? '', country ?? '', row.registered_at.toISOString(), row.deceased_at?.toISOString() ?? '']
}

// The same names as the import reads, so that what was exported can be imported.
const patientHead = ['mrn', 'givenName', 'familyName', 'localName', 'sex', 'birthDate', 'age', 'phone', 'email', 'address', 'city', 'state', 'postcode', 'country', 'registeredAt', 'deceasedAt']

/** The patients that fit as CSV; merged records are left to their survivors. */
export async function exportPatients(ctx: Ctx, { body }: RouteInput<(typeof patientFinding)['exportPatients']>) {
  planForValues(ctx)
  const narrowed = await withContext(ctx, (tx) => narrow(tx, body))
  const load = async (tx: Tx, after: Cursor | null): Promise<Piece> => {
    const { shown, next } = cut(await findPatients(tx, { ...narrowed, isUnmerged: true }, { limit: pageSize, after }), (row) => ({ at: row.registered_at.toISOString(), id: row.id }))
    return { lines: shown.map((row) => csvLine(patientCells(ctx, row))), ids: shown.map((row) => row.id), next }
  }
  return csv('patients', ctx, pieces(ctx, { action: 'patients.exportPatients', head: patientHead, load }))
}

const findingCells = (ctx: Ctx, one: PatientFinding): string[] => [
  message(ctx.locale, `patients.finding.${one.rule}`), one.patient.mrn, one.patient.givenName, one.patient.familyName, message(ctx.locale, `patients.sex.${one.patient.sex}`), one.patient.birthDate ?? '', one.patient.phone, one.value, one.foundAt,
]

/** Open findings, of one rule or of all, as CSV. */
export async function exportFindings(ctx: Ctx, { body }: RouteInput<(typeof patientCleaning)['exportFindings']>) {
  planForValues(ctx)
  const page = pageOf({ limit: pageSize })
  const load = async (tx: Tx, after: Cursor | null): Promise<Piece> => {
    const { shown, next } = cut(await listFindings(tx, { rule: body.rule, state: 'open' }, { ...page, after }), (row) => ({ at: row.found_at.toISOString(), id: row.id }))
    const findings = await withPatients(tx, shown)
    return { lines: findings.map((one) => csvLine(findingCells(ctx, one))), ids: [...new Set(findings.map((one) => one.patientId))], next }
  }
  return csv('findings', ctx, pieces(ctx, { action: 'patients.exportFindings', head: ['finding', 'mrn', 'givenName', 'familyName', 'sex', 'birthDate', 'phone', 'value', 'foundAt'], load }))
}
