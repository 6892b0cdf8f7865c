import { anyOf, insertMany, rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import type { TakingsRow } from './payments-repo.ts'

const columns = ['id', 'version', 'facility_id', 'cashier_id', 'till', 'state', 'currency', 'opening_float', 'opened_at', 'opened_on', 'counted_at', 'expected', 'counted', 'deviation', 'reason', 'left_in_till', 'closed_at', 'approved_by', 'approved_at', 'approval_note'] as const

export interface ShiftRow {
  id: string
  version: number
  facility_id: string
  cashier_id: string
  till: string
  state: string
  currency: string
  opening_float: string
  opened_at: Date
  opened_on: string
  counted_at: Date | null
  expected: string | null
  counted: string | null
  /** What every way of paying differs, added up without its sign: a card's surplus does not hide what cash lacks. */
  deviation: string | null
  reason: string
  left_in_till: string | null
  closed_at: Date | null
  approved_by: string | null
  approved_at: Date | null
  approval_note: string
}

export type NewShift = Pick<ShiftRow, 'facility_id' | 'cashier_id' | 'till' | 'currency' | 'opening_float' | 'opened_on'> & { till_folded: string }

export function insertShift(tx: Tx, shift: NewShift): Promise<ShiftRow> {
  return tx.db.insertInto('cashier_shifts').values({ ...shift, id: newId(), state: 'open', opened_at: tx.ctx.now }).returning(columns).executeTakeFirstOrThrow()
}

export function readShift(tx: Tx, id: string): Promise<ShiftRow | undefined> {
  return tx.db.selectFrom('cashier_shifts').select(columns).where('id', '=', id).executeTakeFirst()
}

/** Waits for those who take money into the shift; who comes after it finds the shift as it was left. */
export function lockShift(tx: Tx, id: string): Promise<ShiftRow | undefined> {
  return tx.db.selectFrom('cashier_shifts').select(columns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

export type ShiftChange = Partial<Pick<ShiftRow, 'state' | 'counted_at' | 'expected' | 'counted' | 'deviation' | 'reason' | 'left_in_till' | 'closed_at' | 'approved_by' | 'approved_at' | 'approval_note'>>

export function updateShift(tx: Tx, row: ShiftRow, change: ShiftChange): Promise<ShiftRow> {
  return tx.db.updateTable('cashier_shifts').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

/** The shift a person has not yet told what is in: open, or counted and not closed. */
export function currentShift(tx: Tx, cashierId: string): Promise<ShiftRow | undefined> {
  return tx.db.selectFrom('cashier_shifts').select(columns).where('cashier_id', '=', cashierId).where('state', 'in', ['open', 'counted']).executeTakeFirst()
}

export interface ShiftFilter {
  facilityId?: string | undefined
  cashierId?: string | undefined
  state?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** Shifts of a person and of all in facilities, newest first. */
export function listShifts(tx: Tx, seen: { userId: string; facilityIds: readonly string[] }, filter: ShiftFilter, page: PageRequest): Promise<ShiftRow[]> {
  let query = tx.db.selectFrom('cashier_shifts').select(columns).orderBy('opened_at', 'desc').orderBy('id').limit(page.limit + 1).where((eb) => eb.or([eb('cashier_id', '=', seen.userId), eb('facility_id', '=', anyOf(seen.facilityIds))]))
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.cashierId !== undefined) query = query.where('cashier_id', '=', filter.cashierId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.from !== undefined) query = query.where('opened_on', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('opened_on', '<=', filter.to)
  return afterCursor(query, page.after, 'opened_at', { order: 'desc' }).execute()
}

/** Whether cash in a facility needs a shift, and the open one of a person there, held so that nobody counts it before this is written. */
export async function holdOpenShift(tx: Tx, facilityId: string): Promise<{ shift_id: string | null; is_required: boolean }> {
  const [row] = await rawInTenant<{ shift_id: string | null; is_required: boolean }>(
    tx,
    `select s.id as shift_id, coalesce(t.is_shift_required, false) as is_required from (select 1) one
     left join till_settings t on t.tenant_id = $1 and t.facility_id = $2
     left join lateral (select id from cashier_shifts where tenant_id = $1 and cashier_id = $3 and facility_id = $2 and state = 'open' for share) s on true`,
    [tx.ctx.tenantId, facilityId, tx.ctx.userId],
  )
  return row ?? { shift_id: null, is_required: false }
}

/** Payments and refunds of bills and deposits in a shift, by method. */
export function shiftTakings(tx: Tx, shiftId: string): Promise<TakingsRow[]> {
  return rawInTenant<TakingsRow>(
    tx,
    `select method, coalesce(sum(amount) filter (where kind in ('payment', 'deposit')), 0)::text as received, coalesce(sum(amount) filter (where kind in ('refund', 'deposit-refund')), 0)::text as refunded, count(*)::int as count
     from payments where tenant_id = $1 and shift_id = $2 group by method`,
    [tx.ctx.tenantId, shiftId],
  )
}

export interface EntryRow {
  id: string
  at: Date
  number: string
  kind: string
  method: string
  amount: string
  reference: string
  document_type: string
  document_id: string
}

export async function shiftEntries(tx: Tx, shiftId: string, page: PageRequest): Promise<EntryRow[]> {
  const query = tx.db.selectFrom('payments').select(['id', 'received_at', 'number', 'kind', 'method', 'amount', 'reference', 'invoice_id', 'deposit_id']).where('shift_id', '=', shiftId).orderBy('received_at', 'desc').orderBy('id').limit(page.limit + 1)
  const rows = await afterCursor(query, page.after, 'received_at', { order: 'desc' }).execute()
  return rows.map(({ received_at, invoice_id, deposit_id, ...row }) => ({ ...row, at: received_at, document_type: invoice_id === null ? 'deposit' : 'invoice', document_id: invoice_id ?? deposit_id ?? '' }))
}

export interface CountRow {
  attempt: number
  method: string
  expected: string
  counted: string
  denominations: { value: string; pieces: number }[]
  created_at: Date
  created_by: string
}

export function countsOf(tx: Tx, shiftId: string): Promise<CountRow[]> {
  return rawInTenant<CountRow>(tx, 'select attempt, method, expected, counted, denominations, created_at, created_by from cashier_shift_counts where tenant_id = $1 and shift_id = $2 order by attempt, method', [tx.ctx.tenantId, shiftId])
}

const countTypes = { id: 'uuid', shift_id: 'uuid', attempt: 'int', method: 'text', expected: 'numeric', counted: 'numeric', denominations: 'jsonb', created_at: 'timestamptz', created_by: 'uuid' } as const

export async function insertCounts(tx: Tx, shiftId: string, attempt: number, counts: readonly Pick<CountRow, 'method' | 'expected' | 'counted' | 'denominations'>[]): Promise<void> {
  await insertMany(tx, 'cashier_shift_counts', countTypes, counts.map((count) => ({ ...count, id: newId(), shift_id: shiftId, attempt, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}

export interface MoveRow {
  id: string
  kind: string
  amount: string
  person_id: string
  note: string
  is_closing: boolean
  created_at: Date
}

export function movesOf(tx: Tx, shiftId: string): Promise<MoveRow[]> {
  return tx.db.selectFrom('cashier_shift_moves').select(['id', 'kind', 'amount', 'person_id', 'note', 'is_closing', 'created_at']).where('shift_id', '=', shiftId).orderBy('created_at').orderBy('id').execute()
}

export async function insertMove(tx: Tx, shiftId: string, move: Omit<MoveRow, 'id' | 'created_at'>): Promise<void> {
  await tx.db.insertInto('cashier_shift_moves').values({ ...move, id: newId(), shift_id: shiftId, created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

/** Tills of a facility that were lately used: who has each now, or what was left in it. */
export function tillsOf(tx: Tx, facilityId: string): Promise<{ till: string; currency: string; left_in_till: string | null; cashier_id: string | null }[]> {
  return rawInTenant(
    tx,
    `select distinct on (s.till_folded) s.till, s.currency, s.left_in_till, case when s.state in ('open', 'counted') then s.cashier_id end as cashier_id
     from (select * from cashier_shifts where tenant_id = $1 and facility_id = $2 order by opened_at desc, id limit 200) s order by s.till_folded, s.opened_at desc`,
    [tx.ctx.tenantId, facilityId],
  )
}

export interface SettingsRow {
  id: string
  version: number
  is_shift_required: boolean
  difference_limit: string
}

const settingsColumns = ['id', 'version', 'is_shift_required', 'difference_limit'] as const

export function readSettings(tx: Tx, facilityId: string): Promise<SettingsRow | undefined> {
  return tx.db.selectFrom('till_settings').select(settingsColumns).where('facility_id', '=', facilityId).executeTakeFirst()
}

export function insertSettings(tx: Tx, settings: Omit<SettingsRow, 'id' | 'version'> & { facility_id: string }): Promise<SettingsRow> {
  return tx.db.insertInto('till_settings').values({ ...settings, id: newId(), version: 2, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(settingsColumns).executeTakeFirstOrThrow()
}

export function updateSettings(tx: Tx, row: SettingsRow, change: Partial<Omit<SettingsRow, 'id' | 'version'>>): Promise<SettingsRow> {
  return tx.db.updateTable('till_settings').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).where('version', '=', row.version).returning(settingsColumns).executeTakeFirstOrThrow()
}
