import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { cultureDetail, cultureEntry, histopathologyDetail, laboratoryErrors, resultFlag, resultLifecycle, specimenLifecycle } from '#contract/laboratory-flow.ts'
import { testRules } from '#contract/laboratory-catalogue.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { together } from '#kernel/together.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { type LockedSpecimen, lockedSpecimen, lockSeen, seenSpecimen, sightOf, wholeResult } from './around.ts'
import { testsByCodes } from './catalogue-repo.ts'
import { calculate, inputsOf, toDecimals } from './formula-rules.ts'
import { frozenOf, judge, type Judging, judgingBy, type Material, materialFor, type Reported } from './judging.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { presentResult } from './present.ts'
import { interpretCulture } from './breakpoints.ts'
import { blockedTests } from './quality.ts'
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
const enterable = (row: repo.ResultRow): boolean => resultLifecycle.steps.enter.from.some((state) => state === row.state)

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
  const [entered] = await together([repo.writeEntered(tx, [...kept, ...calculatedFrom(judging, order, kept)]), useTests(tx, uses)])
  const now = new Map(entered.map((row) => [row.id, row]))
  return results.map((row) => now.get(row.id) ?? row)
}

/** What is measured with something that is not in order does not verify itself: a person looks at it. */
const heldBy = (one: repo.Entered, holds: readonly string[]): repo.Entered => (holds.length === 0 ? one : { ...one, holds: [one.holds, ...holds].filter(Boolean).join(' '), state: 'received', verified_at: null })

function enteredOf(tx: Tx, row: repo.ResultRow, judged: repo.Judged, rules: unknown, instrumentId: string | null): repo.Entered {
  const isSelfVerified = instrumentId !== null && verifiesItself(testRules.parse(rules), resultFlag.parse(judged.flag), judged.holds.split(' ').filter(Boolean))
  return { ...judged, id: row.id, state: isSelfVerified ? 'verified' : 'received', instrument_id: instrumentId, verified_at: isSelfVerified ? tx.ctx.now : null, reason: '' }
}

/** Every calculated test of the order whose inputs are all there now, inputs that are calculated themselves first. */
function calculatedFrom(judging: Judging, order: readonly repo.ResultRow[], written: readonly repo.Entered[]): repo.Entered[] {
  const fresh = new Map(written.map((row) => [row.id, row]))
  const values = new Map<string, number>()
  for (const row of order) {
    const now: repo.Judged = fresh.get(row.id) ?? row
    const isThere = fresh.has(row.id) || (row.entered_at !== null && row.state !== 'cancelled')
    if (isThere && now.value_number !== null && now.comparator === '') values.set(row.code, Number(now.value_number))
  }
  const made: repo.Entered[] = []
  const changed = new Set(order.filter((row) => fresh.has(row.id)).map((row) => row.code))
  let waiting = order.filter((row) => enterable(row) && judging.tests.get(row.test_id)?.kind === 'calculated')
  for (let round = 0; round < 4 && waiting.length > 0; round += 1) {
    const done = waiting.flatMap((row) => {
      const test = found(judging.tests.get(row.test_id))
      const inputs = inputsOf(test.formula)
      const value = inputs.some((code) => changed.has(code)) ? calculate(test.formula, { results: values, facts: judging.facts }) : undefined
      if (value === undefined) return []
      const text = toDecimals(value, test.decimals ?? 2)
      values.set(row.code, Number(text))
      changed.add(row.code)
      return [{ row, entered: { ...judge(judging, row.test_id, { value: text, isConfirmed: true }, { path: '', isFromInstrument: true }), id: row.id, state: 'received', instrument_id: null, verified_at: null, reason: '' } }]
    })
    made.push(...done.map((one) => one.entered))
    waiting = waiting.filter((row) => !done.some((one) => one.row.id === row.id))
  }
  return made
}

/** What is on a tube, shown by what is known of it already. */
async function shownWork(tx: Tx, { specimen, material: { patient } }: BenchWork, rows: readonly repo.ResultRow[]) {
  const { byId } = await knownCatalogue(tx)
  const beside = {
    patients: new Map([[patient.id, { name: `${patient.given_name} ${patient.family_name}`.trim(), mrn: patient.mrn }]]), numbers: new Map([[specimen.id, specimen.number]]),
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

const firstWords = (text: string): string => (text.length > 190 ? `${text.slice(0, 190)}…` : text)

/** What a culture or a histopathology report says in one line, and whether it is abnormal. */
export function summaryOf(kind: string, detail: unknown): Pick<repo.Judged, 'value_text' | 'flag' | 'detail'> {
  if (kind === 'culture') {
    const culture = cultureDetail.parse(detail)
    const organisms = culture.isolates.map((isolate) => isolate.organism).join(', ')
    return { value_text: firstWords(organisms === '' ? (culture.growth ?? culture.gram ?? culture.stage) : organisms), flag: organisms === '' ? '' : 'A', detail: culture }
  }
  const report = histopathologyDetail.parse(detail)
  return { value_text: firstWords(report.diagnosis ?? report.gross ?? ''), flag: '', detail: report }
}

/** Whether a detail is of the kind a test reports in. */
export function fitsKind(kind: string, detail: unknown): boolean {
  return kind === 'culture' ? cultureEntry.safeParse(detail).success : kind === 'histopathology' && histopathologyDetail.safeParse(detail).success
}

/** A detail as it is kept: of a culture, what was measured is interpreted. */
export async function keptDetail(tx: Tx, kind: string, detail: unknown): Promise<unknown> {
  return kind === 'culture' ? interpretCulture(tx, cultureEntry.parse(detail)) : detail
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
    await repo.writeEntered(tx, [{ ...frozenOf(row), ...summaryOf(row.value_kind, await keptDetail(tx, row.value_kind, body.detail)), comment: body.comment ?? row.comment, id: row.id, state: 'received', instrument_id: null, verified_at: null, reason: '' }])
    return wholeResult(tx, params.id)
  })
}
