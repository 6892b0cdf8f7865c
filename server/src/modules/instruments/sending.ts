import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { newId } from '#kernel/ids.ts'
import type { TubeOrder } from '../laboratory/index.ts'
import { ordersAsked, underDriver } from './asking.ts'
import { sendAstm } from './astm-sender.ts'
import { parseHl7 } from './hl7-rules.ts'
import { frame, mllpDecoder } from './mllp-rules.ts'
import { astmOrders, type InstrumentOrder, omlOrder } from './tube-order.ts'
import { readContent } from './receiving.ts'
import * as repo from './repo.ts'

/** An order for an instrument waits to be sent. */
export const orderWaiting = defineEvent<{ messageId: string; instrumentId: string }>('instruments.order-waiting')

type Waiting = Pick<repo.NewMessage, 'type' | 'control_id' | 'content' | 'for_line'>

const waitingOf = (tx: Tx, instrument: repo.InstrumentRow, message: Waiting): Promise<repo.MessageRow> =>
  repo.insertMessage(tx, { ...message, instrument_id: instrument.id, facility_id: instrument.facility_id, direction: 'out', answer: '', state: 'waiting', error: '', results: 0, unmatched: 0 })

function inLanguage(tx: Tx, instrument: repo.InstrumentRow, order: InstrumentOrder): Waiting {
  const controlId = newId().replaceAll('-', '').slice(0, 20)
  if (instrument.protocol === 'hl7') return { type: 'OML^O33', control_id: controlId, content: omlOrder(order, { controlId, at: tx.ctx.now }) }
  return { type: 'LIS2-A2', control_id: controlId, content: astmOrders([order], { at: tx.ctx.now, isAnswer: false }) }
}

const hasAddress = (instrument: repo.InstrumentRow): boolean => instrument.send_host !== '' && instrument.send_port !== null

/** Whether an order can reach it: by its address, or on the line it opens. */
export const isReachable = (instrument: repo.InstrumentRow): boolean => hasAddress(instrument) || (instrument.is_active && instrument.listen_port !== null)

/** Writes the order of a tube to the messages that wait, in the language of the instrument; the sender is told. */
export async function queueOrder(tx: Tx, instrument: repo.InstrumentRow, order: TubeOrder): Promise<repo.MessageRow> {
  const row = await waitingOf(tx, instrument, { ...inLanguage(tx, instrument, underDriver(order, await repo.codesOf(tx, [instrument.id]))), for_line: !hasAddress(instrument) })
  await emit(tx, orderWaiting, { messageId: row.id, instrumentId: instrument.id })
  return row
}

/**
 * An instrument asked about tubes: what is to be sent on the line that asked. In ASTM that is one transmission with the orders, or the word that
 * there are none; in HL7, where the query has its answer, an order for each tube, on a line of their own where the instrument has an address (IHE LAW).
 */
export function answerQueries(ctx: Ctx, instrument: repo.InstrumentRow, messageIds: readonly string[]): Promise<repo.MessageRow[]> {
  return withContext(ctx, async (tx) => {
    const answers: repo.MessageRow[] = []
    for (const id of messageIds) {
      const message = await repo.readMessage(tx, id)
      const queries = message === undefined ? [] : (readContent(instrument.protocol, message.content).read?.queries ?? [])
      if (queries.length === 0) continue
      const orders = await ordersAsked(tx, instrument, queries)
      if (instrument.protocol === 'astm') answers.push(await waitingOf(tx, instrument, { type: 'LIS2-A2', control_id: '', content: astmOrders(orders, { at: tx.ctx.now, isAnswer: true }) }))
      else for (const order of orders) answers.push(await waitingOf(tx, instrument, inLanguage(tx, instrument, order)))
    }
    if (instrument.protocol === 'astm' || !hasAddress(instrument)) return answers
    for (const { id } of answers) await emit(tx, orderWaiting, { messageId: id, instrumentId: instrument.id })
    return []
  })
}

/** What became of an answer on the line that asked. Where it was not taken it goes to the instrument's address, if it has one; else the instrument asks again. */
export function noteAnswer(ctx: Ctx, instrument: repo.InstrumentRow, { id, isTaken, answer }: { id: string; isTaken: boolean; answer: string }): Promise<void> {
  return withContext(ctx, async (tx) => {
    const row = await repo.lockMessage(tx, id)
    if (row?.state !== 'waiting') return
    const isAgain = !isTaken && hasAddress(instrument)
    await repo.updateMessage(tx, row, { state: isTaken ? 'sent' : isAgain ? 'waiting' : 'rejected', answer, error: isTaken ? '' : 'not acknowledged', attempts: row.attempts + 1 })
    if (isAgain) await emit(tx, orderWaiting, { messageId: id, instrumentId: instrument.id })
  })
}

const mostAtOnce = 20
const mostTries = 5

/** What waits for the line of an instrument without an address. */
export const waitingOrders = (ctx: Ctx, instrument: repo.InstrumentRow): Promise<repo.MessageRow[]> => (hasAddress(instrument) ? Promise.resolve([]) : withContext(ctx, (tx) => repo.waitingForLine(tx, instrument.id, mostAtOnce)))

/** What became of an order on the line: one that was not taken waits for the next line, so many times. */
export function noteSpoken(ctx: Ctx, _instrument: repo.InstrumentRow, { id, isTaken, answer }: { id: string; isTaken: boolean; answer: string }): Promise<void> {
  return withContext(ctx, async (tx) => {
    const row = await repo.lockMessage(tx, id)
    if (row?.state !== 'waiting') return
    const isOver = !isTaken && row.attempts + 1 >= mostTries
    await repo.updateMessage(tx, row, { state: isTaken ? 'sent' : isOver ? 'rejected' : 'waiting', answer, error: isTaken ? '' : 'not acknowledged', attempts: row.attempts + 1 })
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
      await sendAstm(socket, content, instrument.encoding)
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
  if (message === undefined || instrument === undefined || message.state !== 'waiting' || !hasAddress(instrument)) return
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
