import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import { storesIn } from './stores-repo.ts'

const columns = ['id', 'version', 'number', 'kind', 'store_id', 'facility_id', 'patient_id', 'reason', 'reference', 'witness_id', 'occurred_at'] as const

export interface DocumentRow {
  id: string
  version: number
  number: string
  kind: string
  store_id: string
  facility_id: string
  patient_id: string | null
  reason: string
  reference: string
  witness_id: string | null
  occurred_at: Date
}

export async function insertDocument(tx: Tx, row: Omit<DocumentRow, 'version'>): Promise<void> {
  await tx.db.insertInto('stock_documents').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

export function readDocument(tx: Tx, id: string): Promise<DocumentRow | undefined> {
  return tx.db.selectFrom('stock_documents').select(columns).where('id', '=', id).executeTakeFirst()
}

export interface MovementRow {
  id: string
  kind: string
  store_id: string
  store_name: string
  item_id: string
  item_name: string
  unit: string
  lot_id: string
  batch: string
  expires_on: string
  currency: string
  quantity: string
  unit_cost: string
  document_type: string
  document_id: string
  reason: string
  patient_id: string | null
  occurred_at: Date
  recorded_at: Date
  created_by: string
}

// Rows first, by one probe of an index; the names stand beside them.
const named = (inner: string, order: string): string => `select m.id, m.kind, m.store_id, s.name as store_name, m.item_id, i.name as item_name, i.base_unit as unit, m.lot_id, l.batch, l.expires_on, l.currency, m.quantity, m.unit_cost, m.document_type, m.document_id, m.reason, m.patient_id, m.occurred_at, m.recorded_at, m.created_by
  from (${inner}) m join stores s on s.tenant_id = $1 and s.id = m.store_id join items i on i.tenant_id = $1 and i.id = m.item_id join lots l on l.tenant_id = $1 and l.id = m.lot_id order by ${order}`

const own = 'id, kind, store_id, item_id, lot_id, quantity, unit_cost, document_type, document_id, reason, patient_id, occurred_at, recorded_at, created_by'

export function movementsOfDocument(tx: Tx, documentId: string): Promise<MovementRow[]> {
  return rawInTenant<MovementRow>(tx, named(`select ${own} from stock_movements where tenant_id = $1 and document_id = $2`, 'm.id'), [tx.ctx.tenantId, documentId])
}

export interface MovementFilter {
  places: readonly string[] | undefined
  storeId?: string | undefined
  itemId?: string | undefined
  lotId?: string | undefined
  documentId?: string | undefined
  patientId?: string | undefined
}

export function listMovements(tx: Tx, filter: MovementFilter, page: PageRequest): Promise<MovementRow[]> {
  const conditions: string[] = []
  const values: unknown[] = [tx.ctx.tenantId, page.limit + 1]
  const wanted: [string, string | undefined][] = [['store_id', filter.storeId], ['item_id', filter.itemId], ['lot_id', filter.lotId], ['document_id', filter.documentId], ['patient_id', filter.patientId]]
  for (const [column, value] of wanted) if (value !== undefined) conditions.push(`and ${column} = $${values.push(value)}`)
  if (filter.places !== undefined) conditions.push(`and store_id = any(${storesIn(`$${values.push(filter.places)}`)})`)
  if (page.after !== null) conditions.push(`and (occurred_at, id) < ($${values.push(new Date(page.after.at))}, $${values.push(page.after.id)}::uuid)`)
  return rawInTenant<MovementRow>(tx, named(`select ${own} from stock_movements where tenant_id = $1 ${conditions.join(' ')} order by occurred_at desc, id desc limit $2`, 'm.occurred_at desc, m.id desc'), values)
}

export interface RegisterRow {
  id: string
  kind: string
  item_id: string
  batch: string
  quantity: string
  document_type: string
  document_id: string
  reason: string
  patient_id: string | null
  witness_id: string | null
  occurred_at: Date
  created_by: string
}

/** Entries of one item in one store, newest first: the running register of a controlled drug. */
export function registerEntries(tx: Tx, key: { storeId: string; itemId: string }, page: PageRequest): Promise<RegisterRow[]> {
  const after = page.after === null ? '' : 'and (occurred_at, id) < ($5, $6::uuid)'
  return rawInTenant<RegisterRow>(
    tx,
    `select m.id, m.kind, m.item_id, l.batch, m.quantity, m.document_type, m.document_id, m.reason, m.patient_id, m.witness_id, m.occurred_at, m.created_by
     from (select id, kind, item_id, lot_id, quantity, document_type, document_id, reason, patient_id, witness_id, occurred_at, created_by from stock_movements where tenant_id = $1 and store_id = $2 and item_id = $3 ${after} order by occurred_at desc, id desc limit $4) m
     join lots l on l.tenant_id = $1 and l.id = m.lot_id order by m.occurred_at desc, m.id desc`,
    [tx.ctx.tenantId, key.storeId, key.itemId, page.limit + 1, ...(page.after === null ? [] : [new Date(page.after.at), page.after.id])],
  )
}

/** What the register says was there right after an entry, or is there now. */
export async function registerBalance(tx: Tx, key: { storeId: string; itemId: string }, at: { at: Date; id: string } | null): Promise<string> {
  const upTo = at === null ? '' : 'and (occurred_at, id) <= ($4, $5::uuid)'
  const [row] = await rawInTenant<{ balance: string }>(tx, `select coalesce(sum(quantity), 0)::text as balance from stock_movements where tenant_id = $1 and store_id = $2 and item_id = $3 ${upTo}`, [tx.ctx.tenantId, key.storeId, key.itemId, ...(at === null ? [] : [at.at, at.id])])
  return row?.balance ?? '0'
}

export interface ControlledRow {
  id: string
  name: string
  base_unit: string
  controlled_class: string
}

const mostControlled = 200

/** The controlled drugs a store has or had. */
export function controlledIn(tx: Tx, storeId: string): Promise<ControlledRow[]> {
  return rawInTenant<ControlledRow>(
    tx,
    `select i.id, i.name, i.base_unit, i.controlled_class from items i
     where i.tenant_id = $1 and i.is_controlled and exists (select 1 from stock_balances b where b.tenant_id = $1 and b.store_id = $2 and b.item_id = i.id) order by i.name_folded, i.id limit ${mostControlled}`,
    [tx.ctx.tenantId, storeId],
  )
}

/** What a store has of items, lots that are held too; waits for who is taking of it, and nobody takes any until the transaction ends. */
export async function heldBalances(tx: Tx, storeId: string, itemIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await rawInTenant<{ item_id: string; balance: string }>(
    tx,
    `select h.item_id, sum(h.quantity)::text as balance from (select item_id, quantity from stock_balances where tenant_id = $1 and store_id = $2 and item_id = any($3::uuid[]) order by store_id, lot_id for share) h group by h.item_id`,
    [tx.ctx.tenantId, storeId, itemIds],
  )
  return new Map(rows.map((row) => [row.item_id, row.balance]))
}
