import { add, compare, multiply, roundHalfUp, roundOff, share, subtract, sum } from '#kernel/money.ts'

/** What a line is priced from; amounts are decimal strings in the currency of the bill. */
export interface LineInput {
  unitPrice: string
  quantity: string
  /** An amount off the whole line, in the terms of the price: with tax when the price has it. */
  discount: string
  /** The whole rate in percent: `'18'` is 9 % CGST and 9 % SGST, or 18 % IGST. */
  taxRatePercent: string
  isTaxIncluded: boolean
  regime: 'gst' | 'vat' | 'none'
  /** Place of supply in another state: IGST instead of CGST and SGST (India, IGST Act 2017, sections 7 and 8). */
  isInterState: boolean
  /** Decimals of the minor unit, 2 unless said. */
  decimals?: number
}

/** Amounts of a line with the decimals of the minor unit. Always: taxable + tax = total, and gross − discount is `total` of an inclusive price, `taxable` of an exclusive one. */
export interface PricedLine {
  gross: string
  discount: string
  taxable: string
  cgst: string
  sgst: string
  igst: string
  /** cgst + sgst + igst, or the VAT. */
  tax: string
  total: string
}

/** A line as the bill keeps it. */
export interface StoredLine extends PricedLine {
  quantity: string
  decimals?: number
}

const usualDecimals = 2

type Taxes = Pick<PricedLine, 'cgst' | 'sgst' | 'igst' | 'tax'>

/**
 * Tax on an amount, once per line, half up to the minor unit. Within a state CGST and SGST are each half the rate and equal (CGST Act 2017 and the SGST Acts, section 9).
 * Tax inside a price is price × rate ÷ (100 + all rates): CGST Rules 2017, rule 35; the same sum is right for a VAT.
 */
function taxesOn(net: string, line: LineInput, decimals: number): Taxes {
  const base = line.isTaxIncluded ? add('100', line.taxRatePercent) : '100'
  const zero = roundHalfUp('0', decimals)
  const none = { cgst: zero, sgst: zero, igst: zero, tax: zero }
  if (line.regime === 'none') return none
  if (line.regime === 'gst' && !line.isInterState) {
    const half = share(net, line.taxRatePercent, multiply(base, '2'), decimals)
    return { ...none, cgst: half, sgst: half, tax: roundHalfUp(multiply(half, '2'), decimals) }
  }
  const tax = share(net, line.taxRatePercent, base, decimals)
  return { ...none, ...(line.regime === 'gst' ? { igst: tax } : {}), tax }
}

/**
 * Prices one line: gross (unit price × quantity), discount and each tax are rounded half up to the minor unit, the rest follows by exact sums.
 * RangeError for a negative figure or a discount above the gross. Under `none` no tax is taken, whatever the rate says.
 */
export function priceLine(line: LineInput): PricedLine {
  const decimals = line.decimals ?? usualDecimals
  const gross = roundHalfUp(multiply(line.unitPrice, line.quantity), decimals)
  const discount = roundHalfUp(line.discount, decimals)
  if ([line.unitPrice, line.quantity, discount, line.taxRatePercent].some((figure) => compare(figure, '0') < 0)) throw new RangeError('a negative figure in a line')
  if (compare(discount, gross) > 0) throw new RangeError('a discount above the price')
  const net = subtract(gross, discount)
  const taxes = taxesOn(net, line, decimals)
  const taxable = line.isTaxIncluded ? subtract(net, taxes.tax) : net
  return { gross, discount, taxable: roundHalfUp(taxable, decimals), ...taxes, total: roundHalfUp(add(taxable, taxes.tax), decimals) }
}

/** Sums of a bill. Always: subtotal − discount + tax + roundOff = total, and taxable + tax + roundOff = total. */
export interface BillTotals {
  /** Before discount and without tax: of an inclusive price the part that is not tax. */
  subtotal: string
  discount: string
  taxable: string
  cgst: string
  sgst: string
  igst: string
  tax: string
  roundOff: string
  total: string
}

/** Totals of priced lines; the total is rounded once, half up to the whole unit, unless `isRoundedOff` is false (a currency whose whole unit is large, such as the Kuwaiti dinar). */
export function totals(lines: readonly PricedLine[], options: { decimals?: number; isRoundedOff?: boolean } = {}): BillTotals {
  const decimals = options.decimals ?? usualDecimals
  const of = (field: keyof PricedLine): string => roundHalfUp(sum(lines.map((line) => line[field])), decimals)
  const taxable = of('taxable')
  const discount = of('discount')
  const exact = of('total')
  const off = options.isRoundedOff === false ? { rounded: exact, roundOff: roundHalfUp('0', decimals) } : roundOff(exact, decimals)
  return { subtotal: roundHalfUp(add(taxable, discount), decimals), discount, taxable, cgst: of('cgst'), sgst: of('sgst'), igst: of('igst'), tax: of('tax'), roundOff: off.roundOff, total: off.rounded }
}

// What is credited once so much of the line has come back; a function of the quantity alone, so any steps add to the same.
function creditedUpTo(line: StoredLine, quantity: string): PricedLine {
  const decimals = line.decimals ?? usualDecimals
  const part = (amount: string): string => share(amount, quantity, line.quantity, decimals)
  const [cgst, sgst, igst, discount] = [part(line.cgst), part(line.sgst), part(line.igst), part(line.discount)]
  const isVat = compare(line.tax, sum([line.cgst, line.sgst, line.igst])) !== 0
  const tax = isVat ? part(line.tax) : sum([cgst, sgst, igst])
  const isInclusive = compare(subtract(line.gross, line.discount), line.total) === 0
  const taxable = isInclusive ? subtract(part(line.total), tax) : part(line.taxable)
  const total = add(taxable, tax)
  return { gross: add(isInclusive ? total : taxable, discount), discount, taxable, cgst, sgst, igst, tax, total }
}

/**
 * The credit of a part of a stored line, as positive amounts: the stored amounts in proportion, never priced again (discount returns with it).
 * Crediting the whole quantity, in any steps, gives exactly the stored line. RangeError when more would be credited than is left, or nothing.
 */
export function creditLine(line: StoredLine, quantityAlreadyCredited: string, quantity: string): PricedLine {
  const after = add(quantityAlreadyCredited, quantity)
  if (compare(quantity, '0') <= 0 || compare(quantityAlreadyCredited, '0') < 0 || compare(after, line.quantity) > 0) throw new RangeError('more than is left to credit')
  const decimals = line.decimals ?? usualDecimals
  const before = creditedUpTo(line, quantityAlreadyCredited)
  const now = creditedUpTo(line, after)
  const of = (field: keyof PricedLine): string => roundHalfUp(subtract(now[field], before[field]), decimals)
  return { gross: of('gross'), discount: of('discount'), taxable: of('taxable'), cgst: of('cgst'), sgst: of('sgst'), igst: of('igst'), tax: of('tax'), total: of('total') }
}

/** Label of the fiscal year of a date `YYYY-MM-DD`: `'2026-27'`, or `'2026'` when the year begins in January. India begins in April (General Clauses Act 1897, section 3(21)). */
export function fiscalYearOf(date: string, startMonth: number): string {
  const [year = 0, month = 0] = date.split('-').map(Number)
  if (!/^\d{4}-(0[1-9]|1[0-2])-\d\d$/.test(date) || !Number.isInteger(startMonth) || startMonth < 1 || startMonth > 12) throw new RangeError('not a date or not a month')
  const first = month >= startMonth ? year : year - 1
  const label = String(first).padStart(4, '0')
  return startMonth === 1 ? label : `${label}-${String((first + 1) % 100).padStart(2, '0')}`
}

/** What an issued bill has taken and given back. */
export interface Settled {
  total: string
  paid: string
  credited: string
  refunded: string
}

/** What is still owed: total − credited − (paid − refunded), never below zero. */
export function balanceOf(bill: Settled): string {
  const owed = subtract(subtract(bill.total, bill.credited), subtract(bill.paid, bill.refunded))
  return compare(owed, '0') < 0 ? '0' : owed
}

/** What credit notes left overpaid and may be given back, never below zero. */
export function refundableOf(bill: Settled): string {
  const over = subtract(subtract(bill.paid, bill.refunded), subtract(bill.total, bill.credited))
  return compare(over, '0') < 0 ? '0' : over
}

/** State of an issued bill, computed from its amounts alone. */
export function stateOf(bill: Settled): 'issued' | 'part-paid' | 'paid' | 'credited' {
  if (compare(bill.credited, '0') > 0 && compare(bill.credited, bill.total) === 0) return 'credited'
  if (compare(balanceOf(bill), '0') === 0) return 'paid'
  return compare(bill.paid, bill.refunded) > 0 ? 'part-paid' : 'issued'
}

/**
 * Sums of a credit note. The last one, after which nothing is left of any line, takes what the bill has left, round-off included,
 * so that all credit notes of a bill add to its total; an earlier one is rounded as a bill is, and never takes more than is left.
 */
export function creditTotals(lines: readonly PricedLine[], left: string, options: { isLast: boolean; decimals: number; isRoundedOff: boolean }): BillTotals {
  const sums = totals(lines, { decimals: options.decimals, isRoundedOff: options.isRoundedOff })
  const exact = subtract(sums.total, sums.roundOff)
  const total = options.isLast || compare(sums.total, left) > 0 ? roundHalfUp(left, options.decimals) : sums.total
  return { ...sums, total, roundOff: roundHalfUp(subtract(total, exact), options.decimals) }
}
