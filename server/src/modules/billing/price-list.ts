import type { RouteInput } from '#contract/define.ts'
import { type billing, billingErrors } from '#contract/billing.ts'
import type { Money } from '#contract/common/values.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { minorUnits } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { foldText } from '#kernel/text.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf, type Facility } from '../organizations/index.ts'
import { presentPrice, presentRule, presentService } from './present.ts'
import * as repo from './price-list-repo.ts'
import { amountFault, priceOn, type PriceRow, rateOf } from './price-rules.ts'

mapConstraint('services_code', billingErrors.code_taken)
mapConstraint('service_prices_from', billingErrors.price_exists)

type Input<K extends keyof typeof billing> = RouteInput<(typeof billing)[K]>

/** The amount as text, refused by its field when it is in another currency or finer than the minor unit. */
export function amountOf(money: Money, currency: string, path: string): string {
  const fault = amountFault(money, currency, minorUnits(currency))
  if (fault !== undefined) throw invalidField(path, `billing.${fault}`, billingErrors[fault])
  return money.amount
}

function rateFor(body: { taxCode?: string | undefined; taxRatePercent?: string | undefined }): string {
  const rate = body.taxRatePercent ?? rateOf(body.taxCode ?? '')
  if (rate === undefined) throw invalidField('taxCode', 'billing.unknown_tax_code', billingErrors.unknown_tax_code)
  return rate
}

// A price without an end began before anything that may still be billed.
const always = '2000-01-01'

async function facilityFor(tx: Tx, facilityId: string | undefined): Promise<Facility | null> {
  return facilityId === undefined ? null : facilityOf(tx, facilityId)
}

const todayIn = (ctx: Ctx, facility: Facility | null): string => localDate(ctx.now, facility?.timeZone ?? 'UTC')

export function listServices(ctx: Ctx, { query }: Input<'listServices'>) {
  const page = pageOf(query)
  const prefix = query.search === undefined || query.search.trim() === '' ? null : foldText(query.search)
  return withContext(ctx, async (tx) => {
    const facility = await facilityFor(tx, query.facilityId)
    const rows = await repo.listServices(tx, { ...query, prefix, isActive: query.isActive === undefined ? undefined : query.isActive === 'true' }, page)
    const prices = await repo.pricesOf(tx, rows.map((row) => row.id))
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.id }), (row) => presentService(row, priceShown(prices, row.id, facility, todayIn(ctx, facility))))
  })
}

/** The price a reader sees: the day's, else the next to begin, else the first known. */
function priceShown(prices: readonly PriceRow[], serviceId: string, facility: Facility | null, on: string): PriceRow | undefined {
  const own = prices.filter((price) => price.service_id === serviceId)
  return priceOn(own, facility, on) ?? own.at(-1)
}

async function shown(tx: Tx, row: repo.ServiceRow) {
  const prices = await repo.pricesOf(tx, [row.id])
  return presentService(row, priceShown(prices, row.id, null, todayIn(tx.ctx, null)))
}

export function readService(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const [row] = await repo.servicesByIds(tx, [id])
    return shown(tx, found(row))
  })
}

export function createService(ctx: Ctx, { body }: Input<'createService'>) {
  return withContext(ctx, async (tx) => {
    const taxRate = rateFor(body)
    const amount = amountOf(body.price, body.price.currency, 'price.amount')
    const row = await repo.insertService(tx, { code: body.code, code_folded: foldText(body.code), name: body.name, name_folded: foldText(body.name), category: body.category ?? '', tax_code: body.taxCode ?? '', is_active: true })
    const price = await repo.insertPrice(tx, { service_id: row.id, facility_id: null, amount, currency: body.price.currency, tax_rate_percent: taxRate, is_tax_included: body.isTaxIncluded ?? false, valid_from: always })
    return presentService(row, price)
  })
}

export function updateService(ctx: Ctx, { params, body, ifMatch }: Input<'updateService'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockService(tx, params.id))
    checkVersion(before, ifMatch)
    const change = {
      ...(body.name === undefined ? {} : { name: body.name, name_folded: foldText(body.name) }),
      ...(body.category === undefined ? {} : { category: body.category }),
      ...(body.taxCode === undefined ? {} : { tax_code: body.taxCode }),
      ...(body.isActive === undefined ? {} : { is_active: body.isActive }),
    }
    return shown(tx, await repo.updateService(tx, params.id, before.version, change))
  })
}

export function listPrices(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const [row] = await repo.servicesByIds(tx, [id])
    return { items: (await repo.pricesOf(tx, [found(row).id])).map(presentPrice), nextCursor: null }
  })
}

/** A price from a date on; what it does not say stays as in the price before. */
export function addPrice(ctx: Ctx, { params, body }: Input<'addPrice'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockService(tx, params.id))
    const facility = await facilityFor(tx, body.facilityId)
    const amount = amountOf(body.price, facility?.currency ?? body.price.currency, 'price.amount')
    const before = priceShown(await repo.pricesOf(tx, [row.id]), row.id, facility, body.validFrom)
    return presentPrice(
      await repo.insertPrice(tx, {
        service_id: row.id, facility_id: facility?.id ?? null, amount, currency: body.price.currency, tax_rate_percent: body.taxRatePercent ?? before?.tax_rate_percent ?? '0', is_tax_included: body.isTaxIncluded ?? before?.is_tax_included ?? false, valid_from: body.validFrom,
      }),
    )
  })
}

export function listRules(ctx: Ctx, { query }: Input<'listChargeRules'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listRules(tx, page), page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), presentRule))
}

export function createRule(ctx: Ctx, { body }: Input<'createChargeRule'>) {
  return withContext(ctx, async (tx) => {
    const [service] = await repo.servicesByIds(tx, [body.serviceId])
    if (service === undefined) throw invalidField('serviceId', 'reference.unknown')
    const facility = await facilityFor(tx, body.facilityId)
    const id = await repo.insertRule(tx, { trigger: body.trigger, encounter_class: body.encounterClass ?? null, system: body.system ?? null, facility_id: facility?.id ?? null, service_id: service.id })
    return presentRule(found(await repo.readRule(tx, id)))
  })
}

export function updateRule(ctx: Ctx, { params, body, ifMatch }: Input<'updateChargeRule'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockRule(tx, params.id))
    checkVersion(before, ifMatch)
    await repo.updateRule(tx, params.id, before.version, body.isActive)
    return presentRule(found(await repo.readRule(tx, params.id)))
  })
}

export interface PricedService extends PriceRow {
  code: string
  name: string
  tax_code: string
}

/** Services with the price of today in a facility, by id; refuses by field what is unknown, switched off or has no price in the facility's currency. */
export async function servicesPriced(tx: Tx, facility: Facility, wanted: readonly { serviceId: string; path: string }[]): Promise<Map<string, PricedService>> {
  const ids = [...new Set(wanted.map((one) => one.serviceId))]
  const services = new Map((await repo.servicesByIds(tx, ids)).map((row) => [row.id, row]))
  const prices = Map.groupBy(await repo.pricesOf(tx, ids), (price) => price.service_id)
  const on = localDate(tx.ctx.now, facility.timeZone)
  return new Map(
    wanted.map(({ serviceId, path }) => {
      const service = services.get(serviceId)
      if (service === undefined) throw invalidField(path, 'reference.unknown')
      if (!service.is_active) throw invalidField(path, 'billing.inactive', billingErrors.inactive)
      const price = priceOn(prices.get(serviceId) ?? [], facility, on)
      if (price === undefined) throw invalidField(path, 'billing.wrong_currency', billingErrors.wrong_currency)
      return [serviceId, { ...price, code: service.code, name: service.name, tax_code: service.tax_code }]
    }),
  )
}

export interface NamedService {
  id: string
  code: string
  name: string
  isActive: boolean
}

/** Services by id and by code: for what is charged by one and names it. */
export async function namedServices(tx: Tx, { ids = [], codes = [] }: { ids?: readonly string[]; codes?: readonly string[] }): Promise<NamedService[]> {
  const [byId, byCode] = await Promise.all([ids.length === 0 ? [] : repo.servicesByIds(tx, ids), codes.length === 0 ? [] : repo.servicesByCodes(tx, codes)])
  return [...byId, ...byCode].map((row) => ({ id: row.id, code: row.code, name: row.name, isActive: row.is_active }))
}
