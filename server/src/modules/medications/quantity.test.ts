import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { computedQuantity, type CountedIn } from '#contract/medications-quantity.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

const tablets: CountedIn = { unit: 'tablet', packs: [{ unit: 'strip', factor: '10' }], isDivisible: false }
const millilitres: CountedIn = { unit: 'ml', packs: [{ unit: 'bottle', factor: '60' }], isDivisible: false }
const bottles: CountedIn = { unit: 'bottle', isDivisible: false }
const grams: CountedIn = { unit: 'g', packs: [{ unit: 'sachet', factor: '3.5' }], isDivisible: true }

describe('a quantity', () => {
  it.each<[string, string, number, CountedIn[], string]>([
    ['5 ml', '1-0-1', 5, [millilitres], '50 ml'],
    ['2 tablets', '1-0-1', 5, [tablets], '20 tablet'],
    ['1 tablet', '1-0-1', 5, [tablets], '10 tablet'],
    ['1 Tab.', '2-0-1', 5, [tablets], '15 tablet'],
    ['½ tablet', '1-0-1', 5, [tablets], '5 tablet'],
    ['1/2 tablet', '1-0-0', 5, [tablets], '3 tablet'],
    ['1½ tablets', '1-0-1', 2, [tablets], '6 tablet'],
    ['1 tablet (500 mg)', '1-1-1', 3, [tablets], '9 tablet'],
    ['1 strip', '1-0-0', 2, [tablets], '20 tablet'],
    ['2.5 ml', '1-1-1', 3, [millilitres], '23 ml'],
    ['0.5 litre', '1-0-0', 1, [millilitres], '500 ml'],
    ['500 mg', '1-0-1', 10, [grams], '10 g'],
    ['1 sachet', '1-0-1', 2, [grams], '14 g'],
    ['5 ml', '1-0-1', 5, [bottles, millilitres], '50 ml'],
    ['1 capsule', '0.5 - 0 - 1 - 0', 3, [], '4.5 capsule'],
    ['1/3 tablet', '1-0-0', 1, [], '0.334 tablet'],
    ['4 pills', '1-1-1', 3, [], '36 pill'],
    ['15 ml', '1-0-1', 7, [], '210 ml'],
  ])('of %s %s for %i days is counted in the unit that is handed out', (dosage, frequency, durationDays, stocked, expected) => {
    const computed = computedQuantity({ dosage, frequency, durationDays }, stocked)
    expect(`${computed?.quantity} ${computed?.unit}`).toBe(expected)
  })

  it.each<[string, string, number, CountedIn[]]>([
    ['5 ml', '1-0-1', 5, [bottles]], ['500 mg', '1-0-1', 5, [tablets]], ['1 puff', '1-0-1', 30, []], ['2 drops', '1-1-1', 5, []], ['500 mg', '1-0-1', 5, []], ['1-2 tablets', '1-0-1', 5, [tablets]], ['1 tablet + 5 ml', '1-0-1', 5, [tablets]], ['thinly', '1-0-1', 5, []], ['1', '1-0-1', 5, [tablets]], ['1/0 tablet', '1-0-1', 5, [tablets]],
    ['1 tablet', 'BD', 5, [tablets]], ['1 tablet', '0-0-0', 5, [tablets]], ['1 tablet', '1', 5, [tablets]], ['1 tablet', '1-0-x', 5, [tablets]], ['1 tablet', '1-0-1', 0.5, [tablets]], ['999999 tablets', '999-999-999-999', 730, [tablets]],
  ])('of %s %s for %d days is left to the prescriber', (dosage, frequency, durationDays, stocked) => {
    expect(computedQuantity({ dosage, frequency, durationDays }, stocked)).toBeUndefined()
  })
})

describe('a prescription', () => {
  let hospital: TestHospital
  let encounterId = ''
  let syrupId = ''
  beforeAll(async () => {
    hospital = await testHospital()
    const patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Meera', sex: 'female', ageYears: 33 } })).body.id
    encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
    syrupId = (await (await hospital.as(medications, 'pharmacist')).createMedication({ body: { name: 'Ambro syrup', genericName: 'Ambroxol', system: 'allopathy', systemData: { dosageForm: 'syrup' } } })).body.id
  })

  const prescribe = async (quantity?: string) => (await hospital.as(medications, 'doctor')).prescribe({ body: { encounterId, items: [{ medicationId: syrupId, dosage: '5 ml', frequency: '1-0-1', durationDays: 5, ...(quantity === undefined ? {} : { quantity }), instructions: {} }] } })

  it('says what its quantity counts, and asks for it where the stock’s unit is not the dose’s', async () => {
    const doctor = await hospital.as(medications, 'doctor')
    expect((await prescribe()).body.items).toMatchObject([{ quantity: '50', unit: 'ml' }])
    const stock = await hospital.as(inventory, 'pharmacist')
    const item = { kind: 'medicine', medicationId: syrupId } as const
    await stock.createItem({ body: { ...item, sku: 'AMB-1', name: 'Ambro 100 ml', baseUnit: 'bottle' } })
    const refused = await prescribe()
    expect([refused.status, refused.problem.code, refused.problem.errors?.[0]?.path]).toEqual([422, 'medications.quantity_required', 'items.0.quantity'])
    expect((await prescribe('1')).body.items).toMatchObject([{ quantity: '1', unit: 'bottle' }])
    await stock.createItem({ body: { ...item, sku: 'AMB-2', name: 'Ambro loose', baseUnit: 'ml', packs: [{ unit: 'flask', factor: '500' }] } })
    expect((await prescribe()).body.items).toMatchObject([{ quantity: '50', unit: 'ml' }])
    expect((await doctor.listMedications({ query: { search: 'ambro' } })).body.items).toMatchObject([{ countedIn: [{ unit: 'bottle', packs: [] }, { unit: 'ml', packs: [{ unit: 'flask', factor: '500.000' }] }] }])
  })
})
