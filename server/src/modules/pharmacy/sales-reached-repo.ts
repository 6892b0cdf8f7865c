import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { CounterDocument } from '../inventory/index.ts'

/** Sales by id as a recall asks for them: number, the customer’s name, and what came back of each lot. */
export function salesOfLots(tx: Tx, saleIds: readonly string[]): Promise<CounterDocument[]> {
  return rawInTenant<CounterDocument>(
    tx,
    `select s.id as document_id, l.lot_id, s.number, s.customer_name as customer, sum(l.returned)::text as returned from sales s join sale_lines l on l.tenant_id = $1 and l.sale_id = s.id
     where s.tenant_id = $1 and s.id = any($2::uuid[]) group by s.id, l.lot_id, s.number, s.customer_name`,
    [tx.ctx.tenantId, saleIds],
  )
}
