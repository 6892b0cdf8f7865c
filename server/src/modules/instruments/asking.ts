import type { Tx } from '#kernel/db.ts'
import { openTubes, type TubeOrder, tubeOrders } from '../laboratory/index.ts'
import type { InstrumentOrder } from './tube-order.ts'
import type { Query } from './readings-rules.ts'
import * as repo from './repo.ts'

const mostTubes = 200

/** What waits on a tube under the names of a driver; tests it does not know stay at home. */
export function underDriver(order: TubeOrder, codes: readonly repo.CodeRow[], asked: readonly string[] = []): InstrumentOrder {
  const named = codes.filter((row) => asked.includes(row.code))
  const wanted = new Map((named.length === 0 ? codes : named).map((row) => [row.test_id, row.code]))
  return { ...order, tests: order.tests.flatMap((test) => (wanted.has(test.id) ? [{ ...test, code: wanted.get(test.id) ?? '' }] : [])) }
}

/** The orders an instrument asks for; a tube that is not known, of another facility or with nothing open is not among them. */
export async function ordersAsked(tx: Tx, instrument: repo.InstrumentRow, queries: readonly Query[]): Promise<InstrumentOrder[]> {
  if (queries.length === 0) return []
  const codes = await repo.codesOf(tx, [instrument.id])
  const isAll = queries.some((query) => query.isAll)
  const names = queries.filter((query) => !query.isAll).flatMap((query) => query.names).slice(0, mostTubes * 4)
  const open = isAll ? await openTubes(tx, { facilityId: instrument.facility_id, testIds: codes.map((row) => row.test_id), limit: mostTubes }) : []
  const named = names.length === 0 ? [] : await tubeOrders(tx, names)
  const tubes = new Map([...named, ...open].filter((order) => order.facilityId === instrument.facility_id).map((order) => [order.number, order]))
  const askedOf = (number: string): string[] => (isAll ? [] : queries.filter((query) => query.names.includes(number)).flatMap((query) => query.codes))
  return [...tubes.values()].map((order) => underDriver(order, codes, askedOf(order.number))).filter((order) => order.tests.length > 0)
}
