import { Decimal } from 'decimal.js'
import type { Money } from '#contract/common/values.ts'

// A factor has 40 characters at most, so 100 digits hold every sum and product exactly.
const Exact = Decimal.clone({ precision: 100, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -200, toExpPos: 200 })
const decimalText = /^-?\d{1,40}(\.\d{1,40})?$/

function read(amount: string): Decimal {
  if (amount.length > 40 || !decimalText.test(amount)) throw new RangeError('not a decimal amount')
  return new Exact(amount)
}

function write(value: Decimal, decimals?: number): string {
  const rounded = decimals === undefined ? value : value.toDecimalPlaces(decimals)
  return (rounded.isZero() ? rounded.abs() : rounded).toFixed(decimals)
}

// Most amounts come from the database and need no arithmetic: their digits are looked at, since lists show hundreds of them.
const digits = /^(-?)(0|[1-9]\d*)(?:\.(?=\d)(\d*?)0*)?$/

interface Digits {
  sign: string
  whole: string
  fraction: string
}

function digitsOf(amount: string): Digits | undefined {
  const match = amount.length > 40 ? null : digits.exec(amount)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  return { sign: whole === '0' && fraction === '' ? '' : sign, whole, fraction }
}

/** An amount without trailing zeros: `'12.500'` is `'12.5'`. RangeError when it is not a plain decimal. */
export function plain(amount: string): string {
  const known = digitsOf(amount)
  if (known === undefined) return write(read(amount))
  return `${known.sign}${known.whole}${known.fraction === '' ? '' : `.${known.fraction}`}`
}

/** Exact sum of two decimal strings (`'1.10'`), without trailing zeros. RangeError when one is not a plain decimal of 40 characters at most. */
export const add = (a: string, b: string): string => write(read(a).plus(read(b)))

/** Exact sum of any number of decimal strings; `'0'` for none. */
export const sum = (amounts: readonly string[]): string => write(amounts.reduce((total, amount) => total.plus(read(amount)), new Exact(0)))

/** Exact difference a − b of two decimal strings. */
export const subtract = (a: string, b: string): string => write(read(a).minus(read(b)))

/** Exact product of two decimal strings; round it with `roundHalfUp` where the law or the price list says. */
export const multiply = (a: string, b: string): string => write(read(a).times(read(b)))

/** −1, 0 or 1 as a is less than, equal to or greater than b; `'1.0'` equals `'1'`. */
export function compare(a: string, b: string): -1 | 0 | 1 {
  const difference = read(a).comparedTo(read(b))
  return difference < 0 ? -1 : difference > 0 ? 1 : 0
}

/** An amount with exactly so many decimals; a half goes away from zero, so that a credit rounds as its charge did. */
export function roundHalfUp(amount: string, decimals: number): string {
  const known = digitsOf(amount)
  if (known === undefined || known.fraction.length > decimals) return write(read(amount), decimals)
  return `${known.sign}${known.whole}${decimals === 0 ? '' : `.${known.fraction.padEnd(decimals, '0')}`}`
}

/** `amount × numerator ÷ denominator`, rounded once, half away from zero. RangeError when the denominator is zero. */
export function share(amount: string, numerator: string, denominator: string, decimals: number): string {
  const whole = read(denominator)
  if (whole.isZero()) throw new RangeError('a share of nothing')
  const product = read(amount).times(read(numerator))
  return write(product.isZero() ? product : product.dividedBy(whole), decimals)
}

/**
 * Splits a total by weights so that the parts add to it exactly: each gets the minor units below its share, the rest go one by one
 * to the largest remainders, at a tie to the first (Hamilton's method). RangeError for no weights, negative or all-zero weights,
 * or a total finer than the minor unit. A negative total splits as its positive does.
 */
export function allocate(total: string, weights: readonly string[], decimals = 2): string[] {
  const units = read(total).times(new Exact(10).pow(decimals))
  const parts = weights.map((weight) => read(weight))
  const whole = parts.reduce((all, part) => all.plus(part), new Exact(0))
  if (!units.isInteger() || whole.isZero() || parts.some((part) => part.isNegative() && !part.isZero())) throw new RangeError('cannot be allocated')
  const exact = parts.map((part) => units.abs().times(part).dividedToIntegerBy(whole))
  const remainders = parts.map((part, index) => ({ index, left: units.abs().times(part).minus((exact[index] ?? whole).times(whole)) }))
  const missing = exact.reduce((left, part) => left.minus(part), units.abs()).toNumber()
  const lucky = new Set(remainders.toSorted((a, b) => b.left.comparedTo(a.left) || a.index - b.index).slice(0, missing).map((one) => one.index))
  return exact.map((part, index) => write((lucky.has(index) ? part.plus(1) : part).times(units.isNegative() ? -1 : 1).dividedBy(new Exact(10).pow(decimals)), decimals))
}

const currenciesByMinorUnits: readonly [number, readonly string[]][] = [
  [0, ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']],
  [3, ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']],
  [4, ['CLF', 'UYW']],
]
const otherMinorUnits = new Map(currenciesByMinorUnits.flatMap(([decimals, currencies]) => currencies.map((currency) => [currency, decimals] as const)))

/** Decimals of a currency's minor unit, 2 unless ISO 4217 list one says otherwise; Intl follows CLDR, which drops some (IQD). RangeError for what is not three capital letters. */
export function minorUnits(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError('not a currency code')
  return otherMinorUnits.get(currency) ?? 2
}

/** An amount as money: rounded half up to the minor unit of its currency. */
export const money = (amount: string, currency: string): Money => ({ amount: roundHalfUp(amount, minorUnits(currency)), currency })

/** A cost by base unit is finer than a coin: at least the minor unit, and as many decimals as it has. */
export function cost(amount: string, currency: string): Money {
  const exact = plain(amount)
  return { amount: (exact.split('.')[1] ?? '').length < minorUnits(currency) ? roundHalfUp(amount, minorUnits(currency)) : exact, currency }
}

/** A total rounded half up to the whole unit of its currency, and the difference to print as a line of its own: total + roundOff = rounded. */
export function roundOff(total: string, decimals = 2): { rounded: string; roundOff: string } {
  const rounded = write(read(total).toDecimalPlaces(0), decimals)
  return { rounded, roundOff: write(read(rounded).minus(read(total)), Math.max(decimals, read(total).decimalPlaces())) }
}
