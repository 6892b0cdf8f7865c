import type { RouteInput } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import { laboratoryErrors } from '#contract/laboratory-flow.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { invalidField } from '#kernel/errors.ts'
import { money } from '#kernel/money.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { priceOrderItems } from '../billing/index.ts'
import { placeOutside } from '../orders/index.ts'
import { knownFacility } from '../organizations/index.ts'
import { patientsAround } from './around.ts'
import { listTests } from './catalogue-repo.ts'
import { folded, keysSought } from './naming.ts'
import { presentSpecimen } from './present.ts'
import { listSpecimens } from './specimens-repo.ts'
import { insertWalkIn } from './walk-ins-repo.ts'

type Input<K extends keyof typeof laboratory> = RouteInput<(typeof laboratory)[K]>

const shownAtOnce = 20
const nobody = '00000000-0000-0000-0000-000000000000'

/** What can be ordered, with what it costs today. */
export function walkInTests(ctx: Ctx, { query }: Input<'walkInTests'>) {
  requirePermission(ctx, 'laboratory.walk-in', query.facilityId)
  const prefix = folded(query.search.trim())
  if (prefix === '') return Promise.resolve({ items: [] })
  return withContext(ctx, async (tx) => {
    const rows = await listTests(tx, { prefix, keys: keysSought(query.search), bench: undefined, kind: undefined, isActive: true }, { limit: shownAtOnce - 1, after: null })
    const charges = await priceOrderItems(tx, { patientId: nobody, encounterId: null, facilityId: query.facilityId }, rows.flatMap((row) => (row.service_id === null ? [] : [{ itemId: row.id, serviceId: row.service_id, quantity: '1' }])))
    const prices = new Map(charges.map((charge) => [charge.source_id, money(charge.unit_price, charge.currency)]))
    return { items: rows.map((row) => ({ id: row.id, code: row.code, name: row.name, kind: row.kind, specimenType: row.specimen_type, container: row.container, price: prices.get(row.id) ?? null })) }
  })
}

/** No doctor of the house saw the patient: no visit is opened, so that none is charged and none stays open. */
export function registerWalkIn(ctx: Ctx, { body }: Input<'walkIn'>) {
  requirePermission(ctx, 'laboratory.walk-in', body.facilityId)
  return withContext(ctx, async (tx) => {
    const { timeZone } = await knownFacility(tx, body.facilityId)
    if (body.prescribedOn !== undefined && body.prescribedOn > localDate(ctx.now, timeZone)) throw invalidField('prescribedOn', 'laboratory.not_in_future', laboratoryErrors.not_in_future)
    const order = await placeOutside(ctx, 'laboratory.walk-in', {
      patientId: body.patientId, facilityId: body.facilityId, priority: body.priority, channel: 'written', items: [...new Set(body.testIds)].map((testId) => ({ kind: 'laboratory' as const, testId, quantity: '1' })), ...(body.indication === undefined ? {} : { indication: body.indication }), ...(body.pregnancyWeek === undefined ? {} : { pregnancyWeek: body.pregnancyWeek }),
    })
    const row = await insertWalkIn(tx, { order_id: order.id, facility_id: order.facilityId, prescriber_name: body.prescriber.name, prescriber_phone: body.prescriber.phone ?? '', prescriber_registration: body.prescriber.registration ?? '', prescribed_on: body.prescribedOn ?? null })
    const tubes = await listSpecimens(tx, { orderId: order.id }, { limit: 60, after: null })
    const patients = await patientsAround(tx, tubes)
    return {
      orderId: order.id, patientId: order.patientId, facilityId: order.facilityId, prescriber: { name: row.prescriber_name, phone: row.prescriber_phone, registration: row.prescriber_registration }, prescribedOn: row.prescribed_on,
      tubes: tubes.map((tube) => presentSpecimen(tube, patients)),
    }
  })
}
