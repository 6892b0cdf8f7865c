import { testRules } from '#contract/laboratory-catalogue.ts'
import { collectionErrors, type ScanOutcome } from '#contract/laboratory-collection.ts'
import { laboratoryErrors, specimenLifecycle, specimenState } from '#contract/laboratory-flow.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import type { RouteInput } from '#contract/define.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { message } from '#kernel/text-i18n.ts'
import { knownFacility } from '../organizations/index.ts'
import { lockedFamily, type LockedSpecimen, lockedSpecimen, shownSpecimen } from './around.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { verifyAgain } from './recalculating.ts'
import * as repo from './repo.ts'
import { stepSpecimen, takeSpecimen } from './specimens.ts'
import * as specimens from './specimens-repo.ts'
import { type Indices, interferingOf, isInterference } from './value-rules.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

const outcomes: Record<string, ScanOutcome> = { requested: 'not-collected', received: 'already-received', stored: 'already-received', 'sent-out': 'already-received', rejected: 'rejected', cancelled: 'cancelled', discarded: 'discarded' }

type ScanBody = Input<'scan'>['body']

async function scanned(tx: Tx, seen: specimens.SpecimenRow, body: ScanBody): Promise<{ outcome: ScanOutcome; tube: specimens.SpecimenRow }> {
  if (seen.facility_id !== body.facilityId) return { outcome: 'elsewhere', tube: seen }
  // Two scanners see the same tube: the second one finds it received.
  const { specimen: now } = await lockedSpecimen(tx, seen.id, 'laboratory.work')
  const tube = now.state === 'requested' && body.collectedAt !== undefined ? await takeSpecimen(tx, { id: now.id, ifMatch: now.version, at: new Date(body.collectedAt) }) : now
  const known = outcomes[tube.state]
  if (known !== undefined) return { outcome: known, tube }
  const change = { received_at: tx.ctx.now, received_by: tx.ctx.userId, ...(body.rack === undefined ? {} : { rack: body.rack }), ...(body.indices === undefined ? {} : { indices: JSON.stringify(body.indices) }) }
  return { outcome: 'received', tube: (await stepSpecimen(tx, 'receive', { id: tube.id, ifMatch: tube.version, permission: 'laboratory.work' }, () => change)).specimen }
}

/** What stands against a tube is an answer, not an error: whoever scans a rack goes on. A tube of a facility one may not see is unknown. */
export function scanSpecimen(ctx: Ctx, { body }: Input<'scan'>) {
  requirePermission(ctx, 'laboratory.work', body.facilityId)
  if (body.collectedAt !== undefined && new Date(body.collectedAt).getTime() > ctx.now.getTime() + 60_000) throw invalidField('collectedAt', 'laboratory.not_in_future', laboratoryErrors.not_in_future)
  return withContext(ctx, async (tx) => {
    const [seen] = await specimens.specimensByNumbers(tx, [body.number.toUpperCase()])
    if (seen === undefined || !ctx.can('laboratory.read', seen.facility_id)) return { outcome: 'unknown' as const, specimen: null }
    const { outcome, tube } = await scanned(tx, seen, body)
    return { outcome, specimen: await shownSpecimen(tx, tube) }
  })
}

const untouched = new Set(['pending', 'cancelled'])

/** A tube that was scanned by mistake: nothing was measured on it, put away or divided. */
export function unreceiveSpecimen(ctx: Ctx, { params, ifMatch }: Input<'unreceive'>) {
  return withContext(ctx, async (tx) => {
    const { family: [first, ...portions] } = await lockedFamily(tx, params.id, 'laboratory.work')
    const { specimen, results } = found(first)
    checkVersion(specimen, ifMatch)
    const state = takeStep(specimenLifecycle, specimen.state, 'unreceive')
    if (specimen.aliquot_of !== null || portions.length > 0 || results.some((row) => !untouched.has(row.state))) throw new AppError(collectionErrors.undo_late)
    return shownSpecimen(tx, await specimens.updateSpecimen(tx, specimen.id, specimen.version, { state, received_at: null, received_by: null, rack: '', indices: '{}' }))
  })
}

const inLaboratory = new Set(['received', 'stored', 'sent-out'])
const open = new Set(['received', 'verified', 'approved'])

interface Held {
  held: repo.ResultRow[]
  released: repo.ResultRow[]
}

/** Holds what the look of a tube disturbs: what was verified already is verified again. What is out is named, for it is a person who amends it. */
async function holdDisturbed(tx: Tx, { results }: LockedSpecimen, indices: Indices, reason: string): Promise<Held> {
  const { byId } = await knownCatalogue(tx)
  const changed = results.flatMap((row) => {
    const found = interferingOf(testRules.parse(byId.get(row.test_id)?.rules ?? {}), indices)
    const before = row.holds.split(' ').filter(Boolean)
    const holds = [...before.filter((hold) => !isInterference(hold)), ...found]
    return row.value_text === '' || holds.join(' ') === before.join(' ') ? [] : [{ row, holds: holds.join(' '), isFresh: found.some((hold) => !before.includes(hold)) }]
  })
  const waiting = changed.filter(({ row }) => open.has(row.state))
  for (const [holds, same] of Map.groupBy(waiting, (one) => one.holds)) await repo.holdResults(tx, same.map(({ row }) => row.id), holds)
  const again = waiting.filter(({ row, isFresh }) => isFresh && row.state !== 'received').map(({ row }) => row)
  if (again.length > 0) {
    await repo.returnResults(tx, again.map((row) => row.id), reason)
    await verifyAgain(tx, again)
  }
  return { held: waiting.filter((one) => one.isFresh).map((one) => one.row), released: changed.filter(({ row, isFresh }) => isFresh && row.state === 'released').map(({ row }) => row) }
}

export function noteIndices(ctx: Ctx, { params, body, ifMatch }: Input<'noteIndices'>) {
  return withContext(ctx, async (tx) => {
    const { family } = await lockedFamily(tx, params.id, 'laboratory.work')
    const { specimen } = found(family[0])
    checkVersion(specimen, ifMatch)
    if (!inLaboratory.has(specimen.state)) throw new AppError(lifecycleErrors.illegal_step, { allowed: allowedSteps(specimenLifecycle, specimenState.parse(specimen.state)) })
    const indices = { ...specimen.indices, ...body }
    const { language } = await knownFacility(tx, specimen.facility_id)
    const reason = message(language, 'laboratory.indicesNoted')
    const held: repo.ResultRow[] = []
    const released: repo.ResultRow[] = []
    // What was divided from it is the same blood.
    for (const one of family.filter((part) => inLaboratory.has(part.specimen.state))) {
      await specimens.updateSpecimen(tx, one.specimen.id, one.specimen.version, { indices: JSON.stringify(indices) })
      const disturbed = await holdDisturbed(tx, one, indices, reason)
      held.push(...disturbed.held)
      released.push(...disturbed.released)
    }
    const names = (rows: readonly repo.ResultRow[]) => [...new Set(rows.map((row) => row.name))]
    return { ...(await shownSpecimen(tx, found(await specimens.readSpecimen(tx, params.id)))), held: names(held), released: names(released) }
  })
}
