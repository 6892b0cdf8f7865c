import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor, inPlaces } from '#kernel/paging.ts'

const requisitionColumns = ['id', 'version', 'number', 'state', 'facility_id', 'store_id', 'reason', 'cancel_reason', 'created_at'] as const

export interface RequisitionRow {
  id: string
  version: number
  number: string
  state: string
  facility_id: string
  store_id: string
  reason: string
  cancel_reason: string
  created_at: Date
}

export function insertRequisition(tx: Tx, row: Pick<RequisitionRow, 'id' | 'number' | 'facility_id' | 'store_id' | 'reason'>): Promise<RequisitionRow> {
  return tx.db.insertInto('requisitions').values({ ...row, state: 'open', created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(requisitionColumns).executeTakeFirstOrThrow()
}

export function requisitionsByIds(tx: Tx, ids: readonly string[]): Promise<RequisitionRow[]> {
  return tx.db.selectFrom('requisitions').select(requisitionColumns).where('id', '=', anyOf(ids)).execute()
}

export function lockRequisition(tx: Tx, id: string): Promise<RequisitionRow | undefined> {
  return tx.db.selectFrom('requisitions').select(requisitionColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function setRequisition(tx: Tx, id: string, change: { state: string; cancel_reason?: string }): Promise<RequisitionRow> {
  return tx.db.updateTable('requisitions').set((eb) => ({ ...change, version: eb('version', '+', 1) })).where('id', '=', id).returning(requisitionColumns).executeTakeFirstOrThrow()
}

/** What orders that stand hold of each item of requisitions, in base units. */
export function orderedFor(tx: Tx, ids: readonly string[]): Promise<{ requisition_id: string; item_id: string; quantity: string }[]> {
  return rawInTenant(
    tx,
    `select o.requisition_id, l.item_id, sum(l.quantity) as quantity from purchase_orders o join purchase_order_lines l on l.tenant_id = $1 and l.purchase_order_id = o.id
     where o.tenant_id = $1 and o.requisition_id = any($2::uuid[]) and o.state <> 'cancelled' group by o.requisition_id, l.item_id`,
    [tx.ctx.tenantId, ids],
  )
}

export function listRequisitions(tx: Tx, places: readonly string[] | undefined, page: PageRequest): Promise<RequisitionRow[]> {
  const query = tx.db.selectFrom('requisitions').select(requisitionColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(inPlaces(query, places), page.after, 'created_at', { order: 'desc' }).execute()
}

export function insertRequisitionLines(tx: Tx, requisitionId: string, lines: readonly { item_id: string; quantity: string }[]): Promise<void> {
  return insertMany(tx, 'requisition_lines', { id: 'uuid', requisition_id: 'uuid', item_id: 'uuid', quantity: 'numeric', created_at: 'timestamptz', created_by: 'uuid' }, lines.map((line) => ({ ...line, id: newId(), requisition_id: requisitionId, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export function requisitionLines(tx: Tx, ids: readonly string[]): Promise<{ id: string; requisition_id: string; item_id: string; quantity: string }[]> {
  return tx.db.selectFrom('requisition_lines').select(['id', 'requisition_id', 'item_id', 'quantity']).where('requisition_id', '=', anyOf(ids)).orderBy('requisition_id').orderBy('id').execute()
}

export interface QuotationRow {
  vendor_id: string
  item_id: string
  unit_cost: string
  currency: string
  lead_time_days: number
}

export async function writeQuotations(tx: Tx, requisitionId: string, vendorId: string, lines: readonly Omit<QuotationRow, 'vendor_id'>[]): Promise<void> {
  await rawInTenant(
    tx,
    `insert into quotations (tenant_id, id, requisition_id, vendor_id, item_id, unit_cost, currency, lead_time_days, created_at, created_by)
     select $1::uuid, d.id, $2, $3, d.item_id, d.unit_cost, d.currency, d.lead_time_days, $9, $10 from unnest($4::uuid[], $5::uuid[], $6::numeric[], $7::text[], $8::int[]) as d(id, item_id, unit_cost, currency, lead_time_days)
     on conflict on constraint quotations_once do update set unit_cost = excluded.unit_cost, currency = excluded.currency, lead_time_days = excluded.lead_time_days`,
    [tx.ctx.tenantId, requisitionId, vendorId, lines.map(() => newId()), lines.map((line) => line.item_id), lines.map((line) => line.unit_cost), lines.map((line) => line.currency), lines.map((line) => line.lead_time_days), tx.ctx.now, tx.ctx.userId],
  )
}

export function quotationsOf(tx: Tx, requisitionId: string): Promise<QuotationRow[]> {
  return tx.db.selectFrom('quotations').select(['vendor_id', 'item_id', 'unit_cost', 'currency', 'lead_time_days']).where('requisition_id', '=', requisitionId).orderBy('item_id').orderBy('unit_cost').orderBy('vendor_id').limit(1000).execute()
}
