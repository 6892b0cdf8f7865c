import { takenMethod } from '#contract/billing-money.ts'
import { add, compare, multiply, subtract, sum } from '#kernel/money.ts'

export interface ByMethod {
  method: string
  received: string
  refunded: string
  count: number
}

export interface Expected extends ByMethod {
  expected: string
}

/** What should be there by each way of paying: cash with the float, what was taken into the till and what was handed over. */
export function expectedOf(openingFloat: string, rows: readonly ByMethod[], moves: readonly { kind: string; amount: string; is_closing: boolean }[]): Expected[] {
  const moved = moves.filter((move) => !move.is_closing).map((move) => (move.kind === 'topped-up' ? move.amount : subtract('0', move.amount)))
  return takenMethod.options.flatMap((method): Expected[] => {
    const own = rows.filter((row) => row.method === method)
    if (method !== 'cash' && own.length === 0) return []
    const [received, refunded] = [sum(own.map((row) => row.received)), sum(own.map((row) => row.refunded))]
    const taken = subtract(received, refunded)
    return [{ method, received, refunded, count: own.reduce((all, row) => all + row.count, 0), expected: method === 'cash' ? sum([openingFloat, taken, ...moved]) : taken }]
  })
}

/** Notes and coins as a sum. */
export const sumOfPieces = (pieces: readonly { value: string; pieces: number }[]): string => sum(pieces.map((one) => multiply(one.value, String(one.pieces))))

const absolute = (amount: string): string => (compare(amount, '0') < 0 ? subtract('0', amount) : amount)

/** How far a count is from what is expected, method by method: a surplus of one does not hide what another lacks. */
export const deviationOf = (counts: readonly { expected: string; counted: string }[]): string => counts.reduce((all, one) => add(all, absolute(subtract(one.counted, one.expected))), '0')
