import { allocate, compare, plain, share, subtract } from '#kernel/money.ts'

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

/** A discount on its parts, by what they cost, to the coin. */
export const splitDiscount = (discount: string, prices: readonly string[], decimals: number): string[] => (compare(discount, '0') === 0 ? prices.map(() => '0') : allocate(share(discount, '1', '1', decimals), prices, decimals))

/** What is taken off a price: an amount as it is said, or so many percent of it, to the coin. */
export const discountOf = (price: string, said: { amount?: string | undefined; percent?: string | undefined }, decimals: number): string => (said.percent === undefined ? (said.amount ?? '0') : share(price, said.percent, '100', decimals))

/** What a day needs of a quantity for so many days: whole units, never more than is left. */
export function perDay(quantity: string, days: number, left: string): string {
  const whole = String(Math.max(1, Math.ceil(Number(quantity) / Math.max(1, days))))
  return plain(compare(whole, left) < 0 ? whole : left)
}

/** How much of what a formula should give came out, in percent with one decimal. */
export const yieldPercent = (planned: string, yielded: string): string => share(yielded, '100', planned, 1)

/** Running balances of entries newest first, when so much is there after the newest. */
export function runningBack(after: string, quantities: readonly string[]): string[] {
  let balance = after
  return quantities.map((quantity) => {
    const now = balance
    balance = subtract(balance, quantity)
    return plain(now)
  })
}
