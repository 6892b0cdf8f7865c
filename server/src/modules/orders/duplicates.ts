import { type BasketWarning, type DuplicateWarning, orderKind } from '#contract/orders.ts'
import type { Tx } from '#kernel/db.ts'
import { orderCataloguePort } from './ports.ts'
import * as repo from './repo.ts'
import { duplicateHours, isSame, type Sameness } from './rules.ts'

type Named = Pick<repo.NewItem, 'kind' | 'catalogue_id' | 'code' | 'name' | 'side'>

/** What each item measures, as the catalogue of its kind says. */
export async function sameness(tx: Tx, items: readonly Named[]): Promise<Sameness[]> {
  const covers = new Map<string, readonly string[]>()
  for (const catalogue of orderCataloguePort.all()) {
    const ids = [...new Set(items.flatMap((item) => (item.kind === catalogue.kind ? (item.catalogue_id ?? []) : [])))]
    const entries = ids.length === 0 ? [] : await catalogue.resolve(tx, ids.map((testId) => ({ kind: orderKind.parse(catalogue.kind), testId, quantity: '1' })))
    for (const entry of entries) if (entry !== undefined) covers.set(entry.id, entry.covers)
  }
  return items.map((item) => ({ ...item, covers: covers.get(item.catalogue_id ?? '') ?? [] }))
}

interface Basket {
  items: readonly repo.NewItem[]
  /** Whether an item goes on from the order that is replaced: it was warned of then. */
  isKnown?: (item: repo.NewItem) => boolean
  replaces?: string | undefined
}

/** What of a basket is measured already: ordered for the patient within a day, or by another line of it. */
export async function warningsOf(tx: Tx, patientId: string, { items, isKnown = () => false, replaces }: Basket): Promise<BasketWarning[]> {
  const since = new Date(tx.ctx.now.getTime() - duplicateHours * 3_600_000)
  const rows = (await repo.orderedSince(tx, patientId, [...new Set(items.map((item) => item.kind))], since)).filter((row) => row.order_id !== replaces)
  const all = await sameness(tx, [...items, ...rows])
  const earlier = rows.map((row, index) => ({ row, same: all[items.length + index] }))
  return items.flatMap((item, index): BasketWarning[] => {
    const own = all[index]
    if (own === undefined || isKnown(item)) return []
    const said = { code: 'orders.duplicate' as const, item: item.name }
    const before = earlier.filter(({ same }) => same !== undefined && isSame(own, same)).map(({ row }) => ({ ...said, name: row.name, orderId: row.order_id, placedAt: row.placed_at.toISOString(), isInBasket: false }))
    const beside = items.filter((_other, at) => { const same = all[at]; return same !== undefined && at !== index && (at < index || isKnown(items[at] ?? item)) && isSame(own, same) })
    return [...before, ...beside.map((other) => ({ ...said, name: other.name, orderId: null, placedAt: null, isInBasket: true }))]
  })
}

/** The warnings of a basket that was placed: what it holds twice stands in its own order. */
export const placedWarnings = (order: repo.OrderRow, warnings: readonly BasketWarning[]): DuplicateWarning[] => warnings.map((one) => ({ ...one, orderId: one.orderId ?? order.id, placedAt: one.placedAt ?? order.placed_at.toISOString() }))
