import type { RouteInput } from '#contract/define.ts'
import { type pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { compare, plain, subtract } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { message } from '#kernel/text-i18n.ts'
import { controlledIn, heldBalances, type ItemRow, itemsByIds, registerBalance, registerEntries, requireWitness, storesByIds, storesOfFacilities } from '../inventory/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import * as repo from './register-repo.ts'
import { runningBack } from './rules.ts'

mapConstraint('register_counts_explained', pharmacyErrors.difference_unexplained)

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

interface Counting {
  storeId: string
  witnessId: string
  lines: readonly { itemId: string; counted: string; note?: string | undefined }[]
  /** Where the field of a line stands in the body. */
  pathOf: (index: number, field: 'itemId' | 'note') => string
}

/** What differs and is not explained: each line is told what the register says. */
function requireReasons(tx: Tx, rows: readonly repo.NewRegisterCount[], pathOf: Counting['pathOf']): void {
  const fields = rows.flatMap((row, index) => {
    const difference = subtract(row.counted, row.expected)
    if (compare(difference, '0') === 0 || row.note !== '') return []
    const isMissing = compare(difference, '0') < 0
    const values = { expected: plain(row.expected), difference: plain(isMissing ? subtract('0', difference) : difference) }
    return [{ path: pathOf(index, 'note'), code: 'pharmacy.count_differs', message: message(tx.ctx.locale, isMissing ? 'pharmacy.register.missing' : 'pharmacy.register.tooMany', values) }]
  })
  if (fields.length > 0) throw new AppError(pharmacyErrors.difference_unexplained, { fields })
}

async function count(tx: Tx, { storeId, witnessId, lines, pathOf }: Counting): Promise<repo.RegisterCountRow[]> {
  const store = found((await storesByIds(tx, [storeId]))[0])
  requirePermission(tx.ctx, 'pharmacy.register', store.facility_id)
  const itemIds = lines.map((line) => line.itemId)
  const items = new Map((await itemsByIds(tx, [...new Set(itemIds)])).map((item) => [item.id, item]))
  for (const [index, itemId] of itemIds.entries()) {
    const item = found(items.get(itemId))
    if (itemIds.indexOf(itemId) !== index) throw invalidField(pathOf(index, 'itemId'), 'value.refused')
    if (!item.is_controlled) throw new AppError(pharmacyErrors.not_controlled, { fields: [{ path: pathOf(index, 'itemId'), code: 'pharmacy.not_controlled' }] })
  }
  await requireWitness(tx, items.values(), witnessId, store.facility_id)
  const expected = await heldBalances(tx, store.id, itemIds)
  const rows = lines.map((line) => ({ store_id: store.id, item_id: line.itemId, expected: expected.get(line.itemId) ?? '0', counted: line.counted, witness_id: witnessId, note: line.note ?? '' }))
  requireReasons(tx, rows, pathOf)
  return repo.insertRegisterCounts(tx, rows)
}

/** Counts a controlled drug in the presence of a second person; what differs needs a word why, and is booked as an adjustment by who may. */
export function countRegister(ctx: Ctx, { body: { storeId, witnessId, ...line } }: Input<'countRegister'>) {
  return withContext(ctx, async (tx) => found((await shown(tx, await count(tx, { storeId, witnessId, lines: [line], pathOf: (_index, field) => field })))[0]))
}

/** Counts the controlled drugs of a store where one shift hands over to the next: all of them are written down, or none. */
export function countShift(ctx: Ctx, { body }: Input<'countShift'>) {
  return withContext(ctx, async (tx) => ({ items: await shown(tx, await count(tx, { ...body, pathOf: (index, field) => `lines.${index}.${field}` })) }))
}

/** What is to be counted: the drugs of a store and when each was counted last; not how much the register says, so that the count is blind. */
export function listControlled(ctx: Ctx, { params }: Input<'listControlled'>) {
  return withContext(ctx, async (tx) => {
    const store = found((await storesByIds(tx, [params.id]))[0])
    requirePermission(ctx, 'pharmacy.register', store.facility_id)
    const drugs = await controlledIn(tx, store.id)
    const last = new Map((await shown(tx, await repo.lastCounts(tx, store.id, drugs.map((drug) => drug.id)))).map((one) => [one.itemId, one]))
    return { items: drugs.map((drug) => ({ itemId: drug.id, name: drug.name, unit: drug.base_unit, controlledClass: drug.controlled_class, lastCount: last.get(drug.id) ?? null })), nextCursor: null }
  })
}

export function listRegisterCounts(ctx: Ctx, { query }: Input<'listRegisterCounts'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const places = placesFor(ctx, 'pharmacy.register')
    const storeIds = places === undefined ? undefined : (await storesOfFacilities(tx, places)).map((store) => store.id)
    const rows = await repo.listRegisterCounts(tx, { ...query, storeIds }, page)
    const presented = new Map((await shown(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}
