import { type OrderableBody, orderableErrors, type OrderablePatch } from '#contract/order-catalogue.ts'
import type { RouteInput } from '#contract/define.ts'
import type { OrderItemBody, orders } from '#contract/orders.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { folded, keysOfNames, keysTyped } from '#kernel/naming.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { namedServices } from '../billing/index.ts'
import * as repo from './orderables-repo.ts'
import { presentOrderable } from './present-orderables.ts'

mapConstraint('orderables_code', orderableErrors.code_taken)

type Input<K extends keyof typeof orders> = RouteInput<(typeof orders)[K]>

const keysOf = (row: Pick<repo.OrderableRow, 'code' | 'name' | 'names'>): string[] => keysOfNames({ ...row.names, code: row.code, own: row.name })

export function listOrderables(ctx: Ctx, { query }: Input<'listOrderables'>) {
  const page = pageOf(query)
  const text = (query.search ?? '').trim()
  const keys = text === '' ? undefined : keysTyped(text)
  if (keys?.length === 0) return Promise.resolve({ items: [], nextCursor: null })
  return withContext(ctx, async (tx) => {
    const rows = await repo.listOrderables(tx, { keys, kind: query.kind, isActive: query.isActive === undefined ? undefined : query.isActive === 'true' }, page)
    return toPage(rows, page.limit, (row) => ({ at: row.name_folded, id: row.id }), presentOrderable)
  })
}

async function whole(tx: Tx, row: repo.OrderableRow) {
  const [service] = row.service_id === null ? [] : await namedServices(tx, { ids: [row.service_id] })
  return { ...presentOrderable(row), service: service ?? null }
}

/** Body → columns; what is not named is not touched. */
function columnsOf(body: Partial<OrderableBody> & OrderablePatch): Partial<repo.OrderableWrite> {
  const columns: Record<keyof Omit<repo.OrderableWrite, 'kind' | 'code'>, unknown> = {
    name: body.name, name_folded: body.name === undefined ? undefined : folded(body.name), names: body.names === undefined ? undefined : JSON.stringify(body.names), category: body.category, body_site: body.bodySite, has_side: body.hasSide, is_ionising: body.isIonising, contrast: body.contrast,
    standard_system: body.standard === null ? '' : body.standard?.system, standard_code: body.standard === null ? '' : body.standard?.code, instructions: body.instructions, service_id: body.serviceId, is_active: body.isActive,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

/** It is charged by a service that is there and in use; one it has already stays. */
async function checkService(tx: Tx, serviceId: string | null | undefined, before: string | null): Promise<void> {
  if (serviceId === undefined || serviceId === null || serviceId === before) return
  const [service] = await namedServices(tx, { ids: [serviceId] })
  if (service?.isActive !== true) throw invalidField('serviceId', 'orders.unknown_service', orderableErrors.unknown_service)
}

const defaults = { names: '{}', standard_system: '', standard_code: '', category: '', body_site: '', has_side: false, is_ionising: false, contrast: 'none', instructions: '', service_id: null, is_active: true }

/** Adds one in an open transaction: for the route, the import and the starter catalogue. */
export async function addOrderable(tx: Tx, body: OrderableBody): Promise<repo.OrderableRow> {
  await checkService(tx, body.serviceId, null)
  const row = await repo.insertOrderable(tx, { ...defaults, kind: body.kind, code: body.code, name: body.name, name_folded: folded(body.name), ...columnsOf(body) })
  await repo.replaceNames(tx, row.id, keysOf(row))
  return row
}

export const createOrderable = (ctx: Ctx, { body }: Input<'createOrderable'>) => withContext(ctx, async (tx) => whole(tx, await addOrderable(tx, body)))

export const readOrderable = (ctx: Ctx, id: string) => withContext(ctx, async (tx) => whole(tx, found(await repo.readOrderable(tx, id))))

export function updateOrderable(ctx: Ctx, { params, body, ifMatch }: Input<'updateOrderable'>) {
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockOrderable(tx, params.id))
    checkVersion(before, ifMatch)
    await checkService(tx, body.serviceId, before.service_id)
    const row = await repo.updateOrderable(tx, before.id, before.version, columnsOf(body))
    if (body.name !== undefined || body.names !== undefined) await repo.replaceNames(tx, row.id, keysOf(row))
    return whole(tx, row)
  })
}

/** What is asked for of kinds whose catalogue stands here, by id or by code, one for each; undefined for what is known by name alone. */
export async function resolveOrderables(tx: Tx, items: readonly OrderItemBody[]): Promise<(repo.OrderableRow | undefined)[]> {
  const [ids, codes] = [items.flatMap((item) => item.catalogueId ?? []), items.flatMap((item) => (item.catalogueId === undefined ? (item.code ?? []) : []))]
  const rows = ids.length + codes.length === 0 ? [] : await repo.namedOrderables(tx, { ids, codes })
  return items.map((item) => rows.find((row) => row.kind === item.kind && (item.catalogueId === undefined ? row.code === item.code : row.id === item.catalogueId)))
}
