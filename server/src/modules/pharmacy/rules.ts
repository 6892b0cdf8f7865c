import { add, allocate, compare, plain, share, subtract } from '#kernel/money.ts'

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

export interface ByMethod {
  method: string
  amount: string
}

/** What of each way of paying may still go back by it, cash last: what was paid by it less what went back by it. */
export function leftByMethod(rows: readonly (ByMethod & { kind: string })[]): ByMethod[] {
  const left = new Map<string, string>()
  for (const row of rows) left.set(row.method, row.kind === 'refund' ? subtract(left.get(row.method) ?? '0', row.amount) : add(left.get(row.method) ?? '0', row.amount))
  return [...left].map(([method, amount]) => ({ method, amount })).filter(({ amount }) => compare(amount, '0') > 0).toSorted((a, b) => Number(a.method === 'cash') - Number(b.method === 'cash'))
}

/** What goes back by each way when nobody says: to what leaves a trace first, so that a card's payment never leaves the drawer as cash. */
export function refundsOf(total: string, left: readonly ByMethod[]): ByMethod[] {
  let open = total
  return left.flatMap(({ method, amount }) => {
    const part = compare(amount, open) < 0 ? amount : open
    if (compare(part, '0') <= 0) return []
    open = subtract(open, part)
    return [{ method, amount: part }]
  })
}
