import { describe, expect, it } from 'vitest'
import { discountsOf } from './discounts.ts'

const inr = (amount: string) => ({ amount, currency: 'INR' })
interface Case {
  name: string
  parts: [line: number, gross: string][]
  lines?: { discount?: string; discountPercent?: string }[]
  bill?: { discount?: string; discountPercent?: string }
  off: string[]
}

const said = ({ discount, discountPercent }: { discount?: string; discountPercent?: string } = {}) => ({ ...(discount === undefined ? {} : { discount: inr(discount) }), ...(discountPercent === undefined ? {} : { discountPercent }) })
function off({ parts, lines = [], bill = {} }: Case): string[] {
  const count = Math.max(...parts.map(([line]) => line)) + 1
  const body = { storeId: 's', ...said(bill), lines: Array.from({ length: count }, (_none, index) => ({ itemId: 'i', quantity: '1', ...said(lines[index]) })) }
  return discountsOf(body, parts.map(([line, gross]) => ({ line, gross })), 'INR')
}

const cases: Case[] = [
  { name: 'none', parts: [[0, '48.00'], [1, '12.00']], off: ['0', '0'] },
  { name: 'an amount on one line', parts: [[0, '48.00'], [1, '12.00']], lines: [{ discount: '3.00' }], off: ['3', '0'] },
  { name: 'percent of a line, half a coin up', parts: [[0, '48.10']], lines: [{ discountPercent: '5' }], off: ['2.41'] },
  { name: 'a line from two lots, by what each costs', parts: [[0, '20.00'], [0, '40.00']], lines: [{ discount: '1.00' }], off: ['0.33', '0.67'] },
  { name: 'percent of the bill', parts: [[0, '48.00'], [1, '12.00']], bill: { discountPercent: '10' }, off: ['4.8', '1.2'] },
  { name: 'an amount on the bill that does not divide: the parts add up', parts: [[0, '10.00'], [1, '10.00'], [2, '10.00']], bill: { discount: '10.00' }, off: ['3.34', '3.33', '3.33'] },
  { name: 'both: the bill takes from what the lines left', parts: [[0, '100.00'], [1, '50.00']], lines: [{ discountPercent: '50' }], bill: { discountPercent: '10' }, off: ['55', '5'] },
  { name: 'the whole bill', parts: [[0, '0.01'], [1, '99.99']], bill: { discountPercent: '100' }, off: ['0.01', '99.99'] },
  { name: 'a line that is free already takes nothing of the bill', parts: [[0, '30.00'], [1, '60.00']], lines: [{ discount: '30.00' }], bill: { discount: '6.00' }, off: ['30', '6'] },
]

describe('a discount', () => {
  it.each(cases)('$name', (one) => expect(off(one).map(Number)).toEqual(one.off.map(Number)))
  it.each([
    ['a line', { parts: [[0, '48.00']] as Case['parts'], lines: [{ discount: '48.01' }] }, 'lines.0.discount.amount'], ['the bill', { parts: [[0, '48.00']] as Case['parts'], bill: { discount: '48.01' } }, 'discount.amount'],
    ['the bill after its lines', { parts: [[0, '48.00']] as Case['parts'], lines: [{ discount: '40.00' }], bill: { discount: '8.01' } }, 'discount.amount'], ['amount and percent', { parts: [[0, '48.00']] as Case['parts'], bill: { discount: '1.00', discountPercent: '1' } }, 'discountPercent'],
  ])('above the price or said twice is refused: %s', (_name, one, path) => expect(() => off({ name: '', off: [], ...one })).toThrow(expect.objectContaining({ params: expect.objectContaining({ fields: [expect.objectContaining({ path })] }) })))
})
