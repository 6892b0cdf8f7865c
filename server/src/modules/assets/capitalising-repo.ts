import { anyOf, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

/** Says that a line of a receipt is in the register now; the second time is refused by the database. */
export async function claimLine(tx: Tx, goodsReceiptLineId: string): Promise<void> {
  await tx.db.insertInto('asset_receipt_lines').values({ id: newId(), goods_receipt_line_id: goodsReceiptLineId, created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

export async function claimedLines(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.db.selectFrom('asset_receipt_lines').select(['goods_receipt_line_id']).where('goods_receipt_line_id', '=', anyOf(ids)).execute()
  return new Set(rows.map((row) => row.goods_receipt_line_id))
}
