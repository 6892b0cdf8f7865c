import type { GrowthChart, GrowthPoint } from '#contract/clinical-growth.ts'

export type GrowthSex = 'male' | 'female'
export type GrowthMeasure = GrowthChart['measure']

/** Box-Cox power, median and coefficient of variation of a measure at an age (Cole and Green 1992). */
export interface Lms {
  l: number
  m: number
  s: number
}

/** Tables of the WHO by `table:sex`, each by completed month. */
export type GrowthTables = ReadonlyMap<string, ReadonlyMap<number, Lms>>

interface Span {
  table: string
  from: number
  to: number
}

/** Which table holds from which month on. Lying before 24 months and standing from then on; the reference of 2007 takes over after 60. */
const spans: Readonly<Record<GrowthMeasure, readonly Span[]>> = {
  weight: [{ table: 'weight-2006', from: 0, to: 60 }, { table: 'weight-2007', from: 60, to: 120 }],
  height: [{ table: 'length-2006', from: 0, to: 24 }, { table: 'height-2006', from: 24, to: 60 }, { table: 'height-2007', from: 60, to: 228 }],
  bmi: [{ table: 'bmi-lying-2006', from: 0, to: 24 }, { table: 'bmi-2006', from: 24, to: 60 }, { table: 'bmi-2007', from: 60, to: 228 }],
  head: [{ table: 'head-2006', from: 0, to: 60 }],
}
export const growthMeasures = ['weight', 'height', 'bmi', 'head'] as const

// WHO Anthro: a month is 365.25 / 12 days.
const daysAMonth = 30.4375

export const ageInMonths = (birthDate: string, on: string): number => (Date.parse(`${on}T00:00:00Z`) - Date.parse(`${birthDate}T00:00:00Z`)) / 86_400_000 / daysAMonth

/** Last month for which there is a table of a measure. */
export const lastMonth = (measure: GrowthMeasure): number => spans[measure].at(-1)?.to ?? 0

function spanAt(measure: GrowthMeasure, month: number): Span | undefined {
  // Where two meet the later one holds for height and body mass index at 24 months, the earlier one at 60.
  return spans[measure].find((span) => month >= span.from && (month < span.to || (month === span.to && span.to !== 24)))
}

/** L, M and S at an age, between two months in proportion; nothing outside the tables. */
export function lmsAt(tables: GrowthTables, measure: GrowthMeasure, at: { sex: GrowthSex; month: number }): Lms | undefined {
  const span = spanAt(measure, at.month)
  const table = span === undefined ? undefined : tables.get(`${span.table}:${at.sex}`)
  const [below, above] = [table?.get(Math.floor(at.month)), table?.get(Math.ceil(at.month))]
  if (below === undefined || above === undefined) return undefined
  const share = at.month - Math.floor(at.month)
  const between = (a: number, b: number): number => a + (b - a) * share
  return { l: between(below.l, above.l), m: between(below.m, above.m), s: between(below.s, above.s) }
}

/** The measure that stands at a z-score. */
export const valueAt = ({ l, m, s }: Lms, z: number): number => (Math.abs(l) < 1e-9 ? m * Math.exp(s * z) : m * (1 + l * s * z) ** (1 / l))

const isBent = (measure: GrowthMeasure): boolean => measure === 'weight' || measure === 'bmi'

/**
 * The z-score of a value. Beyond three standard deviations weight and body mass index go on in steps of the distance between the second and the third,
 * as the WHO does so that skewness does not run away (WHO Child Growth Standards: Methods and development, 2006, chapter 7).
 */
export function zScore(measure: GrowthMeasure, value: number, lms: Lms): number {
  const { l, m, s } = lms
  const plain = Math.abs(l) < 1e-9 ? Math.log(value / m) / s : ((value / m) ** l - 1) / (l * s)
  if (!isBent(measure) || Math.abs(plain) <= 3) return plain
  const side = Math.sign(plain)
  const [second, third] = [valueAt(lms, 2 * side), valueAt(lms, 3 * side)]
  return side * 3 + (value - third) / Math.abs(third - second)
}

/** Share of children below a z-score, in percent: the normal distribution (Abramowitz and Stegun 7.1.26, good to 1.5e-7). */
export function percentileOf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.327_591_1 * x)
  const tail = t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429)))) * Math.exp(-x * x)
  return (z < 0 ? tail / 2 : 1 - tail / 2) * 100
}

export interface Reading {
  measure: GrowthMeasure
  at: string
  ageMonths: number
  value: number
}

const rounded = (value: number, places: number): number => Math.round(value * 10 ** places) / 10 ** places

function pointOf(tables: GrowthTables, sex: GrowthSex, reading: Reading): GrowthPoint[] {
  const lms = reading.ageMonths < 0 ? undefined : lmsAt(tables, reading.measure, { sex, month: reading.ageMonths })
  if (lms === undefined) return []
  const z = zScore(reading.measure, reading.value, lms)
  return [{ at: reading.at, ageMonths: rounded(reading.ageMonths, 1), value: reading.value, z: rounded(z, 2), percentile: Math.min(99.9, Math.max(0.1, rounded(percentileOf(z), 1))) }]
}

/** What the WHO draws. */
const drawn = [-3, -2, 0, 2, 3] as const
const widths = [24, 60, 120, 228] as const

/** A chart of each measure there are readings of, as wide as the oldest reading asks. */
export function growthCharts(tables: GrowthTables, sex: GrowthSex, readings: readonly Reading[]): GrowthChart[] {
  return growthMeasures.flatMap((measure) => {
    const points = readings.filter((one) => one.measure === measure).flatMap((one) => pointOf(tables, sex, one))
    if (points.length === 0) return []
    const oldest = Math.max(...points.map((point) => point.ageMonths))
    const toMonth = Math.min(lastMonth(measure), widths.find((width) => oldest <= width) ?? 228)
    const step = toMonth > 60 ? 3 : 1
    const months = Array.from({ length: toMonth / step + 1 }, (_none, index) => index * step)
    const curves = drawn.map((z) => ({
      z,
      points: months.flatMap((month) => {
        const lms = lmsAt(tables, measure, { sex, month })
        return lms === undefined ? [] : [{ month, value: rounded(valueAt(lms, z), 2) }]
      }),
    }))
    const unit = measure === 'weight' ? 'kg' : measure === 'bmi' ? 'kg/m²' : 'cm'
    return [{ measure, unit, toMonth, curves, points }]
  })
}
