import { purchasingErrors, requisitionLifecycle } from '#contract/purchasing.ts'
import { requirePermission } from '#kernel/context.ts'
import type { Tx } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { compare } from '#kernel/money.ts'
import * as repo from './requisitions-repo.ts'
import { progressOf } from './rules.ts'

/** Lines of requisitions with what is ordered of them, two statements whatever the number. */
export async function linesOf(tx: Tx, ids: readonly string[]) {
  const [lines, orders] = await Promise.all([repo.requisitionLines(tx, ids), repo.orderedFor(tx, ids)])
  return progressOf(lines, orders)
}

/** A requisition locked, of which something may still be ordered; who comes second waits and sees the first one's order. */
export async function requisitionToOrder(tx: Tx, id: string): Promise<repo.RequisitionRow | undefined> {
  const row = await repo.lockRequisition(tx, id)
  if (row === undefined) return undefined
  requirePermission(tx.ctx, 'purchasing.order', row.facility_id)
  takeStep(requisitionLifecycle, row.state, 'order')
  return row
}

/** Refuses what the requisition asks for and somebody has ordered whole; what it does not ask for may go along. */
export async function refuseOrdered(tx: Tx, id: string, wanted: readonly { itemId: string }[]): Promise<void> {
  const lines = await linesOf(tx, [id])
  for (const [index, { itemId }] of wanted.entries()) {
    const own = lines.filter((line) => line.item_id === itemId)
    if (own.length > 0 && own.every((line) => compare(line.open, '0') === 0)) throw invalidField(`lines.${index}.itemId`, 'purchasing.already_ordered', purchasingErrors.already_ordered)
  }
}

/** Its state follows from its orders, after one came, changed or was cancelled. What is cancelled stays so. */
export async function settleRequisition(tx: Tx, id: string | null): Promise<void> {
  const row = id === null ? undefined : await repo.lockRequisition(tx, id)
  if (row === undefined || row.state === 'cancelled') return
  const lines = await linesOf(tx, [row.id])
  const state = lines.every((line) => compare(line.open, '0') === 0) ? 'ordered' : 'open'
  if (state !== row.state) await repo.setRequisition(tx, row.id, { state })
}
