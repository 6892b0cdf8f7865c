import { z } from 'zod'
import { auditOutcome } from '#contract/system.ts'
import { auditCursor, type AuditFilter, type AuditRow, readAudit } from '#kernel/audit-log.ts'
import { now } from '#kernel/config.ts'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { putFile } from '#kernel/files.ts'
import { renderPdf } from '#kernel/papers.ts'
import type { Cursor } from '#kernel/page.ts'
import { csvLine } from '#kernel/text.ts'
import { message } from '#kernel/text-i18n.ts'
import { userNames } from '../people/index.ts'
import * as repo from './repo.ts'

const pageSize = 1000
const mostInCsv = 200_000
// A printed table of more is read by nobody, and its making takes minutes.
const mostInPdf = 2000

const text = z.string().optional()
const storedFilter = z.object({ patientId: text, userId: text, subjectId: text, facilityId: text, action: text, outcome: auditOutcome.optional(), from: text, to: text })

interface Taken {
  rows: AuditRow[]
  names: ReadonlyMap<string, string>
}

async function takeEntries(ctx: Ctx, filter: AuditFilter, most: number): Promise<Taken> {
  const rows: AuditRow[] = []
  let after: Cursor | null = null
  for (;;) {
    const page: AuditRow[] = await readAudit(ctx, filter, { limit: pageSize, after })
    rows.push(...page.slice(0, pageSize))
    const last = rows.at(-1)
    if (page.length <= pageSize || rows.length >= most || last === undefined) break
    after = auditCursor(last)
  }
  const names = await withContext(ctx, (tx) => userNames(tx, [...new Set(rows.flatMap((row) => row.actor_id ?? []))]))
  return { rows: rows.slice(0, most), names }
}

const headers = ['at', 'user', 'role', 'action', 'outcome', 'recordType', 'record', 'patient', 'facility', 'address', 'device', 'session', 'request', 'reason', 'before', 'after', 'details'] as const
const json = (value: unknown): string => (value === null || value === undefined ? '' : JSON.stringify(value))

function cellsOf(row: AuditRow, names: ReadonlyMap<string, string>): string[] {
  const who = row.actor_id === null ? '' : (names.get(row.actor_id) ?? row.actor_id)
  return [
    row.at.toISOString(), who, row.role ?? '', row.action, row.outcome, row.subject_type ?? '', row.subject_id ?? '', row.patient_id ?? '', row.facility_id ?? '',
    row.address ?? '', row.agent ?? '', row.session_id ?? '', row.request_id ?? '', row.reason ?? '', json(row.before), json(row.after), json(row.details),
  ]
}

const csvOf = ({ rows, names }: Taken): Uint8Array => Buffer.from(`\uFEFF${csvLine(headers)}${rows.map((row) => csvLine(cellsOf(row, names))).join('')}`)

function pdfOf(ctx: Ctx, { rows, names }: Taken, filter: AuditFilter): Promise<Uint8Array> {
  const words = (key: string) => message(ctx.locale, `system.audit.print.${key}`)
  const columns = [{ label: words('at'), width: 17 }, { label: words('user'), width: 18 }, { label: words('role'), width: 12 }, { label: words('action'), width: 27 }, { label: words('outcome'), width: 10 }, { label: words('address'), width: 14 }]
  return renderPdf({
    letterhead: { name: words('title'), lines: [ctx.tenantId], motto: '' },
    title: words('title'),
    mark: '',
    language: ctx.locale,
    facts: Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [{ label: key, value: String(value) }])),
    blocks: [{ kind: 'table', columns, rows: rows.map((row) => [row.at.toISOString().slice(0, 19).replace('T', ' '), names.get(row.actor_id ?? '') ?? '', row.role ?? '', row.action, row.outcome, row.address ?? '']) }],
    signature: '',
    foot: ctx.now.toISOString(),
  })
}

/** Job: makes the file of an export. Run again it does nothing more. */
export async function makeAuditExport(ctx: Ctx, { exportId }: { exportId: string }): Promise<void> {
  const row = await withContext(ctx, (tx) => repo.readExport(tx, exportId))
  if (row === undefined || row.state !== 'queued') return
  const maker = makeContext({ tenantId: ctx.tenantId, userId: row.created_by, locale: row.language, now: ctx.now })
  const filter = storedFilter.parse(row.filter)
  const isCsv = row.format === 'csv'
  const taken = await takeEntries(maker, filter, isCsv ? mostInCsv : mostInPdf)
  const bytes = isCsv ? csvOf(taken) : await pdfOf(maker, taken, filter)
  const name = `audit-${row.created_at.toISOString().slice(0, 10)}.${row.format}`
  const fileId = await putFile(maker, { name, contentType: isCsv ? 'text/csv; charset=utf-8' : 'application/pdf', bytes, subjectType: 'audit-export', subjectId: row.id })
  await withContext(maker, (tx) => repo.finishExport(tx, row.id, { state: 'done', entries: taken.rows.length, file_id: fileId, finished_at: now() }))
}
