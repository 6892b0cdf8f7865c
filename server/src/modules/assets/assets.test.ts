import { beforeAll, describe, expect, it } from 'vitest'
import { assets } from '#contract/assets.ts'
import { inventory } from '#contract/inventory.ts'
import { purchasing } from '#contract/purchasing.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart } from '../../testing/multipart.ts'
import { png } from '../../testing/pictures.ts'
import { addMonths, monthOf } from './calendar-rules.ts'

let hospital: TestHospital
let admin: TestClient<typeof assets>
let engineer: TestClient<typeof assets>
let accounts: TestClient<typeof assets>
let store: TestClient<typeof assets>
let categoryId = ''
const inr = (amount: string) => ({ amount, currency: 'INR' })
const today = localDate(new Date(), 'Asia/Kolkata')
const thisMonth = monthOf(today)

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  ;[admin, engineer, accounts, store] = await Promise.all([hospital.as(assets, 'admin'), hospital.as(assets, 'biomedical-engineer'), hospital.as(assets, 'cashier'), hospital.as(assets, 'pharmacist')])
  await admin.addUsualCategories({ body: {} })
  const categories = (await admin.listCategories({ query: {} })).body.items
  categoryId = categories.find((one) => one.lifeMonths === 156)?.id ?? ''
})

let serial = 0
const bodyOf = (more: Record<string, unknown> = {}) => {
  serial += 1
  return { facilityId: hospital.facilityId, categoryId, name: 'Ventilator', maker: 'Dräger', model: 'Evita V300', serialNumber: `SN-${serial}`, purchasedOn: addMonths(thisMonth, -2), inUseOn: addMonths(thisMonth, -2), cost: inr('1000000.00'), tax: inr('120000.00'), location: 'ICU 1', ...more }
}
const register = async (more: Record<string, unknown> = {}) => {
  const made = await store.registerAsset({ body: bodyOf(more) })
  expect(made.status).toBe(201)
  return made.body
}

describe('the register', () => {
  it('is closed to strangers and to who may not write', async () => {
    expect((await hospital.anonymous(assets).listAssets({ query: {} })).status).toBe(401)
    expect((await (await hospital.as(assets, 'receptionist')).listAssets({ query: {} })).status).toBe(403)
    expect((await (await hospital.as(assets, 'nurse')).registerAsset({ body: bodyOf() })).status).toBe(403)
  })

  it('takes the usual categories once, and their lives are those of Schedule II', async () => {
    expect((await admin.addUsualCategories({ body: {} })).body.added).toBe(0)
    const items = (await admin.listCategories({ query: {} })).body.items
    expect(items.map((one) => one.lifeMonths / 12).toSorted((a, b) => a - b)).toEqual([3, 5, 6, 8, 10, 10, 10, 13, 15, 15, 60])
    const written = await admin.addCategory({ body: { name: 'Endoscopes', method: 'written-down', lifeMonths: 156, residualPercent: '5' } })
    expect(written.body.ratePercent).toBe('20.58')
    expect((await admin.addCategory({ body: { name: 'endoscopes', method: 'straight-line', lifeMonths: 60, residualPercent: '5' } })).problem.code).toBe('assets.category_taken')
    expect((await admin.addCategory({ body: { name: 'Too much left', method: 'straight-line', lifeMonths: 60, residualPercent: '6' } })).problem.errors?.[0]?.path).toContain('residualPercent')
  })

  it('numbers assets without gaps, with tax in the cost unless it is credited', async () => {
    const first = await register()
    const second = await register({ isTaxCredited: true })
    expect(Number(second.number.slice(-6)) - Number(first.number.slice(-6))).toBe(1)
    expect([first.gross.amount, second.gross.amount, first.residual.amount]).toEqual(['1120000.00', '1000000.00', '56000.00'])
    expect(first.state).toBe('in-use')
  })

  it('refuses a serial number that is known, a day to come and another currency, by their fields', async () => {
    const one = await register()
    const again = await store.registerAsset({ body: bodyOf({ serialNumber: one.serialNumber.toLowerCase(), maker: 'DRAGER' }) })
    expect([again.status, again.problem.code]).toEqual([409, 'assets.serial_taken'])
    expect((await store.registerAsset({ body: bodyOf({ inUseOn: '2099-01-01' }) })).problem.errors?.[0]?.path).toBe('inUseOn')
    expect((await store.registerAsset({ body: bodyOf({ cost: { amount: '1', currency: 'USD' } }) })).problem.errors?.[0]?.path).toBe('cost.currency')
    expect((await store.registerAsset({ body: bodyOf({ departmentId: hospital.tenantId }) })).problem.errors?.[0]?.path).toBe('departmentId')
  })

  it('finds by the beginning of name, number and serial number, and by its label', async () => {
    const one = await register({ name: 'Zeiss microscope', serialNumber: 'QX-778' })
    const found = async (search: string) => (await store.listAssets({ query: { facilityId: hospital.facilityId, search } })).body.items.map((row) => row.id)
    expect(await Promise.all(['zeiss', 'qx-7', one.number].map(found))).toEqual([[one.id], [one.id], [one.id]])
    expect((await engineer.scanAsset({ query: { code: one.number.toLowerCase() } })).body.id).toBe(one.id)
    expect((await engineer.scanAsset({ query: { code: 'GH1-AST-999999' } })).problem.code).toBe('assets.unknown_code')
    const label = await engineer.assetLabel({ params: { id: one.id } })
    expect(label.headers['content-type']).toContain('application/pdf')
  })

  it('moves are told in the history, and a change is audited', async () => {
    const one = await register()
    const moved = await store.updateAsset({ params: { id: one.id }, ifMatch: one.version, body: { location: 'Theatre 2' } })
    expect(moved.body.location).toBe('Theatre 2')
    expect((await store.updateAsset({ params: { id: one.id }, ifMatch: one.version, body: { location: 'x' } })).status).toBe(412)
    expect((await engineer.listChanges({ params: { id: one.id }, query: {} })).body.items[0]).toMatchObject({ kind: 'place', before: 'ICU 1', after: 'Theatre 2' })
    const [entry] = await hospital.query<{ n: number }>("select count(*)::int as n from audit_entries where subject_id = $1 and action = 'row.update'", [one.id])
    expect(entry?.n).toBe(1)
  })

  it('keeps documents, and a picture is drawn anew', async () => {
    const one = await register()
    const send = (bytes: Uint8Array, name: string) => engineer.addFile({ params: { id: one.id }, ...multipart({ kind: 'photo' }, [{ name, bytes }]) })
    const made = await send(png(40, 30, () => [200, 10, 10, 255]), 'plate.png')
    expect([made.status, made.body.contentType]).toEqual([201, 'image/jpeg'])
    expect((await send(Buffer.from('<svg/>'), 'x.svg')).status).toBeGreaterThanOrEqual(415)
    const [file] = (await engineer.listFiles({ params: { id: one.id } })).body.items
    expect((await engineer.readFile({ params: { id: file?.id ?? '' } })).status).toBe(200)
  })
})

describe('a goods receipt', () => {
  it('becomes an asset a piece, to the coin, once; the stock is gone', async () => {
    const buyer = await hospital.as(purchasing, 'pharmacist')
    const keeper = await hospital.as(inventory, 'pharmacist')
    const storeId = (await keeper.createStore({ body: { facilityId: hospital.facilityId, code: 'EQ', name: 'Equipment', kind: 'main' } })).body.id
    const vendorId = (await keeper.createVendor({ body: { name: 'BPL Medical' } })).body.id
    const itemId = (await keeper.createItem({ body: { sku: 'PUMP', name: 'Syringe pump', kind: 'equipment', baseUnit: 'piece', manufacturer: 'BPL' } })).body.id
    const receipt = await buyer.receiveGoods({ body: { storeId, vendorId, freight: inr('100.00'), lines: [{ itemId, lot: { batch: 'P1' }, quantity: '3', unitPrice: inr('33333.33'), taxRatePercent: '12' }] } })
    expect(receipt.status).toBe(201)
    const [line] = (await store.listEquipment({ query: { facilityId: hospital.facilityId } })).body.items
    expect([line?.isCapitalised, line?.cost.amount]).toEqual([false, '100099.99'])
    const body = { goodsReceiptLineId: line?.goodsReceiptLineId ?? '', categoryId, serialNumbers: ['A1', 'A2', 'A3'], location: 'Store' }
    expect((await store.capitalise({ body: { ...body, serialNumbers: ['A1'] } })).problem.code).toBe('assets.serial_count')
    const answers = await Promise.all([store.capitalise({ body }), store.capitalise({ body })])
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409])
    const made = answers.find((answer) => answer.status === 201)?.body.items ?? []
    expect(made.map((one) => one.cost.amount).toSorted()).toEqual(['33366.66', '33366.66', '33366.67'])
    expect(made.map((one) => one.state)).toEqual(['in-store', 'in-store', 'in-store'])
    expect(await hospital.query('select sum(quantity)::int as n from stock_balances where item_id = $1', [itemId])).toEqual([{ n: 0 }])
    expect((await store.listEquipment({ query: { facilityId: hospital.facilityId } })).body.items[0]?.isCapitalised).toBe(true)
  })
})

describe('the books', () => {
  it('depreciate month after month, close them, and add to the schedule', async () => {
    const other = hospital.otherFacilityId
    const one = await register({ facilityId: other, cost: inr('1000000.00'), tax: inr('0'), purchasedOn: addMonths(thisMonth, -2), inUseOn: addMonths(thisMonth, -2) })
    const [first, second] = [addMonths(thisMonth, -2), addMonths(thisMonth, -1)]
    const next = await accounts.readBooks({ query: { facilityId: other } })
    expect(next.body).toMatchObject({ closedUntil: null, nextPeriod: first, canRun: true, assets: 1 })
    expect((await engineer.runDepreciation({ body: { facilityId: other, period: first } })).status).toBe(403)
    expect((await accounts.runDepreciation({ body: { facilityId: other, period: thisMonth } })).problem.code).toBe('assets.period_not_ended')
    const run = await accounts.runDepreciation({ body: { facilityId: other, period: first } })
    expect([run.status, run.body.total, run.body.assets]).toEqual([201, next.body.expected, 1])
    expect((await accounts.runDepreciation({ body: { facilityId: other, period: first } })).problem.code).toBe('assets.period_done')
    expect((await accounts.runDepreciation({ body: { facilityId: other, period: addMonths(first, -1) } })).problem.code).toBe('assets.period_done')
    expect((await accounts.addCost({ params: { id: one.id }, body: { amount: inr('100.00'), on: first, reason: 'late' } })).problem.code).toBe('assets.period_closed')
    const added = await accounts.addCost({ params: { id: one.id }, body: { amount: inr('50000.00'), on: second, reason: 'Compressor' } })
    expect(added.body.gross.amount).toBe('1050000.00')
    expect((await accounts.impair({ params: { id: one.id }, body: { amount: inr('99999999.00'), on: second, reason: 'Flood' } })).problem.code).toBe('assets.above_value')
    const impaired = await accounts.impair({ params: { id: one.id }, body: { amount: inr('10000.00'), on: second, reason: 'Flood' } })
    expect(impaired.body.impaired.amount).toBe('10000.00')
    await accounts.runDepreciation({ body: { facilityId: other, period: second } })
    const books = (await accounts.listEntries({ params: { id: one.id }, query: {} })).body.items
    expect(books.map((entry) => entry.kind).toSorted()).toEqual(['acquisition', 'addition', 'depreciation', 'depreciation', 'impairment'])
    const now = (await accounts.readAsset({ params: { id: one.id } })).body
    expect(books[0]?.net).toEqual(now.net)
    const { items, total } = (await accounts.schedule({ query: { facilityId: other, from: first, to: today } })).body
    expect(items).toHaveLength(1)
    expect(total).toMatchObject({ openingGross: inr('0.00'), additions: inr('1050000.00'), closingGross: inr('1050000.00'), impairment: inr('10000.00'), closingNet: now.net, count: 1 })
    expect((await accounts.registerOn({ query: { facilityId: other, on: today } })).body.items[0]).toMatchObject({ number: now.number, net: now.net })
    expect((await accounts.registerOn({ query: { facilityId: other, on: addMonths(first, -1) } })).body.items).toEqual([])
    const csv = String((await accounts.exportRegister({ query: { facilityId: other, on: today } })).body)
    expect(csv).toContain(`${now.number},Ventilator`)
    await expect(hospital.query('update asset_entries set depreciated = 0')).rejects.toThrow('final')
  })

  it('set an error right in the month that follows, and take what came late on the first open day', async () => {
    const other = hospital.otherFacilityId
    const late = await register({ facilityId: other, cost: inr('365000.00'), tax: inr('0') })
    const [entry] = (await accounts.listEntries({ params: { id: late.id }, query: {} })).body.items
    expect(entry?.on).toBe(thisMonth)
    const right = await accounts.correctTerms({ params: { id: late.id }, body: { lifeMonths: 60, reason: 'Wrong category' } })
    expect([right.body.lifeMonths, right.body.depreciated.amount]).toEqual([60, '0.00'])
    expect((await accounts.forecast({ params: { id: late.id } })).body.items.at(-1)?.closing.amount).toBe('18250.00')
  })

  it('end with its disposal: charged to the day before, gain or loss, for good', async () => {
    const one = await register({ facilityId: hospital.otherFacilityId })
    expect((await accounts.dispose({ params: { id: one.id }, body: { kind: 'sale', on: today, reason: 'Old' } })).status).toBe(403)
    const gone = await admin.dispose({ params: { id: one.id }, body: { kind: 'sale', on: today, proceeds: inr('900000.00'), takenBy: 'Scrap & Co', reason: 'Replaced' } })
    const { disposal, asset } = gone.body
    expect([asset.state, asset.actions]).toEqual(['disposed', []])
    expect(Number(disposal.gain.amount)).toBeCloseTo(900_000 - Number(disposal.net.amount), 2)
    const books = (await accounts.listEntries({ params: { id: one.id }, query: {} })).body.items
    expect([books[0]?.kind, books[0]?.net.amount]).toEqual(['disposal', '0.00'])
    expect((await admin.dispose({ params: { id: one.id }, body: { kind: 'scrap', on: today, reason: 'Again' } })).problem.code).toBe('lifecycle.illegal_step')
    expect((await store.updateAsset({ params: { id: one.id }, ifMatch: asset.version, body: { name: 'x' } })).problem.code).toBe('assets.is_disposed')
  })
})
