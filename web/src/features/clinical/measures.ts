import type { Vitals } from '#contract/clinical.ts'

export type MeasureName = Exclude<keyof Vitals, 'consciousness' | 'isOnOxygen' | 'occurredAt'>

export interface MeasureSpec {
  name: MeasureName
  /** LOINC. */
  code: string
  unit: string
  isDecimal?: boolean
  /** Taken of small children only. */
  isOfSmallChildren?: boolean
}

/** In the order a nurse takes them. */
export const measures: readonly MeasureSpec[] = [
  { name: 'systolicMmHg', code: '8480-6', unit: 'mmHg' },
  { name: 'diastolicMmHg', code: '8462-4', unit: 'mmHg' },
  { name: 'pulsePerMinute', code: '8867-4', unit: '/min' },
  { name: 'respirationsPerMinute', code: '9279-1', unit: '/min' },
  { name: 'temperatureCelsius', code: '8310-5', unit: '°C', isDecimal: true },
  { name: 'spo2Percent', code: '2708-6', unit: '%' },
  { name: 'weightKg', code: '29463-7', unit: 'kg', isDecimal: true },
  { name: 'heightCm', code: '8302-2', unit: 'cm', isDecimal: true },
  { name: 'headCircumferenceCm', code: '9843-4', unit: 'cm', isDecimal: true, isOfSmallChildren: true },
]

const zeros = [0x660, 0x6f0, 0x966]
/** A number as the server reads it, from the digits of the reader's own script and either decimal sign. */
export const latinNumber = (typed: string): string =>
  typed.trim().replace(/[,٫]/g, '.').replace(/[٠-٩۰-۹०-९]/g, (digit) => {
    const code = digit.codePointAt(0) ?? 0
    return String(code - (zeros.findLast((zero) => zero <= code) ?? code))
  })
