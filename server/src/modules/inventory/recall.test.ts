import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { answered } from '../../testing/answered.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let admin: TestClient<typeof inventory>
let storeId = ''
let itemId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  admin = await hospital.as(inventory, 'admin')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'RCL', name: 'Main', kind: 'main' } })).body.id
  itemId = (await stock.createItem({ body: { sku: 'RCL', name: 'Recalled syrup', kind: 'medicine', baseUnit: 'bottle' } })).body.id
})

const bring = (batch: string, unitCost: string, kind: 'opening' | 'purchase' | 'return' = 'opening') => stock.bookDocument({ body: { kind, storeId, lines: [{ itemId, lot: { batch, expiresOn: '2031-01', unitCost: inr(unitCost) }, quantity: '10' }] } })
const lotOf = async (answer: ReturnType<typeof bring>) => (await answer).body.movements[0]?.lotId ?? ''
const stateOf = async (id: string) => (await stock.readLot({ params: { id } })).body.state
const take = (lotId: string) => answered(() => stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, lotId, quantity: '1' }] } }))

describe('a batch', () => {
  it('is held, freed and recalled in all its lots, whatever they cost and however its number was typed', async () => {
    const [first, twin, typed, other] = [await lotOf(bring('AB 12', '1.00')), await lotOf(bring('AB 12', '2.00')), await lotOf(bring('ab12', '1.00')), await lotOf(bring('AB13', '1.00'))]
    const states = () => Promise.all([first, twin, typed, other].map(stateOf))
    await admin.holdLot({ params: { id: first }, body: { reason: 'looks odd' } })
    expect(await states()).toEqual(['quarantined', 'quarantined', 'quarantined', 'available'])
    const later = await lotOf(bring('AB12', '3.00'))
    expect(await stateOf(later)).toBe('quarantined')
    expect((await take(later)).problem.code).toBe('inventory.lot_held')
    await admin.releaseLot({ params: { id: twin }, body: { reason: 'is good' } })
    expect([...(await states()), await stateOf(later)]).toEqual(['available', 'available', 'available', 'available', 'available'])
    await admin.recallLot({ params: { id: typed }, body: { reason: 'maker’s letter' } })
    expect(await states()).toEqual(['recalled', 'recalled', 'recalled', 'available'])
    expect([(await take(first)).problem.code, (await take(twin)).problem.code, (await take(other)).status]).toEqual(['inventory.lot_held', 'inventory.lot_held', 201])
  })

  it('that is recalled does not come in again, and its goods that come back stay held', async () => {
    const lotId = await lotOf(bring('GONE', '1.00'))
    await admin.recallLot({ params: { id: lotId }, body: { reason: 'maker’s letter' } })
    const refused = await bring('gone', '4.00', 'purchase')
    expect([refused.status, refused.problem.code, refused.problem.errors?.[0]]).toEqual([409, 'inventory.lot_held', { path: 'lines.0.lot.batch', code: 'inventory.batch_recalled', message: 'Batch gone is recalled: maker’s letter' }])
    const back = await lotOf(bring('gone', '4.00', 'return'))
    expect([await stateOf(back), (await take(back)).problem.code]).toEqual(['recalled', 'inventory.lot_held'])
  })

  it('that comes in while it is recalled is recalled or refused, never free', async () => {
    for (let round = 0; round < 5; round += 1) {
      const lotId = await lotOf(bring(`RACE${round}`, '1.00'))
      const [recalled] = await Promise.all([answered(() => admin.recallLot({ params: { id: lotId }, body: { reason: 'at once' } })), ...['2.00', '3.00', '4.00'].map((cost) => answered(() => bring(`RACE${round}`, cost, 'purchase')))])
      expect(recalled.status).toBe(200)
      const lots = (await stock.listLots({ query: { itemId, batch: `RACE${round}` } })).body.items
      expect(new Set(lots.map((lot) => lot.state))).toEqual(new Set(['recalled']))
    }
  })
})

describe('whom a recalled batch has reached', () => {
  it('is told whole: patients of every lot, what was made from it and who had that, and what was sold to nobody by name', async () => {
    const counter = await hospital.as(pharmacy, 'pharmacist')
    const register = await hospital.as(patients, 'receptionist')
    const person = async (givenName: string) => (await register.register({ body: { givenName, sex: 'female', ageYears: 30, phones: ['+919845012345'] } })).body.id
    const make = async (sku: string) => (await stock.createItem({ body: { sku, name: sku, kind: 'medicine', baseUnit: 'g', isDivisible: true } })).body.id
    const [herb, powder] = [await make('HERB'), await make('POWDER')]
    const bringHerb = async (unitCost: string, vendor: object = {}) => (await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: herb, lot: { batch: 'H1', expiresOn: '2031-01', mrp: inr('2.00'), unitCost: inr(unitCost), ...vendor }, quantity: '100' }] } })).body.movements[0]?.lotId ?? ''
    const [lotId, twin] = [await bringHerb('1.00'), await bringHerb('1.50')]
    const issue = async (of: string, lot: string, quantity: string, patientId: string) => expect((await stock.bookDocument({ body: { kind: 'issue', storeId, patientId, lines: [{ itemId: of, lotId: lot, quantity }] } })).status).toBe(201)
    const [first, second, third] = [await person('Firsta'), await person('Seconda'), await person('Thirda')]
    await issue(herb, lotId, '4', first)
    await issue(herb, twin, '5', second)
    const formula = (await counter.writeFormula({ body: { itemId: powder, system: 'ayurveda', name: 'Powder', yieldQuantity: '10', shelfLifeDays: 100, method: 'Mix', lines: [{ itemId: herb, quantity: '10' }] } })).body
    const made = (await counter.prepare({ body: { formulaId: formula.id, storeId, batch: 'PW1', steps: [], mrp: inr('5.00'), lotIds: { [herb]: lotId } } })).body
    await issue(powder, made.lotId, '2', third)
    const sold = await counter.sell({ body: { storeId, customer: { name: 'Walk-in Rao' }, lines: [{ itemId: herb, lotId, quantity: '3' }], payments: [{ method: 'cash', amount: inr('6.00') }] } })
    expect(sold.status).toBe(201)
    const params = { id: twin }
    const seen = [] as { patientName: string; quantity: string; itemName: string; batch: string; unit: string }[]
    let cursor: string | undefined
    do {
      const { items, nextCursor }: { items: typeof seen; nextCursor: string | null } = (await stock.listReached({ params, query: { limit: 1, ...(cursor === undefined ? {} : { cursor }) } })).body
      seen.push(...items)
      cursor = nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.map((one) => [one.patientName, one.quantity, one.itemName, one.batch, one.unit]).toSorted()).toEqual([['Firsta', '4', 'HERB', 'H1', 'g'], ['Seconda', '5', 'HERB', 'H1', 'g'], ['Thirda', '2', 'POWDER', 'PW1', 'g']])
    expect((await stock.listReachedUnnamed({ params, query: {} })).body.items).toMatchObject([{ number: sold.body.number, customer: 'Walk-in Rao', quantity: '3', returned: '0', document: { type: 'sale', id: sold.body.id } }])
    const { items } = (await stock.listConcerned({ params })).body
    expect(items.map((one) => [one.batch, one.isMade, one.onHand]).toSorted()).toEqual([['H1', false, '83'], ['H1', false, '95'], ['PW1', true, '8']])
    const csv = await stock.exportReached({ params })
    expect([csv.status, (await stock.printReached({ params })).status, (await stock.printReached({ params: { id: herb } })).status]).toEqual([200, 200, 404])
    expect((await hospital.anonymous(inventory).exportReached({ params })).status).toBe(401)
  })
})

describe('what was made from a batch', () => {
  let counter: TestClient<typeof pharmacy>
  const made = { formulas: {} as Record<string, string>, items: {} as Record<string, string> }
  const make = async (of: string, batch: string) => (await counter.prepare({ body: { formulaId: made.formulas[of] ?? '', storeId, batch } })).body.lotId
  const root = async (batch: string) => (await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: made.items['root'] ?? '', lot: { batch, expiresOn: '2031-01' }, quantity: '1000' }] } })).body.movements[0]?.lotId ?? ''
  const reasonOf = async (id: string) => (await stock.readLot({ params: { id } })).body.stateReason

  beforeAll(async () => {
    counter = await hospital.as(pharmacy, 'pharmacist')
    for (const sku of ['root', 'paste', 'pill']) made.items[sku] = (await stock.createItem({ body: { sku: `MADE-${sku}`, name: sku, kind: 'medicine', baseUnit: 'g', isDivisible: true } })).body.id
    for (const [sku, from] of [['paste', 'root'], ['pill', 'paste']] as const) {
      made.formulas[sku] = (await counter.writeFormula({ body: { itemId: made.items[sku] ?? '', system: 'ayurveda', name: sku, yieldQuantity: '10', shelfLifeDays: 100, lines: [{ itemId: made.items[from] ?? '', quantity: '5' }] } })).body.id
    }
  })

  it('is held with it, through what was made again; it is freed by itself, and not before what went in', async () => {
    const lotId = await root('R1')
    const paste = await make('paste', 'P1')
    const pill = await make('pill', 'L1')
    const states = () => Promise.all([lotId, paste, pill].map(stateOf))
    expect((await admin.holdLot({ params: { id: lotId }, body: { reason: 'mould seen' } })).status).toBe(200)
    expect([await states(), await reasonOf(pill)]).toEqual([['quarantined', 'quarantined', 'quarantined'], 'root R1: mould seen'])
    const use = (itemId: string, lot: string) => answered(() => stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, lotId: lot, quantity: '1' }] } }))
    expect([(await use(made.items['paste'] ?? '', paste)).problem.code, (await use(made.items['pill'] ?? '', pill)).problem.code]).toEqual(['inventory.lot_held', 'inventory.lot_held'])
    const free = (id: string) => admin.releaseLot({ params: { id }, body: { reason: 'judged' } })
    expect([(await free(pill)).problem.code, (await free(paste)).problem.code]).toEqual(['inventory.made_of_held', 'inventory.made_of_held'])
    expect((await free(pill)).problem.title).toContain('P1')
    expect([(await free(lotId)).status, await states()]).toEqual([200, ['available', 'quarantined', 'quarantined']])
    expect([(await free(paste)).status, (await free(pill)).status, await states()]).toEqual([200, 200, ['available', 'available', 'available']])
  })

  it('is recalled with it and has reached whom it reached; what was made of another batch is not', async () => {
    const first = await root('R2')
    await admin.holdLot({ params: { id: await root('R1') }, body: { reason: 'kept apart' } })
    const paste = await make('paste', 'P2')
    const patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Fourtha', sex: 'female', ageYears: 30 } })).body.id
    await stock.bookDocument({ body: { kind: 'issue', storeId, patientId, lines: [{ itemId: made.items['paste'] ?? '', lotId: paste, quantity: '2' }] } })
    const apart = await root('R3')
    expect((await admin.recallLot({ params: { id: first }, body: { reason: 'maker’s letter' } })).status).toBe(200)
    expect([await stateOf(first), await stateOf(paste), await reasonOf(paste), await stateOf(apart)]).toEqual(['recalled', 'recalled', 'root R2: maker’s letter', 'available'])
    expect((await stock.listReached({ params: { id: first }, query: {} })).body.items.map((one) => [one.patientName, one.itemName, one.batch])).toEqual([['Fourtha', 'paste', 'P2']])
    expect((await counter.prepare({ body: { formulaId: made.formulas['pill'] ?? '', storeId, batch: 'L2', lotIds: { [made.items['paste'] ?? '']: paste } } })).problem.code).toBe('inventory.lot_held')
  })

  it('while it is recalled is recalled too or is not made, never free', async () => {
    for (let round = 0; round < 5; round += 1) {
      const lotId = await root(`RR${round}`)
      const wanted = { formulaId: made.formulas['paste'] ?? '', storeId, lotIds: { [made.items['root'] ?? '']: lotId } }
      const [recalled, ...pastes] = await Promise.all([answered(() => admin.recallLot({ params: { id: lotId }, body: { reason: 'at once' } })), ...[1, 2, 3].map((number) => answered(() => counter.prepare({ body: { ...wanted, batch: `RP${round}-${number}` } })))])
      expect(recalled.status).toBe(200)
      const states = await hospital.query<{ state: string }>("select state from lots where batch like $1", [`RP${round}-%`])
      expect([states.filter((lot) => lot.state !== 'recalled'), states.length]).toEqual([[], pastes.filter((one) => one.status === 201).length])
    }
  })
})
