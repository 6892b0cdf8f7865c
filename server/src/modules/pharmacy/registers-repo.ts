import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'
import type { SupplyDays, SupplyDocument, SupplySums } from '../billing/index.ts'

export interface SoldSupply extends SupplySums {
  item_id: string
  is_business: boolean
  tax_code: string
  tax_rate_percent: string
  quantity: string
}

/** Sales over the counter less their returns of days, item by item. */
export function soldSupplies(tx: Tx, { facilityId, from, to }: SupplyDays): Promise<SoldSupply[]> {
  const signed = (column: string) => `sum(case when s.kind = 'sale' then l.${column} else -l.${column} end)::text as ${column}`
  return rawInTenant<SoldSupply>(
    tx,
    `select l.item_id, s.customer_tax_number <> '' as is_business, l.tax_rate_percent, l.tax_code, ${['quantity', 'taxable', 'cgst', 'sgst', 'igst', 'total'].map(signed).join(', ')} from sales s join sale_lines l on l.tenant_id = $1 and l.sale_id = s.id
     where s.tenant_id = $1 and s.facility_id = $2 and s.sold_on >= $3 and s.sold_on <= $4 group by l.item_id, s.customer_tax_number <> '', l.tax_rate_percent, l.tax_code order by l.tax_rate_percent, l.tax_code, l.item_id`,
    [tx.ctx.tenantId, facilityId, from, to],
  )
}

/** Receipts of the counter and their returns by day. */
export function saleDocuments(tx: Tx, { facilityId, from, to }: SupplyDays, page: PageRequest): Promise<SupplyDocument[]> {
  const signed = (column: string) => `(case when s.kind = 'sale' then s.${column} else -s.${column} end)::text as ${column}`
  return rawInTenant<SupplyDocument>(
    tx,
    `select s.id, s.kind, s.number, s.sold_on::text as on_day, coalesce((select o.number from sales o where o.tenant_id = $1 and o.id = s.sale_id), '') as against, case when s.customer_tax_number = '' then '' else s.customer_name end as buyer_name, s.customer_tax_number as tax_number, s.customer_state_code as state_code,
       ${['taxable', 'cgst', 'sgst', 'igst', 'total', 'round_off'].map(signed).join(', ')} from sales s
     where s.tenant_id = $1 and s.facility_id = $2 and s.sold_on >= greatest($3::date, $5::date) and s.sold_on <= $4::date and ($5::date is null or (s.sold_on, s.id) > ($5::date, $6::uuid)) order by s.sold_on, s.id limit $7`,
    [tx.ctx.tenantId, facilityId, from, to, page.after?.at ?? null, page.after?.id ?? null, page.limit + 1],
  )
}
