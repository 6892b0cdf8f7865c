import { z } from 'zod'
import { actions, date, decimalText, id, idParams, instant, optionalText, positiveDecimal, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { inventoryErrors } from './inventory.ts'
import { defineErrors, route } from './define.ts'

export const benchErrors = defineErrors('laboratory', { reagent_expired: 422, partner_taken: 409, partner_inactive: 422, journey_open: 409, breakpoint_order: 422, csv_columns: 422 })

/** A lot of reagent: waits, is opened (and taken from stock), is used up or thrown away. */
export const reagentLifecycle = lifecycle({
  initial: 'waiting',
  states: ['waiting', 'in-use', 'finished', 'discarded'],
  steps: { open: { from: ['waiting'], to: 'in-use' }, finish: { from: ['in-use'], to: 'finished' }, discard: { from: ['waiting', 'in-use'], to: 'discarded' } },
})
export const reagentState = z.enum(['waiting', 'in-use', 'finished', 'discarded'])
const reagent = z.object({
  id, version, facilityId: id, name: z.string(), lotNumber: z.string(), instrumentId: id.nullable(), itemId: id.nullable(), expiresOn: date, onBoardDays: z.int().nullable(), onBoardUntil: date.nullable(), testsTotal: z.int(), testsLeft: z.int(), state: reagentState, isUsable: z.boolean(),
  openedAt: z.string().nullable(), endedAt: z.string().nullable(), reason: z.string(), tests: z.array(z.object({ id, code: z.string(), name: z.string() })), actions,
})
export type Reagent = z.output<typeof reagent>

/** Where a tube is between laboratories. */
export const journeyLifecycle = lifecycle({
  initial: 'on-the-way',
  states: ['on-the-way', 'arrived', 'reported', 'lost'],
  steps: { arrive: { from: ['on-the-way'], to: 'arrived' }, report: { from: ['on-the-way', 'arrived'], to: 'reported' }, lose: { from: ['on-the-way', 'arrived'], to: 'lost' } },
})
export const journeyState = z.enum(['on-the-way', 'arrived', 'reported', 'lost'])
const partnerKind = z.enum(['send-out', 'collecting-centre'])
const partner = z.object({ id, version, kind: partnerKind, name: z.string(), accreditation: z.string(), phone: z.string(), address: z.string(), turnaroundHours: z.int().nullable(), isActive: z.boolean() })
export type LabPartner = z.output<typeof partner>
const partnerBody = { name: text(120), accreditation: optionalText(120).optional(), phone: optionalText(40).optional(), address: optionalText(300).optional(), turnaroundHours: z.int().min(1).max(10_000).optional() }
const journey = z.object({
  id, version, specimenId: id, specimenNumber: z.string(), patientId: id, patientName: z.string(), patientMrn: z.string(), facilityId: id, partnerId: id, partnerName: z.string(), direction: z.enum(['out', 'in']), state: journeyState, courier: z.string(), temperature: z.string(), theirReference: z.string(),
  sentAt: z.string(), dueAt: z.string().nullable(), isLate: z.boolean(), arrivedAt: z.string().nullable(), endedAt: z.string().nullable(), note: z.string(), actions,
})
export type Journey = z.output<typeof journey>
const onWay = { courier: optionalText(120).optional(), temperature: optionalText(40).optional(), theirReference: optionalText(80).optional() }

const limit = decimalText.refine((value) => /^\d{1,8}(\.\d{1,4})?$/.test(value), { error: 'number.range' })
const breakpoint = z.object({ id, version, organism: z.string(), antibiotic: z.string(), method: z.enum(['mic', 'disk']), susceptible: z.string(), resistant: z.string(), tier: z.int(), source: z.string() })
export type Breakpoint = z.output<typeof breakpoint>
/** MIC in mg/L: S at or below, R above. Disk zone in mm: S at or above, R below. `organism` is a name, a genus, or `*` for all. */
export const breakpointLine = z.strictObject({ organism: text(120), antibiotic: text(60), method: z.enum(['mic', 'disk']), susceptible: limit, resistant: limit, tier: z.coerce.number().int().min(1).max(3).default(1) })

const may = { read: 'laboratory.read', work: 'laboratory.work', quality: 'laboratory.quality', catalogue: 'laboratory.catalogue' } as const
const ofReagent = { method: 'POST', permission: may.quality, audit: 'step', phi: false, params: idParams, ifMatch: 'optional', response: reagent } as const
const ofJourney = { method: 'POST', permission: may.work, audit: 'step', phi: true, params: idParams, ifMatch: 'optional', response: journey, errors: [lifecycleErrors.illegal_step] } as const

export const benchRoutes = {
  listReagents: route({ method: 'GET', path: '/reagent-lots', summary: 'Lots of reagent, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional(), state: reagentState.optional() }), response: page(reagent), errors: [] }),
  createReagent: route({ method: 'POST', path: '/reagent-lots', summary: 'A lot of reagent for tests; from stock where its item, store and lot are named', permission: may.quality, audit: 'create', phi: false, body: z.strictObject({ facilityId: id, name: text(120), lotNumber: text(60), instrumentId: id.optional(), storeId: id.optional(), itemId: id.optional(), stockLotId: id.optional(), expiresOn: date, onBoardDays: z.int().min(1).max(1000).optional(), tests: z.int().min(1).max(1_000_000), testIds: z.array(id).min(1).max(100) }), status: 201, response: reagent, errors: [] }),
  openReagent: route({ ...ofReagent, path: '/reagent-lots/{id}/open', summary: 'Put on board: taken out of stock, its days on board begin', body: z.strictObject({ quantity: positiveDecimal.default('1') }).optional(), errors: [lifecycleErrors.illegal_step, benchErrors.reagent_expired, inventoryErrors.insufficient_stock] }),
  finishReagent: route({ ...ofReagent, path: '/reagent-lots/{id}/finish', summary: 'Used up', body: z.strictObject({}).optional(), errors: [lifecycleErrors.illegal_step] }),
  discardReagent: route({ ...ofReagent, path: '/reagent-lots/{id}/discard', summary: 'Thrown away, and why', body: reasonBody, errors: [lifecycleErrors.illegal_step] }),

  listPartners: route({ method: 'GET', path: '/lab-partners', summary: 'Laboratories tubes are sent to, and collecting centres, by name', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ kind: partnerKind.optional() }), response: page(partner), errors: [] }),
  createPartner: route({ method: 'POST', path: '/lab-partners', summary: 'Add a send-out laboratory or a collecting centre', permission: may.catalogue, audit: 'create', phi: false, body: z.strictObject({ kind: partnerKind, ...partnerBody }), status: 201, response: partner, errors: [benchErrors.partner_taken] }),
  updatePartner: route({ method: 'PATCH', path: '/lab-partners/{id}', summary: 'Change a partner, or take it out of use', permission: may.catalogue, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ ...partnerBody, name: partnerBody.name.optional(), turnaroundHours: partnerBody.turnaroundHours.nullable(), isActive: z.boolean().optional() }), response: partner, errors: [benchErrors.partner_taken] }),
  listJourneys: route({ method: 'GET', path: '/specimen-journeys', summary: 'Tubes between laboratories, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ facilityId: id.optional(), partnerId: id.optional(), specimenId: id.optional(), state: journeyState.optional() }), response: page(journey), errors: [] }),
  startJourney: route({ method: 'POST', path: '/specimen-journeys', summary: 'A tube leaves: sent to another laboratory, or on its way here from a collecting centre', permission: may.work, audit: 'create', phi: true, body: z.strictObject({ specimenId: id, partnerId: id, ...onWay, sentAt: instant.optional() }), status: 201, response: journey, errors: [lifecycleErrors.illegal_step, benchErrors.partner_inactive, benchErrors.journey_open] }),
  arriveJourney: route({ ...ofJourney, path: '/specimen-journeys/{id}/arrive', summary: 'The tube is there; one from a collecting centre is received with it', body: z.strictObject(onWay).optional() }),
  reportJourney: route({ ...ofJourney, path: '/specimen-journeys/{id}/report', summary: 'The other laboratory has reported', body: z.strictObject({ theirReference: onWay.theirReference }).optional() }),
  loseJourney: route({ ...ofJourney, path: '/specimen-journeys/{id}/lose', summary: 'The tube was lost on the way', body: reasonBody }),

  listBreakpoints: route({ method: 'GET', path: '/lab-breakpoints', summary: 'Breakpoints the laboratory entered, by organism', permission: may.read, audit: 'none', phi: false, query: pageQuery, response: page(breakpoint), errors: [] }),
  importBreakpoints: route({ method: 'POST', path: '/lab-breakpoints/import', summary: 'Put breakpoints in the place of those there are, as CSV: organism, antibiotic, method, susceptible, resistant, tier', description: 'EUCAST and CLSI tables are licensed: the laboratory brings its own. All of it or nothing, wrong rows named.', permission: may.catalogue, audit: 'update', phi: false, body: z.strictObject({ source: text(120), csv: z.string().max(900_000) }), response: z.object({ imported: z.int() }), errors: [benchErrors.breakpoint_order, benchErrors.csv_columns] }),
}
