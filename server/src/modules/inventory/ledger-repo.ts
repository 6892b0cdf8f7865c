import { insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

export interface BalanceRow {
  store_id: string
  lot_id: string
  item_id: string
  quantity: string
  expires_on: string
  is_held: boolean
  last_moved_at: Date
}

export interface BalanceKey {
  storeId: string
  lotId: string
}

const columns = 'b.store_id, b.lot_id, b.item_id, b.quantity, b.expires_on, b.is_held, b.last_moved_at'

/** Makes the rows that are missing, empty. The lot is locked against a recall meanwhile, so that a new row knows whether it is held. */
export async function ensureBalances(tx: Tx, keys: readonly BalanceKey[]): Promise<void> {
  await rawInTenant(
    tx,
    `insert into stock_balances (tenant_id, store_id, lot_id, item_id, expires_on, is_held, last_moved_at)
     select $1::uuid, d.store_id, l.id, l.item_id, l.expires_on, l.state <> 'available', 'epoch' from unnest($2::uuid[], $3::uuid[]) as d(store_id, lot_id) join lots l on l.tenant_id = $1 and l.id = d.lot_id
     where not exists (select 1 from stock_balances b where b.tenant_id = $1 and b.store_id = d.store_id and b.lot_id = d.lot_id)
     order by d.store_id, l.id for share of l
     on conflict (tenant_id, store_id, lot_id) do nothing`,
    [tx.ctx.tenantId, keys.map((key) => key.storeId), keys.map((key) => key.lotId)],
  )
}

/** Balances locked in the one order everybody asks for them: by store, then lot. */
export function lockBalances(tx: Tx, keys: readonly BalanceKey[]): Promise<BalanceRow[]> {
  return rawInTenant<BalanceRow>(
    tx,
    `select ${columns} from stock_balances b join unnest($2::uuid[], $3::uuid[]) as d(store_id, lot_id) on d.store_id = b.store_id and d.lot_id = b.lot_id
     where b.tenant_id = $1 order by b.store_id, b.lot_id for update of b`,
    [tx.ctx.tenantId, keys.map((key) => key.storeId), keys.map((key) => key.lotId)],
  )
}

/** A locked balance with its lot; whether that may be used says `is_held`, not the state, which may be of before the lock. */
export interface PickRow extends BalanceRow {
  lot_version: number
  batch: string
  mrp: string | null
  mrp_quantity: string
  currency: string
  vendor_id: string | null
  unit_cost: string
  state: string
  state_reason: string
}

// Of a lot what never changes is read beside it; whether it is held stands on the balance, as it is under the lock.
const withLots = (locked: string): string => `with b as materialized (select ${columns} from stock_balances b where b.tenant_id = $1 and b.store_id = $2 and ${locked} order by b.store_id, b.lot_id for update of b)
  select ${columns}, l.version as lot_version, l.batch, l.mrp, l.mrp_quantity, l.currency, l.vendor_id, l.unit_cost, l.state, l.state_reason from b join lots l on l.tenant_id = $1 and l.id = b.lot_id order by b.lot_id`

/** All a store has of some items with its lots, locked in the same order. */
export function lockToPick(tx: Tx, storeId: string, itemIds: readonly string[]): Promise<PickRow[]> {
  return rawInTenant<PickRow>(tx, withLots('b.item_id = any($3::uuid[]) and b.is_in_stock'), [tx.ctx.tenantId, storeId, itemIds])
}

/** Named lots of a store, locked in the same order. */
export function lockLotsNamed(tx: Tx, storeId: string, lotIds: readonly string[]): Promise<PickRow[]> {
  return rawInTenant<PickRow>(tx, withLots('b.lot_id = any($3::uuid[])'), [tx.ctx.tenantId, storeId, lotIds])
}

/** Everything there is of an item, locked: for its average cost. */
export function lockOfItem(tx: Tx, itemIds: readonly string[]): Promise<BalanceRow[]> {
  return rawInTenant<BalanceRow>(
    tx,
    `select ${columns} from stock_balances b where b.tenant_id = $1 and b.item_id = any($2::uuid[]) and b.is_in_stock order by b.store_id, b.lot_id for update of b`,
    [tx.ctx.tenantId, itemIds],
  )
}

export interface OpenStore {
  id: string
  name: string
  facility_id: string
  kind: string
  closed_on: string | null
  is_frozen: boolean
  is_active: boolean
  seal_number: string
  time_zone: string
}

/** Stores as they are now: asked after their balances are locked, so that a count that froze them is seen. */
export function storesNow(tx: Tx, ids: readonly string[]): Promise<OpenStore[]> {
  return rawInTenant<OpenStore>(
    tx,
    `select s.id, s.name, s.facility_id, s.kind, s.closed_on, s.is_frozen, s.is_active, s.seal_number, f.time_zone from stores s join facilities f on f.tenant_id = s.tenant_id and f.id = s.facility_id
     where s.tenant_id = $1 and f.tenant_id = $1 and s.id = any($2::uuid[])`,
    [tx.ctx.tenantId, ids],
  )
}

export interface NewMovement {
  kind: string
  store_id: string
  lot_id: string
  item_id: string
  quantity: string
  unit_cost: string
  reason: string
  patient_id: string | null
  witness_id: string | null
  occurred_at: Date
  month: string
  /** The months in which the lot was there for all the movement knows, when they are not known yet. */
  alive_from: string | null
  alive_to: string
  /** From when to when in them, for all it knows. */
  here_from: Date | number
  here_to: Date | number
}

export type StoreNow = Pick<OpenStore, 'id' | 'name' | 'closed_on' | 'is_frozen' | 'seal_number'>

/** Moves balances, writes the ledger and its monthly sums: one statement, one moment. Returns the stores as they are in it. */
export function writeMovements(tx: Tx, document: { type: string; id: string }, rows: readonly NewMovement[]): Promise<StoreNow[]> {
  const column = <K extends keyof NewMovement>(key: K): NewMovement[K][] => rows.map((row) => row[key])
  return rawInTenant<StoreNow>(
    tx,
    `with d as (select * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::numeric[], $8::numeric[], $9::text[], $10::uuid[], $11::uuid[], $12::timestamptz[], $13::date[], $18::date[], $19::date[], $20::timestamptz[], $21::timestamptz[])
         as u(id, kind, store_id, lot_id, item_id, quantity, unit_cost, reason, patient_id, witness_id, occurred_at, month, alive_from, alive_to, here_from, here_to)),
       alive as (insert into stock_alive (tenant_id, store_id, lot_id, month, expires_on, here_from, here_to)
         select distinct $1, d.store_id, d.lot_id, g::date, l.expires_on, d.here_from, d.here_to from d join lots l on l.tenant_id = $1 and l.id = d.lot_id cross join lateral generate_series(d.alive_from, d.alive_to, interval '1 month') g
         where d.alive_from is not null order by 2, 3, 4 on conflict (tenant_id, store_id, lot_id, month) do update set here_from = least(stock_alive.here_from, excluded.here_from), here_to = excluded.here_to),
       moved as (update stock_balances b set quantity = b.quantity + s.quantity, last_moved_at = greatest(b.last_moved_at, s.at), first_moved_at = least(b.first_moved_at, s.first_at)
         from (select store_id, lot_id, sum(quantity) as quantity, max(occurred_at) as at, min(occurred_at) as first_at from d group by store_id, lot_id) s where b.tenant_id = $1 and b.store_id = s.store_id and b.lot_id = s.lot_id),
       written as (insert into stock_movements (tenant_id, id, kind, store_id, lot_id, item_id, quantity, unit_cost, document_type, document_id, reason, patient_id, witness_id, occurred_at, recorded_at, created_by)
         select $1, id, kind, store_id, lot_id, item_id, quantity, unit_cost, $14, $15, reason, patient_id, witness_id, occurred_at, $16, $17 from d),
       summed as (insert into stock_months (tenant_id, store_id, lot_id, month, kind, item_id, quantity, cost)
     select $1, store_id, lot_id, month, kind, item_id, sum(quantity), sum(quantity * unit_cost) from d group by store_id, lot_id, month, kind, item_id order by store_id, lot_id, month, kind
     on conflict (tenant_id, store_id, lot_id, month, kind) do update set quantity = stock_months.quantity + excluded.quantity, cost = stock_months.cost + excluded.cost)
     select s.id, s.name, s.closed_on, s.is_frozen, s.seal_number from stores s where s.tenant_id = $1 and s.id = any($4::uuid[])`,
    [
      tx.ctx.tenantId, rows.map(() => newId()), column('kind'), column('store_id'), column('lot_id'), column('item_id'), column('quantity'), column('unit_cost'), column('reason'), column('patient_id'), column('witness_id'), column('occurred_at'), column('month'),
      document.type, document.id, tx.ctx.now, tx.ctx.userId, column('alive_from'), column('alive_to'), column('here_from'), column('here_to'),
    ],
  )
}

/** Lots whose running balance is below nothing at some moment: what a movement booked back may not leave behind. */
export function negativeAnywhere(tx: Tx, keys: readonly BalanceKey[]): Promise<{ store_id: string; lot_id: string; at: Date }[]> {
  return rawInTenant(
    tx,
    `select store_id, lot_id, min(occurred_at) as at from (select m.store_id, m.lot_id, m.occurred_at, sum(m.quantity) over (partition by m.store_id, m.lot_id order by m.occurred_at) as running from stock_movements m
       join unnest($2::uuid[], $3::uuid[]) as d(store_id, lot_id) on d.store_id = m.store_id and d.lot_id = m.lot_id where m.tenant_id = $1) r where running < 0 group by store_id, lot_id`,
    [tx.ctx.tenantId, keys.map((key) => key.storeId), keys.map((key) => key.lotId)],
  )
}

export interface CostRow {
  item_id: string
  at: Date
  on_hand: string
  average_cost: string
}

export async function writeCosts(tx: Tx, rows: readonly CostRow[]): Promise<void> {
  await insertMany(tx, 'item_costs', { id: 'uuid', item_id: 'uuid', at: 'timestamptz', on_hand: 'numeric', average_cost: 'numeric' }, rows.map((row) => ({ ...row, id: newId() })))
  await rawInTenant(tx, 'update items i set average_cost = d.cost from unnest($2::uuid[], $3::numeric[]) as d(id, cost) where i.tenant_id = $1 and i.id = d.id', [tx.ctx.tenantId, rows.map((row) => row.item_id), rows.map((row) => row.average_cost)])
}
