import { describe, expect, it } from 'vitest'
import { bmi, implausible, news2 } from './rules.ts'

const well = { respirationsPerMinute: 16, spo2Percent: 98, systolicMmHg: 120, pulsePerMinute: 72, temperatureCelsius: 37 }

describe('NEWS2', () => {
  it.each([
    [{}, 0, 'low'],
    [{ respirationsPerMinute: 8 }, 3, 'low-medium'],
    [{ respirationsPerMinute: 9 }, 1, 'low'],
    [{ respirationsPerMinute: 21 }, 2, 'low'],
    [{ respirationsPerMinute: 25 }, 3, 'low-medium'],
    [{ spo2Percent: 91 }, 3, 'low-medium'],
    [{ spo2Percent: 92 }, 2, 'low'],
    [{ spo2Percent: 95 }, 1, 'low'],
    [{ isOnOxygen: true }, 2, 'low'],
    [{ systolicMmHg: 90 }, 3, 'low-medium'],
    [{ systolicMmHg: 110 }, 1, 'low'],
    [{ systolicMmHg: 220 }, 3, 'low-medium'],
    [{ pulsePerMinute: 40 }, 3, 'low-medium'],
    [{ pulsePerMinute: 91 }, 1, 'low'],
    [{ pulsePerMinute: 131 }, 3, 'low-medium'],
    [{ temperatureCelsius: 35 }, 3, 'low-medium'],
    [{ temperatureCelsius: 38.1 }, 1, 'low'],
    [{ temperatureCelsius: 39.1 }, 2, 'low'],
    [{ consciousness: 'confused' as const }, 3, 'low-medium'],
    [{ spo2Percent: 91, temperatureCelsius: 39.5 }, 5, 'medium'],
    [{ respirationsPerMinute: 26, spo2Percent: 90, pulsePerMinute: 120 }, 8, 'high'],
  ])('%o scores %i (%s)', (change, score, risk) => {
    expect(news2({ ...well, ...change })).toEqual({ score, risk })
  })
  it('is not guessed when a measure is missing', () => expect(news2({ systolicMmHg: 120 })).toBeUndefined())
})

describe('plausibility', () => {
  it.each([
    [{ systolicMmHg: 400, diastolicMmHg: 20 }, ['systolicMmHg']],
    [{ systolicMmHg: 80, diastolicMmHg: 120 }, ['diastolicMmHg']],
    [{ temperatureCelsius: 98.6 }, ['temperatureCelsius']],
    [{ spo2Percent: 101, pulsePerMinute: 5 }, ['pulsePerMinute', 'spo2Percent']],
    [well, []],
  ])('%o', (vitals, paths) => expect(implausible(vitals).map((one) => one.path).toSorted()).toEqual(paths))
  it('works out the body mass index', () => expect(bmi({ weightKg: 70, heightCm: 175 })).toBe(22.9))
})
