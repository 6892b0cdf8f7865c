import type { Vitals } from '#contract/clinical.ts'

export type Measure = 'systolicMmHg' | 'diastolicMmHg' | 'pulsePerMinute' | 'respirationsPerMinute' | 'temperatureCelsius' | 'spo2Percent' | 'weightKg' | 'heightCm' | 'headCircumferenceCm'

interface MeasureSpec {
  /** LOINC code; HL7 FHIR R4 Vital Signs profiles. */
  code: string
  display: string
  /** UCUM. */
  unit: string
  /** Outside these a reading is taken for a slip of the key and refused; the ends themselves are accepted. */
  min: number
  max: number
}

/** Codes and units: HL7 FHIR R4 Vital Signs. Limits: set by this project to catch slips of the key (98.6 for 37 °C), not taken from a guideline and not reference ranges. */
export const measures: Readonly<Record<Measure, MeasureSpec>> = {
  systolicMmHg: { code: '8480-6', display: 'Systolic blood pressure', unit: 'mm[Hg]', min: 30, max: 320 },
  diastolicMmHg: { code: '8462-4', display: 'Diastolic blood pressure', unit: 'mm[Hg]', min: 10, max: 220 },
  pulsePerMinute: { code: '8867-4', display: 'Heart rate', unit: '/min', min: 10, max: 350 },
  respirationsPerMinute: { code: '9279-1', display: 'Respiratory rate', unit: '/min', min: 0, max: 120 },
  temperatureCelsius: { code: '8310-5', display: 'Body temperature', unit: 'Cel', min: 20, max: 46 },
  spo2Percent: { code: '2708-6', display: 'Oxygen saturation', unit: '%', min: 0, max: 100 },
  weightKg: { code: '29463-7', display: 'Body weight', unit: 'kg', min: 0.2, max: 650 },
  heightCm: { code: '8302-2', display: 'Body height', unit: 'cm', min: 15, max: 275 },
  headCircumferenceCm: { code: '9843-4', display: 'Head circumference', unit: 'cm', min: 15, max: 80 },
}
const isMeasure = (name: string): name is Measure => Object.hasOwn(measures, name)
export const measureNames: readonly Measure[] = Object.keys(measures).filter(isMeasure)

export interface Implausible {
  path: Measure
  code: 'clinical.implausible'
  /** What would be accepted, in the unit of the field. */
  min: number
  max: number
}

/** Readings that cannot be: out of limits, or systolic not above diastolic (said of the diastolic, when nothing is out of limits; its `max` is then below the systolic). */
export function implausible(vitals: Vitals): Implausible[] {
  const outside = measureNames.filter((name) => {
    const value = vitals[name]
    return value !== undefined && (value < measures[name].min || value > measures[name].max)
  })
  const { systolicMmHg, diastolicMmHg } = vitals
  const isReversed = systolicMmHg !== undefined && diastolicMmHg !== undefined && systolicMmHg <= diastolicMmHg
  if (isReversed && outside.length === 0) return [{ path: 'diastolicMmHg', code: 'clinical.implausible', min: measures.diastolicMmHg.min, max: systolicMmHg - 1 }]
  return outside.map((path) => ({ path, code: 'clinical.implausible', min: measures[path].min, max: measures[path].max }))
}

const band = (value: number, limits: readonly (readonly [number, number])[]): number => limits.find(([top]) => value <= top)?.[1] ?? 0

export interface EarlyWarning {
  score: number
  risk: 'low' | 'low-medium' | 'medium' | 'high'
}

/**
 * National Early Warning Score 2, SpO₂ scale 1 (Royal College of Physicians, 2017, chart 1); undefined unless all six measures are there.
 * A single 3 is low-medium, 5–6 medium, 7 and above high.
 */
export function news2(vitals: Vitals): EarlyWarning | undefined {
  const { respirationsPerMinute, spo2Percent, systolicMmHg, pulsePerMinute, temperatureCelsius, consciousness } = vitals
  if (respirationsPerMinute === undefined || spo2Percent === undefined || systolicMmHg === undefined || pulsePerMinute === undefined || temperatureCelsius === undefined) return undefined
  const parts = [
    band(respirationsPerMinute, [[8, 3], [11, 1], [20, 0], [24, 2], [Infinity, 3]]),
    band(spo2Percent, [[91, 3], [93, 2], [95, 1], [Infinity, 0]]),
    vitals.isOnOxygen === true ? 2 : 0,
    band(systolicMmHg, [[90, 3], [100, 2], [110, 1], [219, 0], [Infinity, 3]]),
    band(pulsePerMinute, [[40, 3], [50, 1], [90, 0], [110, 1], [130, 2], [Infinity, 3]]),
    consciousness === undefined || consciousness === 'alert' ? 0 : 3,
    band(temperatureCelsius, [[35, 3], [36, 1], [38, 0], [39, 1], [Infinity, 2]]),
  ]
  const score = parts.reduce((sum, part) => sum + part, 0)
  const risk = score >= 7 ? 'high' : score >= 5 ? 'medium' : parts.includes(3) ? 'low-medium' : 'low'
  return { score, risk }
}

/** Body mass index in kg/m², one decimal (WHO Technical Report Series 894). */
export function bmi(vitals: Vitals): number | undefined {
  const { weightKg, heightCm } = vitals
  return weightKg === undefined || heightCm === undefined ? undefined : Math.round((weightKg / (heightCm / 100) ** 2) * 10) / 10
}
