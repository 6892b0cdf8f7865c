import type { Tx } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { message } from '#kernel/text-i18n.ts'
import { together } from '#kernel/together.ts'
import { knownFacility } from '../organizations/index.ts'
import { outcomesOf, wordsOf } from './calculating.ts'
import type { TestRow } from './catalogue-repo.ts'
import { formulaInputs } from './catalogue-rules.ts'
import { judge, judgeAgain, type Judging, judgingBy, materialFor } from './judging.ts'
import { knownCatalogue } from './known-catalogue.ts'
import * as repo from './repo.ts'
import { readSpecimen } from './specimens-repo.ts'
import { notCalculated } from './value-rules.ts'

/** What a calculated result says now that something it was calculated from says something else; undefined where it can no longer be calculated. */
export interface Recalculated {
  row: repo.ResultRow
  judged: repo.Judged | undefined
}

/** The calculated results of the same order that read a changed one, and those that read them in turn, as they come out now. The order is locked. */
export async function recalculate(tx: Tx, changed: repo.ResultRow, now: Pick<repo.Judged, 'value_text' | 'value_number' | 'comparator'> | undefined): Promise<Recalculated[]> {
  if (changed.order_id === null) return []
  const order = (await repo.resultsOfOrder(tx, changed.order_id)).map((row) => (row.id !== changed.id ? row : now === undefined ? { ...row, state: 'entered-in-error' } : { ...row, value_text: now.value_text, value_number: now.value_number, comparator: now.comparator }))
  const specimen = found(await readSpecimen(tx, changed.specimen_id))
  const material = await materialFor(tx, specimen, [...new Set(order.map((row) => row.test_id))])
  const judging = judgingBy(tx, specimen, material)
  const made = outcomesOf(judging, order, [changed.code]).filter(({ row }) => row.entered_at !== null).map(({ row, outcome }): Recalculated => {
    const test = found(judging.tests.get(row.test_id))
    const comment = row.value_text === notCalculated ? '' : row.comment
    if (outcome.kind === 'value') return { row, judged: judgeAgain(row, test, { value: outcome.value, comment }) }
    return { row, judged: outcome.kind === 'none' ? judgeAgain(row, test, { value: notCalculated, comment: wordsOf(material.language, outcome.why) }) : undefined }
  }).filter(({ row, judged }) => judged?.value_text !== row.value_text)
  const locked = new Map((await repo.lockResults(tx, made.map(({ row }) => row.id))).map((row) => [row.id, row]))
  return made.map(({ row, judged }) => ({ row: locked.get(row.id) ?? row, judged }))
}

/** What is to be written of the calculated results that are not out; and those that are, which a version of their own follows. */
export interface Followed {
  entered: repo.Entered[]
  waiting: { ids: string[]; reason: string }
  never: { id: string; reason: string }[]
  out: repo.ResultRow[]
}

export interface Change {
  /** The results of the order as they stand now. */
  order: readonly repo.ResultRow[]
  /** Codes of what changed. */
  changed: readonly string[]
  language: string
}

/** What follows of calculated results: to be verified again with a new value or with words that say why there is none, waiting anew, or never to come. */
export function followedBy(judging: Judging, { order, changed, language }: Change): Followed {
  const names = order.filter((row) => changed.includes(row.code)).map((row) => row.name)
  const again = message(language, 'laboratory.recalculated', { name: [...new Set(names)].join(', ') })
  const followed: Followed = { entered: [], waiting: { ids: [], reason: again }, never: [], out: [] }
  for (const { row, outcome } of outcomesOf(judging, order, changed)) {
    const isNew = row.state === 'pending'
    if (outcome.kind === 'waiting' || outcome.kind === 'never') {
      if (row.state === 'released') followed.out.push(row)
      else if (outcome.kind === 'never') followed.never.push({ id: row.id, reason: wordsOf(language, outcome.why) })
      else if (!isNew) followed.waiting.ids.push(row.id)
      continue
    }
    const [value, comment] = outcome.kind === 'value' ? [outcome.value, row.value_text === notCalculated ? '' : row.comment] : [notCalculated, wordsOf(language, outcome.why)]
    if (!isNew && row.value_text === value && row.comment === comment) continue
    if (row.state === 'released') followed.out.push(row)
    else followed.entered.push({ ...judge(judging, row.test_id, { value, comment, isConfirmed: true }, { path: '', isFromInstrument: true }), id: row.id, state: 'received', instrument_id: null, verified_at: null, reason: isNew ? '' : again })
  }
  return followed
}

/** Writes what waits anew and what will never come; answers it as it stands then. */
export async function writeFollowed(tx: Tx, { waiting, never }: Followed): Promise<repo.ResultRow[]> {
  const ids = [...waiting.ids, ...never.map((one) => one.id)]
  if (ids.length === 0) return []
  await together([...(waiting.ids.length === 0 ? [] : [repo.clearResults(tx, waiting.ids, waiting.reason)]), ...never.map((one) => repo.changeResults(tx, [one.id], { state: 'cancelled', reason: one.reason }))])
  return repo.resultsByIds(tx, ids)
}

const reads = (test: TestRow | undefined, codes: ReadonlySet<string>): boolean => test?.kind === 'calculated' && (formulaInputs(test.formula) ?? []).some((code) => codes.has(code))

/** What was calculated from results that are measured again, and verified, is to be verified anew. The orders are locked. */
export async function verifyAgain(tx: Tx, returned: readonly repo.ResultRow[]): Promise<void> {
  const { byId } = await knownCatalogue(tx)
  for (const input of returned) {
    const verified = input.order_id === null ? [] : (await repo.resultsOfOrder(tx, input.order_id)).filter((row) => row.state === 'verified' || row.state === 'approved')
    const codes = new Set([input.code])
    const readers: repo.ResultRow[] = []
    for (let next = verified; next.length > 0;) {
      next = verified.filter((row) => !readers.includes(row) && reads(byId.get(row.test_id), codes))
      for (const row of next) codes.add(row.code)
      readers.push(...next)
    }
    const { language } = await knownFacility(tx, input.facility_id)
    if (readers.length > 0) await repo.returnResults(tx, readers.map((row) => row.id), message(language, 'laboratory.inputReturned', { name: input.name }))
  }
}

/** The orders of results that were cancelled, rejected or forgotten: what was calculated from them follows. Answers what is out and follows by a version of its own. The orders are locked. */
export async function followInputs(tx: Tx, changed: readonly repo.ResultRow[]): Promise<repo.ResultRow[]> {
  const { byId } = await knownCatalogue(tx)
  const codes = new Set(changed.map((row) => row.code))
  const out: repo.ResultRow[] = []
  for (const orderId of new Set(changed.flatMap((row) => row.order_id ?? []))) {
    const order = await repo.resultsOfOrder(tx, orderId)
    const first = order.find((row) => reads(byId.get(row.test_id), codes))
    if (first === undefined) continue
    const specimen = found(await readSpecimen(tx, first.specimen_id))
    const material = await materialFor(tx, specimen, [...new Set(order.map((row) => row.test_id))])
    const followed = followedBy(judgingBy(tx, specimen, material), { order, changed: [...codes], language: material.language })
    await repo.writeEntered(tx, followed.entered)
    await writeFollowed(tx, followed)
    out.push(...followed.out)
  }
  return out
}
