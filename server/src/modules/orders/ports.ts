import type { OrderItemBody, OrderKind } from '#contract/orders.ts'
import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'

/** What a catalogue says of one thing that may be ordered. */
export interface CatalogueEntry {
  id: string
  code: string
  name: string
  serviceId: string | null
  isActive: boolean
  /** Several may be ordered at once, as two sets of blood cultures: each is taken for itself. */
  isRepeatable: boolean
  /** What it measures, so that a panel and one of its members are known to overlap. */
  covers: readonly string[]
}

/** The module that fulfils a kind of order resolves its items, one for each asked, undefined for what it does not know. */
export const orderCataloguePort = definePort<{ kind: OrderKind; resolve: (tx: Tx, items: readonly OrderItemBody[]) => Promise<(CatalogueEntry | undefined)[]> }>('orders.catalogue')
