import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let house: TestClient<typeof pharmacy>
let storeId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const textOf = async (body: unknown): Promise<string> => (await extractText(await getDocumentProxy(new Uint8Array(Buffer.from(body as Buffer))), { mergePages: true })).text
const item = async (name: string, more: object = {}) => (await stock.createItem({ body: { sku: `H-${name.replaceAll(' ', '-')}`, name, kind: 'medicine', baseUnit: 'ml', isDivisible: true, ...more } })).body.id
const arrive = (itemId: string, batch: string) => stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId, lot: { batch, expiresOn: '2029-06-30', unitCost: inr('0.50') }, quantity: '1000' }] } })

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  stock = await hospital.as(inventory, 'pharmacist')
  house = await hospital.as(pharmacy, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'PR', name: 'Pharmacy', kind: 'pharmacy' } })).body.id
})

describe('the record of a batch', () => {
  it('says what was done as its maker typed it, what went in of which lot, who made it, on screen and on paper', async () => {
    const [made, tincture, alcohol] = [await item('Arnica 2C'), await item('Arnica tincture'), await item('Alcohol')]
    await arrive(tincture, 'AT-7')
    await arrive(alcohol, 'AL-3')
    const formula = (await house.writeFormula({ body: { itemId: made, system: 'homeopathy', name: 'Arnica 2C', yieldQuantity: '100', shelfLifeDays: 365, method: 'One part to ninety-nine of alcohol.', potency: '2C', lines: [{ itemId: tincture, quantity: '1' }, { itemId: alcohol, quantity: '99' }] } })).body
    const steps = [{ potency: '1C', parts: 99, vehicle: 'alcohol', succussions: 12 }, { potency: '2C', parts: 98 }]
    const { id } = (await house.prepare({ body: { formulaId: formula.id, storeId, batch: 'ARN-1', yielded: '96', steps, note: 'cold room' } })).body
    await house.writeFormula({ body: { itemId: made, system: 'homeopathy', name: 'Arnica 2C', yieldQuantity: '50', shelfLifeDays: 100, method: 'Another.', potency: '2C', lines: [{ itemId: alcohol, quantity: '50' }] } })
    const batch = (await house.readPreparation({ params: { id } })).body
    expect(batch).toMatchObject({ steps, note: 'cold room', formulaVersion: 1, yieldPercent: '96.0', witness: '', consumed: [{ itemName: 'Alcohol', batch: 'AL-3', quantity: '99' }, { itemName: 'Arnica tincture', batch: 'AT-7', quantity: '1' }] })
    expect(batch.madeBy).not.toBe('')
    const record = await textOf((await house.printPreparation({ params: { id } })).body)
    for (const said of ['Batch record', batch.number, 'ARN-1', 'One part to ninety-nine of alcohol.', 'AL-3', 'AT-7', '1 : 99', '1 : 98', '12', '96 ml (96.0 %)', 'cold room', batch.madeBy]) expect(record).toContain(said)
    const label = await textOf((await house.printPreparationLabel({ params: { id } })).body)
    for (const said of ['Arnica 2C', 'Batch ARN-1', `Made ${batch.madeOn}`, `Exp ${batch.expiresOn ?? ''}`, batch.number]) expect(label).toContain(said)
    const stranger = await hospital.as(pharmacy, 'pharmacist', 'ayurveda')
    expect([(await stranger.printPreparation({ params: { id } })).status, (await stranger.printPreparationLabel({ params: { id } })).status]).toEqual([404, 404])
  })

  it('of a controlled drug names the second person, without whom nothing is made', async () => {
    const [made, drug] = [await item('Opium syrup', { controlledClass: 'NDPS' }), await item('Opium', { controlledClass: 'NDPS' })]
    const opening = { kind: 'opening' as const, storeId, witnessId: hospital.userId('nurse'), lines: [{ itemId: drug, lot: { batch: 'OP-1', expiresOn: '2029-06-30', unitCost: inr('0.50') }, quantity: '100' }] }
    expect((await stock.bookDocument({ body: opening })).status).toBe(201)
    const formula = (await house.writeFormula({ body: { itemId: made, system: 'allopathy', name: 'Opium syrup', yieldQuantity: '10', shelfLifeDays: 30, lines: [{ itemId: drug, quantity: '1' }] } })).body
    const body = { formulaId: formula.id, storeId, batch: 'SY-1' }
    expect((await house.prepare({ body })).problem.errors?.[0]?.path).toBe('witnessId')
    const batch = (await house.prepare({ body: { ...body, witnessId: hospital.userId('nurse') } })).body
    expect(batch.witness).toBe('Sr. Mini Joseph')
    expect(await textOf((await house.printPreparation({ params: { id: batch.id } })).body)).toContain('Sr. Mini Joseph')
  })
})
