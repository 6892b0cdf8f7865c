import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'

/** What a counter knows of a document that took goods out: its number, the name that was said, and what came back of a lot. */
export interface CounterDocument {
  document_id: string
  lot_id: string
  number: string
  customer: string
  returned: string
}

/** Later modules say by document id what they sold. */
export const counterPort = definePort<(tx: Tx, documentIds: readonly string[]) => Promise<CounterDocument[]>>('inventory.counter')
