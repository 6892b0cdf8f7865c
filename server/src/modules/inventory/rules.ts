import { add, compare, multiply, plain, roundHalfUp, share, subtract, sum } from '#kernel/money.ts'

/** What never expires stands at the end of time, so that first expiry first needs no special case. */
export const neverExpires = '9999-12-31'

export interface Units {
  base_unit: string
  is_divisible: boolean
  packs: readonly { unit: string; factor: string }[]
}

export type UnitFault = 'unknown_unit' | 'indivisible' | 'too_fine'

const decimalsOf = (value: string): number => (value.split('.')[1] ?? '').replace(/0+$/, '').length
export const isWhole = (value: string): boolean => decimalsOf(value) === 0

/**
 * A quantity in base units, exact: 2 strips of 10 are 20 tablets. A unit that is not the item's is unknown, a part of an indivisible
 * base unit is refused (half a tablet, a third of a strip of ten), and nothing finer than three decimals is kept.
 */
export function toBase(quantity: string, unit: string | undefined, item: Units): string | UnitFault {
  const factor = unit === undefined || unit === item.base_unit ? '1' : item.packs.find((pack) => pack.unit === unit)?.factor
  if (factor === undefined) return 'unknown_unit'
  const base = multiply(quantity, factor)
  if (!item.is_divisible && !isWhole(base)) return 'indivisible'
  return decimalsOf(base) > 3 ? 'too_fine' : base
}

export const isUnitFault = (value: string): value is UnitFault => value === 'unknown_unit' || value === 'indivisible' || value === 'too_fine'

/** An expiry given as a month means its last day (Drugs Rules 1945, rule 96: a drug may be used till the last day of the month). */
export function expiryDay(given: string | undefined): string | undefined {
  if (given === undefined) return neverExpires
  const [year = 0, month = 0, day] = given.split('-').map(Number)
  if (month < 1 || month > 12) return undefined
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (day !== undefined && (day < 1 || day > last)) return undefined
  return `${given.slice(0, 7)}-${String(day ?? last).padStart(2, '0')}`
}

export interface Candidate {
  lotId: string
  expiresOn: string
  quantity: string
  isHeld: boolean
}

export interface Pick {
  lotId: string
  quantity: string
}

/** Usable on a day: not held, and not past its expiry day, which itself is still good. */
export const isUsable = (lot: Candidate, on: string): boolean => !lot.isHeld && lot.expiresOn >= on && compare(lot.quantity, '0') > 0

/** First expiry first out: lots in order of expiry until the quantity is found; `short` is what the store lacks. Picks and short add to what was asked. */
export function pickFirstExpiry(candidates: readonly Candidate[], quantity: string, on: string): { picks: Pick[]; short: string } {
  const usable = candidates.filter((lot) => isUsable(lot, on)).toSorted((a, b) => (a.expiresOn < b.expiresOn ? -1 : a.expiresOn > b.expiresOn ? 1 : a.lotId < b.lotId ? -1 : 1))
  const picks: Pick[] = []
  let left = quantity
  for (const lot of usable) {
    if (compare(left, '0') <= 0) break
    const taken = compare(lot.quantity, left) < 0 ? lot.quantity : left
    picks.push({ lotId: lot.lotId, quantity: plain(taken) })
    left = subtract(left, taken)
  }
  return { picks, short: left }
}

/** What loose units of a pack cost: the pack's price in proportion, rounded once: 7 of a strip of 10 at 45.50 are 31.85. */
export const packShare = (packPrice: string, packQuantity: string, quantity: string, decimals: number): string => share(packPrice, quantity, packQuantity, decimals)

/** The price of one base unit with six decimals: exact to the paisa for ten thousand pieces. */
export const basePrice = (packPrice: string, packQuantity: string): string => share(packPrice, '1', packQuantity, 6)

/** The moving average after a receipt: what was there at its average and what came at its cost. */
export function movingAverage(onHand: string, average: string, received: string, unitCost: string): string {
  const whole = add(onHand, received)
  if (compare(whole, '0') <= 0) return roundHalfUp(unitCost, 6)
  return share(sum([multiply(onHand, average), multiply(received, unitCost)]), '1', whole, 6)
}

export interface Gs1 {
  gtin: string
  batch: string
  expiresOn: string
  serial: string
}

const fixedLengths: Readonly<Record<string, number>> = { '00': 18, '01': 14, '02': 14, '11': 6, '13': 6, '15': 6, '17': 6, '20': 2 }
// The group separator that ends a field of open length, as scanners send it.
const groupSeparator = String.fromCodePoint(29)
const separator = new RegExp(`${groupSeparator}|\\^\\]|<GS>`, 'g')

/** A GS1 date YYMMDD: day 00 is the last of the month, and a year more than 50 ahead belongs to the last century (GS1 General Specifications, 7.12). */
function gs1Date(value: string, thisYear: number): string {
  const two = Number(value.slice(0, 2))
  const century = Math.floor(thisYear / 100) * 100
  const year = two - (thisYear % 100) >= 51 ? century - 100 + two : two - (thisYear % 100) <= -50 ? century + 100 + two : century + two
  const day = value.slice(4, 6)
  return expiryDay(`${year}-${value.slice(2, 4)}${day === '00' ? '' : `-${day}`}`) ?? ''
}

/** The digit that ends a GTIN fits the others (GS1 General Specifications, 7.9). */
export function isGtin(code: string): boolean {
  if (!/^\d{8}$|^\d{12,14}$/.test(code)) return false
  const digits = [...code].map(Number)
  const check = digits.pop() ?? 0
  const total = digits.toReversed().reduce((all, digit, index) => all + digit * (index % 2 === 0 ? 3 : 1), 0)
  return (10 - (total % 10)) % 10 === check
}

/** Item number, batch, expiry and serial of a GS1 code, as a scanner sends it or as it is printed with brackets; undefined when it is none. */
export function readGs1(scanned: string, thisYear: number): Gs1 | undefined {
  const raw = scanned.replace(/^\](?:C1|d2|Q3|e0)/, '').replaceAll(separator, groupSeparator)
  const text = raw.startsWith('(') ? raw.replaceAll(/\((\d{2,4})\)/g, `${groupSeparator}$1`).slice(1) : raw
  const found: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const ai = rest.slice(0, 2)
    const fixed = fixedLengths[ai]
    const end = fixed === undefined ? rest.indexOf(groupSeparator) : 2 + fixed
    const value = rest.slice(2, end === -1 ? undefined : end)
    if (!/^\d\d$/.test(ai) || value === '' || (fixed !== undefined && !new RegExp(`^\\d{${fixed}}$`).test(value))) return undefined
    found[ai] = value
    rest = end === -1 ? '' : rest.slice(rest[end] === groupSeparator ? end + 1 : end)
  }
  const gtin = found['01'] ?? ''
  if (!isGtin(gtin)) return undefined
  return { gtin, batch: found['10'] ?? '', expiresOn: found['17'] === undefined ? '' : gs1Date(found['17'], thisYear), serial: found['21'] ?? '' }
}

/** The class of an item of consumption by what the dearer ones cost: A makes up the first 80 % of the value, B the next 15 %, C the rest. */
export function classOf(before: string, whole: string): 'A' | 'B' | 'C' {
  const part = Number(whole) === 0 ? 1 : Number(before) / Number(whole)
  return part < 0.8 ? 'A' : part < 0.95 ? 'B' : 'C'
}

/** Balances that go to another number than their ledger says: nothing, when all is right. */
export const isShort = (onHand: string, taken: string): boolean => compare(onHand, taken) < 0

/** Days from the first of a month to the end of another, or to today when that is sooner: at least one. */
export function daysOfMonths(from: string, to: string, today: string): number {
  const [year = 0, month = 0] = to.split('-').map(Number)
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
  const end = last < today ? last : today
  return Math.max(1, Math.round((Date.parse(end) - Date.parse(`${from.slice(0, 7)}-01`)) / 86_400_000) + 1)
}

/** A batch number however it was typed: without spaces, in capitals; the database says the same by `batchKey`. */
export const keyOfBatch = (batch: string): string => batch.replaceAll(/\s+/g, '').toUpperCase()

/** What may become of goods that come back. */
export interface Returnable {
  isReturnable: boolean
  storage: string
  isControlled: boolean
}

/** Back to the shelf only what is sealed and may go back; what is cold or controlled only when somebody checked it. */
export function goesBack(item: Returnable, told: { isSealed: boolean; isChecked: boolean }): boolean {
  const needsCheck = item.storage !== 'room' || item.isControlled
  return item.isReturnable && told.isSealed && (!needsCheck || told.isChecked)
}

/**
 * Under GST the price of a lot is its maximum retail price, which holds all taxes (Legal Metrology (Packaged Commodities) Rules 2011, rule 2(m)),
 * and above it nothing may be sold (rule 18(2)): the tax is inside, whatever the item says.
 */
export const isTaxInside = (facility: { taxRegime: string }, item: { is_tax_included: boolean }): boolean => facility.taxRegime === 'gst' || item.is_tax_included
