import type { RouteInput } from '#contract/define.ts'
import { type inventory, inventoryErrors } from '#contract/inventory.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { add, compare, subtract } from '#kernel/money.ts'
import { creditCharge } from '../billing/index.ts'
import { insertDocument, readDocument } from './documents-repo.ts'
import { addReturned, lockIssued } from './issued-repo.ts'
import { type Entry, post } from './ledger.ts'
import { inBase, requireWitness, stockItems } from './picking.ts'
import { goesBack } from './rules.ts'
import { shownDocument, stockNumber, storeForUse } from './service.ts'
import { lotsByIds } from './stores-repo.ts'

mapConstraint('issued_goods_returned', inventoryErrors.above_issued)

/** Takes back what was issued to a patient: into the store it came from, never more than was issued, and credits what was charged for it. */
export function returnIssued(ctx: Ctx, { params, body }: RouteInput<(typeof inventory)['returnIssued']>) {
  return withContext(ctx, async (tx) => {
    const issue = found(await readDocument(tx, params.id))
    const { store, facility } = await storeForUse(tx, issue.store_id, 'inventory.write')
    const known = new Map((await lockIssued(tx, issue.id)).map((row) => [row.id, row]))
    const items = await stockItems(tx, [...known.values()].map((row) => ({ itemId: row.item_id, path: 'lines' })))
    const lots = new Map((await lotsByIds(tx, [...known.values()].map((row) => row.lot_id))).map((lot) => [lot.id, lot]))
    const totals = new Map<string, string>()
    const goods = body.lines.map((line, index) => {
      const own = known.get(line.issuedLineId)
      if (own === undefined) throw invalidField(`lines.${index}.issuedLineId`, 'reference.unknown')
      const item = found(items.get(own.item_id))
      const quantity = inBase(item, line.quantity, undefined, `lines.${index}`)
      const all = add(totals.get(own.id) ?? '0', quantity)
      if (compare(add(own.returned, all), own.quantity) > 0) throw invalidField(`lines.${index}.quantity`, 'inventory.above_issued', inventoryErrors.above_issued)
      totals.set(own.id, all)
      return { own, item, quantity, isBack: goesBack({ isReturnable: item.is_returnable, storage: item.storage, isControlled: item.is_controlled }, line), path: `lines.${index}` }
    })
    await requireWitness(tx, goods.map(({ item }) => item), body.witnessId, facility.id)
    const id = newId()
    await post(tx, {
      document: { type: 'stock-document', id },
      entries: goods.flatMap(({ own, quantity, isBack, path }): Entry[] => {
        const shared = { storeId: store.id, lotId: own.lot_id, itemId: own.item_id, unitCost: found(lots.get(own.lot_id)).unit_cost, reason: body.reason, witnessId: body.witnessId ?? null, path }
        const back: Entry = { ...shared, kind: 'return', quantity, patientId: own.patient_id }
        return isBack ? [back] : [back, { ...shared, kind: 'wastage', quantity: subtract('0', quantity) }]
      }),
    })
    await addReturned(tx, totals)
    // Charges are locked in the order of their ids, whatever the order of the lines.
    for (const { own, quantity } of goods.toSorted((a, b) => ((a.own.charge_id ?? '') < (b.own.charge_id ?? '') ? -1 : 1))) if (own.charge_id !== null) await creditCharge(tx, own.charge_id, quantity, body.reason)
    await insertDocument(tx, { id, number: await stockNumber(tx, facility, 'return'), kind: 'return', store_id: store.id, facility_id: facility.id, patient_id: issue.patient_id, reason: body.reason, reference: issue.number, witness_id: body.witnessId ?? null, occurred_at: ctx.now })
    return shownDocument(tx, id)
  })
}
