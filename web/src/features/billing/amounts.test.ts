import { describe, expect, it } from 'vitest'
import { isAboveZero, isBelow, isZero, less, typedNumber } from './amounts.ts'

describe('amounts', () => {
  it('subtracts exactly where floats would not', () => {
    expect(less('500', '199.90')).toBe('300.10')
    expect(less('0.3', '0.1')).toBe('0.2')
    expect(less('9007199254740993.01', '0.02')).toBe('9007199254740992.99')
  })

  it('keeps the sign and the decimals of any currency', () => {
    expect(less('100', '250.5')).toBe('-150.5')
    expect(less('1.000', '0.999')).toBe('0.001')
    expect(less('700', '500')).toBe('200')
  })

  it('tells zero and order apart from how they are written', () => {
    expect([isZero('0.00'), isZero('-0'), isZero('0.01'), isAboveZero('0.001'), isAboveZero('-1')]).toEqual([true, true, false, true, false])
    expect([isBelow('9.99', '10'), isBelow('10.00', '10'), isBelow('100', '99.99')]).toEqual([true, false, false])
  })

  it('reads what was typed and refuses what is no number', () => {
    expect(['1,5', ' 2 ', '-1', 'abc', '', '1.'].map(typedNumber)).toEqual(['1.5', '2', undefined, undefined, undefined, undefined])
  })
})
