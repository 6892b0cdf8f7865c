import type { Tx } from '#kernel/db.ts'
import { defineEvent } from '#kernel/events.ts'
import { gatherRows, type TableRows } from '#kernel/subject-data.ts'
import { mergePort, openIdentifier } from '../patients/index.ts'

/** Files of an erased patient are to be removed from the store. */
export const filesErased = defineEvent<{ keys: string }>('privacy.files-erased')

const roots = () => [{ table: 'patients', column: 'id' }, ...mergePort.all().filter((one) => one.table !== 'patients'), { table: 'patient_identifiers', column: 'patient_id' }, { table: 'patient_merges', column: 'patient_id' }, { table: 'patient_merges', column: 'into_patient_id' }, { table: 'breach_patients', column: 'patient_id' }]

const hex = (value: unknown): Buffer => Buffer.from(String(value).replace(/^\\x/, ''), 'hex')

function opened(tx: Tx, { table, rows }: TableRows): TableRows {
  if (table !== 'patient_identifiers') return { table, rows }
  return { table, rows: rows.map(({ value_sealed: sealed, value_index: _index, ...row }) => ({ ...row, value: openIdentifier(tx.ctx.tenantId, String(row['id']), hex(sealed)) })) }
}

/** All rows that are about patients, table by table; sealed values are opened. */
export async function allOf(tx: Tx, patientIds: readonly string[]): Promise<TableRows[]> {
  const tables = await gatherRows(tx, roots(), patientIds)
  return tables.map((one) => opened(tx, one)).toSorted((a, b) => (a.table < b.table ? -1 : 1))
}

/** Ids of every record about patients. */
export async function recordsOf(tx: Tx, patientIds: readonly string[]): Promise<string[]> {
  const tables = await gatherRows(tx, roots(), patientIds)
  return tables.flatMap((one) => one.rows.flatMap((row) => (typeof row['id'] === 'string' ? [row['id']] : [])))
}
