import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { sendQueued } from '#kernel/mail.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { openMailbox } from '../../testing/mailbox.ts'
import { watchStock } from './watch.ts'

let hospital: TestHospital
let stock: TestClient<typeof inventory>
let admin: TestClient<typeof inventory>
let storeId = ''
let itemId = ''
const dayFromNow = (days: number) => localDate(new Date(Date.now() + days * 86_400_000), 'Asia/Kolkata')

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  stock = await hospital.as(inventory, 'pharmacist')
  admin = await hospital.as(inventory, 'admin')
  storeId = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'W', name: 'Watched', kind: 'main' } })).body.id
  itemId = (await stock.createItem({ body: { sku: 'W1', name: 'Watched tablet', kind: 'medicine', baseUnit: 'tablet', manufacturer: 'Himalaya', reorderLevel: '50', barcodes: [{ code: '4006381333931' }] } })).body.id
})

const fill = async (quantity: string, days: number) => (await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId, lot: { batch: `E${days}`, expiresOn: dayFromNow(days) }, quantity }] } })).body.movements[0]?.lotId ?? ''
const watch = (hours = 0) => withContext(makeContext({ tenantId: hospital.tenantId, now: new Date(Date.now() + hours * 3_600_000) }), watchStock)
const alerts = async () => (await stock.listStockAlerts({ query: { facilityId: hospital.facilityId } })).body.items.map((one) => `${one.kind} ${one.batch}`.trim()).toSorted()

describe('how stock is kept', () => {
  it('has usual bounds, changed by who may, in the version that was seen', async () => {
    const before = (await stock.readStockSettings({})).body
    expect(before).toEqual({ version: 1, nearExpiryDays: 90, approvalLimit: '50000', storekeeperId: null, reordering: 'off' })
    expect((await stock.updateStockSettings({ body: { nearExpiryDays: 30 }, ifMatch: 1 })).status).toBe(403)
    expect((await admin.updateStockSettings({ body: { nearExpiryDays: 0 }, ifMatch: 1 })).status).toBe(422)
    expect((await admin.updateStockSettings({ body: { storekeeperId: itemId }, ifMatch: 1 })).problem.errors?.[0]?.path).toBe('storekeeperId')
    const changed = await admin.updateStockSettings({ body: { nearExpiryDays: 60, storekeeperId: hospital.userId('pharmacist') }, ifMatch: 1 })
    expect(changed.body).toMatchObject({ version: 2, nearExpiryDays: 60, approvalLimit: '50000' })
    expect((await admin.updateStockSettings({ body: { nearExpiryDays: 30 }, ifMatch: 1 })).status).toBe(412)
    expect((await admin.updateStockSettings({ body: { approvalLimit: '75000.5' }, ifMatch: 2 })).body.approvalLimit).toBe('75000.5')
    expect((await hospital.anonymous(inventory).readStockSettings({})).status).toBe(401)
  })

  it('makers are a register: named by items, renamed with them, once each', async () => {
    const [maker] = (await stock.listManufacturers({ query: { search: 'himal' } })).body.items
    expect(maker?.name).toBe('Himalaya')
    expect((await stock.createManufacturer({ body: { name: 'HIMALAYA' } })).problem.code).toBe('inventory.manufacturer_taken')
    const params = { id: maker?.id ?? '' }
    const renamed = await stock.updateManufacturer({ params, body: { name: 'Himalaya Wellness', licenceNumber: 'KA/28/1234' }, ifMatch: maker?.version ?? 0 })
    expect(renamed.body).toMatchObject({ name: 'Himalaya Wellness', licenceNumber: 'KA/28/1234' })
    expect((await stock.readItem({ params: { id: itemId } })).body.manufacturer).toBe('Himalaya Wellness')
    const nurse = await hospital.as(inventory, 'nurse')
    expect((await nurse.createManufacturer({ body: { name: 'Other' } })).status).toBe(403)
    expect((await (await hospital.as(inventory, 'pharmacist', 'ayurveda')).updateManufacturer({ params, body: { name: 'Stolen' }, ifMatch: 2 })).status).toBe(404)
  })
})

describe('the look of each morning', () => {
  it('opens what is low, near its expiry or past it, once, tells the storekeeper, and closes what is mended', async () => {
    const late = await fill('10', 500)
    await fill('20', 30)
    const mailbox = await openMailbox()
    await watch()
    const [queued] = await hospital.query<{ id: string }>('select id from outgoing_mails')
    await sendQueued(makeContext({ tenantId: hospital.tenantId, now: new Date() }), { mailId: queued?.id ?? '' })
    await mailbox.close()
    expect(mailbox.letters).toMatchObject([{ to: 'pharmacist@general.example', text: expect.stringMatching(/Watched tablet .* E30 .* 20 tablet/) }])
    expect(await alerts()).toEqual(['expiring E30', 'low'])
    await Promise.all([watch(), watch()])
    expect(await alerts()).toEqual(['expiring E30', 'low'])
    await stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, quantity: '1' }] } })
    expect((await stock.listStockAlerts({ query: {} })).body.items.map((one) => [one.kind, one.quantity])).toEqual(expect.arrayContaining([['expiring', '19'], ['low', '29']]))
    const tasks = (await (await hospital.as(encounters, 'pharmacist')).listTasks({ query: {} })).body.items
    expect(tasks.filter((task) => task.title.startsWith('Stock in')).map((task) => [task.title, task.assigneeId])).toEqual([[expect.stringMatching(/1 low, 1 near expiry, 0 expired/), hospital.userId('pharmacist')]])
    expect(tasks[0]?.note).toContain('Watched tablet · E30 · 20 tablet')
    await fill('100', 400)
    await watch(31 * 24)
    expect(await alerts()).toEqual(['expired E30'])
    await stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId, lotId: late, quantity: '1' }] } })
    expect((await hospital.query<{ n: number }>('select count(*)::int as n from stock_alerts where closed_at is not null'))[0]?.n).toBe(2)
    expect((await (await hospital.as(inventory, 'pharmacist', 'ayurveda')).listStockAlerts({ query: { facilityId: hospital.facilityId } })).status).toBe(403)
  })

  it('labels are papers with a code of the item', async () => {
    const [one, all] = [await stock.itemLabels({ params: { id: itemId } }), await stock.storeLabels({ params: { id: storeId } })]
    expect([one.status, all.status]).toEqual([200, 200])
    expect((await stock.itemLabels({ params: { id: storeId } })).status).toBe(404)
  })
})

describe('what stock tells about itself', () => {
  it('which items move fast, slowly or not at all, and how old it is', async () => {
    const make = async (sku: string) => (await stock.createItem({ body: { sku, name: sku, kind: 'consumable', baseUnit: 'piece' } })).body.id
    const ids = { fast: await make('M-FAST'), slow: await make('M-SLOW'), still: await make('M-STILL') }
    for (const of of Object.values(ids)) await stock.bookDocument({ body: { kind: 'opening', storeId, lines: [{ itemId: of, lot: { batch: 'M', expiresOn: dayFromNow(900), unitCost: { amount: '2.00', currency: 'INR' } }, quantity: '100' }] } })
    await stock.bookDocument({ body: { kind: 'issue', storeId, lines: [{ itemId: ids.fast, quantity: '90' }, { itemId: ids.slow, quantity: '1' }] } })
    const today = dayFromNow(0)
    const moved = async (speed: 'fast' | 'slow' | 'still') => (await stock.movers({ query: { from: `${today.slice(0, 7)}-01`, to: today, speed, coverDays: 20, storeId } })).body.items.filter((row) => row.sku.startsWith('M-'))
    expect((await moved('fast')).map((row) => [row.sku, row.used, row.onHand, row.cost.amount, row.lastUsedIn])).toEqual([['M-FAST', '90', '10', '180.00', `${today.slice(0, 7)}-01`]])
    expect((await moved('slow')).map((row) => [row.sku, row.value.amount])).toEqual([['M-SLOW', '198.00']])
    expect((await moved('still')).map((row) => [row.sku, row.coverDays, row.value.amount])).toEqual([['M-STILL', null, '200.00']])
    expect((await stock.movers({ query: { from: today, to: '2020-01-01', speed: 'fast', coverDays: 20 } })).problem.errors?.[0]?.path).toBe('to')
    await hospital.query('set session_replication_role = replica')
    await hospital.query("update lots set created_at = created_at - interval '100 days' where item_id = $1", [ids.still])
    await hospital.query('set session_replication_role = origin')
    const { buckets, items } = (await stock.ageing({ query: { storeId } })).body
    expect(buckets.find((one) => one.toDays === 180)).toMatchObject({ fromDays: 90, lots: 1, value: { amount: '200.00' } })
    expect(items[0]).toMatchObject({ itemId: ids.still, days: 100, value: { amount: '200.00' } })
    expect((await stock.ageing({ query: { storeId: ids.still } })).status).toBe(422)
  })

  it('and a bin is where its lot lies', async () => {
    const { lotId = '' } = (await stock.listStock({ query: { storeId, limit: 1 } })).body.items[0] ?? {}
    expect((await stock.setBin({ body: { storeId, lotId, bin: 'A-12' } })).status).toBe(200)
    expect((await stock.listStock({ query: { storeId, lotId } })).body.items[0]?.bin).toBe('A-12')
    expect((await (await hospital.as(inventory, 'doctor')).setBin({ body: { storeId, lotId, bin: 'B' } })).status).toBe(403)
  })
})

describe('a report', () => {
  const between = () => ({ from: `${dayFromNow(0).slice(0, 7)}-01`, to: dayFromNow(0) })
  const textOf = async (body: unknown): Promise<string> => (await extractText(await getDocumentProxy(new Uint8Array(Buffer.from(body as Buffer))), { mergePages: true })).text
  const skus = Array.from({ length: 7 }, (_value, index) => `REP-${index}`)
  let reported = ''

  /** Every page of a report, and how many there were. */
  async function pages<Row>(read: (cursor: string | undefined) => Promise<{ body: { items: Row[]; nextCursor: string | null } }>): Promise<Row[][]> {
    const all: Row[][] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { items, nextCursor } = (await read(cursor)).body
      all.push(items)
      cursor = nextCursor
    }
    return all
  }

  beforeAll(async () => {
    reported = (await stock.createStore({ body: { facilityId: hospital.facilityId, code: 'REP', name: 'Reported', kind: 'main' } })).body.id
    for (const [index, sku] of skus.entries()) {
      const itemId = (await stock.createItem({ body: { sku, name: sku, kind: 'consumable', baseUnit: 'piece' } })).body.id
      await stock.bookDocument({ body: { kind: 'opening', storeId: reported, lines: [{ itemId, lot: { batch: 'R', expiresOn: dayFromNow(900), unitCost: { amount: '2.00', currency: 'INR' } }, quantity: '100' }] } })
      await stock.bookDocument({ body: { kind: 'issue', storeId: reported, lines: [{ itemId, quantity: String([40, 30, 10, 10, 6, 3, 1][index]) }] } })
    }
  })

  it('is read whole page after page: nothing twice, nothing missing, shares and classes those of the whole', async () => {
    const used = await pages((cursor) => stock.consumption({ query: { ...between(), storeId: reported, limit: 2, cursor } }))
    expect(used.map((page) => page.length)).toEqual([2, 2, 2, 1])
    expect(used.flat().map((row) => [row.quantity, row.share, row.class])).toEqual([['40', '40.0', 'A'], ['30', '30.0', 'A'], ['10', '10.0', 'A'], ['10', '10.0', 'B'], ['6', '6.0', 'B'], ['3', '3.0', 'C'], ['1', '1.0', 'C']])
    const moved = await pages((cursor) => stock.movers({ query: { ...between(), speed: 'slow', coverDays: 1, storeId: reported, limit: 3, cursor } }))
    expect(moved.flat().map((row) => row.sku).toSorted()).toEqual(skus)
    const aged = await pages((cursor) => stock.ageing({ query: { storeId: reported, limit: 3, cursor } }))
    expect([aged.map((page) => page.length), new Set(aged.flat().map((row) => row.lotId)).size]).toEqual([[3, 3, 1], 7])
    for (const cursor of [Buffer.from(`x\n${reported}`).toString('base64url'), 'zz']) expect([(await stock.consumption({ query: { ...between(), cursor } })).status, (await stock.ageing({ query: { cursor } })).status]).toEqual([422, 422])
  })

  it('is of a store, of a facility or of all of one’s own, and another facility’s is refused', async () => {
    const value = async (query: object) => Number((await stock.valuation({ query })).body.byLot.amount)
    const [store, facility, both] = [await value({ storeId: reported }), await value({ facilityId: hospital.facilityId }), await value({})]
    expect([store, store < facility, facility <= both]).toEqual([1200, true, true])
    expect((await stock.valuation({ query: { facilityId: reported } })).status).toBe(403)
  })

  it('is printed whole, in the language of who prints', async () => {
    const query = { ...between(), storeId: reported }
    const papers = await Promise.all([stock.printValuation({ query: { storeId: reported } }), stock.printConsumption({ query }), stock.printMovers({ query: { ...query, speed: 'slow', coverDays: 1 } }), stock.printAgeing({ query: { storeId: reported } })])
    expect(papers.map((paper) => paper.status)).toEqual([200, 200, 200, 200])
    const [valued = '', ...listed] = await Promise.all(papers.map((paper) => textOf(paper.body)))
    expect(valued).toContain('1200.00 INR')
    for (const text of listed) for (const sku of [...skus, 'Reported']) expect(text).toContain(sku)
  })
})
