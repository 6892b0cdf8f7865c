import { Decimal } from 'decimal.js'
import { describe, expect, it } from 'vitest'
import { add, allocate, compare, minorUnits, multiply, plain, roundHalfUp, roundOff, share, subtract, sum } from './money.ts'

describe('exact arithmetic', () => {
  it.each([
    ['0.1', '0.2', '0.3', '-0.1', '0.02'],
    ['99999999999999.99', '0.01', '100000000000000', '99999999999999.98', '999999999999.9999'],
    ['-5', '5.00', '0', '-10', '-25'],
    ['0', '-0', '0', '0', '0'],
    ['12345678901234567890.12', '3', '12345678901234567893.12', '12345678901234567887.12', '37037036703703703670.36'],
  ])('%s and %s', (a, b, plus, minus, times) => expect([add(a, b), subtract(a, b), multiply(a, b)]).toEqual([plus, minus, times]))
  it.each([['1', '1.00', 0], ['-1', '1', -1], ['0.3', '0.29', 1], ['0', '-0', 0]])('%s against %s is %i', (a, b, order) => expect(compare(a, b)).toBe(order))
  it.each(['', '1e5', 'NaN', 'Infinity', '0x10', '1,000', ' 1', '.5', '1.', '9'.repeat(41)])('refuses %j', (text) => expect(() => add(text, '0')).toThrow(RangeError))
  it('adds none and many', () => expect([sum([]), sum(Array.from({ length: 1000 }, () => '0.1'))]).toEqual(['0', '100']))
})

describe('an amount as it stands', () => {
  it.each([['12.500', '12.5'], ['12.000', '12'], ['-0.000', '0'], ['-0.50', '-0.5'], ['007.10', '7.1'], ['0', '0'], ['100', '100'], ['-00', '0']])('%s is %s', (amount, shown) => expect(plain(amount)).toBe(shown))
  it.each(['', '1.', '.5', '-', '1e5', ' 1', '1.0.0', '9'.repeat(41)])('refuses %j', (text) => {
    expect(() => plain(text)).toThrow(RangeError)
    expect(() => roundHalfUp(text, 2)).toThrow(RangeError)
  })
  it('and rounded is what arithmetic makes of it', () => {
    const pick = (text: string): string => text[Math.floor(Math.random() * text.length)] ?? ''
    const some = (most: number): string => Array.from({ length: Math.floor(Math.random() * most) }, () => pick('0012345679')).join('')
    for (let round = 0; round < 20_000; round += 1) {
      const fraction = some(7)
      const amount = `${pick('- ').trim()}${pick('0123456789')}${some(9)}${fraction === '' ? '' : `.${fraction}`}`
      const exact = new Decimal(amount)
      const shown = (value: Decimal, decimals?: number): string => (value.isZero() ? value.abs() : value).toFixed(decimals)
      expect([amount, plain(amount)]).toEqual([amount, shown(exact)])
      for (const decimals of [0, 2, 3]) expect([amount, roundHalfUp(amount, decimals)]).toEqual([amount, shown(exact.toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP), decimals)])
    }
  })
})

describe('rounding', () => {
  it.each([['1.005', 2, '1.01'], ['-1.005', 2, '-1.01'], ['1.0049999', 2, '1.00'], ['-0.001', 2, '0.00'], ['2.5', 0, '3'], ['7', 3, '7.000']])('%s to %i is %s', (amount, decimals, rounded) => expect(roundHalfUp(amount, decimals)).toBe(rounded))
  it.each([['100', '1', '3', '33.33'], ['-100', '2', '3', '-66.67'], ['0.01', '1', '2', '0.01']])('%s × %s ÷ %s is %s', (amount, over, under, part) => expect(share(amount, over, under, 2)).toBe(part))
  it('has no share of nothing', () => expect(() => share('1', '1', '0', 2)).toThrow(RangeError))
  it.each([['1234.49', '1234.00', '-0.49'], ['1234.50', '1235.00', '0.50'], ['1234.00', '1234.00', '0.00'], ['-0.50', '-1.00', '-0.50'], ['0.40', '0.00', '-0.40']])('%s is rounded off to %s by %s', (total, rounded, off) => {
    expect(roundOff(total)).toEqual({ rounded, roundOff: off })
  })
})

describe('allocation', () => {
  it.each([
    ['100.00', ['1', '1', '1'], ['33.34', '33.33', '33.33']],
    ['0.05', ['70', '20', '10'], ['0.04', '0.01', '0.00']],
    ['-100.00', ['1', '1', '1'], ['-33.34', '-33.33', '-33.33']],
    ['10.00', ['0', '1'], ['0.00', '10.00']],
    ['0.00', ['1', '2'], ['0.00', '0.00']],
    ['0.02', ['1', '1', '1'], ['0.01', '0.01', '0.00']],
    ['10', ['0.1', '0.2'], ['3.33', '6.67']],
  ])('%s by %j', (total, weights, parts) => expect(allocate(total, weights)).toEqual(parts))
  it('knows other minor units', () => expect([allocate('100', ['1', '1', '1'], 0), allocate('1.000', ['1', '2'], 3)]).toEqual([['34', '33', '33'], ['0.333', '0.667']]))
  it.each([['1', []], ['1', ['0', '0']], ['1', ['2', '-1']], ['1.001', ['1']]])('%s by %j is refused', (total, weights) => expect(() => allocate(total, weights)).toThrow(RangeError))
})

it.each([['INR', 2], ['NPR', 2], ['JPY', 0], ['KWD', 3], ['IQD', 3], ['UGX', 0], ['EUR', 2]])('%s has %i decimals', (currency, decimals) => expect(minorUnits(currency)).toBe(decimals))
it.each(['inr', 'RS', ''])('%j is no currency', (text) => expect(() => minorUnits(text)).toThrow(RangeError))
