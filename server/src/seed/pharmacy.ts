import type pg from 'pg'
import { add, share, subtract } from '#kernel/money.ts'
import { addDays } from '#kernel/zoned-time.ts'
import { documentNumber, fiscalYearOf, priceLine, totals } from '../modules/billing/index.ts'
import type { CarePlan } from './care.ts'
import { medicines } from './medicines.ts'
import { stableId } from './random.ts'
import { packOf } from './stock.ts'

interface Names {
  plan: CarePlan
  id: (name: string) => string
  by: string
}

interface Moved {
  name: string
  kind: string
  storeId: string
  lotId: string
  itemId: string
  quantity: number
  document: { type: string; id: string }
  at: string
  reason?: string
  witnessId?: string
}

/** Entries of the ledger with their balances and months; nothing where they stand already. */
async function move(client: pg.Client, { plan, id, by }: Names, moved: readonly Moved[]): Promise<void> {
  const column = (pick: (one: Moved) => unknown) => moved.map(pick)
  await client.query(
    `with made as (
       insert into stock_movements (tenant_id, id, kind, store_id, lot_id, item_id, quantity, unit_cost, document_type, document_id, reason, witness_id, occurred_at, recorded_at, created_by)
       select $1, m.id, m.kind, m.store, m.lot, m.item, m.quantity, l.unit_cost, m.type, m.document, m.reason, m.witness, m.at, m.at, $2
       from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::numeric[], $9::text[], $10::uuid[], $11::text[], $12::uuid[], $13::timestamptz[]) as m(id, kind, store, lot, item, quantity, type, document, reason, witness, at)
       join lots l on l.tenant_id = $1 and l.id = m.lot on conflict do nothing returning store_id, lot_id, item_id, kind, quantity, unit_cost, occurred_at),
     months as (
       insert into stock_months (tenant_id, store_id, lot_id, month, kind, item_id, quantity, cost)
       select $1, store_id, lot_id, date_trunc('month', occurred_at at time zone 'Asia/Kolkata')::date, kind, item_id, sum(quantity), sum(quantity * unit_cost) from made group by 2, 3, 4, 5, 6
       on conflict (tenant_id, store_id, lot_id, month, kind) do update set quantity = stock_months.quantity + excluded.quantity, cost = stock_months.cost + excluded.cost)
     update stock_balances b set quantity = b.quantity + m.quantity, last_moved_at = greatest(b.last_moved_at, m.at)
     from (select store_id, lot_id, sum(quantity) as quantity, max(occurred_at) as at from made group by store_id, lot_id) m where b.tenant_id = $1 and b.store_id = m.store_id and b.lot_id = m.lot_id`,
    [plan.tenantId, by, column((one) => id(one.name)), column((one) => one.kind), column((one) => one.storeId), column((one) => one.lotId), column((one) => one.itemId), column((one) => one.quantity), column((one) => one.document.type), column((one) => one.document.id), column((one) => one.reason ?? ''), column((one) => one.witnessId ?? null), column((one) => one.at)],
  )
}

interface Basket {
  daysAgo: number
  hour: number
  customer: string
  lines: [place: number, quantity: number][]
  method: 'cash' | 'upi' | 'card'
  percent: number
}

// Who buys what, how many days ago, and how it is paid: the first of a row names the medicine by its place in the register.
const baskets: readonly Basket[] = [
  { daysAgo: 6, hour: 4, customer: 'Suma Nair', lines: [[0, 10]], method: 'cash', percent: 0 }, { daysAgo: 5, hour: 5, customer: '', lines: [[3, 5], [4, 10]], method: 'upi', percent: 0 },
  { daysAgo: 4, hour: 6, customer: 'Rajan Pillai', lines: [[5, 10], [6, 10], [2, 4]], method: 'card', percent: 5 }, { daysAgo: 3, hour: 9, customer: '', lines: [[1, 5]], method: 'cash', percent: 0 },
  { daysAgo: 2, hour: 11, customer: 'Devaki Amma', lines: [[4, 10], [0, 10]], method: 'upi', percent: 10 }, { daysAgo: 1, hour: 7, customer: '', lines: [[6, 10]], method: 'cash', percent: 0 },
]

type SoldLine = ReturnType<typeof priceLine> & { name: string; itemId: string; lotId: string; batch: string; expiresOn: string; quantity: number; unitPrice: string }

function soldLine({ plan, id }: Names, code: string, [place, quantity]: Basket['lines'][number], percent: number): SoldLine[] {
  const medicine = medicines[plan.hospital.system][place]
  if (medicine === undefined) return []
  const pack = packOf(plan.hospital.system)
  const sku = `M-${String(place + 1).padStart(3, '0')}`
  const unitPrice = ((pack.price + place * 7) / pack.factor).toFixed(4)
  const input: Parameters<typeof priceLine>[0] = { unitPrice, quantity: String(quantity), discount: '0', taxRatePercent: '5', isTaxIncluded: true, regime: 'gst', isInterState: false }
  const discount = share(priceLine(input).gross, String(percent), '100', 2)
  return [{ ...priceLine({ ...input, discount }), name: medicine.name, itemId: id(`item:${medicine.name}`), lotId: id(`lot:${sku}:B:${code}`), batch: `B${sku.slice(2)}${code}`, expiresOn: addDays(plan.on, 400 + place), quantity, unitPrice }]
}

/** A week at the counter: sales with their lines, tax, payment and number, and the stock that left. */
async function seedSales(client: pg.Client, names: Names): Promise<void> {
  const { plan, id, by } = names
  for (const facility of plan.facilities) {
    const storeId = id(`${facility.code}:PHARM`)
    const running = new Map<string, number>()
    const moved: Moved[] = []
    for (const [at, basket] of baskets.entries()) {
      const saleId = id(`sale:${facility.code}:${at}`)
      const soldOn = addDays(plan.on, -basket.daysAgo)
      const soldAt = `${soldOn}T${String(basket.hour).padStart(2, '0')}:20:00Z`
      const lines = basket.lines.flatMap((line) => soldLine(names, facility.code, line, basket.percent))
      const sums = totals(lines)
      const year = fiscalYearOf(soldOn, 4)
      running.set(year, (running.get(year) ?? 0) + 1)
      const made = await client.query(
        `insert into sales (tenant_id, id, number, kind, facility_id, store_id, customer_name, currency, subtotal, discount, taxable, cgst, sgst, igst, tax, round_off, total, sold_on, created_at, created_by)
         values ($1, $2, $3, 'sale', $4, $5, $6, 'INR', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict do nothing`,
        [plan.tenantId, saleId, documentNumber(facility.code, 'S', year, running.get(year) ?? 1), facility.id, storeId, basket.customer, sums.subtotal, sums.discount, sums.taxable, sums.cgst, sums.sgst, sums.igst, sums.tax, sums.roundOff, sums.total, soldOn, soldAt, by],
      )
      if (made.rowCount === 0) return
      for (const [index, line] of lines.entries()) {
        await client.query(
          `insert into sale_lines (tenant_id, id, sale_id, position, item_id, lot_id, name, tax_code, batch, expires_on, quantity, unit_price, is_tax_included, tax_rate_percent, gross, discount, taxable, cgst, sgst, igst, tax, total, created_at, created_by)
           values ($1, $2, $3, $4, $5, $6, $7, '3004', $8, $9, $10, $11, true, 5, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) on conflict do nothing`,
          [plan.tenantId, id(`sale-line:${facility.code}:${at}:${index}`), saleId, index + 1, line.itemId, line.lotId, line.name, line.batch, line.expiresOn, line.quantity, line.unitPrice, line.gross, line.discount, line.taxable, line.cgst, line.sgst, line.igst, line.tax, line.total, soldAt, by],
        )
        moved.push({ name: `sold:${facility.code}:${at}:${index}`, kind: 'sale', storeId, lotId: line.lotId, itemId: line.itemId, quantity: -line.quantity, document: { type: 'sale', id: saleId }, at: soldAt })
      }
      await client.query("insert into sale_payments (tenant_id, id, sale_id, facility_id, kind, method, amount, received_on, created_at, created_by) values ($1, $2, $3, $4, 'payment', $5, $6, $7, $8, $9) on conflict do nothing", [plan.tenantId, id(`sale-payment:${facility.code}:${at}`), saleId, facility.id, basket.method, sums.total, soldOn, soldAt, by])
    }
    await move(client, names, moved)
    for (const [year, last] of running) await client.query("insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, 'billing', 'S', $3, $4) on conflict do nothing", [plan.tenantId, facility.id, year, last])
  }
}

// What the register of a controlled drug holds: to the ward before two persons, and what broke.
const registered = [{ daysAgo: 5, kind: 'issue', quantity: 10, reason: 'ward indent' }, { daysAgo: 3, kind: 'issue', quantity: 10, reason: 'ward indent' }, { daysAgo: 1, kind: 'wastage', quantity: 1, reason: 'one tablet fell and was crushed' }] as const

/** Entries of the register of controlled drugs and the counts where shifts handed over; what is left is low. */
async function seedRegister(client: pg.Client, names: Names): Promise<void> {
  const { plan, id, by } = names
  const [facility] = plan.facilities
  const place = medicines[plan.hospital.system].findIndex((medicine) => medicine.controlledClass !== undefined)
  const drug = medicines[plan.hospital.system][place]
  if (facility === undefined || drug === undefined) return
  const [storeId, itemId, witnessId] = [id(`${facility.code}:PHARM`), id(`item:${drug.name}`), stableId(plan.seed, `${plan.hospital.key}:user:nurse:1`)]
  const lotId = id(`lot:M-${String(place + 1).padStart(3, '0')}:B:${facility.code}`)
  const letters = { issue: 'ISS', wastage: 'WST' } as const
  const taken = new Map<string, number>()
  let left = '60'
  for (const [at, entry] of registered.entries()) {
    const number = (taken.get(entry.kind) ?? 0) + 1
    taken.set(entry.kind, number)
    const [day, documentId] = [addDays(plan.on, -entry.daysAgo), id(`register:${at}`)]
    await client.query("insert into stock_documents (tenant_id, id, number, kind, store_id, facility_id, reason, occurred_at, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) on conflict do nothing", [plan.tenantId, documentId, `${facility.code}-${letters[entry.kind]}-${String(number).padStart(6, '0')}`, entry.kind, storeId, facility.id, entry.reason, `${day}T06:30:00Z`, by])
    await move(client, names, [{ name: `registered:${at}`, kind: entry.kind, storeId, lotId, itemId, quantity: -entry.quantity, document: { type: 'stock-document', id: documentId }, at: `${day}T06:30:00Z`, reason: entry.reason, witnessId }])
    const before = left
    left = subtract(left, String(entry.quantity))
    const isShort = entry.kind === 'wastage'
    await client.query('insert into register_counts (tenant_id, id, store_id, item_id, expected, counted, witness_id, note, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing', [plan.tenantId, id(`register-count:${at}`), storeId, itemId, isShort ? before : left, left, witnessId, isShort ? 'one tablet crushed at hand-over, wastage is booked next' : '', `${day}T${isShort ? '06' : '14'}:00:00Z`, by])
  }
  for (const [series, last] of taken) await client.query("insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, 'stock', $3, '', $4) on conflict do nothing", [plan.tenantId, facility.id, series, last])
  await client.query("insert into stock_alerts (tenant_id, id, facility_id, kind, item_id, quantity, created_at) values ($1, $2, $3, 'low', $4, $5, $6) on conflict do nothing", [plan.tenantId, id('alert:low'), facility.id, itemId, add(left, '0'), plan.on])
}

/** A week of the pharmacy: what was sold over the counter, and the register of controlled drugs. */
export async function seedPharmacy(client: pg.Client, plan: CarePlan): Promise<void> {
  const { key } = plan.hospital
  const names: Names = { plan, id: (name) => stableId(plan.seed, `stock:${key}:${name}`), by: stableId(plan.seed, `${key}:user:pharmacist:1`) }
  await seedSales(client, names)
  await seedRegister(client, names)
}
