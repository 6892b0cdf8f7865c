import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let nurse: TestClient<typeof inventory>
let admin: TestClient<typeof inventory>
let main = ''
let ward = ''
let far = ''
let itemId = ''
let serial = 0

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  await hospital.query("delete from memberships where facility_id = $1 and role in ('pharmacist', 'nurse')", [hospital.otherFacilityId])
  stock = await hospital.as(inventory, 'pharmacist')
  nurse = await hospital.as(inventory, 'nurse')
  admin = await hospital.as(inventory, 'admin')
  const store = async (facilityId: string, code: string, kind: 'main' | 'ward') => (await admin.createStore({ body: { facilityId, code, name: code, kind } })).body.id
  main = await store(hospital.facilityId, 'TM', 'main')
  ward = await store(hospital.facilityId, 'TW', 'ward')
  far = await store(hospital.otherFacilityId, 'TF', 'main')
  itemId = (await stock.createItem({ body: { sku: 'TRN', name: 'Cannula', kind: 'consumable', baseUnit: 'piece' } })).body.id
})

async function fill(quantity: string): Promise<string> {
  serial += 1
  const answer = await stock.bookDocument({ body: { kind: 'opening', storeId: main, lines: [{ itemId, lot: { batch: `T${serial}`, expiresOn: '2031-01', unitCost: { amount: '4.00', currency: 'INR' } }, quantity }] } })
  return answer.body.movements[0]?.lotId ?? ''
}

const held = async (lotId: string, by = stock) => Object.fromEntries((await by.listStock({ query: { lotId } })).body.items.map((one) => [one.storeName, one.quantity]))

async function send(quantity: string, lotId: string, toStoreId = ward) {
  const { id } = (await stock.requestTransfer({ body: { fromStoreId: main, toStoreId, lines: [{ itemId, lotId, quantity }] } })).body
  const sent = (await stock.dispatchTransfer({ params: { id }, body: {} })).body
  return { params: { id }, line: sent.lines[0]?.id ?? '' }
}

describe('goods on their way', () => {
  it('are called back by the sender: in transit until taken back, and nobody receives them meanwhile', async () => {
    const lotId = await fill('20')
    const { params } = await send('12', lotId)
    expect((await nurse.callBackTransfer({ params, body: { reason: 'wrong ward' } })).status).toBe(403)
    expect((await stock.takeBackTransfer({ params, body: {} })).problem.code).toBe('lifecycle.illegal_step')
    const called = await stock.callBackTransfer({ params, body: { reason: 'wrong ward' } })
    expect(called.body).toMatchObject({ state: 'returning', backReason: 'wrong ward', actions: ['takeBack'], lines: [{ dispatched: '12', sentBack: '12', takenBack: '0' }] })
    expect(await held(lotId)).toEqual({ TM: '8', 'In transit': '12' })
    expect((await nurse.receiveTransfer({ params, body: {} })).problem.code).toBe('lifecycle.illegal_step')
    expect((await stock.takeBackTransfer({ params, body: {} })).body).toMatchObject({ state: 'returned', actions: [], lines: [{ received: '0', short: '0', takenBack: '12' }] })
    expect(await held(lotId)).toEqual({ TM: '20' })
    // The refused one of the nurse stands there too.
    expect(await hospital.query("select 1 from audit_entries where action = 'inventory.callBackTransfer:step' and subject_id = $1", [params.id])).toHaveLength(2)
  })

  it('are refused by the receiver, whole or in part, with a reason', async () => {
    const lotId = await fill('30')
    const whole = await send('10', lotId)
    expect((await nurse.refuseTransfer({ params: whole.params, body: {} as never })).status).toBe(422)
    expect((await nurse.refuseTransfer({ params: whole.params, body: { reason: 'not asked for' } })).body.state).toBe('returning')
    const part = await send('10', lotId)
    const lines = (more: object) => ({ lines: [{ transferLineId: part.line, quantity: '6', ...more }] })
    expect((await nurse.receiveTransfer({ params: part.params, body: lines({ refused: '3' }) })).problem.errors?.[0]).toMatchObject({ path: 'lines.0.reason', code: 'inventory.reason_required' })
    expect((await nurse.receiveTransfer({ params: part.params, body: lines({ refused: '5', reason: 'wet' }) })).problem.code).toBe('inventory.over_received')
    const got = await nurse.receiveTransfer({ params: part.params, body: lines({ refused: '3', reason: 'wet' }) })
    expect(got.body).toMatchObject({ state: 'returning', backReason: 'wet', lines: [{ received: '6', short: '1', sentBack: '3', takenBack: '0', reason: 'wet' }] })
    expect(await held(lotId)).toEqual({ TM: '10', TW: '6', 'In transit': '13' })
    const on = (await stock.inTransit({ query: { facilityId: hospital.facilityId } })).body.items.find((row) => row.fromStoreId === main && row.toStoreId === ward)
    expect(on).toMatchObject({ transfers: 2, returning: 2, lines: 2, value: { amount: '52.00', currency: 'INR' } })
    expect((await stock.takeBackTransfer({ params: part.params, body: { lines: [{ transferLineId: part.line, quantity: '2' }] } })).problem.code).toBe('inventory.reason_required')
    const back = await stock.takeBackTransfer({ params: part.params, body: { lines: [{ transferLineId: part.line, quantity: '2', reason: 'one lost' }] } })
    expect(back.body).toMatchObject({ state: 'returned', lines: [{ received: '6', short: '2', takenBack: '2' }] })
    await stock.takeBackTransfer({ params: whole.params, body: {} })
    expect(await held(lotId)).toEqual({ TM: '22', TW: '6' })
    expect((await stock.inTransit({ query: {} })).body.items.filter((row) => row.toStoreId === ward)).toEqual([])
  })

  it('go to a store of another facility: sent by who may give, though not at home there; only who is there takes them in', async () => {
    const lotId = await fill('9')
    const { params } = await send('4', lotId, far)
    expect(await held(lotId)).toEqual({ TM: '5', 'In transit': '4' })
    expect((await nurse.receiveTransfer({ params, body: {} })).status).toBe(403)
    expect((await nurse.refuseTransfer({ params, body: { reason: 'no' } })).status).toBe(403)
    expect((await admin.receiveTransfer({ params, body: {} })).body.state).toBe('received')
    expect([await held(lotId), await held(lotId, admin)]).toEqual([{ TM: '5' }, { TM: '5', TF: '4' }])
    expect((await nurse.requestTransfer({ body: { fromStoreId: main, toStoreId: far, lines: [{ itemId, quantity: '1' }] } })).status).toBe(403)
  })
})

describe('a shortage', () => {
  it('is open until a second person explains it, and what was found is on a shelf again', async () => {
    const lotId = await fill('10')
    const { params, line } = await send('10', lotId)
    await admin.receiveTransfer({ params, body: { lines: [{ transferLineId: line, quantity: '7', reason: 'not in the box' }] } })
    const [mine] = (await stock.listShortages({ query: { transferId: params.id } })).body.items
    expect(mine).toMatchObject({ state: 'open', quantity: '3', value: { amount: '12.00' }, reason: 'not in the box', isOnWayBack: false, actions: ['explain', 'writeOff'] })
    expect((await admin.explainShortage({ params: { id: mine?.id ?? '' }, body: { reason: 'found it' } })).problem.code).toBe('inventory.own_shortage')
    expect((await stock.explainShortage({ params: { id: mine?.id ?? '' }, body: { reason: 'found it' } })).status).toBe(403)

    const other = await fill('10')
    const next = await send('10', other)
    await nurse.receiveTransfer({ params: next.params, body: { lines: [{ transferLineId: next.line, quantity: '4', reason: 'six missing' }] } })
    const [theirs] = (await nurse.listShortages({ query: { transferId: next.params.id, facilityId: hospital.facilityId, state: 'open' } })).body.items
    const at = { id: theirs?.id ?? '' }
    expect((await admin.explainShortage({ params: at, body: { reason: 'elsewhere', foundStoreId: far } })).problem.errors?.[0]?.path).toBe('foundStoreId')
    expect((await admin.explainShortage({ params: at, body: { reason: 'never packed', foundStoreId: main } })).body).toMatchObject({ state: 'explained', explanation: 'never packed', foundStoreId: main, actions: [] })
    expect(await held(other)).toEqual({ TW: '4', TM: '6' })
    expect((await admin.writeOffShortage({ params: at, body: { reason: 'again' } })).problem.code).toBe('lifecycle.illegal_step')
  })

  it('is written off by a second person; the wastage that was booked stands', async () => {
    const lotId = await fill('5')
    const { params, line } = await send('5', lotId)
    await nurse.receiveTransfer({ params, body: { lines: [{ transferLineId: line, quantity: '4', reason: 'broken' }] } })
    const id = (await stock.listShortages({ query: { transferId: params.id } })).body.items[0]?.id ?? ''
    expect((await nurse.writeOffShortage({ params: { id }, body: { reason: 'lost' } })).status).toBe(403)
    expect((await admin.writeOffShortage({ params: { id }, body: { reason: 'fell' } })).body).toMatchObject({ state: 'written-off', explanation: 'fell', foundStoreId: null })
    expect(await held(lotId)).toEqual({ TW: '4' })
    const told = await hospital.query<{ n: string }>("select sum(quantity)::text as n from stock_movements where document_id = $1 and kind = 'wastage'", [params.id])
    expect(told[0]?.n).toBe('-1.000')
  })
})
