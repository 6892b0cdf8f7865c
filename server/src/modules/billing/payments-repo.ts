import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'number', 'kind', 'invoice_id', 'deposit_id', 'patient_id', 'facility_id', 'method', 'amount', 'currency', 'reference', 'reason', 'received_on', 'received_at', 'received_by'] as const

export interface PaymentRow {
  id: string
  number: string
  kind: string
  invoice_id: string | null
  deposit_id: string | null
  patient_id: string
  facility_id: string
  method: string
  amount: string
  currency: string
  reference: string
  reason: string
  received_on: string
  received_at: Date
  received_by: string
}

export type NewPayment = Omit<PaymentRow, 'id' | 'received_at' | 'received_by'> & { shift_id: string | null }

export function insertPayment(tx: Tx, payment: NewPayment): Promise<PaymentRow> {
  return tx.db.insertInto('payments').values({ ...payment, id: newId(), received_at: tx.ctx.now, received_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function readPayment(tx: Tx, id: string): Promise<PaymentRow | undefined> {
  return tx.db.selectFrom('payments').select(columns).where('id', '=', id).executeTakeFirst()
}

export function paymentsOfInvoice(tx: Tx, invoiceId: string): Promise<PaymentRow[]> {
  return tx.db.selectFrom('payments').select(columns).where('invoice_id', '=', invoiceId).orderBy('received_at').orderBy('id').limit(200).execute()
}

export interface PaymentFilter {
  invoiceId?: string | undefined
  patientId?: string | undefined
  facilityId?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export function listPayments(tx: Tx, filter: PaymentFilter, page: PageRequest): Promise<PaymentRow[]> {
  let query = tx.db.selectFrom('payments').select(columns).orderBy('received_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.invoiceId !== undefined) query = query.where('invoice_id', '=', filter.invoiceId)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.from !== undefined) query = query.where('received_at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('received_at', '<', new Date(filter.to))
  return afterCursor(query, page.after, 'received_at', { order: 'desc' }).execute()
}

export interface TakingsRow {
  method: string
  received: string
  refunded: string
  count: number
}

/** What was taken and given back on a day, by method; a deposit that is used up was taken before and does not count again. */
export function takings(tx: Tx, facilityId: string, on: string): Promise<TakingsRow[]> {
  return rawInTenant<TakingsRow>(
    tx,
    `select method, coalesce(sum(amount) filter (where kind in ('payment', 'deposit')), 0)::text as received, coalesce(sum(amount) filter (where kind in ('refund', 'deposit-refund')), 0)::text as refunded, count(*)::int as count
     from payments where tenant_id = $1 and facility_id = $2 and received_on = $3 and method <> 'deposit' group by method order by method`,
    [tx.ctx.tenantId, facilityId, on],
  )
}

const depositColumns = ['id', 'version', 'number', 'patient_id', 'facility_id', 'amount', 'used', 'refunded', 'currency', 'method', 'reference', 'created_at'] as const

export interface DepositRow {
  id: string
  version: number
  number: string
  patient_id: string
  facility_id: string
  amount: string
  used: string
  refunded: string
  currency: string
  method: string
  reference: string
  created_at: Date
}

export function insertDeposit(tx: Tx, deposit: Omit<DepositRow, 'id' | 'version' | 'used' | 'refunded' | 'created_at'>): Promise<DepositRow> {
  return tx.db.insertInto('deposits').values({ ...deposit, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(depositColumns).executeTakeFirstOrThrow()
}

export function lockDeposit(tx: Tx, id: string): Promise<DepositRow | undefined> {
  return tx.db.selectFrom('deposits').select(depositColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateDeposit(tx: Tx, id: string, version: number, change: { used?: string; refunded?: string }): Promise<DepositRow> {
  return tx.db.updateTable('deposits').set({ ...change, version: version + 1 }).where('id', '=', id).returning(depositColumns).executeTakeFirstOrThrow()
}

export function listDeposits(tx: Tx, filter: { patientId?: string | undefined; facilityId?: string | undefined }, page: PageRequest): Promise<DepositRow[]> {
  let query = tx.db.selectFrom('deposits').select(depositColumns).orderBy('created_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.patientId !== undefined) query = query.where('patient_id', '=', filter.patientId)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return afterCursor(query, page.after, 'created_at', { order: 'desc' }).execute()
}
