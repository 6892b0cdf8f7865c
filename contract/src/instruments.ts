import { z } from 'zod'
import { actions, emptyBody, id, idParams, optionalText, positiveDecimal, reasonBody, text, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { page, pageQuery } from './common/page.ts'
import { lifecycleErrors } from './common/problem.ts'
import { ucumUnit } from './laboratory-catalogue.ts'
import { orderPriority } from './orders.ts'
import { defineErrors, route } from './define.ts'

export const instrumentsErrors = defineErrors('instruments', { port_taken: 409, code_twice: 422, unit_unknown: 422, not_enterable: 409, no_address: 422 })

export const binLifecycle = lifecycle({ initial: 'waiting', states: ['waiting', 'matched', 'discarded'], steps: { match: { from: ['waiting'], to: 'matched' }, discard: { from: ['waiting'], to: 'discarded' } } })
const binState = z.enum(['waiting', 'matched', 'discarded'])
const messageState = z.enum(['accepted', 'partly', 'rejected', 'waiting', 'sent'])
const code = z.strictObject({ code: text(80), testId: id, unit: ucumUnit.default(''), factor: positiveDecimal.regex(/^\d{1,6}(\.\d{1,9})?$/).default('1') })
const instrument = z.object({ id, version, facilityId: id, name: z.string(), protocol: z.enum(['hl7', 'astm']), encoding: z.enum(['utf-8', 'latin1', 'windows-1252']), listenPort: z.int().nullable(), allowedAddress: z.string(), sendHost: z.string(), sendPort: z.int().nullable(), isActive: z.boolean(), codes: z.array(code) })
export type Instrument = z.output<typeof instrument>
const port = z.int().min(1024).max(65_535)
const address = z.string().max(45).regex(/^[0-9a-fA-F.:]*$/)
const host = z.string().max(200).regex(/^[A-Za-z0-9.:-]*$/)
const body = { name: text(120), protocol: z.enum(['hl7', 'astm']), encoding: z.enum(['utf-8', 'latin1', 'windows-1252']).optional(), listenPort: port.optional(), allowedAddress: address.optional(), sendHost: host.optional(), sendPort: z.int().min(1).max(65_535).optional(), codes: z.array(code).max(500).optional() }
const message = z.object({ id, version, instrumentId: id, facilityId: id, direction: z.enum(['in', 'out']), type: z.string(), controlId: z.string(), state: messageState, error: z.string(), results: z.int(), unmatched: z.int(), receivedAt: z.string() })
export type InstrumentMessage = z.output<typeof message>
const whole = message.extend({ content: z.string(), answer: z.string(), isDuplicate: z.boolean() })
const binned = z.object({ id, version, instrumentId: id, facilityId: id, messageId: id, reason: z.string(), specimenNumber: z.string(), patientHint: z.string(), code: z.string(), name: z.string(), value: z.string(), unit: z.string(), state: binState, note: z.string(), resultId: id.nullable(), receivedAt: z.string(), actions })
const candidate = z.object({ resultId: id, specimenNumber: z.string(), code: z.string(), name: z.string(), priority: orderPriority, patientName: z.string(), patientMrn: z.string() })
export type BinCandidate = z.output<typeof candidate>
export type BinnedResult = z.output<typeof binned>
const may = { read: 'instruments.read', write: 'instruments.write', work: 'laboratory.work' } as const

export const instruments = {
  listInstruments: route({ method: 'GET', path: '/instruments', summary: 'Instruments, newest first', permission: may.read, audit: 'none', phi: false, query: pageQuery.extend({ facilityId: id.optional() }), response: page(instrument), errors: [] }),
  createInstrument: route({ method: 'POST', path: '/instruments', summary: 'Connect an instrument: HL7 v2 over MLLP or ASTM (LIS2-A2) over TCP; listens on its port within seconds', description: '`codes` is its driver: what it calls a test, in which unit it reports, and by what its numbers are multiplied.', permission: may.write, audit: 'create', phi: false, body: z.strictObject({ ...body, facilityId: id }), status: 201, response: instrument, errors: [instrumentsErrors.port_taken, instrumentsErrors.code_twice, instrumentsErrors.unit_unknown] }),
  readInstrument: route({ method: 'GET', path: '/instruments/{id}', summary: 'Read an instrument with its driver', permission: may.read, audit: 'none', phi: false, params: idParams, response: instrument, errors: [] }),
  updateInstrument: route({ method: 'PATCH', path: '/instruments/{id}', summary: 'Change an instrument; codes given replace its driver', permission: may.write, audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ ...body, name: body.name.optional(), protocol: body.protocol.optional(), isActive: z.boolean().optional() }), response: instrument, errors: [instrumentsErrors.port_taken, instrumentsErrors.code_twice, instrumentsErrors.unit_unknown] }),
  listMessages: route({ method: 'GET', path: '/instrument-messages', summary: 'Messages of instruments, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ instrumentId: id.optional(), facilityId: id.optional(), state: messageState.optional() }), response: page(message), errors: [] }),
  submitMessage: route({ method: 'POST', path: '/instrument-messages', summary: 'Hand in a message of an instrument that has no line: taken as if it had come over one', permission: may.work, audit: 'create', phi: true, transaction: 'none', body: z.strictObject({ instrumentId: id, content: z.string().min(1).max(900_000) }), status: 201, response: whole, errors: [] }),
  readMessage: route({ method: 'GET', path: '/instrument-messages/{id}', summary: 'Read a message as it came, and its answer', permission: may.read, audit: 'read', phi: true, params: idParams, response: whole, errors: [] }),
  replay: route({ method: 'POST', path: '/instrument-messages/{id}/replay', summary: 'Take a message again with the driver as it is now: what landed stays, what waits in the bin is tried again', transaction: 'none', permission: may.work, audit: 'step', phi: true, params: idParams, body: emptyBody, response: whole, errors: [lifecycleErrors.illegal_step] }),
  sendOrder: route({ method: 'POST', path: '/instruments/{id}/orders', summary: 'Send the tests of a specimen to the instrument (OML^O33 or an ASTM order); sent until it answers', description: 'To its address; where it has none and listens for the instrument, on the line the instrument has open, or opens next.', permission: may.work, audit: 'step', phi: true, params: idParams, body: z.strictObject({ specimenId: id }), status: 201, response: message, errors: [instrumentsErrors.no_address] }),
  listBin: route({ method: 'GET', path: '/instrument-bin', summary: 'Results that found no tube, test or patient, newest first', permission: may.read, audit: 'search', phi: true, query: pageQuery.extend({ instrumentId: id.optional(), facilityId: id.optional(), state: binState.optional() }), response: page(binned), errors: [] }),
  findCandidates: route({ method: 'POST', path: '/instrument-bin/{id}/candidates', summary: 'What waits for a value and may be this result, found by tube, test or patient; the likeliest first', permission: may.work, audit: 'search', phi: true, params: idParams, body: z.strictObject({ text: z.string().max(80).optional() }), response: z.object({ items: z.array(candidate) }), errors: [] }),
  mapCode: route({ method: 'POST', path: '/instrument-bin/{id}/map', summary: 'Say which test the instrument means by this code: it joins the driver, and what waits under it is taken again', permission: may.write, audit: 'update', phi: true, params: idParams, body: z.strictObject({ testId: id, unit: ucumUnit.optional(), factor: code.shape.factor.optional() }), response: z.object({ instrument, taken: z.int(), unmatched: z.int() }), errors: [lifecycleErrors.illegal_step, instrumentsErrors.not_enterable, instrumentsErrors.code_twice, instrumentsErrors.unit_unknown] }),
  match: route({ method: 'POST', path: '/instrument-bin/{id}/match', summary: 'Say which result it is', permission: may.work, audit: 'step', phi: true, params: idParams, ifMatch: 'optional', body: z.strictObject({ resultId: id, note: optionalText(500).optional() }), response: binned, errors: [lifecycleErrors.illegal_step, instrumentsErrors.not_enterable] }),
  discard: route({ method: 'POST', path: '/instrument-bin/{id}/discard', summary: 'It belongs to nobody here', permission: may.work, audit: 'step', phi: true, params: idParams, ifMatch: 'optional', body: reasonBody, response: binned, errors: [lifecycleErrors.illegal_step] }),
}
