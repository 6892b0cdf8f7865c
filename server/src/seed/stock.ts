import type pg from 'pg'
import { foldText } from '#kernel/text.ts'
import { addDays } from '#kernel/zoned-time.ts'
import type { CarePlan } from './care.ts'
import { medicines } from './medicines.ts'
import { makers } from './makers.ts'
import { stableId } from './random.ts'

interface SeedUnit {
  base: string
  pack: string
  factor: number
  /** Price of a pack in rupees. */
  price: number
}

const units: Readonly<Record<'allopathy' | 'ayurveda' | 'homeopathy', SeedUnit>> = {
  allopathy: { base: 'tablet', pack: 'strip', factor: 10, price: 48 },
  ayurveda: { base: 'g', pack: 'pack', factor: 100, price: 180 },
  homeopathy: { base: 'drop', pack: 'phial', factor: 100, price: 95 },
}

/** How the goods of a system are packed. */
export const packOf = (system: CarePlan['hospital']['system']): SeedUnit => units[system]

const stores = [{ code: 'MAIN', name: 'Main store', kind: 'main' }, { code: 'PHARM', name: 'Pharmacy', kind: 'pharmacy' }, { code: 'WARD1', name: 'Ward 1', kind: 'ward' }, { code: 'CRASH', name: 'Crash cart', kind: 'emergency-box' }] as const

interface SeedLot {
  id: string
  itemId: string
  storeId: string
  batch: string
  expiresOn: string
  price: number
  factor: number
  quantity: number
  unitCost: number
  /** Who stood by when a controlled drug came in. */
  witnessId?: string
}

// Demo figures: a lot that lasts in the main store, one in the pharmacy, one that expires soon.
const shelves = [{ store: 'MAIN', batch: 'A', days: 700, packs: 40 }, { store: 'PHARM', batch: 'B', days: 400, packs: 50 }, { store: 'PHARM', batch: 'C', days: 45, packs: 4 }] as const

/** Stores, a vendor, an item for each medicine with two or three lots, and the opening stock in the ledger. */
export async function seedStock(client: pg.Client, plan: CarePlan): Promise<void> {
  const { key, system } = plan.hospital
  const id = (name: string) => stableId(plan.seed, `stock:${key}:${name}`)
  const unit = units[system]
  const by = stableId(plan.seed, `${key}:user:pharmacist:1`)
  for (const facility of plan.facilities) for (const store of stores) await client.query('insert into stores (tenant_id, id, facility_id, code, name, kind, created_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing', [plan.tenantId, id(`${facility.code}:${store.code}`), facility.id, store.code, store.name, store.kind, plan.on])
  await client.query("insert into vendors (tenant_id, id, name, name_folded, state_code, phone, email, payment_terms_days, created_at) values ($1, $2, 'Kerala Drug House', 'kerala drug house', '32', '+914842355566', 'orders@keraladrughouse.example', 30, $3) on conflict do nothing", [plan.tenantId, id('vendor'), plan.on])
  const lots: SeedLot[] = []
  for (const [index, medicine] of medicines[system].entries()) {
    const itemId = id(`item:${medicine.name}`)
    const sku = `M-${String(index + 1).padStart(3, '0')}`
    const price = unit.price + index * 7
    const maker = makers[system][index % makers[system].length] ?? ''
    await client.query(
      `insert into items (tenant_id, id, sku, sku_folded, name, name_folded, kind, medication_id, manufacturer, manufacturer_folded, tax_code, tax_rate_percent, base_unit, is_divisible, reorder_level, maximum_level, lead_time_days, average_cost, created_at, controlled_class)
       values ($1, $2, $3, $4, $5, $6, 'medicine', $7, $12, $13, '3004', 5, $8, $9, 200, 1200, 7, $10, $11, $14) on conflict do nothing`,
      [plan.tenantId, itemId, sku, foldText(sku), medicine.name, foldText(medicine.name), stableId(plan.seed, `medicine:${key}:${medicine.name}`), unit.base, unit.base !== 'tablet', (price * 0.7) / unit.factor, plan.on, maker, foldText(maker), medicine.controlledClass ?? ''],
    )
    await client.query('insert into item_packs (tenant_id, id, item_id, unit, revision, factor, created_at) values ($1, $2, $3, $4, 1, $5, $6) on conflict do nothing', [plan.tenantId, id(`pack:${sku}`), itemId, unit.pack, unit.factor, plan.on])
    if (medicine.controlledClass !== undefined) {
      for (const place of plan.facilities.slice(0, 1)) lots.push({ id: id(`lot:${sku}:B:${place.code}`), itemId, storeId: id(`${place.code}:PHARM`), batch: `B${sku.slice(2)}${place.code}`, expiresOn: addDays(plan.on, 400 + index), price, factor: unit.factor, quantity: 6 * unit.factor, unitCost: (price * 0.7) / unit.factor, witnessId: stableId(plan.seed, `${key}:user:nurse:1`) })
      continue
    }
    for (const [at, shelf] of shelves.entries()) {
      const facility = plan.facilities[at === 2 && plan.facilities.length > 1 ? 0 : at % plan.facilities.length] ?? plan.facilities[0]
      for (const place of at === 1 ? plan.facilities : facility === undefined ? [] : [facility]) lots.push({ id: id(`lot:${sku}:${shelf.batch}:${place.code}`), itemId, storeId: id(`${place.code}:${shelf.store}`), batch: `${shelf.batch}${sku.slice(2)}${place.code}`, expiresOn: addDays(plan.on, shelf.days + index), price, factor: unit.factor, quantity: shelf.packs * unit.factor, unitCost: (price * 0.7) / unit.factor })
    }
  }
  await openingStock(client, plan, { lots, by, id })
}

async function openingStock(client: pg.Client, plan: CarePlan, { lots, by, id }: { lots: readonly SeedLot[]; by: string; id: (name: string) => string }): Promise<void> {
  const column = <K extends keyof SeedLot>(name: K): SeedLot[K][] => lots.map((lot) => lot[name])
  const at = `${addDays(plan.on, -30)}T06:00:00Z`
  await client.query(
    `insert into lots (tenant_id, id, item_id, batch, expires_on, mrp, mrp_quantity, currency, vendor_id, unit_cost, created_at)
     select $1, id, item, batch, expires, price, factor, 'INR', $8, cost, $9 from unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::numeric[], $7::numeric[], $10::numeric[]) as l(id, item, batch, expires, price, factor, cost) on conflict do nothing`,
    [plan.tenantId, column('id'), column('itemId'), column('batch'), column('expiresOn'), column('price'), column('factor'), id('vendor'), plan.on, column('unitCost')],
  )
  for (const facility of plan.facilities) {
    for (const code of ['MAIN', 'PHARM']) {
      const number = `${facility.code}-OPN-${code === 'MAIN' ? '000001' : '000002'}`
      await client.query("insert into stock_documents (tenant_id, id, number, kind, store_id, facility_id, occurred_at, created_at, created_by) values ($1, $2, $3, 'opening', $4, $5, $6, $6, $7) on conflict do nothing", [plan.tenantId, id(`opening:${facility.code}:${code}`), number, id(`${facility.code}:${code}`), facility.id, at, by])
    }
    await client.query("insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, 'stock', 'opening', '', 2) on conflict do nothing", [plan.tenantId, facility.id])
  }
  const parameters = [plan.tenantId, column('id'), column('itemId'), column('storeId'), column('quantity')]
  const from = 'unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::numeric[]) as l(lot, item, store, quantity)'
  const documentOf = 'join stock_documents d on d.tenant_id = $1 and d.store_id = l.store and d.kind = \'opening\' join lots k on k.tenant_id = $1 and k.id = l.lot'
  await client.query(`insert into stock_movements (tenant_id, id, kind, store_id, lot_id, item_id, quantity, unit_cost, document_type, document_id, witness_id, occurred_at, recorded_at, created_by) select $1, lot, 'opening', store, lot, item, l.quantity, k.unit_cost, 'stock-document', d.id, w.witness, $6, $6, $7 from ${from} join unnest($2::uuid[], $8::uuid[]) as w(of, witness) on w.of = l.lot ${documentOf} on conflict do nothing`, [...parameters, at, by, lots.map((lot) => lot.witnessId ?? null)])
  await client.query(`insert into stock_balances (tenant_id, store_id, lot_id, item_id, expires_on, quantity, last_moved_at, first_moved_at) select $1, store, lot, item, k.expires_on, l.quantity, $6, $6 from ${from} join lots k on k.tenant_id = $1 and k.id = l.lot on conflict do nothing`, [...parameters, at])
  await client.query(`insert into item_costs (tenant_id, id, item_id, at, on_hand, average_cost) select $1, (array_agg(lot order by lot))[1], item, $6, sum(l.quantity), sum(l.quantity * k.unit_cost) / sum(l.quantity) from ${from} join lots k on k.tenant_id = $1 and k.id = l.lot group by item on conflict do nothing`, [...parameters, at])
  await client.query(`insert into stock_months (tenant_id, store_id, lot_id, month, kind, item_id, quantity, cost) select $1, store, lot, $6, 'opening', item, l.quantity, l.quantity * k.unit_cost from ${from} join lots k on k.tenant_id = $1 and k.id = l.lot on conflict do nothing`, [...parameters, `${addDays(plan.on, -30).slice(0, 7)}-01`])
}
