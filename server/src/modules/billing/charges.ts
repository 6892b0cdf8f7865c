import type { RouteInput } from '#contract/define.ts'
import { type billing, billingErrors } from '#contract/billing.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { encounterForWrite, encounterOf } from '../encounters/index.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import { patientForWrite } from '../patients/index.ts'
import * as repo from './charges-repo.ts'
import { presentCharge } from './present.ts'
import { type PricedService, servicesPriced } from './price-list.ts'
import { pricesOf, rulesFor, type RuleRow, servicesByIds } from './price-list-repo.ts'
import { priceOn } from './price-rules.ts'

type Input<K extends keyof typeof billing> = RouteInput<(typeof billing)[K]>

interface VisitIds {
  encounterId: string
  patientId: string
  facilityId: string
}

export const frozen = (price: PricedService) => ({ service_id: price.service_id, code: price.code, name: price.name, tax_code: price.tax_code, unit_price: price.amount, currency: price.currency, tax_rate_percent: price.tax_rate_percent, is_tax_included: price.is_tax_included })

const fits = (rule: RuleRow, visit: { class: string; system: string; facility_id: string }): boolean =>
  (rule.encounter_class === null || rule.encounter_class === visit.class) && (rule.system === null || rule.system === visit.system) && (rule.facility_id === null || rule.facility_id === visit.facility_id)

/** Listener in the transaction of the visit: charges what the rules say, once per visit and rule, at the price of the day. */
export function captureOn(trigger: 'encounter-opened' | 'encounter-started' | 'encounter-closed') {
  return async (tx: Tx, ids: VisitIds): Promise<void> => {
    const rules = await rulesFor(tx, trigger)
    const visit = rules.length === 0 ? undefined : await encounterOf(tx, ids.encounterId)
    const meant = visit === undefined ? [] : rules.filter((rule) => fits(rule, visit))
    if (meant.length === 0) return
    const facility = await facilityOf(tx, ids.facilityId)
    for (const { rule, price } of await pricesFor(tx, facility, meant)) {
      await repo.captureCharge(tx, { ...frozen(price), patient_id: ids.patientId, encounter_id: ids.encounterId, facility_id: facility.id, quantity: '1', source_type: trigger, source_id: ids.encounterId, rule_id: rule.id })
    }
  }
}

/** A visit never fails for want of a price: a service without one in the facility's currency is charged at nothing, for the desk to see and set right. */
export async function pricesFor<T extends Pick<RuleRow, 'service_id'>>(tx: Tx, facility: Facility, rules: readonly T[]): Promise<{ rule: T; price: PricedService }[]> {
  const ids = rules.map((rule) => rule.service_id)
  const [named, priced] = await Promise.all([servicesByIds(tx, ids), pricesOf(tx, ids)])
  const services = new Map(named.map((row) => [row.id, row]))
  const prices = Map.groupBy(priced, (price) => price.service_id)
  const on = localDate(tx.ctx.now, facility.timeZone)
  return rules.flatMap((rule) => {
    const service = services.get(rule.service_id)
    if (service === undefined) return []
    const none = { id: '', service_id: service.id, facility_id: null, amount: '0', currency: facility.currency, tax_rate_percent: '0', is_tax_included: false, valid_from: on }
    return [{ rule, price: { ...(priceOn(prices.get(service.id) ?? [], facility, on) ?? none), code: service.code, name: service.name, tax_code: service.tax_code } }]
  })
}

/** Listener: a visit that was cancelled owes nothing. */
export const forgetCancelled = (tx: Tx, ids: VisitIds): Promise<void> => repo.cancelOpenOf(tx, ids.encounterId)

export function listCharges(ctx: Ctx, { query }: Input<'listCharges'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listCharges(tx, query, page), page.limit, (row) => ({ at: row.occurred_at.toISOString(), id: row.id }), presentCharge))
}

async function subjectOf(tx: Tx, body: Input<'addCharge'>['body']) {
  if ('encounterId' in body) {
    const visit = await encounterOf(tx, body.encounterId)
    const { id, patient_id, facility_id } = visit?.state === 'closed' ? visit : await encounterForWrite(tx, body.encounterId)
    return { encounter_id: id, patient_id, facility_id }
  }
  return { encounter_id: null, patient_id: body.patientId, facility_id: body.facilityId }
}

export function addCharge(ctx: Ctx, { body }: Input<'addCharge'>) {
  return withContext(ctx, async (tx) => {
    const subject = await subjectOf(tx, body)
    const facility = await facilityOf(tx, subject.facility_id)
    requirePermission(ctx, 'billing.write', facility.id)
    await patientForWrite(tx, subject.patient_id)
    const priced = await servicesPriced(tx, facility, [{ serviceId: body.serviceId, path: 'serviceId' }])
    const price = found(priced.get(body.serviceId))
    return presentCharge(await repo.insertCharge(tx, { ...frozen(price), ...subject, quantity: body.quantity, source_type: 'manual', source_id: null, rule_id: null }))
  })
}

export function cancelCharge(ctx: Ctx, { params, body, ifMatch }: Input<'cancelCharge'>) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.lockCharge(tx, params.id))
    requirePermission(ctx, 'billing.write', row.facility_id)
    checkVersion(row, ifMatch)
    if (row.state === 'invoiced') throw new AppError(billingErrors.already_invoiced)
    if (row.state === 'cancelled') throw new AppError(lifecycleErrors.illegal_step, { allowed: [] })
    return presentCharge(await repo.cancelCharge(tx, row.id, row.version, body.reason))
  })
}
