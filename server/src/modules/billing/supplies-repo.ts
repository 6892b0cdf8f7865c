import { rawInTenant, type Tx } from '#kernel/db.ts'
import type { PageRequest } from '#kernel/page.ts'

export interface Days {
  facilityId: string
  from: string
  to: string
}

export interface SupplySums {
  taxable: string
  cgst: string
  sgst: string
  igst: string
  total: string
}

export interface BilledSupply extends SupplySums {
  /** Of goods the item's SKU, else empty. */
  sku: string
  is_goods: boolean
  /** The buyer has a tax number. */
  is_business: boolean
  tax_code: string
  tax_rate_percent: string
  quantity: string
}

const amounts = ['taxable', 'cgst', 'sgst', 'igst', 'total'] as const
const summed = amounts.map((name) => `sum(${name})::text as ${name}`).join(', ')
const signed = (alias: string, sign: '' | '-'): string => amounts.map((name) => `${sign}${alias}.${name} as ${name}`).join(', ')

/** What bills of days supplied, credit notes of these days taken off, by code, rate and kind of buyer; goods item by item. */
export function billedSupplies(tx: Tx, { facilityId, from, to }: Days): Promise<BilledSupply[]> {
  return rawInTenant<BilledSupply>(
    tx,
    `with lines as (
       select l.code, l.service_id, coalesce(i.buyer->>'taxNumber', '') <> '' as is_business, l.tax_code, l.tax_rate_percent, l.quantity, ${signed('l', '')}
       from invoices i join invoice_lines l on l.tenant_id = $1 and l.invoice_id = i.id where i.tenant_id = $1 and i.facility_id = $2 and i.issued_on between $3::date and $4::date
       union all
       select l.code, l.service_id, coalesce(i.buyer->>'taxNumber', '') <> '', l.tax_code, l.tax_rate_percent, -c.quantity, ${signed('c', '-')}
       from credit_notes n join credit_note_lines c on c.tenant_id = $1 and c.credit_note_id = n.id join invoice_lines l on l.tenant_id = $1 and l.id = c.invoice_line_id join invoices i on i.tenant_id = $1 and i.id = n.invoice_id
       where n.tenant_id = $1 and n.facility_id = $2 and n.issued_on between $3::date and $4::date
     ), told as (select lines.*, s.code = 'GOODS' as is_goods from lines join services s on s.tenant_id = $1 and s.id = lines.service_id)
     select case when is_goods then code else '' end as sku, is_goods, is_business, tax_code, tax_rate_percent, sum(quantity)::text as quantity, ${summed}
     from told group by 1, 2, 3, 4, 5 order by tax_rate_percent, tax_code, 1`,
    [tx.ctx.tenantId, facilityId, from, to],
  )
}

export interface SupplyDocument extends SupplySums {
  id: string
  kind: string
  number: string
  on_day: string
  against: string
  /** Who bought is named where the buyer has a tax number; a patient is not. */
  buyer_name: string
  tax_number: string
  state_code: string
  round_off: string
}

/** Bills and credit notes of days by day; only the documents of a page are looked at. */
export function billedDocuments(tx: Tx, { facilityId, from, to }: Days, page: PageRequest): Promise<SupplyDocument[]> {
  const after = '$5::date is null or'
  return rawInTenant<SupplyDocument>(
    tx,
    `select d.id, d.kind, d.number, d.on_day::text as on_day, d.against, case when coalesce(d.buyer->>'taxNumber', '') = '' then '' else coalesce(d.buyer->>'name', '') end as buyer_name, coalesce(d.buyer->>'taxNumber', '') as tax_number, coalesce(d.buyer->>'stateCode', '') as state_code,
       ${amounts.map((name) => `d.${name}::text as ${name}`).join(', ')}, d.round_off::text as round_off from (
       (select i.id, 'invoice' as kind, i.number, i.issued_on as on_day, '' as against, i.buyer, ${signed('i', '')}, i.round_off from invoices i
        where i.tenant_id = $1 and i.facility_id = $2 and i.issued_on >= greatest($3::date, $5::date) and i.issued_on <= $4::date and (${after} (i.issued_on, i.id) > ($5::date, $6::uuid)) order by i.issued_on, i.id limit $7)
       union all
       (select n.id, 'credit-note', n.number, n.issued_on, coalesce(i.number, ''), i.buyer, ${signed('n', '-')}, -n.round_off from credit_notes n join invoices i on i.tenant_id = $1 and i.id = n.invoice_id
        where n.tenant_id = $1 and n.facility_id = $2 and n.issued_on >= greatest($3::date, $5::date) and n.issued_on <= $4::date and (${after} (n.issued_on, n.id) > ($5::date, $6::uuid)) order by n.issued_on, n.id limit $7)
     ) d order by d.on_day, d.id limit $7`,
    [tx.ctx.tenantId, facilityId, from, to, page.after?.at ?? null, page.after?.id ?? null, page.limit + 1],
  )
}
