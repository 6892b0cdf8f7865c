import { add, compare, multiply, roundHalfUp, share, subtract, sum } from '#kernel/money.ts'


/** Average days of a month. */
const monthDays = 30.44

export interface Forecast {
  monthly: number
  method: 'moving-average' | 'seasonal'
  /** Mean absolute error on the past, in percent of what was used; null when there is no past to try it on. */
  errorPercent: number | null
}

const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((all, value) => all + value, 0) / values.length)

// The same month of last year and the one before it.
const monthsOfSeason = 13

/** Mean of the last three months. */
export const movingAverage = (history: readonly number[]): number => mean(history.slice(-3))

/** The same month of last year, scaled by how this year goes against last; undefined without thirteen months. */
export function seasonal(history: readonly number[]): number | undefined {
  if (history.length < monthsOfSeason) return undefined
  const before = mean(history.slice(-15, -12).length === 3 ? history.slice(-15, -12) : history.slice(-13, -12))
  const sameMonth = history.at(-12) ?? 0
  return before === 0 ? sameMonth : sameMonth * (movingAverage(history) / before)
}

/** How far a way of forecasting was off over the last six months it could have been asked in. */
function errorOf(history: readonly number[], way: (past: readonly number[]) => number | undefined, from = 3): number | null {
  const tries = Array.from({ length: 6 }, (_value, back) => history.length - 1 - back).filter((index) => index >= from).flatMap((index) => {
    const guess = way(history.slice(0, index))
    return guess === undefined ? [] : [{ off: Math.abs(guess - (history[index] ?? 0)), real: history[index] ?? 0 }]
  })
  const used = tries.reduce((all, one) => all + one.real, 0)
  return tries.length === 0 || used === 0 ? null : (tries.reduce((all, one) => all + one.off, 0) / used) * 100
}

/** What the next month will use: by the way that erred less on the past. `history` is month by month, oldest first. */
export function forecast(history: readonly number[]): Forecast {
  const plainError = errorOf(history, movingAverage)
  const seasonalError = errorOf(history, seasonal, monthsOfSeason)
  const fairError = errorOf(history, movingAverage, monthsOfSeason)
  const bySeason = seasonal(history)
  if (bySeason !== undefined && seasonalError !== null && (fairError === null || seasonalError <= fairError)) return { monthly: bySeason, method: 'seasonal', errorPercent: seasonalError }
  return { monthly: movingAverage(history), method: 'moving-average', errorPercent: plainError }
}

export interface Need {
  onHand: number
  onOrder: number
  reorderLevel: number | null
  maximumLevel: number | null
  leadTimeDays: number
  monthly: number
}

/** Whether to order and how much: up to the maximum, or what a lead time and a month will use. */
export function suggested(need: Need): { quantity: number; why: 'level' | 'runs-out' | 'enough' } {
  const there = need.onHand + need.onOrder
  const duringLead = (need.monthly * need.leadTimeDays) / monthDays
  const isLow = need.reorderLevel !== null && there <= need.reorderLevel
  const runsOut = need.monthly > 0 && there < duringLead
  if (!isLow && !runsOut) return { quantity: 0, why: 'enough' }
  const target = need.maximumLevel ?? Math.max(duringLead + need.monthly, need.reorderLevel ?? 0)
  return { quantity: Math.max(0, Math.ceil(target - there)), why: isLow ? 'level' : 'runs-out' }
}

export interface CostLine {
  /** In base units: paid for, and free. */
  quantity: string
  free: string
  lineCost: string
}

/** What a base unit cost: its line and its part of the freight by value, over all that came, the free goods too. */
export function landedCosts(lines: readonly CostLine[], freight: string): string[] {
  const whole = sum(lines.map((line) => line.lineCost))
  return lines.map((line) => {
    const came = add(line.quantity, line.free)
    const part = compare(whole, '0') === 0 ? '0' : share(freight, line.lineCost, whole, 6)
    return compare(came, '0') === 0 ? '0' : share(add(line.lineCost, part), '1', came, 6)
  })
}

/** Tax on what a line cost, half up to the coin: input tax, apart from the cost of the goods. */
export const inputTax = (lineCost: string, ratePercent: string, decimals: number): string => share(lineCost, ratePercent, '100', decimals)

interface OrderedGoods {
  /** What came, in base units. */
  quantity: string
  order_price: string | null
  order_units: string | null
  order_quantity: string | null
}

/** What goods were to cost by the price of their order; null without one. */
export const costByOrder = ({ quantity, order_price: price, order_units: units, order_quantity: whole }: OrderedGoods, decimals: number): string | null => (price === null || units === null || whole === null ? null : share(multiply(quantity, price), units, whole, decimals))

export const lineCost = (quantity: string, unitPrice: string, decimals: number): string => roundHalfUp(multiply(quantity, unitPrice), decimals)

// A difference of a rupee is rounding.
const tolerance = '1'

/** Whether a vendor's bill is what came and what it was to cost; goods dearer than their order are a matter for who approves. */
export function matchBill(amount: string, expected: string, byOrder: string | null = null): 'matched' | 'disputed' {
  const difference = subtract(amount, expected)
  const isAsExpected = compare(difference, tolerance) <= 0 && compare(difference, `-${tolerance}`) >= 0
  return isAsExpected && (byOrder === null || compare(subtract(expected, byOrder), tolerance) <= 0) ? 'matched' : 'disputed'
}

export interface AskedLine {
  requisition_id: string
  item_id: string
  quantity: string
}

/** Of each line what is ordered and what is open: an item's orders fill its lines in their order. */
export function progressOf<Line extends AskedLine>(lines: readonly Line[], orders: readonly AskedLine[]): (Line & { ordered: string; open: string })[] {
  const keyOf = (one: AskedLine) => `${one.requisition_id} ${one.item_id}`
  const left = new Map(orders.map((one) => [keyOf(one), one.quantity]))
  return lines.map((line) => {
    const has = left.get(keyOf(line)) ?? '0'
    const ordered = compare(has, line.quantity) > 0 ? line.quantity : has
    left.set(keyOf(line), subtract(has, ordered))
    return { ...line, ordered, open: subtract(line.quantity, ordered) }
  })
}
