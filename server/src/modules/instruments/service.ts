import type { RouteInput } from '#contract/define.ts'
import { binLifecycle, type BinnedResult, type Instrument, type InstrumentMessage, type instruments, instrumentsErrors } from '#contract/instruments.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField, mapConstraint } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { isUnit, type Measuring, tubeOrder } from '../laboratory/index.ts'
import * as bin from './bin.ts'
import { receiveMessage } from './receiving.ts'
import * as repo from './repo.ts'
import { queueOrder } from './sending.ts'

mapConstraint('instruments_port', instrumentsErrors.port_taken)

type Input<K extends keyof typeof instruments> = RouteInput<(typeof instruments)[K]>

const plain = (value: string): string => (value.includes('.') ? value.replace(/\.?0+$/, '') : value)

const presentInstrument = (row: repo.InstrumentRow, codes: readonly repo.CodeRow[]): Instrument => ({
  id: row.id, version: row.version, facilityId: row.facility_id, name: row.name, protocol: row.protocol === 'hl7' ? 'hl7' : 'astm', encoding: row.encoding === 'latin1' || row.encoding === 'windows-1252' ? row.encoding : 'utf-8', listenPort: row.listen_port, allowedAddress: row.allowed_address, sendHost: row.send_host, sendPort: row.send_port, isActive: row.is_active,
  codes: codes.filter((code) => code.instrument_id === row.id).map((code) => ({ code: code.code, testId: code.test_id, unit: code.unit, factor: plain(code.factor) })),
})

const states = ['accepted', 'partly', 'rejected', 'waiting', 'sent'] as const
const presentMessage = (row: repo.MessageRow): InstrumentMessage => ({
  id: row.id, version: row.version, instrumentId: row.instrument_id, facilityId: row.facility_id, direction: row.direction === 'out' ? 'out' : 'in', type: row.type, controlId: row.control_id, state: states.find((state) => state === row.state) ?? 'rejected', error: row.error, results: row.results, unmatched: row.unmatched, receivedAt: row.received_at.toISOString(),
})
const wholeMessage = (row: repo.MessageRow, isDuplicate = false) => ({ ...presentMessage(row), content: row.content, answer: row.answer, isDuplicate })

const presentBin = (row: repo.BinRow): BinnedResult => {
  const state = binLifecycle.states.find((one) => one === row.state) ?? 'waiting'
  return { id: row.id, version: row.version, instrumentId: row.instrument_id, facilityId: row.facility_id, messageId: row.message_id, reason: row.reason, specimenNumber: row.specimen_number, patientHint: row.patient_hint, code: row.code, name: row.name, value: row.value, unit: row.unit, state, note: row.note, resultId: row.result_id, receivedAt: row.received_at.toISOString(), actions: allowedSteps(binLifecycle, state) }
}

const shown = async (tx: Tx, row: repo.InstrumentRow) => presentInstrument(row, await repo.codesOf(tx, [row.id]))

export function listInstruments(ctx: Ctx, { query }: Input<'listInstruments'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => {
    const rows = await repo.listInstruments(tx, query.facilityId, page)
    const codes = await repo.codesOf(tx, rows.map((row) => row.id))
    return toPage(rows, page.limit, (row) => ({ at: row.created_at.toISOString(), id: row.id }), (row) => presentInstrument(row, codes))
  })
}

/** What an instrument measures by its driver. */
export async function measuredBy(tx: Tx, id: string): Promise<Measuring | undefined> {
  const row = await repo.readInstrument(tx, id)
  return row === undefined ? undefined : { name: row.name, facilityId: row.facility_id, testIds: [...new Set((await repo.codesOf(tx, [id])).map((code) => code.test_id))] }
}

export const readInstrument = (ctx: Ctx, id: string) => withContext(ctx, async (tx) => shown(tx, found(await repo.readInstrument(tx, id))))

async function writeCodes(tx: Tx, instrumentId: string, codes: Input<'createInstrument'>['body']['codes']): Promise<void> {
  if (codes === undefined) return
  const twice = codes.flatMap((code, index) => (codes.findIndex((other) => other.code === code.code) < index ? [{ path: `codes.${index}.code`, code: 'instruments.code_twice' }] : []))
  if (twice.length > 0) throw new AppError(instrumentsErrors.code_twice, { fields: twice })
  const odd = codes.findIndex((code) => !isUnit(code.unit))
  if (odd !== -1) throw invalidField(`codes.${odd}.unit`, 'instruments.unit_unknown', instrumentsErrors.unit_unknown)
  await repo.replaceCodes(tx, instrumentId, codes.map((code) => ({ code: code.code, test_id: code.testId, unit: code.unit, factor: code.factor })))
}

export function createInstrument(ctx: Ctx, { body }: Input<'createInstrument'>) {
  requirePermission(ctx, 'instruments.write', body.facilityId)
  return withContext(ctx, async (tx) => {
    const row = await repo.insertInstrument(tx, { facility_id: body.facilityId, name: body.name, protocol: body.protocol, encoding: body.encoding ?? 'utf-8', listen_port: body.listenPort ?? null, allowed_address: body.allowedAddress ?? '', send_host: body.sendHost ?? '', send_port: body.sendPort ?? null, is_active: true })
    await writeCodes(tx, row.id, body.codes)
    return shown(tx, row)
  })
}

export function updateInstrument(ctx: Ctx, { params, body, ifMatch }: Input<'updateInstrument'>) {
  const columns = { name: body.name, protocol: body.protocol, encoding: body.encoding, listen_port: body.listenPort, allowed_address: body.allowedAddress, send_host: body.sendHost, send_port: body.sendPort, is_active: body.isActive }
  return withContext(ctx, async (tx) => {
    const before = found(await repo.lockInstrument(tx, params.id))
    requirePermission(ctx, 'instruments.write', before.facility_id)
    checkVersion(before, ifMatch)
    const row = await repo.updateInstrument(tx, before, Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)))
    await writeCodes(tx, row.id, body.codes)
    return shown(tx, row)
  })
}

export function listMessages(ctx: Ctx, { query }: Input<'listMessages'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listMessages(tx, query, page), page.limit, (row) => ({ at: row.received_at.toISOString(), id: row.id }), presentMessage))
}

export function readMessage(ctx: Ctx, id: string) {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readMessage(tx, id))
    requirePermission(ctx, 'instruments.read', row.facility_id)
    return wholeMessage(row)
  })
}

async function instrumentFor(ctx: Ctx, id: string): Promise<repo.InstrumentRow> {
  const row = found(await withContext(ctx, (tx) => repo.readInstrument(tx, id)))
  requirePermission(ctx, 'laboratory.work', row.facility_id)
  return row
}

/** Takes a message of an instrument as if it had come over its line. */
export async function submitMessage(ctx: Ctx, { body }: Input<'submitMessage'>) {
  const received = await receiveMessage(ctx, await instrumentFor(ctx, body.instrumentId), body.content)
  return wholeMessage(received.message, received.isDuplicate)
}

export async function replayMessage(ctx: Ctx, { params }: Input<'replay'>) {
  const seen = await readMessage(ctx, params.id)
  const instrument = await instrumentFor(ctx, seen.instrumentId)
  if (seen.direction === 'out') throw new AppError(lifecycleErrors.illegal_step, { allowed: [] })
  return withContext(ctx, async (tx) => {
    return wholeMessage(await bin.takeAgain(tx, instrument, params.id))
  })
}

export function sendOrder(ctx: Ctx, { params, body }: Input<'sendOrder'>) {
  return withContext(ctx, async (tx) => {
    const instrument = found(await repo.readInstrument(tx, params.id))
    requirePermission(ctx, 'laboratory.work', instrument.facility_id)
    if (instrument.send_host === '' || instrument.send_port === null) throw invalidField('id', 'instruments.no_address', instrumentsErrors.no_address)
    return presentMessage(await queueOrder(tx, instrument, found(await tubeOrder(tx, body.specimenId))))
  })
}

export function listBin(ctx: Ctx, { query }: Input<'listBin'>) {
  const page = pageOf(query)
  return withContext(ctx, async (tx) => toPage(await repo.listBin(tx, query, page), page.limit, (row) => ({ at: row.received_at.toISOString(), id: row.id }), presentBin))
}

export const matchBinned = async (ctx: Ctx, input: Input<'match'>) => presentBin(await bin.matchBinned(ctx, input))

export const discardBinned = async (ctx: Ctx, input: Input<'discard'>) => presentBin(await bin.discardBinned(ctx, input))

export async function mapCode(ctx: Ctx, input: Input<'mapCode'>) {
  const { instrument, taken, unmatched } = await bin.addMapping(ctx, input)
  return { instrument: await readInstrument(ctx, instrument.id), taken, unmatched }
}
