import type { RouteInput } from '#contract/define.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { unitText } from '#contract/common/units.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { laboratoryErrors } from '#contract/laboratory-flow.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { message } from '#kernel/text-i18n.ts'
import { type AlertInput, hasOpenAlert, raiseAlert, withdrawAlerts } from '../alerts/index.ts'
import { knownFacility } from '../organizations/index.ts'
import type { OrderRow } from '../orders/index.ts'
import { lockedResults, wholeResult } from './around.ts'
import { plainNumber } from './number-rules.ts'
import type { ResultRow } from './repo.ts'
import { walkInsOf } from './walk-ins-repo.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

const kind = 'critical-result'
const said = (value: string, unit: string): string => [value, unitText(unit)].filter(Boolean).join(' ')

interface Telling {
  language: string
  kind: 'critical' | 'amended' | 'inError' | 'byHand'
  value: Pick<ResultRow, 'value_text' | 'unit'>
  detail: string
}

/** The words of an alert, which anybody it reaches reads: of a sensitive test neither which it is nor what it says, which those who may see it read at the result. */
export function told(row: ResultRow, { language, kind: telling, value, detail }: Telling): { title: string; detail: string } {
  if (row.is_sensitive) return { title: message(language, `laboratory.alert.sensitive.${telling}`), detail: message(language, 'laboratory.alert.sensitiveDetail') }
  return { title: message(language, `laboratory.alert.${telling}`, { name: row.name, value: said(value.value_text, value.unit), before: said(row.value_text, row.unit) }), detail }
}

const limitsOf = (row: ResultRow, language: string): string => {
  const [low, high] = [row.critical_low, row.critical_high].map((limit) => (limit === null ? '–' : said(plainNumber(limit) ?? '', row.unit)))
  return row.critical_low === null && row.critical_high === null ? message(language, 'laboratory.alert.criticalTell') : message(language, 'laboratory.alert.criticalDetail', { low: low ?? '–', high: high ?? '–' })
}

/** What a call-back is counted under; a sensitive test is not named. */
export const topicOf = (row: ResultRow): string => (row.is_sensitive ? '' : row.name)

/** Results were never true, or are not this patient's: call-backs about them that nobody answered are withdrawn; why is kept at a sensitive result alone. */
export async function withdrawCalls(tx: Tx, rows: readonly ResultRow[], reason: string): Promise<void> {
  for (const [isSensitive, own] of Map.groupBy(rows, (row) => row.is_sensitive)) await withdrawAlerts(tx, { kind, subjectType: 'result', subjectIds: own.map((row) => row.id), reason: isSensitive ? '' : reason })
}

/** What every call-back says: whose result, and that its words are read back to whoever calls. */
const about = (row: ResultRow, order: OrderRow | undefined): Omit<AlertInput, 'subject' | 'title' | 'detail'> => ({
  kind, severity: 'critical', facilityId: row.facility_id, patientId: row.patient_id, encounterId: row.encounter_id, responsibleId: order?.orderer_id ?? null, needsReadBack: true, topic: topicOf(row),
})

/** A critical value starts its timer: whoever ordered is told first. */
export async function raiseCritical(tx: Tx, row: ResultRow, order: OrderRow | undefined): Promise<void> {
  const { language } = await knownFacility(tx, row.facility_id)
  const words = told(row, { language, kind: 'critical', value: row, detail: limitsOf(row, language) })
  // Of a walk-in nobody in the house asked for it: whoever answers the alert calls the doctor outside.
  const [outside] = order === undefined || order.encounter_id !== null ? [] : await walkInsOf(tx, [order.id])
  const call = outside === undefined ? '' : message(language, 'laboratory.alert.callOutside', { name: outside.prescriber_name, phone: outside.prescriber_phone })
  await raiseAlert(tx, { ...about(row, order), subject: { type: 'result', id: row.id, version: row.version + 1 }, ...words, detail: [words.detail, call].filter(Boolean).join(' ') })
}

const known = new Set(['verified', 'approved', 'released'])

/** By hand, where no rule fired: with the reason of whoever verified it. One call-back of a result is open at a time: the lock on the result is held while that is asked. */
export function callBack(ctx: Ctx, { params, body, ifMatch }: Input<'callBack'>) {
  return withContext(ctx, async (tx) => {
    const { results, orders } = await lockedResults(tx, [params.id], 'laboratory.verify')
    for (const row of results) {
      checkVersion(row, ifMatch)
      if (!known.has(row.state)) throw new AppError(lifecycleErrors.illegal_step, { allowed: row.state === 'received' ? ['verify'] : [] })
      if (await hasOpenAlert(tx, { kind, subjectType: 'result', subjectId: row.id })) throw new AppError(laboratoryErrors.already_called)
      const { language } = await knownFacility(tx, row.facility_id)
      await raiseAlert(tx, {
        ...about(row, row.order_id === null ? undefined : orders.get(row.order_id)), subject: { type: 'result', id: row.id, version: row.version }, ...told(row, { language, kind: 'byHand', value: row, detail: body.reason }), isByHand: true,
      })
    }
    return wholeResult(tx, params.id)
  })
}
