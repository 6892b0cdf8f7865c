import type { RouteInput } from '#contract/define.ts'
import { type billing, billingErrors, invoiceLifecycle } from '#contract/billing.ts'
import type { TimelineItem } from '#contract/patients.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { compare, minorUnits } from '#kernel/money.ts'
import { nextNumber } from '#kernel/numbering.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays, localDate, zonedToInstant } from '#kernel/zoned-time.ts'
import { encounterOf } from '../encounters/index.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { patientForWrite, patientsByIds } from '../patients/index.ts'
import * as charges from './charges-repo.ts'
import { presentInvoice, presentWithLines, type Who } from './present.ts'
import { amountOf, servicesPriced } from './price-list.ts'
import { documentNumber, type SeriesLetter } from './price-rules.ts'
import * as repo from './repo.ts'
import { fiscalYearOf, priceLine, stateOf, totals } from './rules.ts'

mapConstraint('invoices_final', billingErrors.already_invoiced)
mapConstraint('invoice_lines_final', billingErrors.already_invoiced)
mapConstraint('invoices_balance', billingErrors.above_balance)
mapConstraint('invoice_lines_credited', billingErrors.above_creditable)

/** A bill became final. */
export const invoiceIssued = defineEvent<{ invoiceId: string; patientId: string; facilityId: string; encounterId: string | null }>('billing.issued')

type Input<K extends keyof typeof billing> = RouteInput<(typeof billing)[K]>
type Lines = NonNullable<Input<'updateInvoice'>['body']['lines']>

/** Names and record numbers by patient. */
export async function whoIs(tx: Tx, patientIds: readonly string[]): Promise<Map<string, Who>> {
  const rows = await patientsByIds(tx, [...new Set(patientIds)])
  return new Map(rows.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }]))
}

/** A bill with its lines as its readers see it. */
export async function shown(tx: Tx, row: repo.InvoiceRow) {
  const lines = await repo.linesOf(tx, row.id)
  return presentWithLines(row, lines, (await whoIs(tx, [row.patient_id])).get(row.patient_id))
}

// Amounts of an Indian bill are rounded to the rupee (CGST Act 2017, section 170); elsewhere a bill ends at the minor unit.
export const isRoundedOff = (facility: Facility): boolean => facility.region === 'IN'

interface Item {
  service_id: string
  charge_id: string | null
  code: string
  name: string
  tax_code: string
  quantity: string
  unit_price: string
  is_tax_included: boolean
  tax_rate_percent: string
  discount: string
}

function pricedLines(items: readonly Item[], facility: Facility, buyer: repo.Buyer): repo.NewLine[] {
  const isInterState = isInterStateFor(facility, buyer)
  return items.map((item, index) => {
    const input = { unitPrice: item.unit_price, quantity: item.quantity, discount: item.discount, taxRatePercent: item.tax_rate_percent, isTaxIncluded: item.is_tax_included, regime: facility.taxRegime, isInterState, decimals: minorUnits(facility.currency) }
    const whole = priceLine({ ...input, discount: '0' })
    if (compare(item.discount, whole.gross) > 0) throw invalidField(`lines.${index}.discount.amount`, 'billing.discount_above_price', billingErrors.discount_above_price)
    return { ...item, ...priceLine(input) }
  })
}

// The buyer's state is the place of supply when goods leave for another state; care is supplied where it is given (IGST Act 2017, section 12(4)).
const isInterStateFor = (facility: Facility, buyer: repo.Buyer): boolean => facility.taxRegime === 'gst' && buyer.stateCode !== undefined && buyer.stateCode !== '' && buyer.stateCode !== facility.stateCode

function headOf(lines: readonly repo.NewLine[], facility: Facility, buyer: repo.Buyer) {
  const sums = totals(lines, { decimals: minorUnits(facility.currency), isRoundedOff: isRoundedOff(facility) })
  const isTaxed = facility.taxRegime !== 'none' && lines.some((line) => compare(line.tax_rate_percent, '0') > 0)
  return { ...repo.sumColumns(sums), kind: isTaxed ? 'tax-invoice' : 'bill-of-supply', is_inter_state: isInterStateFor(facility, buyer), buyer: JSON.stringify(buyer) }
}

const itemOfCharge = (charge: charges.ChargeRow, discount = '0'): Item => ({
  service_id: charge.service_id, charge_id: charge.id, code: charge.code, name: charge.name, tax_code: charge.tax_code, quantity: charge.quantity, unit_price: charge.unit_price, is_tax_included: charge.is_tax_included, tax_rate_percent: charge.tax_rate_percent, discount,
})

/** Lines as asked for: a line of a charge keeps the price of its day, another has today's. */
async function itemsOf(tx: Tx, facility: Facility, lines: Lines, owner: { patientId: string; invoiceId?: string }): Promise<Item[]> {
  const wanted = lines.flatMap((line, index) => (line.chargeId === undefined ? [{ serviceId: line.serviceId, path: `lines.${index}.serviceId` }] : []))
  const priced = wanted.length === 0 ? undefined : await servicesPriced(tx, facility, wanted)
  const chargeIds = lines.flatMap((line) => line.chargeId ?? [])
  const known = new Map((chargeIds.length === 0 ? [] : await charges.lockCharges(tx, chargeIds)).map((row) => [row.id, row]))
  return lines.map((line, index) => {
    const discount = line.discount === undefined ? '0' : amountOf(line.discount, facility.currency, `lines.${index}.discount.amount`)
    if (line.chargeId === undefined) {
      const price = found(priced?.get(line.serviceId))
      return { service_id: price.service_id, charge_id: null, code: price.code, name: price.name, tax_code: price.tax_code, quantity: line.quantity, unit_price: price.amount, is_tax_included: price.is_tax_included, tax_rate_percent: price.tax_rate_percent, discount }
    }
    const charge = known.get(line.chargeId)
    if (charge === undefined || charge.patient_id !== owner.patientId || charge.facility_id !== facility.id) throw invalidField(`lines.${index}.chargeId`, 'billing.other_patient', billingErrors.other_patient)
    if (charge.state !== 'open') throw invalidField(`lines.${index}.chargeId`, 'billing.already_invoiced', billingErrors.already_invoiced)
    return { ...itemOfCharge(charge, discount), quantity: line.quantity }
  })
}

interface Draft {
  facility: Facility
  patientId: string
  encounterId: string | null
  items: readonly Item[]
  buyer: repo.Buyer
}

async function insertDraft(tx: Tx, { facility, patientId, encounterId, items, buyer }: Draft) {
  const lines = pricedLines(items, facility, buyer)
  const row = await repo.insertInvoice(tx, { ...headOf(lines, facility, buyer), patient_id: patientId, encounter_id: encounterId, facility_id: facility.id, currency: facility.currency })
  const rows = await repo.insertLines(tx, row, lines)
  const chargeIds = items.flatMap((item) => item.charge_id ?? [])
  if (chargeIds.length > 0) await charges.markInvoiced(tx, chargeIds, row.id)
  return presentWithLines(row, rows, (await whoIs(tx, [patientId])).get(patientId))
}

export function draftInvoice(ctx: Ctx, { body }: Input<'draftInvoice'>) {
  return withContext(ctx, async (tx) => {
    const buyer = body.buyer ?? {}
    if ('encounterId' in body) {
      const visit = found(await encounterOf(tx, body.encounterId))
      requirePermission(ctx, 'billing.write', visit.facility_id)
      const facility = await facilityOf(tx, visit.facility_id)
      const open = (await charges.lockOpenOf(tx, visit.id)).filter((charge) => charge.currency === facility.currency)
      if (open.length === 0) throw new AppError(billingErrors.nothing_to_bill)
      return insertDraft(tx, { facility, patientId: visit.patient_id, encounterId: visit.id, items: open.map((charge) => itemOfCharge(charge)), buyer })
    }
    const facility = await facilityOf(tx, body.facilityId)
    requirePermission(ctx, 'billing.write', facility.id)
    const patient = await patientForWrite(tx, body.patientId)
    if (!('lines' in body)) {
      const open = (await charges.lockOpenWithoutVisit(tx, patient.id, facility.id)).filter((charge) => charge.currency === facility.currency)
      if (open.length === 0) throw new AppError(billingErrors.nothing_to_bill)
      return insertDraft(tx, { facility, patientId: patient.id, encounterId: null, items: open.map((charge) => itemOfCharge(charge)), buyer })
    }
    return insertDraft(tx, { facility, patientId: patient.id, encounterId: null, items: await itemsOf(tx, facility, body.lines, { patientId: patient.id }), buyer })
  })
}

export function readInvoice(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readInvoice(tx, id))
    requirePermission(ctx, 'billing.read', row.facility_id)
    return shown(tx, row)
  })
}

export function listInvoices(ctx: Ctx, { query }: Input<'listInvoices'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const zone = query.facilityId === undefined ? 'UTC' : (await facilityOf(tx, query.facilityId)).timeZone
    const bound = (on: string | undefined, days: number) => (on === undefined ? null : zonedToInstant(addDays(on, days), '00:00', zone))
    const rows = await repo.listInvoices(tx, { ...query, from: bound(query.from, 0), to: bound(query.to, 1) }, page)
    const names = await whoIs(tx, rows.map((row) => row.patient_id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentInvoice(row, names.get(row.patient_id)))
  })
}

/** The bill locked, in the version the caller saw, by someone who may do this in its facility. */
export async function lockedInvoice(tx: Tx, id: string, { permission, ifMatch }: { permission: string; ifMatch?: number | undefined }): Promise<repo.InvoiceRow> {
  const row = found(await repo.lockInvoice(tx, id))
  requirePermission(tx.ctx, permission, row.facility_id)
  checkVersion(row, ifMatch)
  return row
}

export function updateInvoice(ctx: Ctx, { params, body, ifMatch }: Input<'updateInvoice'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedInvoice(tx, params.id, { permission: 'billing.write', ifMatch })
    takeStep(invoiceLifecycle, before.state, 'update')
    const facility = await facilityOf(tx, before.facility_id)
    const buyer = body.buyer ?? before.buyer
    const kept = await repo.linesOf(tx, before.id)
    await charges.reopen(tx, before.id)
    const items = body.lines === undefined ? kept : await itemsOf(tx, facility, body.lines, { patientId: before.patient_id, invoiceId: before.id })
    const lines = pricedLines(items.map(({ service_id, charge_id, code, name, tax_code, quantity, unit_price, is_tax_included, tax_rate_percent, discount }) => ({ service_id, charge_id, code, name, tax_code, quantity, unit_price, is_tax_included, tax_rate_percent, discount })), facility, buyer)
    await repo.deleteLines(tx, before.id)
    await repo.insertLines(tx, before, lines)
    await charges.markInvoiced(tx, items.flatMap((item) => item.charge_id ?? []), before.id)
    return shown(tx, await repo.updateInvoice(tx, before.id, before.version, headOf(lines, facility, buyer)))
  })
}

/** The next number of a series of a facility in the fiscal year of today: the last thing a transaction asks for. */
export async function takeDocumentNumber(tx: Tx, facility: Facility, letter: SeriesLetter): Promise<{ number: string; fiscalYear: string; on: string }> {
  const on = localDate(tx.ctx.now, facility.timeZone)
  const fiscalYear = fiscalYearOf(on, facility.fiscalYearStartMonth)
  const running = await nextNumber(tx, { scope: facility.id, kind: 'billing', series: letter, fiscalYear })
  return { number: documentNumber(facility.code, letter, fiscalYear, running), fiscalYear, on }
}

export function issueInvoice(ctx: Ctx, { params, ifMatch }: Input<'issueInvoice'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedInvoice(tx, params.id, { permission: 'billing.write', ifMatch })
    takeStep(invoiceLifecycle, before.state, 'issue')
    const [facility, lines, who] = await Promise.all([
      facilityOf(tx, before.facility_id), repo.linesOf(tx, before.id), whoIs(tx, [before.patient_id]),
      emit(tx, invoiceIssued, { invoiceId: before.id, patientId: before.patient_id, facilityId: before.facility_id, encounterId: before.encounter_id }),
    ])
    const { number, fiscalYear, on } = await takeDocumentNumber(tx, facility, before.kind === 'tax-invoice' ? 'I' : 'B')
    const row = await repo.updateInvoice(tx, before.id, before.version, { state: stateOf(before), number, fiscal_year: fiscalYear, issued_at: ctx.now, issued_on: on })
    return presentWithLines(row, lines, who.get(row.patient_id))
  })
}

export function cancelInvoice(ctx: Ctx, { params, body, ifMatch }: Input<'cancelInvoice'>) {
  return withContext(ctx, async (tx) => {
    const before = await lockedInvoice(tx, params.id, { permission: 'billing.write', ifMatch })
    const state = takeStep(invoiceLifecycle, before.state, 'cancel')
    await charges.reopen(tx, before.id)
    return shown(tx, await repo.updateInvoice(tx, before.id, before.version, { state, cancel_reason: body.reason }))
  })
}

/** Issued bills of a patient or a visit as timeline items, newest first. */
export async function timelineOf(tx: Tx, subject: { patientId: string } | { encounterId: string }, { before, limit }: { before: Date | null; limit: number }): Promise<TimelineItem[]> {
  const rows = await repo.newestIssued(tx, subject, before, limit)
  return rows.map((row) => ({ at: row.created_at.toISOString(), kind: 'invoice', title: row.number ?? '', ref: { type: 'invoice', id: row.id } }))
}

/** Two records with open bills each are not merged before these are settled. */
export async function openBillsOfBoth(tx: Tx, patientId: string, intoPatientId: string): Promise<string[]> {
  return (await repo.hasOpenBill(tx, patientId)) && (await repo.hasOpenBill(tx, intoPatientId)) ? ['billing.open_bills'] : []
}
