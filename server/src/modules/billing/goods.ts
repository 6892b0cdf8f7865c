import { billingErrors } from '#contract/billing.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { compare, subtract } from '#kernel/money.ts'
import { type Facility } from '../organizations/index.ts'
import * as charges from './charges-repo.ts'
import { credit } from './credit-notes.ts'
import { goodsService } from './price-list-repo.ts'
import { linesOf, lockInvoice } from './repo.ts'

/** Goods that were handed out: the price is the lot's, not the price list's. */
export interface Goods {
  patientId: string
  encounterId: string | null
  code: string
  name: string
  taxCode: string
  taxRatePercent: string
  isTaxIncluded: boolean
  /** Six decimals: a tablet of a strip. */
  unitPrice: string
  quantity: string
  source: { type: string; id: string }
}

/** Charges goods once per source, at the given price, and returns the charges' ids in order. */
export async function chargeGoods(tx: Tx, facility: Facility, goods: readonly Goods[]): Promise<string[]> {
  if (goods.length === 0) return []
  const serviceId = await goodsService(tx)
  return charges.insertCharges(tx, goods.map((one) => ({
    service_id: serviceId, code: one.code, name: one.name, tax_code: one.taxCode, unit_price: one.unitPrice, currency: facility.currency, tax_rate_percent: one.taxRatePercent, is_tax_included: one.isTaxIncluded,
    patient_id: one.patientId, encounter_id: one.encounterId, facility_id: facility.id, quantity: one.quantity, source_type: one.source.type, source_id: one.source.id, rule_id: null,
  })))
}

/**
 * Takes back a part of a charge: an open one becomes less or is cancelled, of an issued bill the stored line is credited in proportion.
 * A charge on a draft is refused (409 `billing.already_invoiced`): the draft is thrown away or issued first. Returns the credit note's id, if there is one.
 */
export async function creditCharge(tx: Tx, chargeId: string, quantity: string, reason: string): Promise<string | null> {
  const charge = found((await charges.lockCharges(tx, [chargeId]))[0])
  if (charge.state === 'cancelled') return null
  if (charge.state === 'open') {
    if (compare(quantity, charge.quantity) >= 0) await charges.cancelCharge(tx, charge.id, charge.version, reason)
    else await charges.reduceCharge(tx, charge.id, charge.version, subtract(charge.quantity, quantity))
    return null
  }
  const invoice = found(await lockInvoice(tx, charge.invoice_id ?? ''))
  if (invoice.state === 'draft') throw new AppError(billingErrors.already_invoiced)
  const line = found((await linesOf(tx, invoice.id)).find((one) => one.charge_id === charge.id))
  return credit(tx, invoice, { lines: [{ invoiceLineId: line.id, quantity }], reason })
}
