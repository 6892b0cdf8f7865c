import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { nextFromBlock } from '#kernel/number-blocks.ts'
import { knownFacility } from '../organizations/index.ts'
import { type OrderItemRow, orderItemsOf, type OrderRow, ordersByIds, placedOrder } from '../orders/index.ts'
import type { TestRow } from './catalogue-repo.ts'
import { expandTests, tubesOf } from './catalogue-rules.ts'
import { followEnded } from './completing.ts'
import { expansionOf, knownCatalogue } from './known-catalogue.ts'
import { withdrawCalls } from './calling.ts'
import { withdrawItem } from './amending.ts'
import { settleReports } from './reports.ts'
import * as repo from './repo.ts'
import * as specimens from './specimens-repo.ts'

/** The number on a tube: facility, S, running; what the analyser sends back. */
export async function nextSpecimenNumber(tx: Tx, facility: { id: string; code: string }): Promise<string> {
  return `${facility.code}S${String(await nextFromBlock(tx.ctx, { scope: facility.id, kind: 'specimen', series: '', fiscalYear: '' }, 200)).padStart(7, '0')}`
}

interface Planned {
  item: OrderItemRow
  test: TestRow
  position: number
}

/** Each analyte once, for the first item that asks for it. */
function plannedOf(items: readonly OrderItemRow[], ordered: ReadonlyMap<string, TestRow>, expansion: ReturnType<typeof expansionOf>): Planned[] {
  const seen = new Set<string>()
  return items.flatMap((item, itemIndex) => {
    const test = ordered.get(item.catalogue_id ?? '')
    const wanted = test === undefined ? [] : expandTests([test], expansion.all, expansion.members)
    return wanted.filter((one) => !seen.has(one.id)).map((one, index) => {
      seen.add(one.id)
      return { item, test: one, position: itemIndex * 1000 + index }
    })
  })
}

const dueAt = (tx: Tx, order: OrderRow, tests: readonly TestRow[]): Date => new Date(tx.ctx.now.getTime() + Math.max(...tests.map((test) => (order.priority === 'routine' ? test.turnaround_minutes : test.stat_minutes))) * 60_000)

const placeOf = (visitClass: string | null): string => (visitClass === 'inpatient' || visitClass === 'emergency' ? 'ward' : 'outpatient')

/** How many of each item are still to be taken: all of a new one, of one that goes on from another what is asked for beyond it. */
async function copiesOf(tx: Tx, order: OrderRow, items: readonly OrderItemRow[]): Promise<Map<string, number>> {
  const before = order.replaces_id === null || items.every((item) => item.continues_id === null) ? [] : await orderItemsOf(tx, [order.replaces_id])
  const was = new Map(before.map((item) => [item.id, Number(item.quantity)]))
  return new Map(items.map((item) => [item.id, Number(item.quantity) - (item.continues_id === null ? 0 : (was.get(item.continues_id) ?? Number(item.quantity)))]))
}

/** Listener in the transaction of the order: tubes to collect, and a result to come for each analyte. Tubes that a revised order brought along take more. */
export async function planOrder(tx: Tx, { orderId }: { orderId: string }): Promise<void> {
  const placed = await placedOrder(tx, orderId)
  const asked = (placed?.items ?? []).filter((item) => item.kind === 'laboratory' && (item.state === 'ordered' || item.continues_id !== null))
  if (placed === undefined || asked.length === 0) return
  const { order } = placed
  const copies = await copiesOf(tx, order, asked)
  const items = asked.filter((item) => (copies.get(item.id) ?? 0) > 0)
  if (items.length === 0) return
  const catalogue = await knownCatalogue(tx)
  const ordered = new Map(items.flatMap((item) => catalogue.byId.get(item.catalogue_id ?? '') ?? []).map((test) => [test.id, test]))
  const expansion = expansionOf(catalogue, [...ordered.values()])
  const there = order.replaces_id === null ? [] : await repo.resultsOfOrder(tx, orderId)
  const planned = plannedOf(items, ordered, expansion).filter(({ item, test }) => item.continues_id !== null || !there.some((result) => result.test_id === test.id && result.state !== 'cancelled'))
  const open = order.replaces_id === null ? [] : (await specimens.lockSpecimensOfOrder(tx, orderId)).filter((row) => row.state === 'requested')
  // What was cancelled stands on its tube still, also for an order before this one.
  const onTubes = open.length === 0 ? [] : await repo.resultsOfSpecimens(tx, open.map((row) => row.id))
  const facility = await knownFacility(tx, order.facility_id)
  const made: Made = { fresh: [], results: [] }
  const place = placeOf(placed.visitClass)
  // An inpatient lies where they lay when the last tube was planned, until somebody says otherwise.
  const bed = place === 'ward' && order.encounter_id !== null ? await specimens.bedOf(tx, order.encounter_id) : undefined
  for (let copy = 1; copy <= Math.max(...copies.values()); copy += 1) {
    const wanted = planned.filter((one) => (copies.get(one.item.id) ?? 0) >= copy)
    // A second tube of the same is a tube of its own; it would stand on the first one twice.
    await planTubes(tx, { order, facility, place, bed, planned: wanted, open: open.filter((row) => copy === 1 && !onTubes.some((result) => result.specimen_id === row.id && wanted.some((one) => one.test.id === result.test_id))) }, made)
  }
  // Sent together; the connection does them in this order.
  await Promise.all([specimens.insertSpecimens(tx, made.fresh), repo.insertResults(tx, made.results)])
}

interface Made {
  fresh: specimens.NewSpecimen[]
  results: repo.NewResult[]
}

interface TubePlan {
  order: OrderRow
  facility: { id: string; code: string }
  place: string
  bed: { ward: string; bed: string } | undefined
  planned: readonly Planned[]
  /** Tubes that are there and may take more. */
  open: readonly specimens.SpecimenRow[]
}

async function planTubes(tx: Tx, { order, facility, place, bed, planned, open }: TubePlan, made: Made): Promise<void> {
  const shared = { patient_id: order.patient_id, encounter_id: order.encounter_id, facility_id: order.facility_id, order_id: order.id, priority: order.priority }
  for (const tube of tubesOf(planned.map((one) => one.test))) {
    const [first] = tube
    if (first === undefined) continue
    const due = dueAt(tx, order, tube)
    const same = open.find((row) => row.type === first.specimen_type && row.container === first.container && row.timepoint === first.timepoint)
    const specimenId = same?.id ?? newId()
    if (same === undefined) {
      const contents = [...new Set(planned.filter((one) => tube.includes(one.test)).map((one) => one.item.code))].join(' ')
      made.fresh.push({ ...shared, id: specimenId, number: await nextSpecimenNumber(tx, facility), type: first.specimen_type, container: first.container, timepoint: first.timepoint, contents, place, pregnancy_week: order.pregnancy_week, state: 'requested', collected_at: null, collected_by: null, received_at: null, recollection_of: null, aliquot_of: null, due_at: due, ward: bed?.ward ?? '', bed: bed?.bed ?? '', address: '', phone: '' })
    }
    made.results.push(...planned.filter((one) => tube.includes(one.test)).map(({ item, test, position }) => newResult({ ...shared, specimen_id: specimenId, due_at: due }, item, test, position)))
  }
}

type Shared = Pick<repo.NewResult, 'patient_id' | 'encounter_id' | 'facility_id' | 'order_id' | 'priority' | 'specimen_id' | 'due_at'>

function newResult(shared: Shared, item: OrderItemRow, test: TestRow, position: number): repo.NewResult {
  return {
    ...shared, order_item_id: item.id, test_id: test.id, panel_name: item.catalogue_id === test.id ? '' : item.name, code: test.code, name: test.name, bench: test.bench, position, is_sensitive: test.is_sensitive, value_kind: test.value_kind, unit: test.unit, method: test.method, collected_at: null,
  }
}

const unfinished = new Set(['pending', 'received', 'verified', 'approved'])

const live = new Set(['ordered', 'in-progress', 'completed'])

/** What another item of the order measures as well goes on for that one: each result for the first that asks for it. Returns what goes on. The results are locked. */
async function bequeath(tx: Tx, { orderId, itemId }: { orderId: string; itemId: string }, own: readonly repo.ResultRow[]): Promise<Set<string>> {
  const heirs = (await orderItemsOf(tx, [orderId])).filter((item) => item.id !== itemId && item.kind === 'laboratory' && live.has(item.state))
  const kept = new Set<string>()
  if (heirs.length === 0) return kept
  const catalogue = await knownCatalogue(tx)
  for (const heir of heirs) {
    const test = catalogue.byId.get(heir.catalogue_id ?? '')
    const { all, members } = expansionOf(catalogue, test === undefined ? [] : [test])
    const asked = new Set(test === undefined ? [] : expandTests([test], all, members).map((one) => one.id))
    const taken = own.filter((row) => asked.has(row.test_id) && !kept.has(row.id))
    if (taken.length === 0) continue
    for (const row of taken) kept.add(row.id)
    for (const [panel, rows] of Map.groupBy(taken, (row) => (row.test_id === heir.catalogue_id ? '' : heir.name))) await repo.changeResults(tx, rows.map((row) => row.id), { order_item_id: heir.id, panel_name: panel })
  }
  return kept
}

/** Listener: what an ended item waited for and no other item of its order asks for is cancelled; a tube that nothing waits for any more is not collected. What was released stays, unless it was never true. */
export async function forgetItem(tx: Tx, { orderId, itemId, state, patientId }: { orderId: string; itemId: string; state: string; patientId: string }): Promise<void> {
  if (state === 'entered-in-error') await withdrawItem(tx, { orderId, itemId, patientId })
  const tubes = await specimens.lockSpecimensOfOrder(tx, orderId)
  const results = await repo.lockResultsOfOrder(tx, orderId)
  const own = results.filter((row) => row.order_item_id === itemId)
  const open = own.filter((row) => unfinished.has(row.state))
  const kept = open.length === 0 ? new Set() : await bequeath(tx, { orderId, itemId }, open)
  const ended = open.filter((row) => !kept.has(row.id))
  if (state === 'entered-in-error') await withdrawCalls(tx, own.filter((row) => !kept.has(row.id)), (await ordersByIds(tx, [orderId]))[0]?.reason ?? '')
  if (ended.length > 0) {
    await repo.changeResults(tx, ended.map((row) => row.id), { state: 'cancelled' })
    await followEnded(tx, ended)
  }
  const now = ended.length === 0 ? results : await repo.resultsOfOrder(tx, orderId)
  if (ended.length > 0) await settleReports(tx, [orderId], now)
  const needed = new Set(now.filter((row) => row.state !== 'cancelled').map((row) => row.specimen_id))
  for (const tube of tubes.filter((row) => row.state === 'requested' && !needed.has(row.id))) await specimens.updateSpecimen(tx, tube.id, tube.version, { state: 'cancelled', ended_at: tx.ctx.now })
}

/** Listener: an item that lives on in another order takes its tubes and results along; a report that is out keeps what it says. */
export async function followItem(tx: Tx, { orderId, fromItemId, toItemId }: { orderId: string; fromItemId: string; toItemId: string }): Promise<void> {
  const [to] = await orderItemsOf(tx, [orderId])
  const [order] = await ordersByIds(tx, [orderId])
  if (to === undefined || order === undefined || order.replaces_id === null) return
  const tubes = await specimens.lockSpecimensOfOrder(tx, order.replaces_id)
  const results = await repo.lockResultsOfOrder(tx, order.replaces_id)
  const own = results.filter((row) => row.order_item_id === fromItemId)
  const isOut = results.some((row) => row.result_version > 0)
  await repo.changeResults(tx, own.map((row) => row.id), { order_item_id: toItemId, ...(isOut ? {} : { order_id: orderId }) })
  const moved = new Set(isOut ? [] : own.map((row) => row.specimen_id))
  for (const tube of tubes.filter((row) => moved.has(row.id))) await specimens.updateSpecimen(tx, tube.id, tube.version, { order_id: orderId })
}
