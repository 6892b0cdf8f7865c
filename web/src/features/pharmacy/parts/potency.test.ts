import { describe, expect, it } from 'vitest'
import { isStep, nextStep, scaleOf, stepsBody } from './potency.ts'

describe('the steps of a potentisation', () => {
  it.each([['6X', 'decimal'], ['D6', 'decimal'], ['30C', 'centesimal'], ['200 CH', 'centesimal'], ['LM1', 'lm'], ['0/3', 'lm'], ['Q', undefined], ['', undefined]])('%j is of the scale %s', (potency, scale) => expect(scaleOf(potency)).toBe(scale))

  it('the ratio comes from the scale, succussions from the maker alone', () => {
    const first = nextStep([], '30C')
    expect(first).toEqual({ potency: '1C', parts: '99', vehicle: '', succussions: '' })
    expect(nextStep([{ ...first, vehicle: 'alcohol', succussions: '10' }], '30C')).toEqual({ potency: '2C', parts: '99', vehicle: 'alcohol', succussions: '' })
    expect([nextStep([], '6X').parts, nextStep([], 'LM2').parts, nextStep([], 'mother tincture').parts]).toEqual(['9', '50000', ''])
  })

  it('is kept as typed, and what was not said is not sent', () => {
    expect(stepsBody([{ potency: '1X', parts: '8', vehicle: '', succussions: '' }, { potency: 'LM1', parts: '50000', vehicle: 'alcohol', succussions: '100' }])).toEqual([{ potency: '1X', parts: 8 }, { potency: 'LM1', parts: 50_000, vehicle: 'alcohol', succussions: 100 }])
    expect([{ potency: '1C', parts: '99', vehicle: '', succussions: '' }, { potency: '', parts: '99', vehicle: '', succussions: '' }, { potency: '1C', parts: '0', vehicle: '', succussions: '' }, { potency: '1C', parts: '99', vehicle: '', succussions: 'ten' }].map(isStep)).toEqual([true, false, false, false])
  })
})
