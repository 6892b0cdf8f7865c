import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { laboratoryErrors, resultFlag, resultLifecycle, specimenLifecycle } from '#contract/laboratory-flow.ts'
import { testRules } from '#contract/laboratory-catalogue.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { together } from '#kernel/together.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { type LockedSpecimen, lockedSpecimen, lockSeen, seenSpecimen, sightOf, wholeResult } from './around.ts'
import { readTest, testsByCodes } from './catalogue-repo.ts'
import { followOut } from './amending.ts'
import { frozenOf, judge, judgingBy, type Material, materialFor, type Reported } from './judging.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { presentResult } from './present.ts'
import { fitsKind, keptDetail, summaryOf } from './detailing.ts'
import { blockedTests } from './quality.ts'
import { followedBy, writeFollowed } from './recalculating.ts'
import { usesOf } from './reagents.ts'
import { onBoard, type OnBoardRow, useTests } from './reagents-repo.ts'
import * as repo from './repo.ts'
import { verifiesItself } from './value-rules.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

export interface Entry extends Reported {
  testId: string
}

export interface EnterOptions {
  /** Which instrument measured it; null for a person. */
  instrumentId: string | null
  /** Field path of the n-th entry, for errors. */
  pathOf: (index: number) => string
}

const inLaboratory = new Set(['received', 'stored', 'sent-out'])

/** A locked tube with all that its results are judged by. */
export interface BenchWork extends LockedSpecimen {
  material: Material
  /** Results of the same order on other tubes. */
  beside: repo.ResultRow[]
  lots: OnBoardRow[]
}

/** Locks a tube and reads what its results are judged by: two round trips, whatever is on it. */
export async function openWork(tx: Tx, specimenId: string): Promise<BenchWork> {
  const seen = await seenSpecimen(tx, specimenId, 'laboratory.work')
  const [locked, material, beside, lots] = await together([lockSeen(tx, seen), materialFor(tx, seen, seen.test_ids), seen.order_id === null ? Promise.resolve([]) : repo.resultsBeside(tx, seen.order_id, seen.id), onBoard(tx, seen.facility_id, seen.test_ids)])
  return { ...locked, material, beside, lots }
}

/** Enters results on a locked tube: judged, calculated from, and where the test allows it verified by themselves. Answers what is on the tube now. */
export async function enterOn(tx: Tx, { specimen, results, material, beside, lots }: BenchWork, entries: readonly Entry[], { instrumentId, pathOf }: EnterOptions): Promise<repo.ResultRow[]> {
  if (!inLaboratory.has(specimen.state)) throw new AppError(laboratoryErrors.specimen_not_received, { allowed: Object.keys(specimenLifecycle.steps).filter((step) => step === 'receive') })
  const byTest = new Map(results.filter((row) => row.state !== 'cancelled').map((row) => [row.test_id, row]))
  const missing = entries.flatMap((entry, index) => (byTest.has(entry.testId) ? [] : [{ path: `${pathOf(index)}testId`, code: 'laboratory.no_such_test' }]))
  if (missing.length > 0) throw new AppError(laboratoryErrors.no_such_test, { fields: missing })
  const order = [...results.filter((row) => specimen.order_id === null || row.order_id === specimen.order_id), ...beside]
  const judging = judgingBy(tx, specimen, material)
  const written = entries.map((entry, index): repo.Entered => {
    const row = found(byTest.get(entry.testId))
    const test = found(judging.tests.get(entry.testId))
    takeStep(resultLifecycle, row.state, 'enter')
    if (test.kind === 'calculated') throw invalidField(`${pathOf(index)}testId`, 'laboratory.calculated', laboratoryErrors.calculated)
    if (test.value_kind === 'culture' || test.value_kind === 'histopathology') throw invalidField(`${pathOf(index)}testId`, 'laboratory.wrong_kind', laboratoryErrors.wrong_kind)
    return enteredOf(tx, row, judge(judging, entry.testId, entry, { path: pathOf(index), isFromInstrument: instrumentId !== null }), test.rules, instrumentId)
  })
  const { past, uses } = usesOf(lots, { today: localDate(tx.ctx.now, material.timeZone), instrumentId, testIds: entries.map((entry) => entry.testId) })
  const uncontrolled = instrumentId === null ? new Set<string>() : await blockedTests(tx, entries.map(({ testId }) => ({ facilityId: specimen.facility_id, testId, instrumentId })))
  const kept = written.map((one, index) => heldBy(one, [...(past.has(entries[index]?.testId ?? '') ? ['reagent'] : []), ...(uncontrolled.has(entries[index]?.testId ?? '') ? ['quality'] : [])]))
  const fresh = new Map(kept.map((row) => [row.id, row]))
  const changed = order.filter((row) => fresh.has(row.id))
  const follow = followedBy(judging, { order: order.map((row) => ({ ...row, ...fresh.get(row.id) })), changed: changed.map((row) => row.code), language: material.language })
  const [entered] = await together([repo.writeEntered(tx, [...kept, ...follow.entered]), useTests(tx, uses)])
  const now = new Map([...entered, ...(await writeFollowed(tx, follow))].map((row) => [row.id, row]))
  if (follow.out.length > 0) await followOut(tx, changed.flatMap((row) => now.get(row.id) ?? []))
  return results.map((row) => now.get(row.id) ?? row)
}

/** What is measured with something that is not in order does not verify itself: a person looks at it. */
const heldBy = (one: repo.Entered, holds: readonly string[]): repo.Entered => (holds.length === 0 ? one : { ...one, holds: [one.holds, ...holds].filter(Boolean).join(' '), state: 'received', verified_at: null })

function enteredOf(tx: Tx, row: repo.ResultRow, judged: repo.Judged, rules: unknown, instrumentId: string | null): repo.Entered {
  const isSelfVerified = instrumentId !== null && verifiesItself(testRules.parse(rules), resultFlag.parse(judged.flag), judged.holds.split(' ').filter(Boolean))
  return { ...judged, id: row.id, state: isSelfVerified ? 'verified' : 'received', instrument_id: instrumentId, verified_at: isSelfVerified ? tx.ctx.now : null, reason: '' }
}

/** What is on a tube, shown by what is known of it already. */
async function shownWork(tx: Tx, { specimen, material: { patient } }: BenchWork, rows: readonly repo.ResultRow[]) {
  const { byId } = await knownCatalogue(tx)
  const beside = {
    patients: new Map([[patient.id, { name: `${patient.given_name} ${patient.family_name}`.trim(), mrn: patient.mrn }]]), numbers: new Map([[specimen.id, specimen.number]]), indices: new Map([[specimen.id, specimen.indices]]),
    choices: new Map(rows.map((row) => [row.test_id, (byId.get(row.test_id)?.choices ?? []).map((choice) => choice.value)])), sightOf: (row: Pick<repo.ResultRow, 'facility_id' | 'is_sensitive'>) => sightOf(tx, row),
  }
  return rows.map((row) => presentResult(row, beside))
}

export function enterResult(ctx: Ctx, { body }: Input<'enterResult'>) {
  return withContext(ctx, async (tx) => {
    const locked = await openWork(tx, body.specimenId)
    const testId = 'testId' in body ? body.testId : (await testsByCodes(tx, [body.code]))[0]?.id
    const row = locked.results.find((one) => one.test_id === testId)
    if (row === undefined || testId === undefined) throw invalidField('testId' in body ? 'testId' : 'code', 'laboratory.no_such_test', laboratoryErrors.no_such_test)
    await enterOn(tx, locked, [{ ...body, testId }], { instrumentId: null, pathOf: () => '' })
    return wholeResult(tx, row.id)
  })
}

export function enterResults(ctx: Ctx, { params, body, ifMatch }: Input<'enterResults'>) {
  return withContext(ctx, async (tx) => {
    const work = await openWork(tx, params.id)
    checkVersion(work.specimen, ifMatch)
    const rows = await enterOn(tx, work, body.entries, { instrumentId: null, pathOf: (index) => `entries.${index}.` })
    return { items: await shownWork(tx, work, rows) }
  })
}

export function enterDetail(ctx: Ctx, { params, body, ifMatch }: Input<'enterDetail'>) {
  return withContext(ctx, async (tx) => {
    const seen = found(await repo.readResult(tx, params.id))
    const { specimen, results } = await lockedSpecimen(tx, seen.specimen_id, 'laboratory.work')
    const row = found(results.find((one) => one.id === params.id))
    checkVersion(row, ifMatch)
    if (!inLaboratory.has(specimen.state)) throw new AppError(laboratoryErrors.specimen_not_received)
    takeStep(resultLifecycle, row.state, 'enter')
    if (!fitsKind(row.value_kind, body.detail)) throw invalidField('detail', 'laboratory.wrong_kind', laboratoryErrors.wrong_kind)
    const { rules } = found(await readTest(tx, row.test_id))
    await repo.writeEntered(tx, [{ ...frozenOf(row), ...summaryOf(row.value_kind, await keptDetail(tx, row.value_kind, body.detail), rules), comment: body.comment ?? row.comment, id: row.id, state: 'received', instrument_id: null, verified_at: null, reason: '' }])
    return wholeResult(tx, params.id)
  })
}
