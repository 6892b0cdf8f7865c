import type { RouteInput } from '#contract/define.ts'
import { billingErrors } from '#contract/billing.ts'
import type { pharmacy } from '#contract/pharmacy.ts'
import { invalidField } from '#kernel/errors.ts'
import { add, compare, minorUnits, subtract, sum } from '#kernel/money.ts'
import { amountOf } from '../billing/index.ts'
import { discountOf, splitDiscount } from './rules.ts'

type SaleBody = RouteInput<(typeof pharmacy)['quoteSale']>['body']
type Said = Pick<SaleBody, 'discount' | 'discountPercent'>

/** What one lot gives to a line of a sale, before anything is taken off. */
export interface Part {
  line: number
  gross: string
}

function takenOff(said: Said, price: string, { currency, path }: { currency: string; path: string }): string {
  if (said.discount !== undefined && said.discountPercent !== undefined) throw invalidField(`${path}discountPercent`, 'value.refused')
  const amount = said.discount === undefined ? undefined : amountOf(said.discount, currency, `${path}discount.amount`)
  const off = discountOf(price, { amount, percent: said.discountPercent }, minorUnits(currency))
  if (compare(off, price) > 0) throw invalidField(`${path}discount.amount`, 'billing.discount_above_price', billingErrors.discount_above_price)
  return off
}

/** What is taken off each part: first what its line says, then its share of what the whole bill says, by what the parts still cost. */
export function discountsOf(body: SaleBody, parts: readonly Part[], currency: string): string[] {
  const decimals = minorUnits(currency)
  const ofLines = body.lines.flatMap((line, index) => {
    const own = parts.filter((part) => part.line === index).map((part) => part.gross)
    return splitDiscount(takenOff(line, sum(own), { currency, path: `lines.${index}.` }), own, decimals)
  })
  const left = parts.map((part, index) => subtract(part.gross, ofLines[index] ?? '0'))
  const ofBill = splitDiscount(takenOff(body, sum(left), { currency, path: '' }), left, decimals)
  return ofLines.map((off, index) => add(off, ofBill[index] ?? '0'))
}
