import { beforeAll, describe, expect, it } from 'vitest'
import { clinical } from '#contract/clinical.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { growthTables } from './growth.ts'
import { growthCharts, type GrowthMeasure, type GrowthSex, lmsAt, percentileOf, valueAt, zScore } from './growth-rules.ts'

const tables = growthTables()
const zOf = (measure: GrowthMeasure, sex: GrowthSex, { month, value }: { month: number; value: number }): number => {
  const lms = lmsAt(tables, measure, { sex, month })
  return lms === undefined ? Number.NaN : zScore(measure, value, lms)
}
const sdOf = (measure: GrowthMeasure, sex: GrowthSex, { month, z }: { month: number; z: number }): number => {
  const lms = lmsAt(tables, measure, { sex, month })
  return lms === undefined ? Number.NaN : valueAt(lms, z)
}

describe('the tables of the WHO', () => {
  it('are whole: every month of every measure, for girls and boys', () => {
    const months = [...tables].map(([name, rows]) => [name, rows.size, Math.min(...rows.keys()), Math.max(...rows.keys())])
    const both = (name: string, ...rest: number[]) => [[`${name}:male`, ...rest], [`${name}:female`, ...rest]]
    expect(months).toEqual([
      ...both('weight-2006', 61, 0, 60), ...both('length-2006', 25, 0, 24), ...both('height-2006', 37, 24, 60), ...both('bmi-lying-2006', 25, 0, 24), ...both('bmi-2006', 37, 24, 60), ...both('head-2006', 61, 0, 60),
      ...both('height-2007', 169, 60, 228), ...both('bmi-2007', 169, 60, 228), ...both('weight-2007', 61, 60, 120),
    ])
  })

  // Printed columns of another copy of the WHO's tables: wfa_boys_0_5_zscores.txt and bmi_boys_z_WHO2007_exp.txt.
  it.each([
    ['weight', 12, -3, 6.9, 1], ['weight', 12, 0, 9.6, 1], ['weight', 12, 2, 12, 1], ['weight', 36, 3, 20.7, 1], ['weight', 60, -2, 14.1, 1], ['weight', 60, 3, 27.9, 1],
    ['bmi', 61, 2, 18.259, 3], ['bmi', 120, -2, 13.735, 3], ['bmi', 120, 1, 18.48, 3], ['bmi', 150, 3, 30.854, 3], ['bmi', 180, -3, 14.708, 3], ['bmi', 228, 2, 29.716, 3], ['bmi', 228, -1, 19.622, 3],
  ] as const)('give %s of boys at month %i and %i standard deviations as printed', (measure, month, z, printed, places) => {
    expect(Math.abs(sdOf(measure, 'male', { month, z }) - printed)).toBeLessThanOrEqual(0.55 * 10 ** -places)
  })

  it('would be seen to be wrong with one digit changed', () => {
    const lms = lmsAt(tables, 'bmi', { sex: 'male', month: 120 })
    expect(Math.abs(valueAt({ l: lms?.l ?? 0, m: (lms?.m ?? 0) + 0.01, s: lms?.s ?? 0 }, 1) - 18.48)).toBeGreaterThan(0.000_55)
  })

  it('meet at five years without a jump that a doctor would see', () => {
    for (const sex of ['male', 'female'] as const) for (const measure of ['weight', 'height', 'bmi'] as const) {
      expect(Math.abs(sdOf(measure, sex, { month: 60.01, z: 0 }) / sdOf(measure, sex, { month: 60, z: 0 }) - 1)).toBeLessThan(0.01)
    }
  })
})

describe('a z-score', () => {
  // What the WHO's own igrowup gave for children of its demonstration survey (survey_z_rc.csv): sex, age in days, kilograms, centimetres and the three scores.
  it.each([
    ['female', 683, 10.4, 84.8, -0.57, -0.07, -0.79], ['female', 234, 7.2, 67, -0.72, -0.55, -0.56], ['female', 518, 11, 80.6, 0.74, 0.32, 0.78], ['male', 1737, 21.8, 110.2, 1.48, 0.41, 1.83], ['male', 566, 8.8, 75.9, -2.05, -2.54, -0.67],
    ['male', 659, 14.4, 92.3, 1.85, 2.25, 0.8], ['female', 583, 13.4, 81.6, 1.94, -0.09, 2.74], ['male', 1720, 23.2, 117.6, 1.97, 2.12, 1.1],
  ] as const)('of a %s of %i days is what the WHO works out', (sex, days, weight, height, zWeight, zHeight, zBmi) => {
    const month = days / 30.4375
    const bmi = weight / (height / 100) ** 2
    const worked = [zOf('weight', sex, { month, value: weight }), zOf('height', sex, { month, value: height }), zOf('bmi', sex, { month, value: bmi })]
    for (const [index, z] of [zWeight, zHeight, zBmi].entries()) expect(Math.abs((worked[index] ?? 0) - z)).toBeLessThan(0.02)
  })

  it('goes on in even steps beyond three deviations for weight and body mass index, not for height', () => {
    expect(zOf('weight', 'male', { month: 269 / 30.4375, value: 6.3 })).toBeCloseTo(-3.08, 1)
    expect(zOf('bmi', 'male', { month: 120, value: 30.746 })).toBeCloseTo(4, 2)
    expect(zOf('bmi', 'male', { month: 120, value: 11.815 })).toBeCloseTo(-4, 2)
    expect(zOf('height', 'female', { month: 719 / 30.4375, value: 98.5 })).toBeCloseTo(3.87, 1)
  })

  it('becomes a percentile by the normal distribution', () => {
    expect([-3, -1.881, 0, 1, 1.881, 3].map((z) => Math.round(percentileOf(z) * 10) / 10)).toEqual([0.1, 3, 50, 84.1, 97, 99.9])
  })

  it('is not given outside the tables', () => {
    expect([lmsAt(tables, 'weight', { sex: 'male', month: 121 }), lmsAt(tables, 'head', { sex: 'male', month: 61 }), lmsAt(tables, 'height', { sex: 'male', month: 228.5 })]).toEqual([undefined, undefined, undefined])
    expect(growthCharts(tables, 'male', [{ measure: 'weight', at: '2026-01-01T00:00:00Z', ageMonths: -1, value: 3 }])).toEqual([])
  })
})

describe('the growth of a patient', () => {
  let hospital: TestHospital
  beforeAll(async () => {
    hospital = await testHospital()
  })
  const measured = async (person: { birthDate: string } | { ageYears: number }, sex: 'male' | 'intersex' = 'male') => {
    const { id } = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Small', familyName: 'Person', sex, ...person } })).body
    const visit = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body
    const doctor = await hospital.as(clinical, 'doctor')
    for (const [occurredAt, weightKg, heightCm, headCircumferenceCm] of [['2025-01-14T06:00:00Z', 9.6, 75.7, 46.1], ['2026-01-14T06:00:00Z', 12.2, 87.1, 48.3]] as const) {
      expect((await doctor.recordVitals({ params: { id: visit.id }, body: { weightKg, heightCm, headCircumferenceCm, occurredAt } })).status).toBe(201)
    }
    return { id, growth: (await doctor.growth({ params: { id } })).body }
  }

  it('is a chart of each measure with its curves, and every reading with its score', async () => {
    const { id, growth } = await measured({ birthDate: '2024-01-15' })
    expect([growth.missing, growth.charts.map((chart) => [chart.measure, chart.unit, chart.toMonth, chart.points.length, chart.curves.map((curve) => curve.z)])]).toEqual([
      null, [['weight', 'kg', 24, 2], ['height', 'cm', 24, 2], ['bmi', 'kg/m²', 24, 2], ['head', 'cm', 24, 2]].map((row) => [...row, [-3, -2, 0, 2, 3]]),
    ])
    expect(growth.charts[0]?.points[0]).toMatchObject({ value: 9.6, ageMonths: 12, z: -0.04 })
    expect(growth.charts.flatMap((chart) => chart.points).every((point) => Math.abs(point.z) < 1)).toBe(true)
    const clerk = await hospital.as(clinical, 'receptionist')
    expect((await clerk.growth({ params: { id } })).status).toBe(403)
    expect((await (await hospital.as(clinical, 'doctor', 'homeopathy')).growth({ params: { id } })).status).toBe(404)
    expect(await hospital.query("select count(*)::int as n from audit_entries where action = 'clinical.growth:read' and outcome = 'success' and patient_id = $1", [id])).toEqual([{ n: 1 }])
  })

  it('is not drawn from a guessed birth date, without a sex the WHO has curves for, or of those who have grown', async () => {
    expect((await measured({ ageYears: 3 })).growth).toEqual({ charts: [], missing: 'birth-date' })
    expect((await measured({ birthDate: '2024-01-15' }, 'intersex')).growth).toEqual({ charts: [], missing: 'sex' })
    expect((await measured({ birthDate: '1990-01-15' })).growth).toEqual({ charts: [], missing: 'not-a-child' })
  })
})
