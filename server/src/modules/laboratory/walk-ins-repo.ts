import { anyOf, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

const columns = ['id', 'order_id', 'facility_id', 'prescriber_name', 'prescriber_phone', 'prescriber_registration', 'prescribed_on'] as const

export interface WalkInRow {
  id: string
  order_id: string
  facility_id: string
  prescriber_name: string
  prescriber_phone: string
  prescriber_registration: string
  prescribed_on: string | null
}

export function insertWalkIn(tx: Tx, walkIn: Omit<WalkInRow, 'id'>): Promise<WalkInRow> {
  return tx.db.insertInto('lab_walk_ins').values({ ...walkIn, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

/** Of these orders, those that came from outside. */
export function walkInsOf(tx: Tx, orderIds: readonly string[]): Promise<WalkInRow[]> {
  return tx.db.selectFrom('lab_walk_ins').select(columns).where('order_id', '=', anyOf(orderIds)).execute()
}
