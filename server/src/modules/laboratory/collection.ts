import type { Specimen } from '#contract/laboratory-flow.ts'
import type { Tx } from '#kernel/db.ts'
import { paidOrderItems } from '../billing/index.ts'
import * as specimens from './specimens-repo.ts'

export type Payments = ReadonlyMap<string, Specimen['payment']>

/** Of tubes that wait, whether all that they are for is paid; null where nothing is charged. */
export async function paymentsOf(tx: Tx, rows: readonly specimens.SpecimenRow[]): Promise<Payments> {
  const ids = rows.filter((row) => specimens.waits(row.state)).map((row) => row.id)
  if (ids.length === 0) return new Map()
  const items = Map.groupBy(await specimens.itemsOfSpecimens(tx, ids), (row) => row.specimen_id)
  const paid = await paidOrderItems(tx, [...new Set([...items.values()].flat().map((row) => row.order_item_id))])
  return new Map(ids.map((id): [string, Specimen['payment']] => {
    const known = (items.get(id) ?? []).flatMap((row) => paid.get(row.order_item_id) ?? [])
    return [id, known.length === 0 ? null : known.every(Boolean) ? 'paid' : 'due']
  }))
}
