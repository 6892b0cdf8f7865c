import { describe, expect, it } from 'vitest'
import { bmi, implausible, measureNames, measures, news2 } from './rules.ts'

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
  it.each([
    ['respirationsPerMinute', [[0, 3], [8, 3], [9, 1], [11, 1], [12, 0], [20, 0], [21, 2], [24, 2], [25, 3]]],
    ['spo2Percent', [[91, 3], [92, 2], [93, 2], [94, 1], [95, 1], [96, 0], [100, 0]]],
    ['systolicMmHg', [[90, 3], [91, 2], [100, 2], [101, 1], [110, 1], [111, 0], [219, 0], [220, 3]]],
    ['pulsePerMinute', [[40, 3], [41, 1], [50, 1], [51, 0], [90, 0], [91, 1], [110, 1], [111, 2], [130, 2], [131, 3]]],
    ['temperatureCelsius', [[35, 3], [35.1, 1], [36, 1], [36.1, 0], [38, 0], [38.1, 1], [39, 1], [39.1, 2]]],
  ])('%s: both ends of every band of chart 1', (name, bands) => expect(bands.map(([value]) => news2({ ...well, [name]: value })?.score)).toEqual(bands.map(([, score]) => score)))
  it.each(['confused', 'voice', 'pain', 'unresponsive'] as const)('%s is 3', (consciousness) => expect(news2({ ...well, consciousness })?.score).toBe(3))
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
  it.each(measureNames)('%s: the ends are accepted, beyond them not', (name) => {
    const { min, max } = measures[name]
    expect([min, max].map((value) => implausible({ [name]: value }))).toEqual([[], []])
    expect([min - 0.1, max + 0.1].flatMap((value) => implausible({ [name]: value }))).toEqual([{ path: name, code: 'clinical.implausible', min, max }, { path: name, code: 'clinical.implausible', min, max }])
  })
  it.each([[80, 80, 79], [120, 119, undefined], [80, 120, 79]])('%i over %i', (systolicMmHg, diastolicMmHg, max) => expect(implausible({ systolicMmHg, diastolicMmHg }).at(0)?.max).toBe(max))
  it.each([[{ weightKg: 70 }, undefined], [{ heightCm: 175 }, undefined], [{ weightKg: 3.4, heightCm: 50 }, 13.6]])('body mass index of %o is %s', (vitals, index) => expect(bmi(vitals)).toBe(index))
  it('works out the body mass index', () => expect(bmi({ weightKg: 70, heightCm: 175 })).toBe(22.9))
})
