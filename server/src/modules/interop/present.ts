import { type ImportRun, importKind, importLifecycle, importState } from '#contract/interop.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { guardCell } from '#kernel/text.ts'
import type { ErrorRow, ImportRow } from './repo.ts'

export function presentImport(row: ImportRow, errors: readonly ErrorRow[]): ImportRun {
  const state = importState.parse(row.state)
  return {
    id: row.id, version: row.version, kind: importKind.parse(row.kind), state, source: row.source, dryRun: row.dry_run, facilityId: row.facility_id, files: row.files_total, progress: { filesDone: row.files_done, filesTotal: row.files_total }, counts: row.counts, errors: [...errors], errorCount: row.error_count,
    createdAt: row.created_at.toISOString(), startedAt: row.started_at?.toISOString() ?? null, finishedAt: row.finished_at?.toISOString() ?? null, actions: allowedSteps(importLifecycle, state).filter((step) => step === 'cancel'),
  }
}

const cell = (value: string): string => `"${guardCell(value).replaceAll('"', '""')}"`

/** Errors as CSV, safe to open in a spreadsheet. */
export const errorsCsv = (rows: readonly ErrorRow[]): string =>
  ['file,line,path,code,message', ...rows.map((row) => [row.file, row.line === null ? '' : String(row.line), row.path, row.code, row.message].map(cell).join(','))].join('\r\n')
