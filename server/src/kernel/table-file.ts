import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { kernelErrors } from '#contract/common/problem.ts'
import { checkArchive } from './archives.ts'
import { AppError } from './errors.ts'

/** Fields and the headers their column may have, folded to letters and digits. */
export type TableColumns = Readonly<Record<string, readonly string[]>>

/** A row of a table by field, with the line it stands on. */
export interface TableRow {
  line: number
  cells: Readonly<Record<string, string>>
}

const fold = (header: string): string => header.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Which field each column holds, by its header; empty for columns nobody knows. */
const fieldsOf = (columns: TableColumns, headers: readonly string[]): string[] => headers.map((header) => Object.entries(columns).find(([, known]) => known.includes(fold(header)))?.[0] ?? '')

/** Bytes as text: UTF-8 or UTF-16, by their mark; what is not well-formed stays visible as a replacement character. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder().decode(bytes)
}

/** The character that parts the columns of the first line most often. */
function delimiterOf(text: string): string {
  const head = text.slice(0, 5000).split('\n')[0] ?? ''
  return [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ','
}

async function linesOf(file: { filename: string; bytes: Uint8Array }): Promise<{ line: number; cells: string[] }[]> {
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

/** Rows of a CSV (comma, semicolon, tab; UTF-8 or UTF-16) or Excel table by field; 422 when it cannot be read or lacks a column of `needed`, which it names. */
export async function readTable(file: { filename: string; bytes: Uint8Array }, columns: TableColumns, needed: readonly string[]): Promise<TableRow[]> {
  const unreadable = () => new AppError(kernelErrors.unreadable_table, { fields: [{ path: 'file', code: 'file.unreadable' }], values: { columns: needed.map((field) => columns[field]?.[0] ?? field).join(', ') } })
  const table = await linesOf(file).catch(() => {
    throw unreadable()
  })
  const [head, ...rest] = table
  const fields = fieldsOf(columns, head?.cells ?? [])
  if (!needed.every((field) => fields.includes(field))) throw unreadable()
  return rest.filter((row) => row.cells.some((cell) => cell.trim() !== '')).map(({ line, cells }) => ({ line, cells: Object.fromEntries(fields.map((field, index) => [field, cells[index] ?? ''])) }))
}
