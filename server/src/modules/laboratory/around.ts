import { type Tx } from '#kernel/db.ts'
import { requirePermission } from '#kernel/context.ts'
import { found } from '#kernel/errors.ts'
import { lockOrderOf, type OrderRow } from '../orders/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { type Around, presentResult, presentSpecimen, presentVersion, type Sight } from './present.ts'
import * as repo from './repo.ts'
import * as specimens from './specimens-repo.ts'

export async function patientsAround(tx: Tx, rows: readonly { patient_id: string }[]): Promise<Around['patients']> {
  const patients = await patientsByIds(tx, [...new Set(rows.map((row) => row.patient_id))])
  return new Map(patients.map((row) => [row.id, { name: `${row.given_name} ${row.family_name}`.trim(), mrn: row.mrn }]))
}

/** How much of a result its reader sees: sensitive tests are for those who may, the second tier of a culture for the laboratory. */
export function sightOf(tx: Tx, row: Pick<repo.ResultRow, 'facility_id' | 'is_sensitive'>): Sight {
  if (row.is_sensitive && !tx.ctx.can('laboratory.sensitive', row.facility_id)) return 'hidden'
  return tx.ctx.can('laboratory.work', row.facility_id) ? 'whole' : 'cascade'
}

export async function around(tx: Tx, rows: readonly repo.ResultRow[]): Promise<Around> {
  const [patients, tubes, { byId }] = await Promise.all([patientsAround(tx, rows), specimens.specimensByIds(tx, [...new Set(rows.map((row) => row.specimen_id))]), knownCatalogue(tx)])
  return { patients, numbers: new Map(tubes.map((row) => [row.id, row.number])), choices: new Map(rows.map((row) => [row.test_id, (byId.get(row.test_id)?.choices ?? []).map((choice) => choice.value)])), sightOf: (row) => sightOf(tx, row) }
}

/** Results as the answer shows them, in the order they are given. */
export async function shownResults(tx: Tx, rows: readonly repo.ResultRow[]) {
  const beside = await around(tx, rows)
  return rows.map((row) => presentResult(row, beside))
}

/** One result with its versions. */
export async function wholeResult(tx: Tx, id: string) {
  const row = found(await repo.readResult(tx, id))
  const [beside, versions] = await Promise.all([around(tx, [row]), repo.versionsOf(tx, [id])])
  const users = await userNames(tx, versions.map((one) => one.released_by))
  const sight = sightOf(tx, row)
  return { ...presentResult(row, beside), versions: sight === 'hidden' ? [] : versions.map((one) => presentVersion(one, users, { sight, value_kind: row.value_kind })) }
}

export async function shownSpecimen(tx: Tx, row: specimens.SpecimenRow) {
  return presentSpecimen(row, await patientsAround(tx, [row]))
}

/** Locks the orders of results and tubes in the order of their ids, before anything that belongs to them. */
async function lockOrders(tx: Tx, orderIds: readonly (string | null)[]): Promise<Map<string, OrderRow>> {
  const orders = new Map<string, OrderRow>()
  for (const id of [...new Set(orderIds)].filter((one) => one !== null).toSorted()) orders.set(id, await lockOrderOf(tx, id))
  return orders
}

export interface LockedSpecimen {
  specimen: specimens.SpecimenRow
  results: repo.ResultRow[]
  orders: Map<string, OrderRow>
}

/** A tube with its results, locked after their orders; 403 outside the facilities of the permission. */
export async function lockedSpecimen(tx: Tx, id: string, permission: string): Promise<LockedSpecimen> {
  const seen = found(await specimens.readSpecimen(tx, id))
  requirePermission(tx.ctx, permission, seen.facility_id)
  const there = await repo.resultsOfSpecimens(tx, [id])
  const orders = await lockOrders(tx, [seen.order_id, ...there.map((row) => row.order_id)])
  const specimen = found(await specimens.lockSpecimen(tx, id))
  const results = await repo.lockResults(tx, there.map((row) => row.id))
  return { specimen, orders, results: results.filter((row) => row.specimen_id === id).toSorted((a, b) => a.position - b.position) }
}

/** Results locked after their orders, in the order they were asked for. */
export async function lockedResults(tx: Tx, ids: readonly string[], permission: string): Promise<{ results: repo.ResultRow[]; orders: Map<string, OrderRow> }> {
  const seen = await repo.resultsByIds(tx, ids)
  const orders = await lockOrders(tx, seen.map((row) => row.order_id))
  const rows = new Map((await repo.lockResults(tx, ids)).map((row) => [row.id, row]))
  const results = [...new Set(ids)].map((id) => found(rows.get(id)))
  for (const facilityId of new Set(results.map((row) => row.facility_id))) requirePermission(tx.ctx, permission, facilityId)
  return { results, orders }
}
