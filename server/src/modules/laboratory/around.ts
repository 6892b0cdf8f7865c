import { type Tx } from '#kernel/db.ts'
import { requirePermission } from '#kernel/context.ts'
import { found } from '#kernel/errors.ts'
import { together } from '#kernel/together.ts'
import { lockOrdersOf, type OrderRow } from '../orders/index.ts'
import { patientLabels } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { type Around, isWaiting, presentAmendment, presentResult, presentSpecimen, presentVersion, readAmendment, type Sight } from './present.ts'
import * as repo from './repo.ts'
import * as specimens from './specimens-repo.ts'

export async function patientsAround(tx: Tx, rows: readonly { patient_id: string }[]): Promise<Around['patients']> {
  const patients = await patientLabels(tx, [...new Set(rows.map((row) => row.patient_id))])
  return new Map(patients.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }]))
}

/** How much of a result its reader sees: sensitive tests are for those who may, the second tier of a culture for the laboratory. */
export function sightOf(tx: Tx, row: Pick<repo.ResultRow, 'facility_id' | 'is_sensitive'>): Sight {
  if (row.is_sensitive && !tx.ctx.can('laboratory.sensitive', row.facility_id)) return 'hidden'
  return tx.ctx.can('laboratory.work', row.facility_id) ? 'whole' : 'cascade'
}

type Placed = Pick<repo.ResultRow, 'patient_id' | 'specimen_id' | 'test_id'>

export async function around(tx: Tx, rows: readonly Placed[]): Promise<Around> {
  const { byId } = await knownCatalogue(tx)
  const [patients, tubes] = await together([patientsAround(tx, rows), specimens.tubesByIds(tx, [...new Set(rows.map((row) => row.specimen_id))])])
  return { patients, numbers: new Map(tubes.map((tube) => [tube.id, tube.number])), indices: new Map(tubes.map((tube) => [tube.id, tube.indices])), choices: new Map(rows.map((row) => [row.test_id, (byId.get(row.test_id)?.choices ?? []).map((choice) => choice.value)])), sightOf: (row) => sightOf(tx, row) }
}

/** Results as the answer shows them, in the order they are given. */
export async function shownResults(tx: Tx, rows: readonly repo.ResultRow[]) {
  const beside = await around(tx, rows)
  return rows.map((row) => presentResult(row, beside))
}

/** The same with what was there before, for whoever enters and verifies. */
export async function shownWithPrevious(tx: Tx, rows: readonly repo.ResultRow[]) {
  const [beside, previous] = await together([around(tx, rows), rows.length === 0 ? Promise.resolve([]) : repo.previousOf(tx, rows.map((row) => row.id))])
  const byId = byIdOf(previous)
  return rows.map((row) => presentResult(row, beside, byId.get(row.id)))
}

/** One result with its versions. */
export async function wholeResult(tx: Tx, id: string) {
  const row = found(await repo.readResult(tx, id))
  const [beside, previous, versions] = await together([around(tx, [row]), repo.previousOf(tx, [id]), row.result_version === 0 ? Promise.resolve([]) : repo.versionsOf(tx, [id])])
  const named = [...versions.map((one) => one.released_by), ...(isWaiting(row) ? [readAmendment(row).by] : [])]
  const users = named.length === 0 ? new Map<string, string>() : await userNames(tx, named)
  const sight = sightOf(tx, row)
  return { ...presentResult(row, beside, previous[0]), versions: sight === 'hidden' ? [] : versions.map((one) => presentVersion(one, users, { sight, value_kind: row.value_kind })), amendment: sight !== 'hidden' && tx.ctx.can('laboratory.amend', row.facility_id) ? presentAmendment(row, users) : null }
}

export async function shownSpecimen(tx: Tx, row: specimens.SpecimenRow) {
  return presentSpecimen(row, await patientsAround(tx, [row]))
}

export interface LockedSpecimen {
  specimen: specimens.SpecimenRow
  results: repo.ResultRow[]
  orders: Map<string, OrderRow>
}

const byIdOf = <Row extends { id: string }>(rows: readonly Row[]): Map<string, Row> => new Map(rows.map((row) => [row.id, row]))

/** A tube before it is locked; 403 outside the facilities of the permission. */
export async function seenSpecimen(tx: Tx, id: string, permission: string): Promise<specimens.SeenSpecimen> {
  const seen = found(await specimens.seeSpecimen(tx, id))
  requirePermission(tx.ctx, permission, seen.facility_id)
  return seen
}

/** Locks a tube with its results after their orders: sent together, done one after the other. */
export async function lockSeen(tx: Tx, seen: specimens.SeenSpecimen): Promise<LockedSpecimen> {
  const [orders, specimen, results] = await together([lockOrdersOf(tx, seen.order_ids), specimens.lockSpecimen(tx, seen.id), repo.lockResultsOfSpecimen(tx, seen.id)])
  return { specimen: found(specimen), orders: byIdOf(orders), results: results.toSorted((a, b) => a.position - b.position) }
}

/** Locks a tube and what was divided from it, with their results, after the orders of all of it: the tube itself first of the answer. */
export async function lockedFamily(tx: Tx, id: string, permission: string): Promise<{ family: LockedSpecimen[]; orders: Map<string, OrderRow> }> {
  const seen = await seenSpecimen(tx, id, permission)
  const parts = await specimens.portionsOf(tx, id)
  const orders = byIdOf(await lockOrdersOf(tx, [...new Set([...seen.order_ids, ...parts.flatMap((part) => part.order_ids)])]))
  // The tube is locked: nothing more is divided from it now, and what was meanwhile is found.
  const first = found(await specimens.lockSpecimen(tx, id))
  const others = await specimens.lockSpecimens(tx, (await specimens.portionsOf(tx, id)).map((part) => part.id))
  const family: LockedSpecimen[] = []
  for (const specimen of [first, ...others]) family.push({ specimen, orders, results: (await repo.lockResultsOfSpecimen(tx, specimen.id)).toSorted((a, b) => a.position - b.position) })
  return { family, orders }
}

/** A tube with its results, locked after their orders; 403 outside the facilities of the permission. */
export const lockedSpecimen = async (tx: Tx, id: string, permission: string): Promise<LockedSpecimen> => lockSeen(tx, await seenSpecimen(tx, id, permission))

/** Results before they are locked, in the order they were asked for; 403 outside the facilities of the permission. */
export async function seenResults(tx: Tx, ids: readonly string[], permission: string): Promise<repo.SeenResult[]> {
  const rows = byIdOf(await repo.seeResults(tx, ids))
  const seen = [...new Set(ids)].map((id) => found(rows.get(id)))
  for (const facilityId of new Set(seen.map((row) => row.facility_id))) requirePermission(tx.ctx, permission, facilityId)
  return seen
}

export const ordersOf = (seen: readonly { order_id: string | null }[]): string[] => [...new Set(seen.flatMap((row) => row.order_id ?? []))]

export interface LockedResults {
  results: repo.ResultRow[]
  orders: Map<string, OrderRow>
}

export async function lockSeenResults(tx: Tx, seen: readonly repo.SeenResult[]): Promise<LockedResults> {
  const [orders, results] = await together([lockOrdersOf(tx, ordersOf(seen)), repo.lockResults(tx, seen.map((row) => row.id))])
  const rows = byIdOf(results)
  return { orders: byIdOf(orders), results: seen.map((row) => found(rows.get(row.id))) }
}

/** Results locked after their orders, in the order they were asked for. */
export const lockedResults = async (tx: Tx, ids: readonly string[], permission: string): Promise<LockedResults> => lockSeenResults(tx, await seenResults(tx, ids, permission))
