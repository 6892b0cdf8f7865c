import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomFrom, stableId } from '../../seed/random.ts'
import { type KillableServer, ownerQuery, startKillable } from '../../testing/killable.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'
const [operations, kills] = isFull ? [10_000, 10] : [600, 2]
const clients = 16
const storeCount = 20
const itemCount = 6
const facilityId = stableId(1, 'general:GH1')

let server: KillableServer
let headers: Record<string, string> = {}
const stores: string[] = []
const items: string[] = []
const lots: { lotId: string; itemId: string }[] = []
/** What the answers said: net change of each lot over all stores. */
const told = new Map<string, number>()
const random = randomFrom(5)
const one = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
let keys = 0

const post = (path: string, body: unknown) => server.send(headers, path, body, `history-${(keys += 1)}`)

interface Movement {
  lotId: string
  quantity: string
}

function note(answer: { status: number; body: Record<string, unknown> }): boolean {
  if (answer.status >= 300) return false
  const movements = Array.isArray(answer.body['movements']) ? (answer.body['movements'] as Movement[]) : []
  for (const { lotId, quantity } of movements) told.set(lotId, (told.get(lotId) ?? 0) + Number(quantity))
  return true
}

async function open(storeId: string, itemId: string, quantity: number): Promise<void> {
  const batch = `H${lots.length % 40}`
  const answer = await post('/stock-movements', { kind: 'opening', storeId, lines: [{ itemId, lot: { batch, expiresOn: `203${lots.length % 8}-06`, mrp: { amount: '12.50', currency: 'INR' }, unitCost: { amount: '7.25', currency: 'INR' } }, quantity: String(quantity) }] })
  if (note(answer)) lots.push({ lotId: (answer.body['movements'] as Movement[])[0]?.lotId ?? '', itemId })
}

beforeAll(async () => {
  server = await startKillable({ patients: 3, on: '2026-11-20' })
  headers = await server.signIn('admin@general.example')
  for (let index = 0; index < storeCount; index += 1) stores.push(String((await post('/stores', { facilityId, code: `S${index}`, name: `Store ${index}`, kind: 'ward' })).body['id']))
  for (let index = 0; index < itemCount; index += 1) items.push(String((await post('/items', { sku: `H${index}`, name: `History ${index}`, kind: 'medicine', baseUnit: 'tablet', packs: [{ unit: 'strip', factor: '10' }] })).body['id']))
  for (const [index, storeId] of stores.entries()) await open(storeId, items[index % itemCount] ?? '', 100)
})
afterAll(() => server.stop())

const few = () => String(1 + Math.floor(random() * 15))

interface SentLine {
  id: string
  lotId: string
  dispatched: string
}

/** Called back by its sender while its receiver takes it in or refuses it: one of them wins. What goes back is taken back, most of it whole. */
async function turnAround(id: string, line: SentLine): Promise<void> {
  const half = Math.floor(Number(line.dispatched) / 2)
  const received = post(`/transfers/${id}/receive`, { lines: [{ transferLineId: line.id, quantity: String(half), refused: String(Number(line.dispatched) - half), reason: 'wet' }] })
  const others = random() < 0.5 ? post(`/transfers/${id}/call-back`, { reason: 'history' }) : post(`/transfers/${id}/refuse`, { reason: 'history' })
  await Promise.all([received, others])
  if (random() < 0.3) return
  const isShort = random() < 0.3
  const back = await post(`/transfers/${id}/take-back`, isShort ? { lines: [{ transferLineId: line.id, quantity: '0', reason: 'lost' }] } : {})
  if (!isShort || back.status !== 200) return
  const lost = (back.body['lines'] as (SentLine & { sentBack: string })[]).find((one) => one.id === line.id)?.sentBack ?? '0'
  told.set(line.lotId, (told.get(line.lotId) ?? 0) - Number(lost))
}

async function move(): Promise<void> {
  const [from, to] = [one(stores), one(stores)]
  if (from === to) return
  const asked = await post('/transfers', { fromStoreId: from, toStoreId: to, lines: [{ itemId: one(items), quantity: few() }] })
  const id = String(asked.body['id'])
  const sent = await post(`/transfers/${id}/dispatch`, {})
  if (sent.status !== 200 || random() < 0.2) return
  const [line] = sent.body['lines'] as SentLine[]
  if (random() < 0.3 && line !== undefined) return turnAround(id, line)
  const isShort = random() < 0.2 && line !== undefined
  const got = await post(`/transfers/${id}/receive`, isShort ? { lines: [{ transferLineId: line.id, quantity: '0', reason: 'broken' }] } : {})
  if (isShort && got.status === 200) told.set(line.lotId, (told.get(line.lotId) ?? 0) - Number(line.dispatched))
}

async function count(): Promise<void> {
  const started = await post('/stock-counts', { storeId: one(stores), isBlind: false })
  if (started.status !== 201) return
  await post(`/stock-counts/${String(started.body['id'])}/cancel`, { reason: 'history' })
}

const steps: (() => Promise<unknown>)[] = [
  async () => note(await post('/stock-movements', { kind: 'issue', storeId: one(stores), lines: [{ itemId: one(items), quantity: few() }, { itemId: one(items), quantity: few() }] })),
  async () => note(await post('/stock-movements', { kind: 'issue', storeId: one(stores), lines: [{ ...one(lots), quantity: few() }] })),
  async () => note(await post('/stock-movements', { kind: 'return', storeId: one(stores), lines: [{ ...one(lots), quantity: few() }] })),
  async () => note(await post('/stock-movements', { kind: 'wastage', storeId: one(stores), reason: 'broken', lines: [{ ...one(lots), quantity: few() }] })),
  async () => note(await post('/stock-movements', { kind: 'adjustment', storeId: one(stores), reason: 'found', lines: [{ ...one(lots), quantity: random() < 0.5 ? few() : `-${few()}` }] })),
  async () => note(await post('/stock-movements', { kind: 'issue', storeId: one(stores), occurredAt: new Date(Date.now() - 20_000).toISOString(), lines: [{ ...one(lots), quantity: few() }] })),
  () => open(one(stores) ?? '', one(items) ?? '', 30),
  move, move, move, count,
]

async function history(): Promise<number> {
  let done = 0
  let killed = 0
  const worker = async () => {
    while (done < operations) {
      done += 1
      if (killed < kills && done >= ((killed + 1) * operations) / (kills + 1)) {
        killed += 1
        await (killed % 2 === 1 ? server.killServer() : server.killBoth())
      }
      await one(steps)?.()
    }
  }
  await Promise.all(Array.from({ length: clients }, worker))
  return killed
}

describe(`${operations} operations over ${storeCount} stores by ${clients} clients, server and database killed ${kills} times`, () => {
  beforeAll(async () => {
    expect(await history()).toBe(kills)
  }, isFull ? 3_000_000 : 600_000)
  const ask = <R extends Record<string, unknown>>(text: string) => ownerQuery<R>(server.ownerUrl(), text)

  it('leave every balance at the sum of its ledger and of its months, and nothing below nothing', async () => {
    expect(await ask('select b.store_id, b.lot_id from stock_balances b where b.quantity < 0 or b.quantity <> coalesce((select sum(quantity) from stock_movements m where m.store_id = b.store_id and m.lot_id = b.lot_id), 0) or b.quantity <> coalesce((select sum(quantity) from stock_months t where t.store_id = b.store_id and t.lot_id = b.lot_id), 0)')).toEqual([])
    expect(await ask('select 1 from stock_months t where not exists (select 1 from stock_alive a where a.store_id = t.store_id and a.lot_id = t.lot_id and a.month = t.month)')).toEqual([])
    expect(await ask('select 1 from stock_movements m where not exists (select 1 from stock_balances b where b.store_id = m.store_id and b.lot_id = m.lot_id)')).toEqual([])
    expect((await ask<{ n: number }>('select count(*)::int as n from stock_movements'))[0]?.n).toBeGreaterThan(operations / 2)
  })

  it('were never below nothing at any moment', async () => {
    expect(await ask('select store_id, lot_id from (select store_id, lot_id, sum(quantity) over (partition by store_id, lot_id order by occurred_at) as running from stock_movements) r where running < 0')).toEqual([])
  })

  it('have in transit exactly what was sent and has not arrived', async () => {
    const rows = await ask("select l.id, b.q from lots l left join (select b.lot_id, sum(b.quantity) as q from stock_balances b join stores s on s.id = b.store_id and s.kind = 'transit' group by b.lot_id) b on b.lot_id = l.id where coalesce(b.q, 0) <> coalesce((select sum(t.dispatched - t.received - t.short - t.taken_back) from transfer_lines t where t.lot_id = l.id), 0)")
    expect(rows).toEqual([])
    expect(await ask("select t.id from transfers t join transfer_lines l on l.transfer_id = t.id where t.state in ('received', 'returned', 'cancelled') and l.dispatched <> l.received + l.short + l.taken_back")).toEqual([])
    expect((await ask<{ n: number }>("select count(*)::int as n from transfers where state in ('returning', 'returned')"))[0]?.n).toBeGreaterThan(operations / 100)
    expect(await ask("select l.id from transfer_lines l where l.short <> coalesce((select sum(s.quantity) from transfer_shortages s where s.transfer_line_id = l.id), 0)")).toEqual([])
    expect(await ask("select document_id from stock_movements where kind = 'transfer' group by document_id having sum(quantity) <> 0")).toEqual([])
  })

  it('hold what the answers said, no more and no less, and its value', async () => {
    const rows = await ask<{ lot_id: string; q: string }>('select lot_id, sum(quantity)::text as q from stock_balances group by lot_id')
    expect(rows.filter((row) => Math.abs(Number(row.q) - (told.get(row.lot_id) ?? 0)) > 0.0005)).toEqual([])
    const [value] = await ask<{ ledger: string; held: string }>('select (select sum(quantity * unit_cost) from stock_movements)::numeric(20,6)::text as ledger, (select sum(b.quantity * l.unit_cost) from stock_balances b join lots l on l.id = b.lot_id)::numeric(20,6)::text as held')
    expect(value?.ledger).toBe(value?.held)
  })

  it('are documents with their movements, each numbered without a gap', async () => {
    expect(await ask("select d.id from stock_documents d where not exists (select 1 from stock_movements m where m.document_id = d.id)")).toEqual([])
    expect(await ask("select m.document_id from stock_movements m where m.document_type = 'stock-document' and not exists (select 1 from stock_documents d where d.id = m.document_id)")).toEqual([])
    expect(await ask('select kind from stock_documents group by kind having count(*) <> max(right(number, 6)::int)')).toEqual([])
  })
})
