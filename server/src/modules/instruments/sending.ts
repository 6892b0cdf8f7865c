import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import { type TubeOrder, tubeOrder } from '../laboratory/index.ts'
import { sendAstm } from './astm-line.ts'
import { astmOrder } from './astm-rules.ts'
import { escapeHl7, parseHl7 } from './hl7-rules.ts'
import { frame, mllpDecoder } from './mllp-rules.ts'
import { readContent } from './receiving.ts'
import * as repo from './repo.ts'

/** An order for an instrument waits to be sent. */
export const orderWaiting = defineEvent<{ messageId: string; instrumentId: string }>('instruments.order-waiting')

const stamp = (at: Date): string => at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
const sexes: Readonly<Record<string, string>> = { female: 'F', male: 'M' }

/** The tests of a tube as OML^O33 (HL7 2.5.1): specimen first, an order for each test. */
export function omlOrder(order: TubeOrder, codes: ReadonlyMap<string, string>, { controlId, at }: { controlId: string; at: Date }): string {
  const tests = order.tests.flatMap((test) => (codes.has(test.id) ? [{ code: codes.get(test.id) ?? '', name: test.name }] : []))
  const name = escapeHl7(order.patientName).replace(/ ([^ ]+)$/, '^$1').split('^').toReversed().join('^')
  return [
    `MSH|^~\\&|TRIVENI|||| ${stamp(at)}||OML^O33^OML_O33|${controlId}|P|2.5.1|||AL|NE||UNICODE UTF-8`.replace('| ', '|'), `PID|1||${escapeHl7(order.patientMrn)}||${name}||${(order.birthDate ?? '').replaceAll('-', '')}|${sexes[order.sex] ?? 'U'}`, `SPM|1|${escapeHl7(order.number)}||||||||||||||||${stamp(at)}`,
    ...tests.flatMap((test, index) => [`ORC|NW|${escapeHl7(order.number)}-${index + 1}`, `OBR|${index + 1}|${escapeHl7(order.number)}-${index + 1}||${escapeHl7(test.code)}^${escapeHl7(test.name)}`]), '',
  ].join('\r')
}

/** Writes the order of a tube to the messages that wait, in the language of the instrument; the sender is told. */
export async function queueOrder(tx: Tx, instrument: repo.InstrumentRow, order: TubeOrder): Promise<repo.MessageRow> {
  const codes = new Map((await repo.codesOf(tx, [instrument.id])).map((row) => [row.test_id, row.code]))
  const controlId = newId().replaceAll('-', '').slice(0, 20)
  const content = instrument.protocol === 'hl7' ? omlOrder(order, codes, { controlId, at: tx.ctx.now }) : astmOrder({ ...order, codes: order.tests.flatMap((test) => codes.get(test.id) ?? []), at: tx.ctx.now })
  const row = await repo.insertMessage(tx, { instrument_id: instrument.id, facility_id: instrument.facility_id, direction: 'out', type: instrument.protocol === 'hl7' ? 'OML^O33' : 'LIS2-A2', control_id: controlId, content, answer: '', state: 'waiting', error: '', results: 0, unmatched: 0 })
  await emit(tx, orderWaiting, { messageId: row.id, instrumentId: instrument.id })
  return row
}

/** An instrument asked about tubes: what waits on each goes out to it. */
export function answerQueries(ctx: Ctx, instrument: repo.InstrumentRow, messageIds: readonly string[]): Promise<void> {
  return withContext(ctx, async (tx) => {
    for (const id of messageIds) {
      const message = await repo.readMessage(tx, id)
      const numbers = message === undefined ? [] : (readContent(instrument.protocol, message.content).read?.queries ?? [])
      for (const number of numbers) {
        const order = await tubeOrder(tx, { number })
        if (order !== undefined && order.facilityId === instrument.facility_id) await queueOrder(tx, instrument, order)
      }
    }
  })
}

const answerMilliseconds = 15_000

async function exchange(socket: Socket, content: string): Promise<string> {
  const decoder = mllpDecoder(1_000_000)
  socket.write(frame(Buffer.from(content)))
  for (;;) {
    const [chunk] = await once(socket, 'data', { signal: AbortSignal.timeout(answerMilliseconds) })
    const event = chunk instanceof Uint8Array ? decoder.push(chunk).find((one) => one.kind === 'message') : undefined
    if (event?.kind === 'message') return new TextDecoder().decode(event.bytes)
  }
}

/** Sends one message to an instrument and answers what it said; throws when it did not take it. */
async function transmit(instrument: repo.InstrumentRow, content: string): Promise<string> {
  const socket = connect({ host: instrument.send_host, port: instrument.send_port ?? 0 })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(answerMilliseconds) })
    if (instrument.protocol === 'astm') {
      await sendAstm(socket, content)
      return ''
    }
    const answer = await exchange(socket, content)
    const code = parseHl7(answer).segments.find((segment) => segment.name === 'MSA')?.fields[1] ?? ''
    if (code !== 'AA' && code !== 'CA') throw new Error(`refused with ${code.slice(0, 2)}`)
    return answer
  } finally {
    socket.destroy()
  }
}

/** Listener after the commit: sends what waits. A failure is tried again by the queue of jobs. */
export async function sendWaiting(ctx: Ctx, { messageId, instrumentId }: { messageId: string; instrumentId: string }): Promise<void> {
  const { message, instrument } = await withContext(ctx, async (tx) => ({ message: await repo.readMessage(tx, messageId), instrument: await repo.readInstrument(tx, instrumentId) }))
  if (message === undefined || instrument === undefined || message.state !== 'waiting' || instrument.send_host === '' || instrument.send_port === null) return
  const note = (change: Parameters<typeof repo.updateMessage>[2]) => withContext(ctx, async (tx) => {
    const row = await repo.lockMessage(tx, messageId)
    if (row !== undefined) await repo.updateMessage(tx, row, { ...change, attempts: row.attempts + 1 })
  })
  try {
    const answer = await transmit(instrument, message.content)
    await note({ state: 'sent', answer, error: '' })
  } catch (error) {
    await note({ error: error instanceof Error ? error.message.slice(0, 200) : 'failed' })
    throw error
  }
}
