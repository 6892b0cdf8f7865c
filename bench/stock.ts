import pg from 'pg'
import { stableId } from '../server/src/seed/random.ts'
import { tenantId } from './routes.ts'

const facilityId = stableId(1, 'general:GH1')
const userId = stableId(1, 'general:user:pharmacist:1')
export const benchStore = stableId(1, 'bench:store')

// Lots of the last two years: what is in stock moved ten times, what is used up a hundred times, ninety days from first to last.
const shape = `create temporary table shape as
  select n, stock.uuid('4', n / 25) as item_id, stock.uuid('5', n) as lot_id, n <= $1::int as is_live, case when n <= $1::int then 10 else 100 end as moves,
    case when n <= $1::int then $2::timestamptz - interval '5 days' - (n * 37 % 105) * interval '1 day' else $2::timestamptz - interval '120 days' - (n * 61 % 610) * interval '1 day' end as opened_at
  from generate_series(1, ($1::int * 1.9)::int) n`

const movements = `insert into stock_movements (tenant_id, id, kind, store_id, lot_id, item_id, quantity, unit_cost, document_type, document_id, occurred_at, recorded_at, created_by)
  select $1, stock.uuid('6', s.n::bigint * 100 + k), case when k = 0 then 'opening' else 'issue' end, $2, s.lot_id, s.item_id, case when k > 0 then -10 when s.is_live then s.moves * 10 else (s.moves - 1) * 10 end, 2, 'stock-document', stock.uuid('6', s.n::bigint * 100 + k),
    s.opened_at + k * (case when s.is_live then ($4::timestamptz - s.opened_at) else interval '90 days' end) / s.moves, $4, $3
  from shape s cross join lateral generate_series(0, s.moves - 1) k`

const balances = `insert into stock_balances (tenant_id, store_id, lot_id, item_id, expires_on, quantity, last_moved_at, first_moved_at)
  select $1, $2, s.lot_id, s.item_id, l.expires_on, case when s.is_live then 10 else 0 end, (select max(occurred_at) from stock_movements m where m.tenant_id = $1 and m.store_id = $2 and m.lot_id = s.lot_id), s.opened_at from shape s join lots l on l.tenant_id = $1 and l.id = s.lot_id`

const months = `insert into stock_months (tenant_id, store_id, lot_id, month, kind, item_id, quantity, cost)
  select tenant_id, store_id, lot_id, date_trunc('month', occurred_at at time zone 'Asia/Kolkata')::date, kind, item_id, sum(quantity), sum(quantity * unit_cost) from stock_movements where tenant_id = $1 and store_id = $2 group by 1, 2, 3, 4, 5, 6`

const alive = `insert into stock_alive (tenant_id, store_id, lot_id, month, expires_on, here_from, here_to)
  select $1, $2, s.lot_id, g::date, l.expires_on, s.opened_at, case when s.is_live then 'infinity' else s.opened_at + (s.moves - 1) * interval '90 days' / s.moves end from shape s join lots l on l.tenant_id = $1 and l.id = s.lot_id
    cross join lateral generate_series(date_trunc('month', s.opened_at at time zone 'Asia/Kolkata'), date_trunc('month', case when s.is_live then $3::timestamptz else s.opened_at + interval '90 days' end at time zone 'Asia/Kolkata'), interval '1 month') g`
const carried = "insert into stock_carries (tenant_id, facility_id, month) values ($1, $2, date_trunc('month', $3::timestamptz at time zone 'Asia/Kolkata')::date) on conflict (tenant_id, facility_id) do update set month = excluded.month"

/** Runs work without the ledger's secondary indexes, which are built once at the end: five million rows in minutes, not hours. */
async function withoutIndexes(client: pg.Client, work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>("select indexname as name, indexdef as definition from pg_indexes where tablename = 'stock_movements' and indexname <> 'stock_movements_pkey' and indexname <> 'stock_movements_balance'")
  for (const { name } of rows) await client.query(`drop index ${name}`)
  await work()
  for (const { definition } of rows) await client.query(definition)
}

/** A store with so many lots in stock, nine tenths as many used up, and a hundred movements to each lot in stock. */
export async function fillStock(ownerUrl: string, lots: number, on: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const now = `${on}T00:00:00Z`
  try {
    // What is made here is whole by construction: foreign keys are not looked up five million times.
    await client.query('set session_replication_role = replica')
    await client.query('create schema stock')
    await client.query("create function stock.uuid(kind text, n bigint) returns uuid language sql immutable as $$ select (kind || '0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$")
    await client.query("insert into stores (tenant_id, id, facility_id, code, name, kind, created_at) values ($1, $2, $3, 'BENCH', 'Bench', 'main', $4)", [tenantId, benchStore, facilityId, now])
    await client.query(shape, [lots, now])
    await client.query("insert into items (tenant_id, id, sku, sku_folded, name, name_folded, kind, base_unit, created_at) select distinct on (item_id) $1::uuid, item_id, 'B' || n, 'b' || n, 'Bench ' || n, 'bench ' || n, 'medicine', 'tablet', $2::timestamptz from shape order by item_id", [tenantId, now])
    await client.query("insert into lots (tenant_id, id, item_id, batch, expires_on, mrp, currency, unit_cost, created_at) select $1, lot_id, item_id, 'B' || n, (opened_at + interval '540 days' + (n % 90) * interval '1 day')::date, 10, 'INR', 2, opened_at from shape", [tenantId])
    await withoutIndexes(client, async () => {
      await client.query(movements, [tenantId, benchStore, userId, now])
      await client.query(balances, [tenantId, benchStore])
      await client.query(months, [tenantId, benchStore])
      await client.query(alive, [tenantId, benchStore, now])
      await client.query(carried, [tenantId, facilityId, now])
    })
    await client.query('drop schema stock cascade')
    for (const table of ['items', 'lots', 'stock_balances', 'stock_movements', 'stock_months', 'stock_alive']) await client.query(`vacuum analyze ${table}`)
  } finally {
    await client.end()
  }
}
