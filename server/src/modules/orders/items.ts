import { type OrderAsk, type OrderItemBody, orderItemLifecycle, ordersErrors } from '#contract/orders.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { asksOf } from './asking.ts'
import type { OrderableRow } from './orderables-repo.ts'
import { resolveOrderables } from './orderables.ts'
import { orderCataloguePort } from './ports.ts'
import type * as repo from './repo.ts'
import { mayOrder, needsCatalogue } from './rules.ts'

type Named = Pick<repo.NewItem, 'catalogue_id' | 'service_id' | 'code' | 'name'>
interface Found {
  named: Named
  isActive: boolean
  /** Whether so many may be ordered. */
  isFew: boolean
  orderable?: OrderableRow
}

const inWords = (item: OrderItemBody): Found | undefined =>
  needsCatalogue(item.kind) || item.name === undefined || item.catalogueId !== undefined ? undefined : { named: { catalogue_id: null, service_id: item.serviceId ?? null, code: item.code ?? '', name: item.name }, isActive: true, isFew: true }

/** Each item as a catalogue knows it, or in words; undefined where neither. */
export async function lookedUp(tx: Tx, items: readonly OrderItemBody[]): Promise<Map<OrderItemBody, Found | undefined>> {
  const all = new Map<OrderItemBody, Found | undefined>()
  for (const [kind, asked] of Map.groupBy(items, (item) => item.kind)) {
    const entries = await orderCataloguePort.all().find((one) => one.kind === kind)?.resolve(tx, asked)
    for (const [index, item] of asked.entries()) {
      const entry = entries?.[index]
      if (entry !== undefined) all.set(item, { named: { catalogue_id: entry.id, service_id: item.serviceId ?? entry.serviceId, code: entry.code, name: entry.name }, isActive: entry.isActive, isFew: mayOrder(entry, item.quantity) })
    }
  }
  const others = items.filter((item) => !needsCatalogue(item.kind) && !all.has(item))
  for (const [index, row] of (await resolveOrderables(tx, others)).entries()) {
    const item = found(others[index])
    all.set(item, row === undefined ? inWords(item) : { named: { catalogue_id: row.id, service_id: item.serviceId ?? row.service_id, code: row.code, name: row.name }, isActive: row.is_active, isFew: true, orderable: row })
  }
  return all
}

/** The items against the catalogue of their kind; every wrong one is named. Beside them what is to be asked before they are ordered for this patient. */
export async function checkedItems(tx: Tx, patientId: string, items: readonly OrderItemBody[]): Promise<{ fresh: repo.NewItem[]; asks: OrderAsk[] }> {
  const known = await lookedUp(tx, items)
  const faulty = (isFaulty: (one: Found | undefined) => boolean, path: string, code: string) => items.flatMap((item, index) => (isFaulty(known.get(item)) ? [{ path: `items.${index}${path}`, code }] : []))
  const unknown = faulty((one) => one === undefined, '', 'orders.unknown_item')
  const many = faulty((one) => one?.isFew === false, '.quantity', 'orders.quantity_once')
  const inactive = faulty((one) => one?.isActive === false, '', 'orders.inactive')
  if (unknown.length > 0) throw new AppError(ordersErrors.unknown_item, { fields: unknown })
  if (many.length > 0) throw new AppError(ordersErrors.quantity_once, { fields: many })
  if (inactive.length > 0) throw new AppError(ordersErrors.inactive, { fields: inactive })
  const asks = await asksOf(tx, patientId, items.map((item) => known.get(item)?.orderable))
  const fresh = items.map((item, index) => ({
    ...found(known.get(item)).named, id: newId(), kind: item.kind, quantity: item.quantity, instructions: item.instructions ?? '', timing: item.timing ?? '', side: item.side ?? '', pregnancy: item.pregnancy ?? null, is_contrast_checked: item.isContrastChecked === true && asks.some((ask) => ask.index === index && ask.contrast !== 'none'), state: orderItemLifecycle.initial, continues_id: null,
  }))
  return { fresh, asks }
}
