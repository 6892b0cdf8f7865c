import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface Days {
  facilityId: string
  from: string
  to: string
  timeZone: string
}

export interface TaxSums {
  taxable: string
  cgst: string
  sgst: string
  igst: string
}

/**
 * Each line that came or went back, on its day: $1 tenant, $2 facility, $3 and $4 days, $5 time zone.
 * A vendor of another state is told by the two states that are known; half a line's tax is CGST, the rest SGST, so that both add to it.
 */
const lines = `with lines as (
  select g.id, 'receipt' as kind, g.number, g.received_on as on_day, g.vendor_id, g.id as receipt_id, l.item_id, l.tax_rate_percent, l.line_cost as taxable, l.tax
  from goods_receipts g join goods_receipt_lines l on l.tenant_id = g.tenant_id and l.goods_receipt_id = g.id
  where g.tenant_id = $1 and g.facility_id = $2 and g.received_on between $3::date and $4::date
  union all
  select r.id, 'return', r.number, (r.created_at at time zone $5)::date, r.vendor_id, r.goods_receipt_id, l.item_id, l.tax_rate_percent, -b.taxable, -b.tax
  from purchase_returns r join purchase_return_lines b on b.tenant_id = r.tenant_id and b.purchase_return_id = r.id join goods_receipt_lines l on l.tenant_id = b.tenant_id and l.id = b.goods_receipt_line_id
  where r.tenant_id = $1 and r.facility_id = $2 and not r.is_claim and r.created_at >= $3::date::timestamp at time zone $5 and r.created_at < ($4::date + 1)::timestamp at time zone $5
), taxed as (
  select lines.*, v.name as vendor_name, v.tax_number, v.state_code <> '' and f.state_code <> '' and v.state_code <> f.state_code as is_other_state
  from lines join vendors v on v.tenant_id = $1 and v.id = lines.vendor_id join facilities f on f.tenant_id = $1 and f.id = $2
), split as (
  select *, case when is_other_state then 0 else round(tax / 2, 2) end as cgst, case when is_other_state then 0 else tax - round(tax / 2, 2) end as sgst, case when is_other_state then tax else 0 end as igst from taxed
)`

const sums = 'sum(taxable)::text as taxable, sum(cgst)::text as cgst, sum(sgst)::text as sgst, sum(igst)::text as igst'

/** Purchases of days by HSN and rate. */
export function purchasesByRate(tx: Tx, { facilityId, from, to, timeZone }: Days): Promise<(TaxSums & { tax_code: string; tax_rate_percent: string })[]> {
  return rawInTenant(
    tx,
    `${lines} select i.tax_code, split.tax_rate_percent, ${sums} from split join items i on i.tenant_id = $1 and i.id = split.item_id group by i.tax_code, split.tax_rate_percent order by split.tax_rate_percent, i.tax_code`,
    [tx.ctx.tenantId, facilityId, from, to, timeZone],
  )
}

export interface RegisteredRow extends TaxSums {
  id: string
  kind: 'receipt' | 'return'
  number: string
  on_day: string
  vendor_name: string
  tax_number: string
  bill_number: string | null
  billed_on: string | null
}

/** Purchases of days document by document, by day; only the documents of a page are looked into. */
export function purchaseDocuments(tx: Tx, { facilityId, from, to, timeZone }: Days, page: PageRequest): Promise<RegisteredRow[]> {
  return rawInTenant(
    tx,
    `with documents as (
       (select g.id, 'receipt' as kind, g.number, g.received_on as on_day, g.vendor_id, g.id as receipt_id from goods_receipts g
        where g.tenant_id = $1 and g.facility_id = $2 and g.received_on >= greatest($3::date, $6::date) and g.received_on <= $4::date and ($6::date is null or (g.received_on, g.id) > ($6::date, $7::uuid)) order by g.received_on, g.id limit $8)
       union all
       (select r.id, 'return', r.number, (r.created_at at time zone $5)::date, r.vendor_id, r.goods_receipt_id from purchase_returns r
        where r.tenant_id = $1 and r.facility_id = $2 and not r.is_claim and r.created_at >= greatest($3::date, $6::date)::timestamp at time zone $5 and r.created_at < ($4::date + 1)::timestamp at time zone $5
          and ($6::date is null or ((r.created_at at time zone $5)::date, r.id) > ($6::date, $7::uuid)) order by r.created_at, r.id limit $8)
     )
     select d.id, d.kind, d.number, d.on_day::text as on_day, v.name as vendor_name, v.tax_number, own.taxable, own.cgst, own.sgst, own.igst, b.bill_number, b.billed_on::text as billed_on
     from (select * from documents order by on_day, id limit $8) d
     cross join lateral (select name, tax_number, state_code from vendors where tenant_id = $1 and id = d.vendor_id offset 0) v
     cross join lateral (select state_code from facilities where tenant_id = $1 and id = $2 offset 0) f
     cross join lateral (
       select coalesce(sum(x.taxable), 0)::text as taxable, coalesce(sum(case when s.is_other_state then 0 else round(x.tax / 2, 2) end), 0)::text as cgst, coalesce(sum(case when s.is_other_state then 0 else x.tax - round(x.tax / 2, 2) end), 0)::text as sgst, coalesce(sum(case when s.is_other_state then x.tax else 0 end), 0)::text as igst
       from (select v.state_code <> '' and f.state_code <> '' and v.state_code <> f.state_code as is_other_state) s cross join (
         select l.line_cost as taxable, l.tax from goods_receipt_lines l where d.kind = 'receipt' and l.tenant_id = $1 and l.goods_receipt_id = d.id
         union all select -r.taxable, -r.tax from purchase_return_lines r where d.kind = 'return' and r.tenant_id = $1 and r.purchase_return_id = d.id
       ) x
     ) own
     left join lateral (select bill_number, billed_on from vendor_bills where tenant_id = $1 and goods_receipt_id = d.receipt_id order by created_at limit 1) b on true
     order by d.on_day, d.id`,
    [tx.ctx.tenantId, facilityId, from, to, timeZone, page.after?.at ?? null, page.after?.id ?? null, page.limit + 1],
  )
}
