import { sharedCache } from '#kernel/caches.ts'
import { anyOf, anyText, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { afterPrefix } from '#kernel/text.ts'
import type { PriceRow } from './price-rules.ts'

const serviceColumns = ['id', 'version', 'code', 'name', 'name_folded', 'category', 'tax_code', 'is_active'] as const
const priceColumns = ['id', 'service_id', 'facility_id', 'amount', 'currency', 'tax_rate_percent', 'is_tax_included', 'valid_from'] as const

export interface ServiceRow {
  id: string
  version: number
  code: string
  name: string
  name_folded: string
  category: string
  tax_code: string
  is_active: boolean
}

export type ServiceWrite = Omit<ServiceRow, 'id' | 'version'> & { code_folded: string }

const made = (tx: Tx) => ({ created_at: tx.ctx.now, created_by: tx.ctx.userId })

export function insertService(tx: Tx, service: ServiceWrite): Promise<ServiceRow> {
  return tx.db.insertInto('services').values({ ...service, ...made(tx), id: newId() }).returning(serviceColumns).executeTakeFirstOrThrow()
}

export function lockService(tx: Tx, id: string): Promise<ServiceRow | undefined> {
  return tx.db.selectFrom('services').select(serviceColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateService(tx: Tx, id: string, version: number, change: Partial<ServiceWrite>): Promise<ServiceRow> {
  return tx.db.updateTable('services').set({ ...change, version: version + 1 }).where('id', '=', id).returning(serviceColumns).executeTakeFirstOrThrow()
}

export function servicesByIds(tx: Tx, ids: readonly string[]): Promise<ServiceRow[]> {
  return tx.db.selectFrom('services').select(serviceColumns).where('id', '=', anyOf(ids)).execute()
}

export function servicesByCodes(tx: Tx, codes: readonly string[]): Promise<ServiceRow[]> {
  return tx.db.selectFrom('services').select(serviceColumns).where('code', '=', anyText(codes)).execute()
}

export interface ServiceFilter {
  prefix: string | null
  category?: string | undefined
  isActive?: boolean | undefined
}

export function listServices(tx: Tx, filter: ServiceFilter, page: PageRequest): Promise<ServiceRow[]> {
  let query = tx.db.selectFrom('services').select(serviceColumns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  const { prefix } = filter
  if (prefix !== null) query = query.where((eb) => eb.or([eb.and([eb('name_folded', '>=', prefix), eb('name_folded', '<', afterPrefix(prefix))]), eb.and([eb('code_folded', '>=', prefix), eb('code_folded', '<', afterPrefix(prefix))])]))
  if (filter.category !== undefined) query = query.where('category', '=', filter.category)
  if (filter.isActive !== undefined) query = query.where('is_active', '=', filter.isActive)
  return afterCursor(query, page.after, 'name_folded').execute()
}

export function insertPrice(tx: Tx, price: Omit<PriceRow, 'id'>): Promise<PriceRow> {
  return tx.db.insertInto('service_prices').values({ ...price, ...made(tx), id: newId() }).returning(priceColumns).executeTakeFirstOrThrow()
}

export function pricesOf(tx: Tx, serviceIds: readonly string[]): Promise<PriceRow[]> {
  return tx.db.selectFrom('service_prices').select(priceColumns).where('service_id', '=', anyOf(serviceIds)).orderBy('valid_from', 'desc').execute()
}

const ruleColumns = ['charge_rules.id', 'charge_rules.version', 'charge_rules.trigger', 'charge_rules.encounter_class', 'charge_rules.system', 'charge_rules.facility_id', 'charge_rules.service_id', 'charge_rules.is_active', 'charge_rules.created_at', 'services.name as service_name'] as const

export interface RuleRow {
  id: string
  version: number
  trigger: string
  encounter_class: string | null
  system: string | null
  facility_id: string | null
  service_id: string
  service_name: string
  is_active: boolean
  created_at: Date
}

const rules = (tx: Tx) => tx.db.selectFrom('charge_rules').innerJoin('services', 'services.id', 'charge_rules.service_id').select(ruleColumns)

export function listRules(tx: Tx, page: PageRequest): Promise<RuleRow[]> {
  const query = rules(tx).orderBy('charge_rules.created_at', 'desc').orderBy('charge_rules.id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'charge_rules.created_at', { order: 'desc', id: 'charge_rules.id' }).execute()
}

/** Rules in force for a trigger, of services that are still given. */
export function rulesFor(tx: Tx, trigger: string): Promise<RuleRow[]> {
  return rules(tx).where('charge_rules.trigger', '=', trigger).where('charge_rules.is_active', '=', true).where('services.is_active', '=', true).execute()
}

export function readRule(tx: Tx, id: string): Promise<RuleRow | undefined> {
  return rules(tx).where('charge_rules.id', '=', id).executeTakeFirst()
}

export async function lockRule(tx: Tx, id: string): Promise<{ version: number } | undefined> {
  return tx.db.selectFrom('charge_rules').select(['version']).where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function insertRule(tx: Tx, rule: Pick<RuleRow, 'trigger' | 'encounter_class' | 'system' | 'facility_id' | 'service_id'>): Promise<string> {
  const id = newId()
  await tx.db.insertInto('charge_rules').values({ ...rule, ...made(tx), id }).execute()
  return id
}

export async function updateRule(tx: Tx, id: string, version: number, isActive: boolean): Promise<void> {
  await tx.db.updateTable('charge_rules').set({ is_active: isActive, version: version + 1 }).where('id', '=', id).execute()
}

const goodsCode = 'GOODS'
const goodsServices = sharedCache<string>('goods-services', { max: 2000, ttlSeconds: 30 })
// What a transaction made itself may still be undone.
const madeIn = new WeakSet<Tx>()

/** The service under which goods are billed at the price of their lot; made when first needed. */
export async function goodsService(tx: Tx): Promise<string> {
  const cached = goodsServices.get(tx.ctx.tenantId)
  if (cached !== undefined) return cached
  const read = () => tx.db.selectFrom('services').select(['id']).where('code', '=', goodsCode).executeTakeFirst()
  const known = await read()
  if (known !== undefined) {
    if (!madeIn.has(tx)) goodsServices.set(tx.ctx.tenantId, known.id)
    return known.id
  }
  madeIn.add(tx)
  await tx.db.insertInto('services').values({ id: newId(), code: goodsCode, code_folded: 'goods', name: 'Goods', name_folded: 'goods', category: 'goods', tax_code: '', is_active: false, created_at: tx.ctx.now, created_by: tx.ctx.userId }).onConflict((conflict) => conflict.constraint('services_code').doNothing()).execute()
  const made = await read()
  if (made === undefined) throw new Error('the service of goods is missing')
  return made.id
}
