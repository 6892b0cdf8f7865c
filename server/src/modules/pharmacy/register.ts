import type { RouteInput } from '#contract/define.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { type ItemRow, itemsByIds, registerBalance, registerEntries, requireWitness, storesByIds } from '../inventory/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import * as repo from './register-repo.ts'
import { plain, runningBack } from './rules.ts'

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>

async function controlledItem(tx: Tx, storeId: string, itemId: string): Promise<ItemRow> {
  const store = found((await storesByIds(tx, [storeId]))[0])
  requirePermission(tx.ctx, 'pharmacy.register', store.facility_id)
  const item = found((await itemsByIds(tx, [itemId]))[0])
  if (!item.is_controlled) throw new AppError(pharmacyErrors.not_controlled)
  return item
}

/** The running register: every entry of the ledger with what was there after it, who and in whose presence. Nothing of it can be deleted. */
export function readRegister(ctx: Ctx, { params, query }: Input<'readRegister'>) {
  const page = pageOf(query)
  const key = { storeId: params.id, itemId: query.itemId }
  return withContext(ctx, async (tx) => {
    await controlledItem(tx, key.storeId, key.itemId)
    const rows = await registerEntries(tx, key, page)
    const [first] = rows
    const balance = first === undefined ? '0' : await registerBalance(tx, key, { at: first.occurred_at, id: first.id })
    const balances = runningBack(balance, rows.map((row) => row.quantity))
    const [names, patients] = await Promise.all([userNames(tx, [...new Set(rows.flatMap((row) => [row.created_by, row.witness_id ?? []].flat()))]), patientsByIds(tx, [...new Set(rows.flatMap((row) => row.patient_id ?? []))])])
    const patientName = new Map(patients.map((row) => [row.id, `${row.given_name} ${row.family_name}`.trim()]))
    const entries = new Map(rows.map((row, index) => [row.id, {
      id: row.id, at: row.occurred_at.toISOString(), kind: row.kind, itemId: row.item_id, batch: row.batch, quantity: plain(row.quantity), balance: balances[index] ?? '0', patientId: row.patient_id, patientName: patientName.get(row.patient_id ?? '') ?? '', document: { type: row.document_type, id: row.document_id }, reason: row.reason, by: names.get(row.created_by) ?? '', witness: names.get(row.witness_id ?? '') ?? '',
    }]))
    return toPage(rows, page.limit, (row) => ({ at: row.occurred_at.toISOString(), id: row.id }), (row) => found(entries.get(row.id)))
  })
}

async function shown(tx: Tx, rows: readonly repo.RegisterCountRow[]) {
  const [items, names] = await Promise.all([itemsByIds(tx, [...new Set(rows.map((row) => row.item_id))]), userNames(tx, [...new Set(rows.flatMap((row) => [row.created_by, row.witness_id]))])])
  const itemName = new Map(items.map((item) => [item.id, item.name]))
  return rows.map((row) => ({ id: row.id, storeId: row.store_id, itemId: row.item_id, itemName: itemName.get(row.item_id) ?? '', expected: plain(row.expected), counted: plain(row.counted), difference: plain(subtract(row.counted, row.expected)), note: row.note, by: names.get(row.created_by) ?? '', witness: names.get(row.witness_id) ?? '', at: row.created_at.toISOString() }))
}

/** Counts a controlled drug in the presence of a second person; what is missing is seen, and booked as an adjustment by who may. */
export function countRegister(ctx: Ctx, { body }: Input<'countRegister'>) {
  return withContext(ctx, async (tx) => {
    const item = await controlledItem(tx, body.storeId, body.itemId)
    await requireWitness(tx, [item], body.witnessId)
    const row = await repo.insertRegisterCount(tx, { store_id: body.storeId, item_id: item.id, expected: await registerBalance(tx, body, null), counted: body.counted, witness_id: body.witnessId, note: body.note ?? '' })
    return found((await shown(tx, [row]))[0])
  })
}

export function listRegisterCounts(ctx: Ctx, { query }: Input<'listRegisterCounts'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listRegisterCounts(tx, query, page)
    const presented = new Map((await shown(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}
