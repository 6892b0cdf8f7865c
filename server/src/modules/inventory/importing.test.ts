import { zipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { demoPassword } from '../../seed/seed.ts'
import { slowness } from '../../testing/faults/installation.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart } from '../../testing/multipart.ts'

let hospital: TestHospital
let headers: Record<string, string> = {}
let storeId = ''

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'pharmacist@general.example', password: demoPassword } })
  const [cookie] = answer.cookies
  headers = { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken }
  storeId = (await (await hospital.as(inventory, 'pharmacist')).createStore({ body: { facilityId: hospital.facilityId, code: 'IMP', name: 'Import', kind: 'main' } })).body.id
})

async function send(bytes: Uint8Array, fields: Record<string, string> = {}, name = 'items.csv') {
  const form = multipart({ storeId, ...fields }, [{ name, bytes }])
  const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/items/import', headers: { ...headers, ...form.headers }, payload: form.body })
  return { status: answer.statusCode, body: answer.json() }
}

const lines = process.env['TRIVENI_FULL'] === '1' ? 10_000 : 1000
const [right, wrongs] = [lines * 0.95, lines * 0.05]
/** Every twentieth line is wrong in one of five ways. */
function table(delimiter = ','): string {
  const rows = Array.from({ length: lines }, (_value, index) => {
    const wrong = index % 20 === 0 ? (index / 20) % 5 : -1
    return [wrong === 0 ? '' : `IMP-${index}`, wrong === 1 ? '' : `"Imported, ${index}"`, wrong === 2 ? 'spaceship' : 'medicine', 'tablet', 'strip', wrong === 3 ? 'many' : '10', `B${index}`, '2030-06', '45.50', '2.75', wrong === 4 ? '-5' : '100'].join(delimiter)
  })
  return [['SKU', 'Item name', 'Type', 'Unit', 'Pack', 'Pack size', 'Batch', 'Expiry', 'MRP', 'Cost', 'Qty'].join(delimiter), ...rows].join('\n')
}

describe(`a table of ${lines} lines, a twentieth of them wrong`, () => {
  it('is tried without writing, then every good line goes in, every bad one is named, and a second run adds nothing', async () => {
    const dry = await send(Buffer.from(table()), { dryRun: 'true' })
    expect(dry.body).toMatchObject({ dryRun: true, counts: { read: lines, created: right, unchanged: 0, failed: wrongs } })
    expect(await hospital.query("select 1 from items where sku like 'IMP-%'")).toEqual([])
    const began = performance.now()
    const first = await send(Buffer.from(table()))
    const seconds = (performance.now() - began) / 1000
    process.stdout.write(`${lines} items with opening stock in ${seconds.toFixed(1)} s\n`)
    expect(first.body.counts).toEqual({ read: lines, created: right, unchanged: 0, failed: wrongs })
    expect(seconds).toBeLessThan(60 * slowness())
    expect(first.body.errors.slice(0, 5).map((error: { line: number; path: string }) => [error.line, error.path])).toEqual([[2, 'sku'], [22, 'name'], [42, 'kind'], [62, 'packs.0.factor'], [82, 'quantity']])
    const [sum] = await hospital.query<{ n: number; q: string }>("select count(*)::int as n, sum(quantity)::text as q from stock_balances where store_id = $1", [storeId])
    expect(sum).toEqual({ n: right, q: `${right * 100}.000` })
    // What a line costs does not depend on how many stood before it: that is told by the rows that were looked at, on any machine.
    const looked = async () => Number((await hospital.query<{ n: string }>("select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::text as n from pg_stat_user_tables where relname in ('items', 'item_packs', 'lots', 'stock_balances')"))[0]?.n) / right
    await expect.poll(looked).toBeGreaterThan(1)
    expect(await looked()).toBeLessThan(2000)
    const again = await send(Buffer.from(table(';')))
    expect(again.body.counts).toEqual({ read: lines, created: 0, unchanged: right, failed: wrongs })
    expect(await hospital.query("select 1 from items where sku like 'IMP-%'")).toHaveLength(right)
  })

  it('opens a store with every batch of an item, also of one that is known, each lot once', async () => {
    await (await hospital.as(medications, 'pharmacist')).createMedication({ body: { name: 'Paracetamol 500', genericName: 'Paracetamol', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '500 mg' } } })
    const head = 'sku,name,medicine,unit,pack,pack size,pack2,pack2 size,barcode,pack barcode,storage,VED,returnable,tax included,batch,expiry,mrp,cost,qty\n'
    const rows = ['T-1,Paracetamol tablets,paracetamol 500,tablet,strip,10,box,100,4012345678901,8901234567894,cool,V,no,yes,A1,2030-01,20,1.5,10', 'T-1,Paracetamol tablets,,tablet,,,,,,,,,,,A2,2030-06,,1.6,20', 'T-1,,,,,,,,,,,,,,A1,2030-01,20,1.5,5', 'T-2,No such medicine,unobtainium,tablet,,,,,,,,,,,B,2030-01,,1,1']
    const first = (await send(Buffer.from(head + rows.join('\n')))).body
    expect(first.counts).toEqual({ read: 4, created: 2, unchanged: 0, failed: 2 })
    expect(first.errors.map((error: { line: number; path: string; code: string }) => [error.line, error.path, error.code])).toEqual([[4, 'name', 'too_small'], [5, 'medicine', 'reference.unknown']])
    const stock = () => hospital.query("select l.batch, b.quantity::float as q from stock_balances b join lots l on l.id = b.lot_id join items i on i.id = b.item_id where i.sku = 'T-1' and b.store_id = $1 order by 1", [storeId])
    expect(await stock()).toEqual([{ batch: 'A1', q: 10 }, { batch: 'A2', q: 20 }])
    const [item] = (await (await hospital.as(inventory, 'pharmacist')).listItems({ query: { search: 'Paracetamol tablets' } })).body.items
    expect(item).toMatchObject({ medicationId: expect.any(String), storage: 'cool', importance: 'vital', isReturnable: false, packs: [{ unit: 'box', factor: '100' }, { unit: 'strip', factor: '10' }], barcodes: [{ code: '4012345678901', unit: 'tablet' }, { code: '8901234567894', unit: 'strip' }] })
    // Another day, another batch: what is known stays, what is new is added.
    const later = (await send(Buffer.from(`${head}${rows[0]}\nT-1,Paracetamol tablets,,,,,,,,,,,,,A3,2031-01,,1.7,7\nT-1,Paracetamol tablets,,,,,,,,,,,,,A3,2031-01,,1.7,9`))).body
    expect(later.counts).toEqual({ read: 3, created: 1, unchanged: 1, failed: 1 })
    expect(later.errors).toMatchObject([{ line: 4, path: 'batch', code: 'inventory.lot_twice' }])
    expect(await stock()).toEqual([{ batch: 'A1', q: 10 }, { batch: 'A2', q: 20 }, { batch: 'A3', q: 7 }])
  })

  it('is read in UTF-16, with a mark and tabs; a code that is taken fails alone; what is no table is refused', async () => {
    const small = 'sku\tname\tbarcode\nU-1\tपैरासिटामोल\t4006381333931\nU-2\tTwice\t4006381333931\nU-3\tThree\t'
    const answer = await send(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(small, 'utf16le')]))
    expect(answer.body).toMatchObject({ counts: { created: 2, failed: 1 }, errors: [{ line: 3, code: 'inventory.barcode_taken' }] })
    for (const bytes of [Buffer.from('a,b\n1,2'), Buffer.from([0, 1, 2, 3])]) expect((await send(bytes)).body.code).toBe('kernel.unreadable_table')
    expect((await send(Buffer.from('x'), {}, 'x.xlsx')).body.code).toBe('kernel.unreadable_table')
    const bomb = zipSync({ '[Content_Types].xml': Buffer.from('<x/>'), 'xl/worksheets/sheet1.xml': new Uint8Array(300 * 2 ** 20) })
    expect((await send(bomb, {}, 'bomb.xlsx')).body.code).toBe('kernel.unreadable_table')
    expect((await hospital.app.inject({ method: 'POST', url: '/api/v1/items/import' })).statusCode).toBe(401)
  })
})

describe('opening stock of a controlled drug in a table', () => {
  const rows = (name: string) => Buffer.from(`sku,name,unit,controlled,batch,expiry,cost,quantity\n${name}-M,Morphine ${name},ampoule,NDPS,M1,2031-01,9.00,20\n${name}-P,Plain ${name},tablet,,P1,2031-01,1.00,50\n${name}-M,Morphine ${name},ampoule,,M2,2031-01,9.00,5\n`)
  const ledger = (name: string) => hospital.query<{ sku: string; quantity: string; witness_id: string | null }>("select i.sku, m.quantity::text, m.witness_id from stock_movements m join items i on i.tenant_id = m.tenant_id and i.id = m.item_id where i.sku like $1 order by 1, 2 desc", [`${name}-%`])

  it('is refused row by row without who stood by, and named; the others go in', async () => {
    const alone = await send(rows('WO'))
    expect([alone.status, alone.body.counts]).toEqual([200, { read: 3, created: 1, unchanged: 0, failed: 2 }])
    expect(alone.body.errors).toEqual([2, 4].map((line) => ({ line, path: 'witnessId', code: 'inventory.witness_required', message: expect.stringMatching(/\w/) })))
    expect((await ledger('WO')).map((row) => row.sku)).toEqual(['WO-P'])
    const known = await send(Buffer.from('sku,name,unit,controlled,batch,expiry,quantity\nWO-K,Known,ampoule,NDPS,,,\n'))
    expect(known.body.counts).toMatchObject({ created: 1 })
    const later = await send(Buffer.from('sku,name,unit,batch,expiry,quantity\nWO-K,Known,ampoule,K1,2031-01,5\n'))
    expect(later.body.errors.map((error: { code: string }) => error.code)).toEqual(['inventory.witness_required'])
  })

  it('goes in with who stood by, who stands in the ledger and on the document; one who may not is refused before a row is read', async () => {
    for (const witnessId of [hospital.userId('pharmacist'), hospital.userId('receptionist'), 'nobody']) expect((await send(rows('WI'), { witnessId })).status).toBe(422)
    expect(await ledger('WI')).toEqual([])
    const witnessId = hospital.userId('nurse')
    expect((await send(rows('WI'), { witnessId })).body.counts).toEqual({ read: 3, created: 3, unchanged: 0, failed: 0 })
    expect((await ledger('WI')).map((row) => [row.sku, row.quantity, row.witness_id])).toEqual([['WI-M', '5.000', witnessId], ['WI-M', '20.000', witnessId], ['WI-P', '50.000', witnessId]])
    expect(await hospital.query("select 1 from stock_documents where reference = 'import' and witness_id = $1", [witnessId])).not.toEqual([])
  })
})
