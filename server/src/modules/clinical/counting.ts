import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Notes of the user that are not signed yet. */
export async function countUnsigned(tx: Tx): Promise<number> {
  const rows = await rawInTenant<{ n: number }>(tx, "select count(*)::int as n from notes where tenant_id = $1 and author_id = $2 and state = 'draft'", [tx.ctx.tenantId, tx.ctx.userId])
  return rows[0]?.n ?? 0
}
