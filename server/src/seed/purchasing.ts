import type pg from 'pg'
import { foldText } from '#kernel/text.ts'
import { addDays } from '#kernel/zoned-time.ts'
import type { CarePlan } from './care.ts'
import { makers } from './makers.ts'
import { medicines } from './medicines.ts'
import { stableId } from './random.ts'
import { packOf } from './stock.ts'

interface Names {
  plan: CarePlan
  id: (name: string) => string
}

interface Wanted {
  itemId: string
  price: number
  factor: number
  unit: string
}

async function seedOrder(client: pg.Client, { plan, id }: Names, order: { number: number; state: string; daysAgo: number; packs: number; lines: readonly Wanted[] }): Promise<void> {
  const [facility] = plan.facilities
  if (facility === undefined) return
  const orderId = id(`order:${order.number}`)
  const at = `${addDays(plan.on, -order.daysAgo)}T05:30:00Z`
  const total = order.lines.reduce((all, line) => all + line.price * order.packs, 0)
  const by = stableId(plan.seed, `${plan.hospital.key}:user:pharmacist:1`)
  await client.query(
    "insert into purchase_orders (tenant_id, id, number, state, facility_id, store_id, vendor_id, currency, total, sent_at, mailed_to, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, 'INR', $8, $9, $10, $11, $12) on conflict do nothing",
    [plan.tenantId, orderId, `${facility.code}-PO-${String(order.number).padStart(6, '0')}`, order.state, facility.id, id(`${facility.code}:MAIN`), id('vendor'), total, order.state === 'sent' ? at : null, order.state === 'sent' ? 'orders@keraladrughouse.example' : '', at, by],
  )
  for (const [index, line] of order.lines.entries()) {
    await client.query('insert into purchase_order_lines (tenant_id, id, purchase_order_id, item_id, unit, ordered, quantity, unit_price, tax_rate_percent, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, 5, $9, $10) on conflict do nothing', [plan.tenantId, id(`order:${order.number}:${index}`), orderId, line.itemId, line.unit, order.packs, order.packs * line.factor, line.price, at, by])
  }
}

async function seedRequisition(client: pg.Client, { plan, id }: Names, lines: readonly Wanted[]): Promise<void> {
  const [facility] = plan.facilities
  if (facility === undefined) return
  const at = `${addDays(plan.on, -2)}T07:00:00Z`
  const by = stableId(plan.seed, `${plan.hospital.key}:user:pharmacist:1`)
  await client.query("insert into requisitions (tenant_id, id, number, state, facility_id, store_id, reason, created_at, created_by) values ($1, $2, $3, 'open', $4, $5, 'Monsoon stock', $6, $7) on conflict do nothing", [plan.tenantId, id('requisition'), `${facility.code}-REQ-000001`, facility.id, id(`${facility.code}:MAIN`), at, by])
  for (const [index, line] of lines.entries()) {
    await client.query('insert into requisition_lines (tenant_id, id, requisition_id, item_id, quantity, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing', [plan.tenantId, id(`requisition:${index}`), id('requisition'), line.itemId, line.factor * 20, at, by])
    for (const [vendor, part] of [['vendor', 1], ['vendor:2', index === 0 ? 0.94 : 1.05]] as const) {
      await client.query("insert into quotations (tenant_id, id, requisition_id, vendor_id, item_id, unit_cost, currency, lead_time_days, created_at, created_by) values ($1, $2, $3, $4, $5, $6, 'INR', 5, $7, $8) on conflict do nothing", [plan.tenantId, id(`quotation:${vendor}:${index}`), id('requisition'), id(vendor), line.itemId, ((line.price * part) / line.factor).toFixed(4), at, by])
    }
  }
}

/** Makers, a second vendor, price lists, a requisition with two quotations, an order on its way and a draft, and what is near its expiry. */
export async function seedPurchasing(client: pg.Client, plan: CarePlan): Promise<void> {
  const { key, system } = plan.hospital
  const id = (name: string) => stableId(plan.seed, `stock:${key}:${name}`)
  const names = { plan, id }
  for (const maker of makers[system]) await client.query('insert into manufacturers (tenant_id, id, name, name_folded, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing', [plan.tenantId, id(`maker:${maker}`), maker, foldText(maker), plan.on])
  await client.query("insert into vendors (tenant_id, id, name, name_folded, state_code, phone, email, payment_terms_days, created_at) values ($1, $2, 'Malabar Pharma', 'malabar pharma', '32', '+914952701234', 'sales@malabarpharma.example', 21, $3) on conflict do nothing", [plan.tenantId, id('vendor:2'), plan.on])
  const pack = packOf(system)
  const wanted = medicines[system].map((medicine, index): Wanted => ({ itemId: id(`item:${medicine.name}`), price: Math.round((pack.price + index * 7) * 70) / 100, factor: pack.factor, unit: pack.pack }))
  for (const [index, line] of wanted.entries()) await client.query("insert into vendor_prices (tenant_id, id, vendor_id, item_id, unit, unit_price, currency, valid_from, created_at) values ($1, $2, $3, $4, $5, $6, 'INR', $7, $8) on conflict do nothing", [plan.tenantId, id(`price:${index}`), id('vendor'), line.itemId, line.unit, line.price, addDays(plan.on, -60), plan.on])
  await seedOrder(client, names, { number: 1, state: 'sent', daysAgo: 4, packs: 20, lines: wanted.slice(0, 3) })
  await seedOrder(client, names, { number: 2, state: 'draft', daysAgo: 1, packs: 12, lines: wanted.slice(3, 5) })
  await seedRequisition(client, names, wanted.slice(0, 2))
  const [facility] = plan.facilities
  for (const [series, last] of [['order', 2], ['requisition', 1]] as const) await client.query("insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, 'stock', $3, '', $4) on conflict do nothing", [plan.tenantId, facility?.id, series, last])
  await client.query(
    `insert into stock_alerts (tenant_id, id, facility_id, kind, item_id, lot_id, quantity, expires_on, created_at)
     select $1, b.lot_id, $2, 'expiring', b.item_id, b.lot_id, b.quantity, b.expires_on, $3 from stock_balances b join stores s on s.tenant_id = $1 and s.id = b.store_id and s.facility_id = $2 where b.tenant_id = $1 and b.is_in_stock and b.expires_on <= $4 on conflict do nothing`,
    [plan.tenantId, facility?.id, plan.on, addDays(plan.on, 90)],
  )
}
