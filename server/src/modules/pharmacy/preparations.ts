import { z } from 'zod'
import type { RouteInput } from '#contract/define.ts'
import { medicineSystem } from '#contract/encounters.ts'
import { pharmacy, pharmacyErrors } from '#contract/pharmacy.ts'
import { type Ctx, placesFor, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { compare, multiply, plain, roundHalfUp, share, subtract, sum } from '#kernel/money.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { addDays } from '#kernel/zoned-time.ts'
import { inBase, itemsByIds, pickLots, post, receive, requireWitness, stockItems, stockNumber, storeForUse } from '../inventory/index.ts'
import { userNames } from '../people/index.ts'
import { itemOf } from './goods.ts'
import * as repo from './preparations-repo.ts'
import { yieldPercent } from './rules.ts'
import { expiryOf } from './present.ts'

type Input<K extends keyof typeof pharmacy> = RouteInput<(typeof pharmacy)[K]>
type Formula = z.output<(typeof pharmacy)['writeFormula']['response']>
type Preparation = z.output<(typeof pharmacy)['readPreparation']['response']>
const stepsOf = pharmacy.readPreparation.response.shape.steps

export async function shownFormulas(tx: Tx, rows: readonly repo.FormulaRow[]): Promise<Formula[]> {
  const lines = await repo.formulaLines(tx, rows.map((row) => row.id))
  const items = new Map((await itemsByIds(tx, [...new Set([...rows, ...lines].map((row) => row.item_id))])).map((item) => [item.id, item]))
  return rows.map((row) => ({
    id: row.id, version: row.version, itemId: row.item_id, itemName: items.get(row.item_id)?.name ?? '', unit: items.get(row.item_id)?.base_unit ?? '', formulaVersion: row.formula_version, system: medicineSystem.parse(row.system), name: row.name, yieldQuantity: plain(row.yield_quantity), shelfLifeDays: row.shelf_life_days, method: row.method, potency: row.potency, isCurrent: row.is_current,
    lines: lines.filter((line) => line.formula_id === row.id).map((line) => ({ itemId: line.item_id, itemName: items.get(line.item_id)?.name ?? '', unit: items.get(line.item_id)?.base_unit ?? '', quantity: plain(line.quantity) })),
  }))
}

export function listFormulas(ctx: Ctx, { query }: Input<'listFormulas'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listFormulas(tx, query, page)
    const presented = new Map((await shownFormulas(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}

/** Writes the next version of an item's formula; batches made before keep theirs. */
export function writeFormula(ctx: Ctx, { body }: Input<'writeFormula'>) {
  return withContext(ctx, async (tx) => {
    const made = await itemOf(tx, body.itemId, 'itemId')
    const items = await stockItems(tx, body.lines.map((line, index) => ({ itemId: line.itemId, path: `lines.${index}.itemId` })))
    const own = body.lines.findIndex((line) => line.itemId === made.id)
    if (own !== -1) throw invalidField(`lines.${own}.itemId`, 'pharmacy.no_ingredients', pharmacyErrors.no_ingredients)
    const lines = body.lines.map((line, index) => ({ item_id: line.itemId, quantity: inBase(found(items.get(line.itemId)), line.quantity, line.unit, `lines.${index}`) }))
    const row = await repo.insertFormula(tx, { item_id: made.id, system: body.system, name: body.name, yield_quantity: inBase(made, body.yieldQuantity, undefined, 'yield'), shelf_life_days: body.shelfLifeDays, method: body.method ?? '', potency: body.potency ?? '' })
    await repo.insertFormulaLines(tx, row.id, lines)
    return found((await shownFormulas(tx, [row]))[0])
  })
}

export async function shownPreparations(tx: Tx, rows: readonly repo.PreparationRow[]): Promise<Preparation[]> {
  const [moved, formulas] = [await repo.movedBy(tx, rows.map((row) => row.id)), new Map((await repo.formulasByIds(tx, [...new Set(rows.map((row) => row.formula_id))])).map((row) => [row.id, row]))]
  const names = await userNames(tx, [...new Set([...rows.flatMap((row) => row.created_by ?? []), ...moved.flatMap((one) => one.witness_id ?? [])])])
  return rows.map((row) => {
    const own = moved.filter((one) => one.document_id === row.id)
    const made = own.find((one) => one.lot_id === row.lot_id && !one.quantity.startsWith('-'))
    return {
      id: row.id, version: row.version, number: row.number, formulaId: row.formula_id, formulaVersion: formulas.get(row.formula_id)?.formula_version ?? 1, itemId: row.item_id, itemName: made?.item_name ?? '', unit: made?.unit ?? '', storeId: row.store_id, lotId: row.lot_id, batch: made?.batch ?? '', expiresOn: made === undefined ? null : expiryOf(made.expires_on), planned: plain(row.planned), yielded: plain(row.yielded), yieldPercent: yieldPercent(row.planned, row.yielded), steps: stepsOf.parse(row.steps), note: row.note, madeOn: row.made_on, madeBy: names.get(row.created_by ?? '') ?? '', witness: names.get(own.find((one) => one.witness_id !== null)?.witness_id ?? '') ?? '',
      consumed: own.filter((one) => one.quantity.startsWith('-')).map((one) => ({ itemId: one.item_id, itemName: one.item_name, unit: one.unit, quantity: plain(subtract('0', one.quantity)), batch: one.batch })),
    }
  })
}

export function listPreparations(ctx: Ctx, { query }: Input<'listPreparations'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listPreparations(tx, placesFor(ctx, 'pharmacy.read', query.facilityId), page)
    const presented = new Map((await shownPreparations(tx, rows)).map((one) => [one.id, one]))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => found(presented.get(row.id)))
  })
}

export function readPreparation(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readPreparation(tx, id))
    requirePermission(ctx, 'pharmacy.read', row.facility_id)
    return found((await shownPreparations(tx, [row]))[0])
  })
}

/** Makes a batch: what the formula asks leaves the store first expiry first, the yield enters it as its own lot at the cost of what went in. */
export function prepare(ctx: Ctx, { body }: Input<'prepare'>) {
  return withContext(ctx, async (tx) => {
    const { store, facility, today } = await storeForUse(tx, body.storeId, 'pharmacy.prepare')
    const [formula] = await repo.formulasByIds(tx, [body.formulaId])
    if (formula === undefined) throw invalidField('formulaId', 'reference.unknown')
    const lines = await repo.formulaLines(tx, [formula.id])
    const items = await stockItems(tx, [{ itemId: formula.item_id, path: 'formulaId' }, ...lines.map((line) => ({ itemId: line.item_id, path: 'formulaId' }))])
    await requireWitness(tx, items.values(), body.witnessId, facility.id)
    const made = found(items.get(formula.item_id))
    const planned = roundHalfUp(multiply(formula.yield_quantity, body.batches), 3)
    const yielded = inBase(made, body.yielded ?? planned, undefined, 'yielded')
    const picked = await pickLots(tx, { storeId: store.id, on: today, wants: lines.map((line, index) => ({ itemId: line.item_id, lotId: body.lotIds?.[line.item_id], path: `ingredients.${index}`, quantity: inBase(found(items.get(line.item_id)), roundHalfUp(multiply(line.quantity, body.batches), 3), undefined, `ingredients.${index}`) })) })
    const id = newId()
    const document = { type: 'preparation', id }
    await post(tx, { document, entries: picked.map(({ itemId, lot, quantity, path }) => ({ kind: 'preparation', storeId: store.id, lotId: lot.id, itemId, quantity: subtract('0', quantity), unitCost: lot.unit_cost, witnessId: body.witnessId ?? null, path })) })
    const cost = sum(picked.map(({ lot, quantity }) => multiply(lot.unit_cost, quantity)))
    // A batch does not outlive what went into it.
    const earliest = picked.reduce((first, { lot }) => (lot.expires_on < first ? lot.expires_on : first), addDays(today, formula.shelf_life_days))
    const unitCost = compare(yielded, '0') > 0 ? share(cost, '1', yielded, 6) : '0'
    const lots = await receive(tx, { storeId: store.id, currency: facility.currency, kind: 'preparation', facilityId: facility.id, witnessId: body.witnessId, posting: { document }, arrivals: [{ item: made, quantity: yielded, unitCost, path: '', lot: { batch: body.batch, expiresOn: earliest, ...(body.mrp === undefined ? {} : { mrp: body.mrp }), ...(body.mrpUnit === undefined ? {} : { mrpUnit: body.mrpUnit }) } }] })
    const row = await repo.insertPreparation(tx, { id, number: await stockNumber(tx, facility, 'preparation'), formula_id: formula.id, facility_id: facility.id, store_id: store.id, item_id: made.id, lot_id: lots[0]?.id ?? '', planned, yielded, steps: JSON.stringify(body.steps), note: body.note ?? '', made_on: today })
    return found((await shownPreparations(tx, [row]))[0])
  })
}
