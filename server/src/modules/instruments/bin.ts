import type { RouteInput } from '#contract/define.ts'
import { binLifecycle, type BinCandidate, type instruments, instrumentsErrors } from '#contract/instruments.ts'
import { orderPriority } from '#contract/orders.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import { AppError, found, invalidField } from '#kernel/errors.ts'
import { takeStep } from '#kernel/lifecycle.ts'
import { searchSubjects } from '#kernel/search.ts'
import { enterAtResult, isUnit, waitingResults } from '../laboratory/index.ts'
import { patientNames, searchKind } from '../patients/index.ts'
import { readContent, take } from './receiving.ts'
import { ucumOf } from './readings-rules.ts'
import * as repo from './repo.ts'

type Input<K extends keyof typeof instruments> = RouteInput<(typeof instruments)[K]>

const mostCandidates = 50
const mostPatients = 100
const mostMessages = 100

async function waiting(tx: Tx, id: string, step: 'match' | 'discard', ifMatch?: number) {
  const row = found(await repo.lockBin(tx, id))
  requirePermission(tx.ctx, 'laboratory.work', row.facility_id)
  checkVersion(row, ifMatch)
  return { row, state: takeStep(binLifecycle, row.state, step) }
}

/** What a row of the bin may be, of all that waits in the laboratory. */
export function findCandidates(ctx: Ctx, { params, body }: Input<'findCandidates'>): Promise<{ items: BinCandidate[] }> {
  return withContext(ctx, async (tx) => {
    const row = found(await repo.readBin(tx, params.id))
    requirePermission(ctx, 'laboratory.work', row.facility_id)
    const text = body.text?.trim() ?? ''
    const [patientIds, codes] = await Promise.all([text === '' ? [] : searchSubjects(tx, searchKind, text, { limit: mostPatients }), repo.codesOf(tx, [row.instrument_id])])
    const results = await waitingResults(tx, { facilityId: row.facility_id, text, patientIds: patientIds ?? [], likely: { numbers: row.specimen_number.split(' '), testId: codes.find((code) => code.code === row.code)?.test_id ?? null }, limit: mostCandidates })
    const names = await patientNames(tx, results.map((result) => result.patient_id))
    return { items: results.map((result) => ({ resultId: result.id, specimenNumber: result.specimen_number, code: result.code, name: result.name, priority: orderPriority.parse(result.priority), patientName: names.get(result.patient_id)?.name ?? '', patientMrn: names.get(result.patient_id)?.mrn ?? '' })) }
  })
}

/** Takes a kept message again with the driver as it is now. */
export async function takeAgain(tx: Tx, instrument: repo.InstrumentRow, messageId: string): Promise<repo.MessageRow> {
  const row = found(await repo.lockMessage(tx, messageId))
  const { read, error } = readContent(instrument.protocol, row.content)
  if (read === undefined) return repo.updateMessage(tx, row, { error: `${error?.code ?? ''} ${error?.text ?? ''}` })
  await repo.clearWaiting(tx, row.id)
  return take(tx, instrument, row, read)
}

/** A code the instrument uses joins its driver; what waits under it is taken again, so many messages at once. */
export function addMapping(ctx: Ctx, { params, body }: Input<'mapCode'>): Promise<{ instrument: repo.InstrumentRow; taken: number; unmatched: number }> {
  return withContext(ctx, async (tx) => {
    const seen = found(await repo.readBin(tx, params.id))
    requirePermission(ctx, 'instruments.write', seen.facility_id)
    const before = found(await repo.lockInstrument(tx, seen.instrument_id))
    takeStep(binLifecycle, seen.state, 'match')
    if (body.unit !== undefined && !isUnit(body.unit)) throw invalidField('unit', 'instruments.unit_unknown', instrumentsErrors.unit_unknown)
    const codes = await repo.codesOf(tx, [before.id])
    if (seen.code === '') throw new AppError(instrumentsErrors.not_enterable, { missing: ['unknown-code'] })
    if (codes.some((code) => code.code === seen.code)) throw new AppError(instrumentsErrors.code_twice)
    await repo.addCode(tx, { instrument_id: before.id, code: seen.code, test_id: body.testId, unit: body.unit ?? '', factor: body.factor ?? '1' })
    const instrument = await repo.updateInstrument(tx, before, {})
    let unmatched = 0
    const messages = await repo.messagesWaitingFor(tx, instrument.id, seen.code, mostMessages)
    for (const id of messages) unmatched += (await takeAgain(tx, instrument, id)).unmatched
    return { instrument, taken: messages.length, unmatched }
  })
}

export function matchBinned(ctx: Ctx, { params, body, ifMatch }: Input<'match'>): Promise<repo.BinRow> {
  return withContext(ctx, async (tx) => {
    const { row, state } = await waiting(tx, params.id, 'match', ifMatch)
    const landing = await enterAtResult(tx, body.resultId, { value: row.value, unit: ucumOf(row.unit), comment: '' }, row.instrument_id)
    if (landing.kind === 'bin') throw new AppError(instrumentsErrors.not_enterable, { missing: [landing.reason] })
    return repo.decideBin(tx, row, { state, note: body.note ?? '', result_id: body.resultId })
  })
}

export function discardBinned(ctx: Ctx, { params, body, ifMatch }: Input<'discard'>): Promise<repo.BinRow> {
  return withContext(ctx, async (tx) => {
    const { row, state } = await waiting(tx, params.id, 'discard', ifMatch)
    return repo.decideBin(tx, row, { state, note: body.reason, result_id: null })
  })
}
