import { z } from 'zod'
import { date, id, idParams, instant, money, optionalText, text } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { indices, laboratoryErrors, specimen } from './laboratory-flow.ts'
import { orderPriority, ordersErrors } from './orders.ts'
import { patientsErrors } from './patients.ts'
import { defineErrors, route } from './define.ts'

export const collectionErrors = defineErrors('laboratory', { window_order: 422, past_time: 422, undo_late: 409, words_needed: 422 })

export const collectionPlace = z.enum(['outpatient', 'ward', 'home'])
/** Why a tube could not be taken this time; `other` says why in words. */
export const missedCause = z.enum(['refused', 'absent', 'difficult-vein', 'not-fasting', 'unfit', 'no-material', 'other'])
export type MissedCause = z.output<typeof missedCause>

/** Where a tube is to be taken, when, by whom, and what came of it so far. Of a visit at home the address and telephone of the patient, unless others were said. */
const plan = z.object({
  ward: z.string(), bed: z.string(), address: z.string(), postcode: z.string(), phone: z.string(), at: z.string().nullable(), until: z.string().nullable(), collectorId: id.nullable(), collectorName: z.string(),
  attempts: z.int(), missed: z.object({ cause: missedCause, note: z.string(), at: z.string() }).nullable(),
})
const collection = specimen.extend({ plan })
export type Collection = z.output<typeof collection>

/** What scanning a tube came to; only `received` changed something. */
export const scanOutcome = z.enum(['received', 'already-received', 'not-collected', 'rejected', 'cancelled', 'discarded', 'elsewhere', 'unknown'])
export type ScanOutcome = z.output<typeof scanOutcome>

const prescriber = z.strictObject({ name: text(120), phone: optionalText(40).optional(), registration: optionalText(60).optional() })
const wantedTest = z.object({ id, code: z.string(), name: z.string(), kind: z.string(), specimenType: z.string(), container: z.string(), price: money.nullable() })
export type WantedTest = z.output<typeof wantedTest>
const walkIn = z.object({ orderId: id, patientId: id, facilityId: id, prescriber: z.object({ name: z.string(), phone: z.string(), registration: z.string() }), prescribedOn: date.nullable(), tubes: z.array(specimen) })
export type WalkIn = z.output<typeof walkIn>

const may = { collect: 'laboratory.collect', work: 'laboratory.work', walkIn: 'laboratory.walk-in' } as const
const filter = { place: collectionPlace.optional(), ward: z.string().max(80).optional(), collectorId: id.optional(), from: instant.optional(), to: instant.optional() }
const many = { ids: z.array(id).min(1).max(100) }
const items = z.object({ items: z.array(collection) })

export const collectionRoutes = {
  listCollections: route({ method: 'GET', path: '/lab-collections', summary: 'What is to be taken in a facility, the most urgent first, with where, when and by whom', description: '`from` and `to` are of the time of the round or visit: what has no time yet is left out by them.', permission: may.collect, audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id, ...filter }), response: page(collection), errors: [] }),
  planCollection: route({ method: 'POST', path: '/lab-collections/plan', summary: 'Say where, when and by whom tubes are to be taken: a round of the ward, a visit at home, the queue. What is left out stays', permission: may.collect, audit: 'step', phi: true, body: z.strictObject({ ...many, place: collectionPlace.optional(), ward: optionalText(80).optional(), bed: optionalText(40).optional(), address: optionalText(300).optional(), phone: optionalText(40).optional(), at: instant.nullable().optional(), until: instant.nullable().optional(), collectorId: id.nullable().optional() }), response: items, errors: [lifecycleErrors.illegal_step, collectionErrors.window_order] }),
  missCollection: route({ method: 'POST', path: '/lab-collections/missed', summary: 'Tubes could not be taken, and why; they stay to be taken, at another time where one is said', description: 'Whoever ordered is told of a refusal, and from the second time on of any.', permission: may.collect, audit: 'step', phi: true, body: z.strictObject({ ...many, cause: missedCause, note: text(300).optional(), at: instant.optional() }), response: items, errors: [lifecycleErrors.illegal_step, collectionErrors.past_time, collectionErrors.words_needed] }),
  printRound: route({ method: 'GET', path: '/lab-collections/pdf', summary: 'The sheet of a round: by ward and bed, or by area and address, the tubes of each patient with their codes', permission: may.collect, audit: 'print', phi: true, query: z.strictObject({ facilityId: id, ...filter }), response: 'binary', transaction: 'none', errors: [] }),

  scan: route({ method: 'POST', path: '/specimens/scan', summary: 'A tube is scanned in the laboratory: received at once, or the answer says why not', permission: may.work, audit: 'step', phi: true, body: z.strictObject({ facilityId: id, number: text(40), rack: optionalText(40).optional(), indices: indices.optional(), collectedAt: instant.optional() }), response: z.object({ outcome: scanOutcome, specimen: specimen.nullable() }), errors: [laboratoryErrors.not_in_future] }),
  unreceive: route({ method: 'POST', path: '/specimens/{id}/unreceive', summary: 'It was scanned by mistake: on the way again, as long as nothing was done with it', permission: may.work, audit: 'step', phi: true, params: idParams, ifMatch: 'optional', response: specimen, errors: [lifecycleErrors.illegal_step, collectionErrors.undo_late] }),
  noteIndices: route({ method: 'POST', path: '/specimens/{id}/indices', summary: 'How a tube looks, seen later than at its receipt: what it disturbs is held, and verified again', permission: may.work, audit: 'step', phi: true, params: idParams, ifMatch: 'optional', body: indices, response: specimen.extend({ held: z.array(z.string()), released: z.array(z.string()) }), errors: [lifecycleErrors.illegal_step] }),

  walkInTests: route({ method: 'GET', path: '/lab-walk-ins/tests', summary: 'Tests that can be ordered, by what one types, with their price', permission: may.walkIn, audit: 'none', phi: false, query: z.strictObject({ facilityId: id, search: z.string().min(1).max(100) }), response: z.object({ items: z.array(wantedTest) }), errors: [] }),
  walkIn: route({ method: 'POST', path: '/lab-walk-ins', summary: 'A patient comes with a prescription from outside: the tests are ordered without a visit, their tubes wait to be taken', description: 'The charges are the patient’s without a visit: `POST /invoices` with the patient and the facility alone bills them.', permission: may.walkIn, audit: 'create', phi: true, body: z.strictObject({ patientId: id, facilityId: id, testIds: z.array(id).min(1).max(60), priority: orderPriority.default('routine'), indication: optionalText(500).optional(), pregnancyWeek: z.int().min(0).max(45).optional(), prescriber, prescribedOn: date.optional() }), status: 201, response: walkIn, errors: [ordersErrors.unknown_item, ordersErrors.inactive, patientsErrors.merged, laboratoryErrors.not_in_future] }),
}
