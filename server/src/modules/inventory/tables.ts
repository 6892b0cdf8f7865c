import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { inventoryErrors } from '#contract/inventory.ts'
import { checkArchive } from '#kernel/archives.ts'
import { invalidField } from '#kernel/errors.ts'
import { type Columns, delimiterOf, fieldsOf, textOf } from './table-rules.ts'

/** A row of a table by field, with the line it stands on. */
export interface Row {
  line: number
  cells: Record<string, string>
}

async function tableOf(file: { filename: string; bytes: Uint8Array }): Promise<{ line: number; cells: string[] }[]> {
  if (/\.xlsx$/i.test(file.filename)) {
    checkArchive(file.bytes)
    const { default: readExcel } = await import('read-excel-file/node')
    const sheets = await readExcel(Buffer.from(file.bytes))
    return (sheets[0]?.data ?? []).map((cells, index) => ({ line: index + 1, cells: cells.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? ''))) }))
  }
  const text = textOf(file.bytes).replace(/^\uFEFF/, '')
  const records: unknown = parse(text, { delimiter: delimiterOf(text), relax_column_count: true, relax_quotes: true, skip_empty_lines: true, info: true, max_record_size: 1_000_000 })
  return z.array(z.object({ record: z.array(z.unknown()), info: z.object({ lines: z.number() }) })).parse(records).map(({ record, info }) => ({ line: info.lines, cells: record.map(String) }))
}

/** Rows of a CSV (comma, semicolon, tab; UTF-8 or UTF-16) or Excel table by field; 422 when it lacks a column it needs. */
export async function readTable(file: { filename: string; bytes: Uint8Array }, columns: Columns, needed: readonly string[]): Promise<Row[]> {
  const table = await tableOf(file).catch(() => {
    throw invalidField('file', 'inventory.unreadable', inventoryErrors.unreadable)
  })
  const [head, ...rest] = table
  const fields = fieldsOf(columns, head?.cells ?? [])
  if (!needed.every((field) => fields.includes(field))) throw invalidField('file', 'inventory.unreadable', inventoryErrors.unreadable)
  return rest.filter((row) => row.cells.some((cell) => cell.trim() !== '')).map(({ line, cells }) => ({ line, cells: Object.fromEntries(fields.map((field, index) => [field, cells[index] ?? ''])) }))
}

/** Fields whose bytes were no text in the table's encoding. */
export const garbledOf = (row: Row): { line: number; path: string; code: string }[] => Object.entries(row.cells).filter(([, value]) => value.includes('\uFFFD')).map(([path]) => ({ line: row.line, path, code: 'text.malformed' }))
