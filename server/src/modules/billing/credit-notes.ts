import type { RouteInput } from '#contract/define.ts'
import { type billing, billingErrors, invoiceLifecycle } from '#contract/billing.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { add, compare, minorUnits, subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import * as repo from './credit-notes-repo.ts'
import { presentCreditNote } from './present.ts'
import { addCredited, type InvoiceRow, type LineRow, linesOf, sumColumns, updateInvoice } from './repo.ts'
import { creditLine, creditTotals, stateOf } from './rules.ts'
import { isRoundedOff, lockedInvoice, takeDocumentNumber } from './service.ts'

/** A part of an issued bill was taken back. */
export const invoiceCredited = defineEvent<{ creditNoteId: string; invoiceId: string; patientId: string; facilityId: string }>('billing.credited')

type Input<K extends keyof typeof billing> = RouteInput<(typeof billing)[K]>

/** Quantities to credit by line, each line once; refuses by field what is not of this bill or more than is left of it. */
function wantedOf(lines: readonly LineRow[], wanted: Input<'creditInvoice'>['body']['lines']): Map<string, string> {
  const byId = new Map(lines.map((line) => [line.id, line]))
  const quantities = new Map<string, string>()
  for (const [index, { invoiceLineId, quantity }] of wanted.entries()) {
    const line = byId.get(invoiceLineId)
    if (line === undefined) throw invalidField(`lines.${index}.invoiceLineId`, 'reference.unknown')
    const all = add(quantities.get(line.id) ?? '0', quantity)
    if (compare(add(line.credited_quantity, all), line.quantity) > 0) throw invalidField(`lines.${index}.quantity`, 'billing.above_creditable', billingErrors.above_creditable)
    quantities.set(line.id, all)
  }
  return quantities
}

export function creditInvoice(ctx: Ctx, { body }: Input<'creditInvoice'>) {
  return withContext(ctx, async (tx) => readNote(tx, await credit(tx, await lockedInvoice(tx, body.invoiceId, { permission: 'billing.write' }), body)))
}

/** Takes back quantities of a locked bill and returns the note's id; who may do so is the caller's question. */
export async function credit(tx: Tx, before: InvoiceRow, body: Pick<Input<'creditInvoice'>['body'], 'lines' | 'reason'>): Promise<string> {
  takeStep(invoiceLifecycle, before.state, 'credit')
  const facility = await facilityOf(tx, before.facility_id)
  const decimals = minorUnits(before.currency)
  const lines = await linesOf(tx, before.id)
  const wanted = wantedOf(lines, body.lines)
  const credited = lines.flatMap((line) => {
    const quantity = wanted.get(line.id)
    return quantity === undefined ? [] : [{ ...creditLine({ ...line, decimals }, line.credited_quantity, quantity), invoice_line_id: line.id, quantity }]
  })
  const isLast = lines.every((line) => compare(add(line.credited_quantity, wanted.get(line.id) ?? '0'), line.quantity) === 0)
  const sums = creditTotals(credited, subtract(before.total, before.credited), { isLast, decimals, isRoundedOff: isRoundedOff(facility) })
  const after = { ...before, credited: add(before.credited, sums.total) }
  await addCredited(tx, wanted)
  await updateInvoice(tx, before.id, before.version, { credited: after.credited, state: stateOf(after) })
  const { number, on } = await takeDocumentNumber(tx, facility, 'C')
  const id = await repo.insertCreditNote(tx, { number, invoice_id: before.id, patient_id: before.patient_id, facility_id: facility.id, currency: before.currency, reason: body.reason, ...sumColumns(sums), issued_on: on })
  await repo.insertCreditLines(tx, { id, patientId: before.patient_id }, credited)
  await emit(tx, invoiceCredited, { creditNoteId: id, invoiceId: before.id, patientId: before.patient_id, facilityId: facility.id })
  return id
}

/** A credit note with its lines; 404 when it is not there. */
export async function readNote(tx: Tx, id: string) {
  const row = found(await repo.readCreditNote(tx, id))
  requirePermission(tx.ctx, 'billing.read', row.facility_id)
  return presentCreditNote(row, await repo.creditLinesOf(tx, [id]))
}

export function listCreditNotes(ctx: Ctx, { query }: Input<'listCreditNotes'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listCreditNotes(tx, query, page)
    const lines = await repo.creditLinesOf(tx, rows.map((row) => row.id))
    return toPage(rows, page.limit, (row) => ({ at: row.issued_at.toISOString(), id: row.id }), (row) => presentCreditNote(row, lines))
  })
}
