import type { RouteInput } from '#contract/define.ts'
import type { pharmacy } from '#contract/pharmacy.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { money, plain } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { together } from '#kernel/together.ts'
import { billedDocuments, billedSupplies } from '../billing/index.ts'
import { itemsByIds, itemsBySkus } from '../inventory/index.ts'
import { foldText } from '#kernel/text.ts'
import { knownFacility } from '../organizations/index.ts'
import { amountNames, type Amounts, hsnOf, isService, merged, quantityCodeOf } from './register-rules.ts'
import * as repo from './registers-repo.ts'

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>
type Query = Input<'salesRegister'>['query']

interface Supply extends Amounts {
  unit: string
  is_business: boolean
  tax_code: string
  tax_rate_percent: string
  quantity: string
}

/** All of a facility is for who reads its bills; goods alone, sold at the counter or billed after they were handed out, for who reads the pharmacy. */
function scopeOf(ctx: Ctx, query: Query): 'all' | 'goods' {
  requirePermission(ctx, 'pharmacy.read', query.facilityId)
  if (query.scope === 'all') requirePermission(ctx, 'billing.read', query.facilityId)
  return query.scope ?? (ctx.can('billing.read', query.facilityId) ? 'all' : 'goods')
}

/** What was supplied in days: bills less credit notes, and sales over the counter less returns, each at the rate of its own line. */
async function suppliesOf(tx: Tx, query: Query, scope: 'all' | 'goods', hasUnits: boolean): Promise<Supply[]> {
  const [billed, sold] = await together([billedSupplies(tx, query), repo.soldSupplies(tx, query)])
  const own = billed.filter((row) => scope === 'all' || row.is_goods)
  const [byId, bySku] = hasUnits ? await together([itemsByIds(tx, [...new Set(sold.map((row) => row.item_id))]), itemsBySkus(tx, [...new Set(own.filter((row) => row.is_goods).map((row) => foldText(row.sku)))])]) : [[], []]
  const units = new Map([...byId.map((item) => [item.id, item.base_unit] as const), ...bySku.map((item) => [item.sku, item.base_unit] as const)])
  return [...own.map((row) => ({ ...row, unit: row.is_goods ? (units.get(row.sku) ?? '') : '' })), ...sold.map((row) => ({ ...row, unit: units.get(row.item_id) ?? '' }))]
}

const byRateAndCode = (a: Supply, b: Supply): number => Number(a.tax_rate_percent) - Number(b.tax_rate_percent) || (a.tax_code < b.tax_code ? -1 : a.tax_code > b.tax_code ? 1 : 0)
const shownAmounts = (row: Amounts, currency: string) => ({ taxable: money(row.taxable, currency), cgst: money(row.cgst, currency), sgst: money(row.sgst, currency), igst: money(row.igst, currency), total: money(row.total, currency) })

export function salesRegister(ctx: Ctx, { query }: Input<'salesRegister'>) {
  return withContext(ctx, async (tx) => {
    const scope = scopeOf(ctx, query)
    const [{ currency }, supplies] = await together([knownFacility(tx, query.facilityId), suppliesOf(tx, query, scope, false)])
    const rows = merged(supplies, (row) => `${row.tax_code} ${plain(row.tax_rate_percent)}`).toSorted(byRateAndCode)
    return { scope, items: rows.map((row) => ({ taxRatePercent: plain(row.tax_rate_percent), taxCode: row.tax_code, ...shownAmounts(row, currency) })), nextCursor: null }
  })
}

export function hsnSummary(ctx: Ctx, { query }: Input<'hsnSummary'>) {
  return withContext(ctx, async (tx) => {
    const scope = scopeOf(ctx, query)
    const [{ currency }, supplies] = await together([knownFacility(tx, query.facilityId), suppliesOf(tx, query, scope, true)])
    const told = supplies.map((row) => {
      const hsn = hsnOf(row.tax_code)
      return isService(hsn) ? { ...row, hsn, uqc: 'NA', quantity: '0' } : { ...row, hsn, uqc: quantityCodeOf(row.unit) }
    })
    const rows = merged(told, (row) => `${row.is_business} ${row.hsn} ${row.uqc} ${plain(row.tax_rate_percent)}`).toSorted((a, b) => Number(b.is_business) - Number(a.is_business) || (a.hsn < b.hsn ? -1 : a.hsn > b.hsn ? 1 : byRateAndCode(a, b)))
    const isAny = (row: Supply) => [row.quantity, ...amountNames.map((name) => row[name])].some((amount) => Number(amount) !== 0)
    return { scope, items: rows.filter(isAny).map((row) => ({ buyers: row.is_business ? ('b2b' as const) : ('b2c' as const), hsn: row.hsn, uqc: row.uqc, quantity: plain(row.quantity), taxRatePercent: plain(row.tax_rate_percent), ...shownAmounts(row, currency) })), nextCursor: null }
  })
}

const kinds = ['invoice', 'credit-note', 'sale', 'return'] as const

export function salesDocuments(ctx: Ctx, { query }: Input<'salesDocuments'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    requirePermission(ctx, 'billing.read', query.facilityId)
    const [{ currency }, billed, sold] = await together([knownFacility(tx, query.facilityId), billedDocuments(tx, query, page), repo.saleDocuments(tx, query, page)])
    const rows = [...billed, ...sold].toSorted((a, b) => (a.on_day === b.on_day ? (a.id < b.id ? -1 : 1) : a.on_day < b.on_day ? -1 : 1)).slice(0, page.limit + 1)
    return toPage(rows, page.limit, (row) => ({ at: row.on_day, id: row.id }), (row) => ({
      id: row.id, kind: kinds.find((kind) => kind === row.kind) ?? 'invoice', number: row.number, on: row.on_day, against: row.against, buyerName: row.buyer_name, buyerTaxNumber: row.tax_number, stateCode: row.state_code, ...shownAmounts(row, currency), roundOff: money(row.round_off, currency),
    }))
  })
}
