import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { pharmacy } from '#contract/pharmacy.ts'
import { purchasing } from '#contract/purchasing.ts'
import { type TestClient, type TestHospital, testHospital } from '../testing/hospital.ts'

interface Clients {
  stock: TestClient<typeof inventory>
  counter: TestClient<typeof pharmacy>
  buyer: TestClient<typeof purchasing>
}

let hospital: TestHospital
/** Of both facilities, and of the other one only. */
let both: Clients
let stranger: Clients
const of: Record<string, string> = {}
const inr = (amount: string) => ({ amount, currency: 'INR' })
const params = (name: string) => ({ params: { id: of[name] ?? '' } })

async function clients(role: 'admin' | 'pharmacist'): Promise<Clients> {
  return { stock: await hospital.as(inventory, role), counter: await hospital.as(pharmacy, role), buyer: await hospital.as(purchasing, role) }
}

async function keep(name: string, made: Promise<{ status: number; body: { id: string } }>): Promise<string> {
  const { status, body } = await made
  expect([name, status, status === 201 ? '' : body]).toEqual([name, 201, ''])
  return (of[name] = body.id)
}

async function dispensed(medicationId: string): Promise<void> {
  const patientId = await keep('patient', (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Revathi', sex: 'female', ageYears: 40 } }))
  const encounterId = await keep('encounter', (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'inpatient', practitionerId: hospital.userId('doctor') } }))
  const doctor = await hospital.as(medications, 'doctor')
  const { body } = await doctor.prescribe({ body: { encounterId, items: [{ medicationId, dosage: '1 tablet', frequency: '1-0-1', durationDays: 5, quantity: '5', instructions: {} }] } })
  of['prescription'] = body.id
  const { body: final } = await doctor.finalize({ params: { id: body.id }, body: { overrides: body.alerts.map(({ key }) => ({ key, reason: 'known' })) } })
  const ward = await both.counter.issueUnitDoses({ body: { storeId: of['store'] ?? '', ward: 'W', lines: [{ prescriptionItemId: final.items[0]?.id ?? '', quantity: '2' }] } })
  of['ward'] = ward.body.id
  of['dispense'] = ward.body.lines[0]?.dispenseId ?? ''
}

beforeAll(async () => {
  hospital = await testHospital({ patients: 2 })
  await hospital.query('delete from memberships where user_id = $1 and facility_id = $2', [hospital.userId('pharmacist'), hospital.facilityId])
  both = await clients('admin')
  stranger = await clients('pharmacist')
  const { stock, counter, buyer } = both
  const witnessId = hospital.userId('nurse')
  const store = (facilityId: string, code: string) => stock.createStore({ body: { facilityId, code, name: code, kind: 'pharmacy' } })
  const storeId = await keep('store', store(hospital.facilityId, 'W1'))
  const beside = await keep('beside', store(hospital.facilityId, 'W2'))
  const there = await keep('there', store(hospital.otherFacilityId, 'W3'))
  const medicationId = await keep('medication', (await hospital.as(medications, 'admin')).createMedication({ body: { name: 'Wallol', genericName: 'Paracetamol', system: 'allopathy', systemData: { dosageForm: 'tablet' } } }))
  const itemId = await keep('item', stock.createItem({ body: { sku: 'WALL', name: 'Wallol', kind: 'medicine', medicationId, baseUnit: 'tablet' } }))
  const made = await keep('made', stock.createItem({ body: { sku: 'WALL2', name: 'Wall paste', kind: 'medicine', baseUnit: 'tablet' } }))
  const drug = await keep('drug', stock.createItem({ body: { sku: 'WALL3', name: 'Morphine', kind: 'medicine', baseUnit: 'ampoule', controlledClass: 'NDPS' } }))
  const lot = { batch: 'W-1', expiresOn: '2031-01', mrp: inr('5.00'), unitCost: inr('2.00') }
  const lines = [{ itemId, lot, quantity: '500' }, { itemId: drug, lot: { ...lot, batch: 'W-2' }, quantity: '5' }]
  const opened = await stock.bookDocument({ body: { kind: 'opening', storeId, witnessId, lines } })
  of['document'] = opened.body.id
  of['lot'] = opened.body.movements.find((one) => one.itemId === itemId)?.lotId ?? ''
  await keep('transfer', stock.requestTransfer({ body: { fromStoreId: storeId, toStoreId: beside, lines: [{ itemId, quantity: '1' }] } }))
  await keep('to', stock.requestTransfer({ body: { fromStoreId: storeId, toStoreId: there, lines: [{ itemId, quantity: '1' }] } }))
  await keep('from', stock.requestTransfer({ body: { fromStoreId: there, toStoreId: storeId, lines: [{ itemId, quantity: '1' }] } }))
  const count = await keep('count', stock.startCount({ body: { storeId: beside } }))
  await stock.cancelCount({ params: { id: count }, body: { reason: 'done' } })
  await keep('sale', counter.sell({ body: { storeId, lines: [{ itemId, quantity: '2' }], payments: [{ method: 'cash', amount: inr('10.00') }] } }))
  const formulaId = await keep('formula', counter.writeFormula({ body: { itemId: made, system: 'ayurveda', name: 'Wall paste', yieldQuantity: '10', shelfLifeDays: 100, lines: [{ itemId, quantity: '10' }] } }))
  await keep('preparation', counter.prepare({ body: { formulaId, storeId, batch: 'WP-1' } }))
  await keep('registerCount', counter.countRegister({ body: { storeId, itemId: drug, counted: '5', witnessId } }))
  const vendorId = await keep('vendor', stock.createVendor({ body: { name: 'Wall supplies' } }))
  await keep('requisition', buyer.requisition({ body: { storeId, lines: [{ itemId, quantity: '10' }] } }))
  const ordered = { itemId, quantity: '10', unitPrice: inr('2.00') }
  const purchaseOrderId = await keep('order', buyer.createOrder({ body: { storeId, vendorId, lines: [ordered] } }))
  await buyer.approveOrder({ params: { id: purchaseOrderId }, body: {} })
  const receipt = await buyer.receiveGoods({ body: { storeId, vendorId, lines: [{ ...ordered, lot: { batch: 'W-3', expiresOn: '2031-01' } }] } })
  await keep('receipt', Promise.resolve(receipt))
  await keep('bill', buyer.enterBill({ params: { id: receipt.body.id }, body: { billNumber: 'B1', billedOn: '2026-11-20', amount: inr('99.00') } }))
  await keep('return', buyer.returnGoods({ params: { id: receipt.body.id }, body: { reason: 'broken', lines: [{ goodsReceiptLineId: receipt.body.lines[0]?.id ?? '', quantity: '1' }] } }))
  await dispensed(medicationId)
})

const all = { query: { limit: 100 } }
type Listed = Promise<{ status: number; body: { items: readonly object[] } }>

// What names the record in its list, beside the record of the first facility.
const lists: [name: string, key: string, list: (as: Clients) => Listed][] = [
  ['sale', 'id', ({ counter }) => counter.listSales(all)], ['dispense', 'id', ({ counter }) => counter.listDispenses(all)], ['preparation', 'id', ({ counter }) => counter.listPreparations(all)], ['ward', 'id', ({ counter }) => counter.listWardDocuments(all)],
  ['registerCount', 'id', ({ counter }) => counter.listRegisterCounts(all)], ['prescription', 'prescriptionId', ({ counter }) => counter.listUnitDoses(all)],
  ['document', 'documentId', async ({ stock }) => ledger(await stock.listMovements(all))], ['lot', 'lotId', ({ stock }) => stock.listStock({ query: { itemId: of['item'] ?? '' } })], ['lot', 'lotId', ({ stock }) => stock.listStock({ query: { on: '2026-11-22', itemId: of['item'] ?? '', limit: 100 } })],
  ['lot', 'lotId', ({ stock }) => stock.listStock({ query: { on: '2099-01-01', lotId: of['lot'] ?? '' } })], ['item', 'itemId', ({ stock }) => stock.consumption({ query: { from: '2020-01-01', to: '2099-01-01' } })], ['item', 'itemId', ({ stock }) => stock.movers({ query: { from: '2020-01-01', to: '2099-01-01', speed: 'slow', coverDays: 1 } })],
  ['transfer', 'id', ({ stock }) => stock.listTransfers(all)], ['count', 'id', ({ stock }) => stock.listCounts(all)],
  ['order', 'id', ({ buyer }) => buyer.listOrders(all)], ['receipt', 'id', ({ buyer }) => buyer.listReceipts(all)], ['bill', 'id', ({ buyer }) => buyer.listBills(all)], ['return', 'id', ({ buyer }) => buyer.listReturns(all)], ['requisition', 'id', ({ buyer }) => buyer.listRequisitions(all)],
]

/** Entries of the ledger, each with the id of its document. */
function ledger({ status, body }: Awaited<ReturnType<Clients['stock']['listMovements']>>) {
  return { status, body: { items: body.items.map((one) => ({ documentId: one.document.id })) } }
}

const singles: [name: string, read: (as: Clients) => Promise<{ status: number }>][] = [
  ['sale', ({ counter }) => counter.readSale(params('sale'))], ['receipt of a sale', ({ counter }) => counter.printSale({ ...params('sale'), query: { copy: 'duplicate' } })], ['dispense', ({ counter }) => counter.readDispense(params('dispense'))], ['labels', ({ counter }) => counter.printLabels({ ...params('dispense'), query: {} })],
  ['preparation', ({ counter }) => counter.readPreparation(params('preparation'))], ['record of a preparation', ({ counter }) => counter.printPreparation(params('preparation'))], ['label of a preparation', ({ counter }) => counter.printPreparationLabel(params('preparation'))], ['ward document', ({ counter }) => counter.readWardDocument(params('ward'))],
  ['register', ({ counter }) => counter.readRegister({ ...params('store'), query: { itemId: of['drug'] ?? '' } })], ['controlled drugs', ({ counter }) => counter.listControlled(params('store'))], ['register of sales', ({ counter }) => counter.salesRegister({ query: { facilityId: hospital.facilityId, from: '2026-01-01', to: '2026-12-31' } })],
  ['document', ({ stock }) => stock.readDocument(params('document'))], ['paper of a document', ({ stock }) => stock.printDocument(params('document'))], ['transfer', ({ stock }) => stock.readTransfer(params('transfer'))], ['paper of a transfer', ({ stock }) => stock.printTransfer(params('transfer'))],
  ['count', ({ stock }) => stock.readCount(params('count'))], ['sheet of a count', ({ stock }) => stock.printCount(params('count'))], ['contents', ({ stock }) => stock.readContents(params('store'))], ['labels of shelves', ({ stock }) => stock.storeLabels(params('store'))],
  ['order', ({ buyer }) => buyer.readOrder(params('order'))], ['paper of an order', ({ buyer }) => buyer.printOrder(params('order'))], ['goods receipt', ({ buyer }) => buyer.readReceipt(params('receipt'))], ['paper of a receipt', ({ buyer }) => buyer.printReceipt(params('receipt'))], ['debit note', ({ buyer }) => buyer.printReturn(params('return'))],
  ['quotations', ({ buyer }) => buyer.compareQuotations(params('requisition'))], ['register of purchases', ({ buyer }) => buyer.purchaseRegister({ query: { facilityId: hospital.facilityId, from: '2026-01-01', to: '2026-12-31' } })],
]

// Each is whole, so that nothing but the wall refuses it.
const writes: [name: string, write: (as: Clients) => Promise<{ status: number }>][] = [
  ['book a document', ({ stock }) => stock.bookDocument({ body: { kind: 'issue', storeId: of['store'] ?? '', lines: [{ itemId: of['item'] ?? '', quantity: '1' }] } })],
  ['say where a lot lies', ({ stock }) => stock.setBin({ body: { storeId: of['store'] ?? '', lotId: of['lot'] ?? '', bin: 'A1' } })],
  ['ask for a transfer from one of its stores to another', ({ stock }) => stock.requestTransfer({ body: { fromStoreId: of['store'] ?? '', toStoreId: of['beside'] ?? '', lines: [{ itemId: of['item'] ?? '', quantity: '1' }] } })],
  ['send what lies there', ({ stock }) => stock.dispatchTransfer({ ...params('to'), body: {} })],
  ['count it', ({ stock }) => stock.startCount({ body: { storeId: of['beside'] ?? '' } })],
  ['change what a box should hold', ({ stock }) => stock.writeContents({ ...params('store'), body: { items: [{ itemId: of['item'] ?? '', quantity: '1' }] } })],
  ['sell from it', ({ counter }) => counter.sell({ body: { storeId: of['store'] ?? '', lines: [{ itemId: of['item'] ?? '', quantity: '2' }], payments: [{ method: 'cash', amount: inr('10.00') }] } })],
  ['prepare in it', ({ counter }) => counter.prepare({ body: { formulaId: of['formula'] ?? '', storeId: of['store'] ?? '', batch: 'WP-2' } })],
  ['count its drugs', ({ counter }) => counter.countRegister({ body: { storeId: of['store'] ?? '', itemId: of['drug'] ?? '', counted: '5', witnessId: hospital.userId('nurse') } })],
  ['order for it', ({ buyer }) => buyer.createOrder({ body: { storeId: of['store'] ?? '', vendorId: of['vendor'] ?? '', lines: [{ itemId: of['item'] ?? '', quantity: '1', unitPrice: inr('1.00') }] } })],
  ['receive into it', ({ buyer }) => buyer.receiveGoods({ body: { storeId: of['store'] ?? '', vendorId: of['vendor'] ?? '', lines: [{ itemId: of['item'] ?? '', lot: { batch: 'W-9', expiresOn: '2031-01' }, quantity: '1', unitPrice: inr('1.00') }] } })],
  ['ask for goods', ({ buyer }) => buyer.requisition({ body: { storeId: of['store'] ?? '', lines: [{ itemId: of['item'] ?? '', quantity: '1' }] } })],
  ['cancel an order', ({ buyer }) => buyer.cancelOrder({ ...params('order'), body: { reason: 'no' } })],
]

describe('who works in another facility of the hospital', () => {
  it.each(lists)('does not find the %s in a list', async (name, key, list) => {
    const has = async (as: Clients) => {
      const { status, body } = await list(as)
      return [status, body.items.some((one) => Object.entries(one).some(([field, value]) => field === key && value === of[name]))]
    }
    expect([await has(both), await has(stranger)]).toEqual([[200, true], [200, false]])
  })

  it.each(singles)('may not read the %s', async (_name, read) => {
    expect([(await read(both)).status, (await read(stranger)).status]).toEqual([200, 403])
  })

  it.each(writes)('may not %s', async (_name, write) => {
    const refused = (await write(stranger)).status
    expect([refused, (await write(both)).status < 300]).toEqual([403, true])
  })

  it('sees a transfer that comes to his stores or leaves them, and prints it', async () => {
    const seen = (await stranger.stock.listTransfers(all)).body.items.map((one) => one.id)
    expect([of['to'], of['from'], of['transfer']].map((id) => seen.includes(id ?? ''))).toEqual([true, true, false])
    for (const side of ['to', 'from']) expect([(await stranger.stock.readTransfer(params(side))).status, (await stranger.stock.printTransfer(params(side))).status]).toEqual([200, 200])
  })

  it('counts as on hand and of value only what is in his own stores', async () => {
    const overview = async ({ stock }: Clients) => (await stock.stockOverview({ query: { search: 'Wallol' } })).body.items[0]?.onHand
    const items = async ({ stock }: Clients) => (await stock.listItems({ query: { search: 'Wallol' } })).body.items[0]?.onHand
    const value = async ({ stock }: Clients) => Number((await stock.valuation({ query: {} })).body.byLot.amount)
    const lots = async ({ stock }: Clients) => (await stock.ageing({ query: {} })).body.buckets.reduce((sum, bucket) => sum + bucket.lots, 0)
    expect([await overview(stranger), await items(stranger)]).toEqual(['0', '0'])
    expect([Number(await overview(both)) > 0, Number(await items(both)) > 0, await value(both) > await value(stranger), await lots(both) > await lots(stranger)]).toEqual([true, true, true, true])
  })
})
