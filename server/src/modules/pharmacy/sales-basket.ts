import type { RouteInput } from '#contract/define.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { minorUnits, money } from '#kernel/money.ts'
import { type BillTotals, isRoundedOff, priceLine, totals } from '../billing/index.ts'
import { counterOf, inBase, type Picked, pickLots, requireWitness, type StockItem, stockItems, taxRateOn } from '../inventory/index.ts'
import type { Facility } from '../organizations/index.ts'
import { discountsOf } from './discounts.ts'
import { isTaxInside, priceOf } from './goods.ts'
import { presentQuoted } from './present.ts'
import type { NewSaleLine } from './sales-repo.ts'
import { passingOver, wantsOf } from './sales-scanned.ts'

export type SaleBody = RouteInput<(typeof pharmacy)['quoteSale']>['body']

export interface Basket {
  facility: Facility
  storeId: string
  isInterState: boolean
  items: ReadonlyMap<string, StockItem>
  lines: NewSaleLine[]
  /** The line asked that each line comes from. */
  asked: number[]
  /** Paths of lines that pass over what expires earlier. */
  passing: ReadonlySet<string>
  sums: BillTotals
  picked: readonly Picked[]
}

export const pathOf = (line: number): string => `lines.${line}`

// Goods carried away at the counter are supplied there; a customer who names another state has them delivered (IGST Act 2017, section 10(1)(a)).
const isInterStateFor = (facility: Facility, stateCode: string | undefined): boolean => facility.taxRegime === 'gst' && (stateCode ?? '') !== '' && stateCode !== facility.stateCode

function checkPrescriber(items: Iterable<{ controlled_class: string }>, body: SaleBody): void {
  const isNeeded = [...items].some((item) => item.controlled_class !== '')
  if (isNeeded && (body.customer?.prescriber ?? '') === '') throw invalidField('customer.prescriber', 'pharmacy.prescriber_required', pharmacyErrors.prescriber_required)
}

/** Lots, prices and taxes of what is sold; the lots stay locked. */
export async function basketOf(tx: Tx, body: SaleBody): Promise<Basket> {
  const { store, facility, today } = await counterOf(tx, body.storeId, 'pharmacy.sell')
  const items = await stockItems(tx, body.lines.map((line, index) => ({ itemId: line.itemId, path: `${pathOf(index)}.itemId` })))
  checkPrescriber(items.values(), body)
  await requireWitness(tx, items.values(), body.witnessId, facility.id)
  const shop = { storeId: store.id, today }
  const lines = body.lines.map((line, index) => {
    const [item, path] = [found(items.get(line.itemId)), pathOf(index)]
    return { line, path, itemName: item.name, quantity: inBase(item, line.quantity, line.unit, path) }
  })
  const picked = await pickLots(tx, { storeId: store.id, on: today, wants: await wantsOf(tx, shop, lines) })
  const passing = await passingOver(tx, shop, lines, picked)
  const isInterState = isInterStateFor(facility, body.customer?.stateCode)
  const decimals = minorUnits(facility.currency)
  const parts = lines.flatMap(({ path }, index) => picked.filter((one) => one.path === path).map((one) => {
    const item = found(items.get(one.itemId))
    const input = { unitPrice: priceOf(one.lot, one.path), quantity: one.quantity, discount: '0', taxRatePercent: taxRateOn(item, today), isTaxIncluded: isTaxInside(facility, item), regime: facility.taxRegime, isInterState, decimals }
    return { line: index, one, item, input, gross: priceLine(input).gross }
  }))
  const discounts = discountsOf(body, parts, facility.currency)
  const priced = parts.map(({ one, item, input }, index): NewSaleLine => ({
    ...priceLine({ ...input, discount: discounts[index] ?? '0' }), sale_line_id: null, item_id: item.id, lot_id: one.lot.id, name: item.name, tax_code: item.tax_code, batch: one.lot.batch, expires_on: one.lot.expires_on, quantity: one.quantity, unit_price: input.unitPrice, is_tax_included: input.isTaxIncluded, tax_rate_percent: input.taxRatePercent,
  }))
  return { facility, storeId: store.id, isInterState, items, lines: priced, asked: parts.map((part) => part.line), passing, sums: totals(priced, { decimals, isRoundedOff: isRoundedOff(facility) }), picked }
}

export function quoteSale(ctx: Ctx, { body }: RouteInput<(typeof pharmacy)['quoteSale']>) {
  return withContext(ctx, async (tx) => {
    const { facility, lines, asked, passing, sums } = await basketOf(tx, body)
    const of = (amount: string) => money(amount, facility.currency)
    return {
      lines: lines.map((line, index) => ({ ...presentQuoted(line, facility.currency), line: asked[index] ?? 0, isPassingOver: passing.has(pathOf(asked[index] ?? 0)) })),
      subtotal: of(sums.subtotal), discount: of(sums.discount), taxable: of(sums.taxable), cgst: of(sums.cgst), sgst: of(sums.sgst), igst: of(sums.igst), tax: of(sums.tax), roundOff: of(sums.roundOff), total: of(sums.total),
    }
  })
}
