import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let counter: TestClient<typeof pharmacy>
let dispensary: TestClient<typeof medications>
let storeId = ''
let otherStoreId = ''
const medicineId: Record<string, string> = {}
const itemId: Record<string, string> = {}
const inr = (amount: string) => ({ amount, currency: 'INR' })

async function item(key: string, medicine: string, more: { baseUnit?: string } = {}): Promise<void> {
  itemId[key] = (await stock.createItem({ body: { sku: key.replaceAll(' ', '-'), name: key, kind: 'medicine', medicationId: medicineId[medicine] ?? '', baseUnit: 'tablet', ...more } })).body.id
}

const receive = async (key: string, quantity: string, batch: string, expiresOn: string, into = storeId): Promise<string> =>
  (await stock.bookDocument({ body: { kind: 'opening', storeId: into, lines: [{ itemId: itemId[key] ?? '', lot: { batch, expiresOn, mrp: inr('2.00'), unitCost: inr('1.00') }, quantity }] } })).body.movements[0]?.lotId ?? ''

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  counter = await hospital.as(pharmacy, 'pharmacist')
  dispensary = await hospital.as(medications, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'PH', name: 'Pharmacy', kind: 'pharmacy' } })).body.id
  otherStoreId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'P2', name: 'Night pharmacy', kind: 'pharmacy' } })).body.id
  for (const [name, genericName] of [['Azee 500', 'Azithromycin'], ['Mox 500', 'Amoxicillin'], ['Warf 5', 'Warfarin'], ['Dolo 500', 'Paracetamol'], ['Calpol 500', 'Paracetamol'], ['Brufen 400', 'Ibuprofen']] as const) {
    medicineId[name] = (await dispensary.createMedication({ body: { name, genericName, system: 'allopathy', systemData: { dosageForm: 'tablet', strength: `${/\d+/.exec(name)?.[0]} mg` } } })).body.id
    await item(name, name)
    if (!name.startsWith('Dolo')) await receive(name, '100', `${name}-1`, '2030-01')
  }
})

async function visit(allergy?: { text: string; severity: 'severe' }, visitClass: 'outpatient' | 'inpatient' = 'outpatient'): Promise<string> {
  const patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Sulekha', sex: 'female', ageYears: 41 } })).body.id
  if (allergy !== undefined) await (await hospital.as(patients, 'doctor')).addEntry({ params: { id: patientId }, body: { kind: 'allergy', ...allergy } })
  return (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: visitClass, practitionerId: hospital.userId('doctor') } })).body.id
}

async function signed(encounterId: string, ...names: string[]) {
  const doctor = await hospital.as(medications, 'doctor')
  const { body } = await doctor.prescribe({ body: { encounterId, items: names.map((name) => ({ medicationId: medicineId[name] ?? '', dosage: '1 tablet', frequency: '1-0-1', durationDays: 5, quantity: '10', instructions: {} })) } })
  return (await doctor.finalize({ params: { id: body.id }, body: { overrides: body.alerts.map((one) => ({ key: one.key, reason: 'known' })) } })).body
}

describe('a substitute', () => {
  it('is checked as what it is: a penicillin for azithromycin is stopped by the allergy until a reason is given', async () => {
    const prescription = await signed(await visit({ text: 'Penicillin', severity: 'severe' }), 'Azee 500')
    const params = { id: prescription.id }
    const prescriptionItemId = prescription.items[0]?.id ?? ''
    const list = (await counter.pickList({ params, query: { storeId, instead: `${prescriptionItemId}:${itemId['Mox 500']}` } })).body
    expect(list.alerts.map((one) => [one.kind, one.severity])).toEqual([['allergy', 'stop']])
    expect(list.lines[0]).toMatchObject({ itemName: 'Mox 500', needsConsent: true, picks: [{ batch: 'Mox 500-1', quantity: '10' }] })
    expect((await counter.pickList({ params, query: { storeId } })).body).toMatchObject({ alerts: [], lines: [{ needsConsent: false }] })
    const line = { prescriptionItemId, itemId: itemId['Mox 500'] ?? '', quantity: '10', hasConsent: true, reason: 'by telephone' }
    const stopped = await dispensary.dispense({ params, body: { storeId, lines: [line] } })
    expect([stopped.status, stopped.problem.code, stopped.problem.missing]).toEqual([409, 'safety.override_required', list.alerts.map((one) => one.key)])
    expect((await dispensary.readPrescription({ params })).body.items[0]?.dispensedQuantity).toBe('0')
    const overrides = list.alerts.map((one) => ({ key: one.key, reason: 'tolerated twice, watched' }))
    expect((await dispensary.dispense({ params, body: { storeId, lines: [line], overrides } })).body.state).toBe('dispensed')
    expect(await hospital.query("select reason from safety_overrides where stage = 'dispense' and subject_id = $1", [params.id])).toEqual([{ reason: 'tolerated twice, watched' }])
  })

  it('is checked against the lines that are handed out another time', async () => {
    const prescription = await signed(await visit(), 'Warf 5', 'Dolo 500')
    const answer = await dispensary.dispense({ params: { id: prescription.id }, body: { storeId, lines: [{ prescriptionItemId: prescription.items[1]?.id ?? '', itemId: itemId['Brufen 400'] ?? '', quantity: '10', hasConsent: true, reason: 'by telephone' }] } })
    expect([answer.status, answer.problem.missing]).toEqual([409, ['interaction:ibuprofen:warfarin']])
  })

  it('of the same generic beside the prescribed brand is one treatment, not a double one', async () => {
    await receive('Dolo 500', '4', 'D-1', '2029-01')
    const prescription = await signed(await visit(), 'Dolo 500')
    const prescriptionItemId = prescription.items[0]?.id ?? ''
    const answer = await dispensary.dispense({ params: { id: prescription.id }, body: { storeId, lines: [{ prescriptionItemId, quantity: '4' }, { prescriptionItemId, itemId: itemId['Calpol 500'] ?? '', quantity: '6' }] } })
    expect([answer.status, answer.body.state]).toEqual([200, 'dispensed'])
  })
})

describe('a medicine with two items of stock', () => {
  it('is handed out by first expiry over both, as the pick list says, and so is the ward’s round', async () => {
    medicineId['Metro'] = (await dispensary.createMedication({ body: { name: 'Metro', genericName: 'Metronidazole', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '400 mg' } } })).body.id
    for (const key of ['Metro A', 'Metro B', 'Metro C']) await item(key, 'Metro')
    await item('Metro syrup', 'Metro', { baseUnit: 'ml' })
    await receive('Metro A', '50', 'A-old', '2021-01')
    const late = await receive('Metro A', '50', 'A-late', '2031-01')
    await receive('Metro B', '6', 'B-early', '2029-01')
    await receive('Metro syrup', '60', 'S', '2028-01')
    const held = await receive('Metro C', '50', 'C-held', '2028-01')
    await (await hospital.as(inventory, 'admin')).holdLot({ params: { id: held }, body: { reason: 'colour' } })
    const prescription = await signed(await visit(undefined, 'inpatient'), 'Metro')
    const prescriptionItemId = prescription.items[0]?.id ?? ''
    const params = { id: prescription.id }
    const list = (await counter.pickList({ params, query: { storeId } })).body
    expect(list.lines[0]).toMatchObject({ itemName: 'Metro B', onHand: '56', picks: [{ batch: 'B-early', itemName: 'Metro B', quantity: '6' }, { batch: 'A-late', itemName: 'Metro A', quantity: '4' }], lots: [{ batch: 'B-early', quantity: '6' }, { batch: 'A-late', quantity: '50' }] })
    const passing = await dispensary.dispense({ params, body: { storeId, lines: [{ prescriptionItemId, quantity: '1', lotId: late }] } })
    expect([passing.status, passing.problem.code]).toEqual([422, 'medications.lot_reason_required'])
    const ward = await counter.issueUnitDoses({ body: { storeId, lines: [{ prescriptionItemId, quantity: '2' }] } })
    expect(ward.body.lines.map((line) => [line.batch, line.quantity])).toEqual([['B-early', '2']])
    expect((await dispensary.dispense({ params, body: { storeId, lines: [{ prescriptionItemId, quantity: '8' }] } })).body.state).toBe('dispensed')
    const given = (await counter.listDispenses({ query: { prescriptionId: prescription.id } })).body.items.flatMap((one) => one.lines.map((line) => [line.itemName, line.batch, line.quantity, line.isSubstitute]))
    expect(given).toEqual(expect.arrayContaining([['Metro B', 'B-early', '2', false], ['Metro B', 'B-early', '4', false], ['Metro A', 'A-late', '4', false]]))
    expect(await hospital.query('select name, quantity::float as quantity from charges where source_id = any(select id from dispense_items where prescription_id = $1) order by name, quantity', [params.id])).toEqual([{ name: 'Metro A', quantity: 4 }, { name: 'Metro B', quantity: 2 }, { name: 'Metro B', quantity: 4 }])
  })

  it('shows of a substitute what the chosen store has', async () => {
    await receive('Dolo 500', '9', 'D-N', '2029-01', otherStoreId)
    const prescription = await signed(await visit(), 'Calpol 500')
    const substitutes = async (from: string) => (await counter.pickList({ params: { id: prescription.id }, query: { storeId: from } })).body.lines[0]?.substitutes
    expect(await substitutes(otherStoreId)).toMatchObject([{ name: 'Dolo 500', onHand: '9' }])
    expect(await substitutes(storeId)).toMatchObject([{ name: 'Dolo 500', onHand: '0' }])
  })
})
