import { createHash } from 'node:crypto'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { newId } from '#kernel/ids.ts'
import { enterFromInstrument, type Landing, recordControls } from '../laboratory/index.ts'
import { ordersAsked } from './asking.ts'
import { AstmError, readAstm } from './astm-rules.ts'
import { ackOf, Hl7Error, queryAnswer, readHl7 } from './hl7-rules.ts'
import { type Reading, type ReadMessage, ucumOf } from './readings-rules.ts'
import * as repo from './repo.ts'

export interface Received {
  message: repo.MessageRow
  isDuplicate: boolean
}

interface Read {
  read: ReadMessage | undefined
  error: { code: string; text: string } | undefined
}

/** Reads a message in the language of its instrument; what cannot be read says why. */
export function readContent(protocol: string, content: string): Read {
  try {
    return { read: protocol === 'hl7' ? readHl7(content) : readAstm(content), error: undefined }
  } catch (error) {
    if (error instanceof Hl7Error) return { read: undefined, error: { code: error.code, text: error.message } }
    if (error instanceof AstmError) return { read: undefined, error: { code: '207', text: error.message } }
    throw error
  }
}

const withoutField = (content: string, sign: string, left: number): string => content.replace(/^([^\r\n]*)/, (head) => head.split(sign).filter((_field, index) => index !== left).join(sign))

const hashOf = (words: string): string => createHash('sha256').update(words).digest('base64url')

// A resend may carry a new time in its header; everything else is the same. In ASTM, where messages need not be numbered, only results that say when they were measured show that it is one.
const sameness = (protocol: string, content: string, read: ReadMessage | undefined): string => {
  const isTimed = read !== undefined && read.readings.length > 0 && read.readings.every((reading) => reading.measuredAt !== '')
  const body = protocol === 'hl7' ? withoutField(content, '|', 6) : isTimed ? withoutField(content, content[1] ?? '|', 13) : content
  return hashOf(body.replaceAll(/[\r\n]+/g, '\r').trim())
}

const text = (value: string, most: number): string => value.replaceAll('\u0000', '').slice(0, most).toWellFormed()

interface Mapped {
  reading: Reading
  code: repo.CodeRow | undefined
}

const multiplied = (value: string, factor: string): string => (Number(factor) === 1 || !/^[<>=≤≥]*\s*-?\d+(\.\d+)?$/.test(value.trim()) ? value : value.trim().replace(/-?\d+(\.\d+)?$/, (number) => String(Number((Number(number) * Number(factor)).toPrecision(12)))))

// Not a result: could not be done, deleted, asked for only, not verified to send (HL7 table 0085).
const noResult = new Set(['X', 'D', 'I', 'O', 'N', 'W'])

/** Each reading at its result, or why not. Readings of one tube go together: they are locked and judged once. */
async function land(tx: Tx, instrument: repo.InstrumentRow, readings: readonly Reading[]): Promise<Landing[]> {
  const known = new Map((await repo.codesOf(tx, [instrument.id])).map((row) => [row.code, row]))
  const mapped = readings.map((reading): Mapped => ({ reading, code: reading.codes.map((code) => known.get(code)).find((row) => row !== undefined) }))
  const landings = new Map<Reading, Landing>()
  const refuse = (one: Mapped, reason: string) => void landings.set(one.reading, { kind: 'bin', reason })
  const able = mapped.filter((one) => {
    if (one.reading.value === '' || noResult.has(one.reading.status)) refuse(one, 'no-result')
    else if (one.reading.specimenNumbers.length === 0) refuse(one, 'no-specimen')
    else if (one.code === undefined) refuse(one, 'unknown-code')
    return !landings.has(one.reading)
  })
  const controls = able.filter((one) => one.reading.isControl)
  const measured = await recordControls(tx, { facilityId: instrument.facility_id, instrumentId: instrument.id, points: controls.map(({ reading, code }) => ({ names: reading.specimenNumbers, testId: code?.test_id ?? '', value: multiplied(reading.value, code?.factor ?? '1'), unit: code === undefined || code.unit === '' ? ucumOf(reading.unit) : code.unit })) })
  controls.forEach((one, index) => landings.set(one.reading, measured[index] ?? { kind: 'bin', reason: 'control' }))
  // In the order of their numbers, so that two messages about the same tubes do not wait for each other in a circle. One tube under two patients is judged for each.
  const groups = [...Map.groupBy(able.filter((one) => !one.reading.isControl), ({ reading }) => [...reading.specimenNumbers, '', ...reading.patientIds].join('\n'))].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const entered = new Set<string>()
  for (const [, all] of groups) {
    const placeOf = ({ reading, code }: Mapped): string => [code?.test_id, ...reading.specimenNumbers].join('\n')
    const group = all.filter((one) => !entered.has(placeOf(one)))
    for (const one of all) if (entered.has(placeOf(one))) refuse(one, 'reported-twice')
    const [head] = group
    if (head === undefined) continue
    const landed = await enterFromInstrument(tx, {
      specimenNumbers: head.reading.specimenNumbers, patientIds: head.reading.patientIds, instrumentId: instrument.id,
      entries: group.map(({ reading, code }) => ({ testId: code?.test_id ?? '', value: multiplied(reading.value, code?.factor ?? '1'), unit: code === undefined || code.unit === '' ? ucumOf(reading.unit) : code.unit, comment: reading.comment })),
    })
    group.forEach((one, index) => {
      landings.set(one.reading, landed[index] ?? { kind: 'bin', reason: 'not-ordered' })
      if (landed[index]?.kind === 'entered') entered.add(placeOf(one))
    })
  }
  return readings.map((reading) => landings.get(reading) ?? { kind: 'bin', reason: 'not-ordered' })
}

type Binned = repo.NewBinned
const sameReading = (row: Pick<Binned, 'specimen_number' | 'patient_hint' | 'code' | 'value' | 'unit' | 'measured_at'>): string => [row.specimen_number, row.patient_hint, row.code, row.value, row.unit, row.measured_at].join('\n')

/**
 * What of it no earlier message of the instrument has put into the bin: the same tube, test, value and time is the same result, sent again under another
 * header. A reading that names neither tube nor time may be anybody's, and a control without a time may be measured again: these stand for themselves.
 * What another transaction is putting there at this moment, the key of the row keeps out.
 */
async function newOnes(tx: Tx, rows: readonly Binned[]): Promise<Binned[]> {
  const isNamed = (row: Binned): boolean => row.content_key !== null
  const named = rows.filter(isNamed)
  const [first] = named
  if (first === undefined) return [...rows]
  const before = new Set((await repo.binnedBefore(tx, { instrumentId: first.instrument_id, messageId: first.message_id, numbers: [...new Set(named.map((row) => row.specimen_number))], times: [...new Set(named.map((row) => row.measured_at))] })).map(sameReading))
  return rows.filter((row) => !isNamed(row) || !before.has(sameReading(row)))
}

/** Lands what a kept message says, and puts the rest into the bin. */
export async function take(tx: Tx, instrument: repo.InstrumentRow, message: repo.MessageRow, read: ReadMessage): Promise<repo.MessageRow> {
  const landings = await land(tx, instrument, read.readings)
  const decided = new Set((await repo.decidedOf(tx, message.id)).map((row) => `${row.specimen_number}\n${row.code}\n${row.value}`))
  const stray = read.readings.flatMap((reading, index) => {
    const landing = landings[index]
    const named: Omit<Binned, 'content_key'> = { instrument_id: instrument.id, facility_id: instrument.facility_id, message_id: message.id, reason: landing?.kind === 'bin' ? landing.reason : '', specimen_number: text(reading.specimenNumbers.join(' '), 120), patient_hint: text(reading.patientIds.join(' '), 120), code: text(reading.codes[0] ?? '', 80), name: text(reading.name, 160), value: text(reading.value, 200), unit: text(reading.unit, 40), measured_at: text(reading.measuredAt, 26) }
    const isNamed = named.measured_at !== '' || (named.specimen_number !== '' && !reading.isControl)
    const row: Binned = { ...named, content_key: isNamed ? hashOf(sameReading(named)) : null }
    return landing?.kind === 'bin' && !decided.has(`${row.specimen_number}\n${row.code}\n${row.value}`) ? [row] : []
  })
  const unmatched = await repo.insertBin(tx, await newOnes(tx, stray))
  return repo.updateMessage(tx, message, { state: unmatched > 0 ? 'partly' : 'accepted', error: '', results: landings.length - stray.length, unmatched })
}

/** What an HL7 sender is told once the message is committed; ASTM has no words for it. */
async function answerFor(tx: Tx, instrument: repo.InstrumentRow, content: string, { read, error }: Read): Promise<string> {
  if (instrument.protocol !== 'hl7') return ''
  const about = { text: content, controlId: newId().replaceAll('-', '').slice(0, 20), at: tx.ctx.now }
  if (error !== undefined) return ackOf({ ...about, code: isOfHeader(error.code) ? 'AR' : 'AE', error })
  if (read?.type.startsWith('QBP^Q11') === true) return queryAnswer({ ...about, isFound: (await ordersAsked(tx, instrument, read.queries)).length > 0 })
  return ackOf({ ...about, code: 'AA' })
}

async function keep(tx: Tx, instrument: repo.InstrumentRow, content: string, { read, error }: Read): Promise<Received> {
  const key = `${text(read?.controlId ?? '', 120)} ${sameness(instrument.protocol, content, read)}`
  const before = await repo.keyHolder(tx, instrument.id, key)
  const known = before === undefined ? undefined : await repo.readMessage(tx, before)
  if (known !== undefined) return { message: known, isDuplicate: true }
  const answer = await answerFor(tx, instrument, content, { read, error })
  const shared = { instrument_id: instrument.id, facility_id: instrument.facility_id, direction: 'in', content: text(content, 6_000_000), answer, results: 0, unmatched: 0 }
  const row = await repo.insertMessage(tx, { ...shared, type: text(read?.type ?? '', 40), control_id: text(read?.controlId ?? '', 199), state: error === undefined ? 'accepted' : 'rejected', error: error === undefined ? '' : `${error.code} ${error.text}` })
  const holder = await repo.takeKey(tx, instrument.id, key, row.id)
  // The same message at the same time, a moment earlier: that one counts, this transaction is undone.
  if (holder !== undefined) throw new AppError(sameMessage)
  return { message: read === undefined ? row : await take(tx, instrument, row, read), isDuplicate: false }
}

const sameMessage = { code: 'instruments.same_message', status: 409 } as const
/** Wrong type, version or processing: the message is rejected; anything else is an error in it (HL7 2.5.1, 2.9.2). */
export const isOfHeader = (code: string): boolean => code.startsWith('20') && code !== '207'

/**
 * Takes a message: kept as it came, each result at its tube and test or in the bin, all in one transaction.
 * What it answers may be sent only after this has resolved: it is committed then. A resend changes nothing and is answered as before.
 */
export async function receiveMessage(ctx: Ctx, instrument: repo.InstrumentRow, content: string): Promise<Received> {
  const read = readContent(instrument.protocol, content)
  const once = () => withContext(ctx, (tx) => keep(tx, instrument, content, read))
  try {
    return await once()
  } catch (error) {
    if (error instanceof AppError && error.spec.status === 409) return once()
    throw error
  }
}

/** Keeps what came over a line and was no message: cut off, too large, frames that never came out right. */
export function keepUnread(ctx: Ctx, instrument: repo.InstrumentRow, content: string, error: string): Promise<repo.MessageRow> {
  return withContext(ctx, (tx) => repo.insertMessage(tx, { instrument_id: instrument.id, facility_id: instrument.facility_id, direction: 'in', type: '', control_id: '', content: text(content, 1_000_000), answer: '', state: 'rejected', error, results: 0, unmatched: 0 }))
}
