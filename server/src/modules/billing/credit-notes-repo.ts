import { anyOf, insertMany, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import type { Sums } from './repo.ts'
import type { PricedLine } from './rules.ts'

const columns = ['credit_notes.id', 'credit_notes.version', 'credit_notes.number', 'credit_notes.invoice_id', 'credit_notes.patient_id', 'credit_notes.facility_id', 'credit_notes.currency', 'credit_notes.reason', 'credit_notes.subtotal', 'credit_notes.discount', 'credit_notes.taxable', 'credit_notes.cgst', 'credit_notes.sgst', 'credit_notes.igst', 'credit_notes.tax', 'credit_notes.round_off', 'credit_notes.total', 'credit_notes.issued_on', 'credit_notes.issued_at', 'invoices.number as invoice_number'] as const

export interface CreditNoteRow extends Sums {
  id: string
  version: number
  number: string
  invoice_id: string
  invoice_number: string | null
  patient_id: string
  facility_id: string
  currency: string
  reason: string
  issued_on: string
  issued_at: Date
}

const notes = (tx: Tx) => tx.db.selectFrom('credit_notes').innerJoin('invoices', 'invoices.id', 'credit_notes.invoice_id').select(columns)

export async function insertCreditNote(tx: Tx, note: Omit<CreditNoteRow, 'id' | 'version' | 'invoice_number' | 'issued_at'>): Promise<string> {
  const id = newId()
  await tx.db.insertInto('credit_notes').values({ ...note, id, issued_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
  return id
}

export function readCreditNote(tx: Tx, id: string): Promise<CreditNoteRow | undefined> {
  return notes(tx).where('credit_notes.id', '=', id).executeTakeFirst()
}

export function listCreditNotes(tx: Tx, filter: { invoiceId?: string | undefined; facilityId?: string | undefined }, page: PageRequest): Promise<CreditNoteRow[]> {
  let query = notes(tx).orderBy('credit_notes.issued_at', 'desc').orderBy('credit_notes.id').limit(page.limit + 1)
  if (filter.invoiceId !== undefined) query = query.where('credit_notes.invoice_id', '=', filter.invoiceId)
  if (filter.facilityId !== undefined) query = query.where('credit_notes.facility_id', '=', filter.facilityId)
  return afterCursor(query, page.after, 'credit_notes.issued_at', { order: 'desc', id: 'credit_notes.id' }).execute()
}

export interface CreditLineRow extends PricedLine {
  id: string
  credit_note_id: string
  invoice_line_id: string
  quantity: string
  code: string
  name: string
  tax_code: string
  tax_rate_percent: string
}

const lineTypes = {
  id: 'uuid', credit_note_id: 'uuid', patient_id: 'uuid', invoice_line_id: 'uuid', position: 'int', quantity: 'numeric', gross: 'numeric', discount: 'numeric', taxable: 'numeric', cgst: 'numeric', sgst: 'numeric', igst: 'numeric', tax: 'numeric', total: 'numeric', created_at: 'timestamptz', created_by: 'uuid',
} as const

export async function insertCreditLines(tx: Tx, note: { id: string; patientId: string }, lines: readonly (PricedLine & { invoice_line_id: string; quantity: string })[]): Promise<void> {
  const shared = { credit_note_id: note.id, patient_id: note.patientId, created_at: tx.ctx.now, created_by: tx.ctx.userId }
  await insertMany(tx, 'credit_note_lines', lineTypes, lines.map((line, index) => ({ ...line, ...shared, id: newId(), position: index + 1 })))
}

export function creditLinesOf(tx: Tx, noteIds: readonly string[]): Promise<CreditLineRow[]> {
  return tx.db
    .selectFrom('credit_note_lines')
    .innerJoin('invoice_lines', 'invoice_lines.id', 'credit_note_lines.invoice_line_id')
    .select([
      'credit_note_lines.id', 'credit_note_lines.credit_note_id', 'credit_note_lines.invoice_line_id', 'credit_note_lines.quantity', 'credit_note_lines.gross', 'credit_note_lines.discount', 'credit_note_lines.taxable', 'credit_note_lines.cgst', 'credit_note_lines.sgst', 'credit_note_lines.igst', 'credit_note_lines.tax', 'credit_note_lines.total',
      'invoice_lines.code', 'invoice_lines.name', 'invoice_lines.tax_code', 'invoice_lines.tax_rate_percent',
    ])
    .where('credit_note_lines.credit_note_id', '=', anyOf(noteIds))
    .orderBy('credit_note_lines.credit_note_id')
    .orderBy('credit_note_lines.position')
    .execute()
}
