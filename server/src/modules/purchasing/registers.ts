import type { RouteInput } from '#contract/define.ts'
import type { purchasing } from '#contract/purchasing.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { add, money, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { facilityOf } from '../organizations/index.ts'
import * as repo from './registers-repo.ts'

type Input<K extends keyof typeof purchasing> = RouteInput<(typeof purchasing)[K]>

async function daysOf(tx: Tx, ctx: Ctx, { facilityId, from, to }: { facilityId: string; from: string; to: string }): Promise<{ days: repo.Days; currency: string }> {
  requirePermission(ctx, 'purchasing.read', facilityId)
  const { currency, timeZone } = await facilityOf(tx, facilityId)
  return { days: { facilityId, from, to, timeZone }, currency }
}

function sumsOf(row: repo.TaxSums, currency: string) {
  const tax = sum([row.cgst, row.sgst, row.igst])
  return { taxable: money(row.taxable, currency), cgst: money(row.cgst, currency), sgst: money(row.sgst, currency), igst: money(row.igst, currency), tax: money(tax, currency), total: money(add(row.taxable, tax), currency) }
}

export function purchaseRegister(ctx: Ctx, { query }: Input<'purchaseRegister'>) {
  return withContext(ctx, async (tx) => {
    const { days, currency } = await daysOf(tx, ctx, query)
    const rows = await repo.purchasesByRate(tx, days)
    return { items: rows.map((row) => ({ taxRatePercent: add(row.tax_rate_percent, '0'), taxCode: row.tax_code, ...sumsOf(row, currency) })), nextCursor: null }
  })
}

export function purchaseDocuments(ctx: Ctx, { query }: Input<'purchaseDocuments'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const { days, currency } = await daysOf(tx, ctx, query)
    const rows = await repo.purchaseDocuments(tx, days, page)
    return toPage(rows, page.limit, (row) => ({ at: row.on_day, id: row.id }), (row) => ({ id: row.id, kind: row.kind, number: row.number, on: row.on_day, vendorName: row.vendor_name, vendorTaxNumber: row.tax_number, billNumber: row.bill_number ?? '', billedOn: row.billed_on, ...sumsOf(row, currency) }))
  })
}
