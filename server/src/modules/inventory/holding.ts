import { inventoryErrors } from '#contract/inventory.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { itemsByIds } from './items-repo.ts'
import { shownLot } from './master.ts'
import { familyOf, heldIngredient } from './reached-repo.ts'
import { lockLots, type LotRow, lotsByIds, setLotStates } from './stores-repo.ts'

type Step = 'quarantine' | 'release' | 'recall'

const stepsFrom: Readonly<Record<Step, readonly string[]>> = { quarantine: ['available'], release: ['quarantined'], recall: ['available', 'quarantined'] }
const stateAfter: Readonly<Record<Step, string>> = { quarantine: 'quarantined', release: 'available', recall: 'recalled' }
const mayStep = (step: Step) => (lot: LotRow): boolean => stepsFrom[step].includes(lot.state)

interface Family {
  batch: readonly LotRow[]
  made: readonly LotRow[]
}

/** The lots of a batch and of all that was made from it, locked. What was being made while they were waited for is seen after: who makes it holds what goes in. */
async function lockFamily(tx: Tx, lotId: string): Promise<Family> {
  let known = await familyOf(tx, lotId)
  for (;;) {
    const lots = await lockLots(tx, known.map((one) => one.id))
    const now = await familyOf(tx, lotId)
    if (now.length === known.length) {
      const made = new Set(now.filter((one) => one.is_made).map((one) => one.id))
      return { batch: lots.filter((lot) => !made.has(lot.id)), made: lots.filter((lot) => made.has(lot.id)) }
    }
    known = now
  }
}

/** What was made from a batch is held or recalled with it, and says because of which; it is freed by itself, when somebody has judged it. */
async function stepMade(tx: Tx, step: Step, { batch: [from], made }: Family, reason: string): Promise<void> {
  const concerned = made.filter(mayStep(step))
  if (step === 'release' || from === undefined || concerned.length === 0) return
  const [item] = await itemsByIds(tx, [from.item_id])
  await setLotStates(tx, concerned.map((lot) => lot.id), stateAfter[step], `${item?.name ?? ''} ${from.batch}: ${reason}`)
}

async function refuseMadeOfHeld(tx: Tx, lotId: string): Promise<void> {
  const held = await heldIngredient(tx, lotId)
  if (held !== undefined) throw new AppError(inventoryErrors.made_of_held, { values: { item: held.item_name, batch: held.batch } })
}

/** Holds, frees or recalls the batch of a lot, in all its lots, and holds or recalls what was made from it; picks under way end before, later ones see it. */
export function stepLot(step: Step) {
  return (ctx: Ctx, { params, body, ifMatch }: { params: { id: string }; body: { reason: string }; ifMatch: number | undefined }) =>
    withContext(ctx, async (tx) => {
      const family = await lockFamily(tx, params.id)
      const before = found(family.batch.find((lot) => lot.id === params.id))
      checkVersion(before, ifMatch)
      if (!mayStep(step)(before)) throw new AppError(lifecycleErrors.illegal_step, { allowed: Object.entries(stepsFrom).flatMap(([one, from]) => (from.includes(before.state) ? [one] : [])) })
      if (step === 'release') await refuseMadeOfHeld(tx, before.id)
      await setLotStates(tx, family.batch.filter(mayStep(step)).map((lot) => lot.id), stateAfter[step], body.reason)
      await stepMade(tx, step, family, body.reason)
      return shownLot(tx, found((await lotsByIds(tx, [before.id]))[0]))
    })
}
