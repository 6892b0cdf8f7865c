import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { makeContext } from '#kernel/context.ts'
import { sendQueued } from '#kernel/mail.ts'
import { demoPassword } from '../../seed/seed.ts'
import { openMailbox } from '../../testing/mailbox.ts'
import { multipart } from '../../testing/multipart.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { mailOrder } from './sending.ts'
import { forecast, landedCosts, matchBill, seasonal, suggested } from './rules.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let buyer: TestClient<typeof purchasing>
let storeId = ''
let vendorId = ''
let otherVendorId = ''
let tablet = ''
let insulin = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  buyer = await hospital.as(purchasing, 'pharmacist')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'M', name: 'Main', kind: 'main' } })).body.id
  vendorId = (await stock.createVendor({ body: { name: 'Kerala Drug House', paymentTermsDays: 30 } })).body.id
  otherVendorId = (await stock.createVendor({ body: { name: 'Malabar Pharma' } })).body.id
  tablet = (await stock.createItem({ body: { sku: 'T1', name: 'Tablet', kind: 'medicine', baseUnit: 'tablet', packs: [{ unit: 'strip', factor: '10' }, { unit: 'box', factor: '100' }], taxRatePercent: '12', reorderLevel: '200', maximumLevel: '1000', leadTimeDays: 7 } })).body.id
  insulin = (await stock.createItem({ body: { sku: 'I1', name: 'Insulin', kind: 'medicine', baseUnit: 'vial', storage: 'refrigerated' } })).body.id
})

const lot = (batch: string, expiresOn = '2030-01') => ({ batch, expiresOn, mrp: inr('60.00'), mrpUnit: 'strip' })

describe('from what is lacking to the shelf', () => {
  it('is asked for, quoted, ordered, approved, sent, received in part and whole, billed and sent back', async () => {
    const asked = (await buyer.requisition({ body: { storeId, lines: [{ itemId: tablet, quantity: '5', unit: 'box' }] } })).body
    expect(asked).toMatchObject({ number: 'GH1-REQ-000001', lines: [{ quantity: '500' }] })
    await buyer.addQuotation({ params: { id: asked.id }, body: { vendorId, lines: [{ itemId: tablet, unitCost: inr('3.20'), leadTimeDays: 3 }] } })
    const compared = await buyer.addQuotation({ params: { id: asked.id }, body: { vendorId: otherVendorId, lines: [{ itemId: tablet, unitCost: inr('3.10') }] } })
    expect(compared.body.items.map((one) => [one.vendorName, one.unitCost.amount, one.isLowest])).toEqual([['Malabar Pharma', '3.10', true], ['Kerala Drug House', '3.20', false]])
    const order = (await buyer.createOrder({ body: { storeId, vendorId, requisitionId: asked.id, lines: [{ itemId: tablet, quantity: '5', unit: 'box', unitPrice: inr('320.00') }] } })).body
    expect(order).toMatchObject({ number: 'GH1-PO-000001', state: 'draft', total: inr('1600.00'), lines: [{ ordered: '5', unit: 'box', quantity: '500' }] })
    const params = { id: order.id }
    expect((await buyer.receiveGoods({ body: { storeId, purchaseOrderId: order.id, lines: [{ purchaseOrderLineId: order.lines[0]?.id ?? '', lot: lot('A'), quantity: '1' }] } })).status).toBe(409)
    await buyer.approveOrder({ params, body: {} })
    expect((await buyer.sendOrder({ params, body: {} })).body.state).toBe('sent')
    const line = { purchaseOrderLineId: order.lines[0]?.id ?? '', lot: lot('A') }
    const part = await buyer.receiveGoods({ body: { storeId, purchaseOrderId: order.id, freight: inr('64.00'), lines: [{ ...line, quantity: '2', free: '1', damaged: '0' }] } })
    expect(part.body).toMatchObject({ number: 'GH1-GRN-000001', goodsTotal: inr('640.00'), taxTotal: inr('76.80'), freight: inr('64.00'), total: inr('780.80'), lines: [{ quantity: '200', free: '100', landedUnitCost: inr('2.346667') }] })
    expect((await buyer.readOrder({ params })).body).toMatchObject({ state: 'partly-received', lines: [{ received: '200' }] })
    const over = await buyer.receiveGoods({ body: { storeId, purchaseOrderId: order.id, lines: [{ ...line, quantity: '4' }] } })
    expect([over.status, over.problem.code, over.problem.errors?.[0]?.path]).toEqual([422, 'purchasing.above_order', 'lines.0.quantity'])
    const rest = await buyer.receiveGoods({ body: { storeId, purchaseOrderId: order.id, lines: [{ ...line, lot: lot('B'), quantity: '3' }] } })
    expect((await buyer.readOrder({ params })).body.state).toBe('received')
    const held = await stock.listStock({ query: { itemId: tablet } })
    expect(held.body.items.map((one) => [one.batch, one.quantity, one.expiresOn, one.mrp?.amount, one.mrpQuantity])).toEqual([['A', '300', '2030-01-31', '60.00', '10'], ['B', '300', '2030-01-31', '60.00', '10']].toSorted())
    expect((await stock.readItem({ params: { id: tablet } })).body).toMatchObject({ onHand: '600', averageCost: '2.773334' })
    const receiptId = part.body.id
    const disputed = await buyer.enterBill({ params: { id: receiptId }, body: { billNumber: 'KDH/77', billedOn: '2026-11-20', amount: inr('800.00') } })
    expect(disputed.body).toMatchObject({ state: 'disputed', expected: inr('780.80'), difference: inr('19.20'), dueOn: '2026-12-20' })
    expect((await buyer.enterBill({ params: { id: receiptId }, body: { billNumber: 'KDH/77', billedOn: '2026-11-20', amount: inr('780.80') } })).problem.code).toBe('purchasing.bill_known')
    expect((await buyer.approveBill({ params: { id: disputed.body.id }, body: { reason: 'packing' } })).status).toBe(403)
    expect((await (await hospital.as(purchasing, 'admin')).approveBill({ params: { id: disputed.body.id }, body: { reason: 'packing' } })).body.state).toBe('approved')
    const back = await buyer.returnGoods({ params: { id: rest.body.id }, body: { reason: 'wrong brand', lines: [{ goodsReceiptLineId: rest.body.lines[0]?.id ?? '', quantity: '300' }] } })
    expect(back.body).toMatchObject({ number: 'GH1-PRT-000001', total: inr('960.00') })
    expect((await buyer.returnGoods({ params: { id: rest.body.id }, body: { reason: 'again', lines: [{ goodsReceiptLineId: rest.body.lines[0]?.id ?? '', quantity: '1' }] } })).problem.code).toBe('purchasing.above_received')
    expect((await stock.readItem({ params: { id: tablet } })).body.onHand).toBe('300')
    const returns = (await buyer.listReturns({ query: { goodsReceiptId: rest.body.id } })).body.items
    expect(returns.map((one) => [one.number, one.vendorName, one.reason])).toEqual([['GH1-PRT-000001', 'Kerala Drug House', 'wrong brand']])
    const papers = await Promise.all([buyer.printReturn({ params: { id: back.body.id } }), buyer.printReceipt({ params: { id: receiptId } })])
    expect(papers.map((one) => one.headers['content-type'])).toEqual(['application/pdf', 'application/pdf'])
    expect((await buyer.listBills({ query: { goodsReceiptId: receiptId } })).body.items.map((one) => one.vendorName)).toEqual(['Kerala Drug House'])
    const register = await buyer.purchaseRegister({ query: { facilityId: hospital.facilityId, from: part.body.receivedOn, to: part.body.receivedOn } })
    // Of 1,600 in two receipts 960 went back with its tax.
    expect(register.body.items).toEqual([{ taxRatePercent: '12', taxCode: '', taxable: inr('640.00'), cgst: inr('38.40'), sgst: inr('38.40'), igst: inr('0.00'), tax: inr('76.80'), total: inr('716.80') }])
    const listed = async (cursor?: string) => (await buyer.purchaseDocuments({ query: { facilityId: hospital.facilityId, from: part.body.receivedOn, to: part.body.receivedOn, limit: 2, ...(cursor === undefined ? {} : { cursor }) } })).body
    const first = await listed()
    const all = [...first.items, ...(await listed(first.nextCursor ?? '')).items]
    expect(all.map((one) => [one.number, one.kind, one.billNumber, one.taxable.amount, one.total.amount])).toEqual([['GH1-GRN-000001', 'receipt', 'KDH/77', '640.00', '716.80'], ['GH1-GRN-000002', 'receipt', '', '960.00', '1075.20'], ['GH1-PRT-000001', 'return', '', '-960.00', '-1075.20']])
    // The same from a vendor of another state.
    await hospital.query("update vendors set state_code = '29' where id = $1", [vendorId])
    await hospital.query("update facilities set state_code = '32' where id = $1", [hospital.facilityId])
    expect((await buyer.purchaseRegister({ query: { facilityId: hospital.facilityId, from: part.body.receivedOn, to: part.body.receivedOn } })).body.items).toMatchObject([{ cgst: inr('0.00'), sgst: inr('0.00'), igst: inr('76.80'), total: inr('716.80') }])
    const paper = await buyer.printOrder({ params })
    expect(paper.headers['content-type']).toBe('application/pdf')
  })

  it('refuses expired goods, asks for short dates and for the cold chain, and orders above the limit of one person', async () => {
    const come = (itemId: string, batch: string, expiresOn: string, more = {}) => buyer.receiveGoods({ body: { storeId, vendorId, lines: [{ itemId, lot: { batch, expiresOn }, quantity: '10', unitPrice: inr('1.00') }], ...more } })
    expect((await come(tablet, 'X', '2026-01')).problem.code).toBe('purchasing.short_dated')
    expect((await come(tablet, 'X', '2026-01', { isAccepted: true })).problem.code).toBe('purchasing.short_dated')
    const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
    expect((await come(tablet, 'Y', soon)).problem.errors?.[0]?.path).toBe('lines.0.lot.expiresOn')
    expect((await come(tablet, 'Y', soon, { isAccepted: true })).status).toBe(201)
    expect((await come(insulin, 'Z', '2030-01')).problem.code).toBe('purchasing.cold_chain')
    expect((await come(insulin, 'Z', '2030-01', { temperatureCelsius: '4.5' })).body.temperatureCelsius).toBe('4.5')
    expect((await come(tablet, 'Q', '2030-13')).problem.errors?.[0]?.path).toBe('lines.0.lot.expiresOn')
    const big = (await buyer.createOrder({ body: { storeId, vendorId, lines: [{ itemId: tablet, quantity: '1000', unit: 'box', unitPrice: inr('320.00') }] } })).body
    expect((await buyer.approveOrder({ params: { id: big.id }, body: {} })).problem.code).toBe('purchasing.above_limit')
    expect((await (await hospital.as(purchasing, 'admin')).approveOrder({ params: { id: big.id }, body: {} })).body.state).toBe('approved')
    expect((await buyer.cancelOrder({ params: { id: big.id }, body: { reason: 'too much' } })).body.state).toBe('cancelled')
  })

  it('a draft is changed in the version that was seen, what is approved is not', async () => {
    const draft = (await buyer.createOrder({ body: { storeId, vendorId, lines: [{ itemId: tablet, quantity: '1', unit: 'box', unitPrice: inr('300.00') }] } })).body
    const change = (ifMatch: number, body: Parameters<typeof buyer.updateOrder>[0]['body']) => buyer.updateOrder({ params: { id: draft.id }, ifMatch, body })
    const changed = await change(draft.version, { vendorId: otherVendorId, expectedOn: '2030-01-01', lines: [{ itemId: tablet, quantity: '3', unit: 'strip', unitPrice: inr('31.00') }, { itemId: insulin, quantity: '2', unitPrice: inr('100.00') }] })
    expect(changed.body).toMatchObject({ vendorName: 'Malabar Pharma', expectedOn: '2030-01-01', total: inr('293.00') })
    expect(changed.body.lines.map((line) => [line.sku, line.ordered, line.quantity]).toSorted()).toEqual([['I1', '2', '2'], ['T1', '3', '30']])
    expect((await change(draft.version, { expectedOn: null })).status).toBe(412)
    expect((await change(changed.body.version, { vendorId: tablet })).problem.errors?.[0]?.path).toBe('vendorId')
    expect((await change(changed.body.version, { lines: [{ itemId: tablet, quantity: '1', unit: 'crate', unitPrice: inr('1.00') }] })).problem.code).toBe('inventory.unknown_unit')
    await buyer.approveOrder({ params: { id: draft.id }, body: {} })
    expect((await change(changed.body.version + 1, { expectedOn: null })).problem.code).toBe('lifecycle.illegal_step')
    await buyer.cancelOrder({ params: { id: draft.id }, body: { reason: 'tried' } })
  })

  it('two receipts at once of the last box: one', async () => {
    const order = (await buyer.createOrder({ body: { storeId, vendorId, lines: [{ itemId: tablet, quantity: '1', unit: 'box', unitPrice: inr('300.00') }] } })).body
    await buyer.approveOrder({ params: { id: order.id }, body: {} })
    const body = { storeId, purchaseOrderId: order.id, lines: [{ purchaseOrderLineId: order.lines[0]?.id ?? '', lot: lot('RACE'), quantity: '1' }] }
    const answers = await Promise.all(Array.from({ length: 8 }, () => buyer.receiveGoods({ body })))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect((await stock.listStock({ query: { itemId: tablet } })).body.items.find((one) => one.batch === 'RACE')?.quantity).toBe('100')
  })

  it('suggests what is at its level', async () => {
    const found = await buyer.suggestOrders({ query: { facilityId: hospital.facilityId, all: 'true' } })
    const one = found.body.items.find((item) => item.itemId === tablet)
    expect(one).toMatchObject({ reorderLevel: '200', method: 'moving-average', errorPercent: null, lastVendorId: vendorId })
  })

  it('a price list comes from a table: tried first, bad rows alone, the same again changes nothing; what is suggested is drafted at it', async () => {
    const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'pharmacist@general.example', password: demoPassword } })
    const [cookie] = answer.cookies
    const send = async (csv: string, fields: Record<string, string> = {}) => {
      const form = multipart({ vendorId, facilityId: hospital.facilityId, ...fields }, [{ name: 'prices.csv', bytes: Buffer.from(csv) }])
      return (await hospital.app.inject({ method: 'POST', url: '/api/v1/vendor-prices/import', headers: { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken, ...form.headers }, payload: form.body })).json()
    }
    const table = 'SKU;Rate;Unit;From\nT1;2.15;;2026-01-01\nT1;19.50;strip;2026-01-01\nNOPE;1;;\nI1;much;;\nT1;1;crate;\nI1;310;;2026-13-01\n'
    expect(await send(table, { dryRun: 'true' })).toMatchObject({ dryRun: true, counts: { read: 6, created: 2, failed: 4 } })
    expect((await buyer.listPrices({ query: { vendorId } })).body.items).toEqual([])
    expect((await send(table)).errors.map((error: { line: number; path: string }) => `${error.line} ${error.path}`)).toEqual(['4 sku', '5 price', '6 unit', '7 from'])
    expect((await send(table)).counts).toMatchObject({ created: 0, unchanged: 2, failed: 4 })
    expect((await send('sku,price,from\nT1,2.30,2026-01-01\nT1,2.40,2099-01-01')).errors).toMatchObject([{ line: 2, path: 'price' }])
    const prices = (await buyer.listPrices({ query: { itemId: tablet } })).body.items.map((one) => [one.unit, one.unitPrice.amount, one.isCurrent])
    expect(prices.toSorted()).toEqual([['strip', '19.50', true], ['tablet', '2.15', true], ['tablet', '2.40', false]])
    expect((await send('a,b\n1,2')).code).toBe('kernel.unreadable_table')
    expect((await send(table, { vendorId: 'x' })).errors[0].path).toBe('vendorId')
    const known = (await stock.readItem({ params: { id: tablet } })).body
    await stock.updateItem({ params: { id: tablet }, ifMatch: known.version, body: { reorderLevel: '5000', maximumLevel: '9000' } })
    const [first, second] = await Promise.all([buyer.draftSuggested({ body: { storeId } }), buyer.draftSuggested({ body: { storeId } })])
    expect([first.status, second.status]).toEqual([201, 201])
    // A double tap drafts once, whichever comes first.
    const [drafted, again] = first.body.items.length > 0 ? [first, second] : [second, first]
    expect(again.body.items).toEqual([])
    const lines = drafted.body.items.filter((order) => order.vendorId === vendorId).flatMap((order) => order.lines)
    expect(lines.filter((line) => line.itemId === tablet).map((line) => [line.unit, line.unitPrice.amount])).toEqual([['strip', '19.50']])
    expect((await buyer.draftSuggested({ body: { storeId } })).body.items.flatMap((order) => order.lines).filter((line) => line.itemId === tablet)).toEqual([])
  })

  it('goes to the vendor by mail as PDF, made after the commit', async () => {
    const order = (await buyer.createOrder({ body: { storeId, vendorId, lines: [{ itemId: tablet, quantity: '5', unit: 'box', unitPrice: inr('200') }] } })).body
    await buyer.approveOrder({ params: { id: order.id }, body: {} })
    expect((await buyer.sendOrder({ params: { id: order.id }, body: { mailTo: 'orders@kdh.example' } })).problem.code).toBe('purchasing.no_mail')
    expect((await buyer.sendOrder({ params: { id: order.id }, body: { mailTo: 'nobody' } })).status).toBe(422)
    const mailbox = await openMailbox()
    expect((await buyer.sendOrder({ params: { id: order.id }, body: { mailTo: 'orders@kdh.example' } })).body).toMatchObject({ state: 'sent', mailedTo: 'orders@kdh.example' })
    const ctx = makeContext({ tenantId: hospital.tenantId, now: new Date() })
    await mailOrder(ctx, { orderId: order.id, language: 'en' })
    const [queued] = await hospital.query<{ id: string }>('select id from outgoing_mails order by created_at desc limit 1')
    await sendQueued(ctx, { mailId: queued?.id ?? '' })
    expect(mailbox.letters).toMatchObject([{ to: 'orders@kdh.example', text: expect.stringContaining(`${order.number}.pdf`) }])
    expect(mailbox.letters[0]?.text).toContain('application/pdf')
    await mailbox.close()
  })

  it('is another hospital’s 404', async () => {
    const stranger = await hospital.as(purchasing, 'pharmacist', 'ayurveda')
    const [order] = (await buyer.listOrders({ query: {} })).body.items
    expect((await stranger.readOrder({ params: { id: order?.id ?? '' } })).status).toBe(404)
    expect((await stranger.approveOrder({ params: { id: order?.id ?? '' }, body: {} })).status).toBe(404)
    expect((await (await hospital.as(purchasing, 'nurse')).listOrders({ query: {} })).status).toBe(403)
    expect((await hospital.anonymous(purchasing).listOrders({ query: {} })).status).toBe(401)
  })
})

describe('what a month will use', () => {
  it('is the mean of three, or last year scaled when that erred less', () => {
    expect(forecast([10, 20, 30])).toEqual({ monthly: 20, method: 'moving-average', errorPercent: null })
    const year = [10, 10, 10, 10, 10, 80, 10, 10, 10, 10, 10, 10]
    const next = forecast([...year, ...year.slice(0, 5)])
    expect([next.method, Math.round(next.monthly)]).toEqual(['seasonal', 80])
    expect(seasonal([1, 2])).toBeUndefined()
    expect(forecast([]).monthly).toBe(0)
  })

  it('is ordered up to the maximum, or for the lead time and a month', () => {
    const need = { onHand: 100, onOrder: 0, reorderLevel: 150, maximumLevel: 400, leadTimeDays: 10, monthly: 60 }
    expect(suggested(need)).toEqual({ quantity: 300, why: 'level' })
    expect(suggested({ ...need, onOrder: 100 })).toEqual({ quantity: 0, why: 'enough' })
    expect(suggested({ ...need, onHand: 5, reorderLevel: null, maximumLevel: null })).toEqual({ quantity: 75, why: 'runs-out' })
  })

  it('costs what it landed at', () => {
    expect(landedCosts([{ quantity: '10', free: '0', lineCost: '100' }, { quantity: '10', free: '10', lineCost: '300' }], '40')).toEqual(['11.000000', '16.500000'])
    expect(landedCosts([{ quantity: '5', free: '0', lineCost: '0' }], '40')).toEqual(['0.000000'])
    expect([matchBill('100', '100.99'), matchBill('102', '100')]).toEqual(['matched', 'disputed'])
  })
})
