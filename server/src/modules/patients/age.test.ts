import { describe, expect, it } from 'vitest'
import { ageOf, ageText } from './rules.ts'

const today = '2026-11-22'
const told = (birthDate: string, locale: string, precision = 'day') => ageText({ birthDate, precision }, { today, locale })

describe('an age', () => {
  it('is told in the reader’s language, with the plural of its number', () => {
    expect(['1992-01-02', '2025-06-02', '2026-11-20'].map((birth) => told(birth, 'en'))).toEqual(['34 y', '17 mo', '2 d'])
    expect(['1992-01-02', '2021-01-02', '2026-06-22', '2026-11-20'].map((birth) => told(birth, 'ar'))).toEqual(['34 سنة', '5 سنوات', '5 أشهر', 'يومان'])
    expect(told('1992-01-02', 'hi', 'estimated')).toBe('~34 वर्ष')
  })

  it('is unknown without a day of birth and before it', () => {
    expect([ageOf({ birthDate: null, precision: null }, today), ageOf({ birthDate: '2026-11-23', precision: 'day' }, today)]).toEqual([null, null])
    expect(told('2026-11-23', 'ar')).toBe('')
  })
})
