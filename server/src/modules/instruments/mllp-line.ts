import type { Socket } from 'node:net'
import type { Ctx } from '#kernel/context.ts'
import { isConnectionFailure } from '#kernel/errors.ts'
import { errorFields, log } from '#kernel/log.ts'
import { ackModes, acknowledgementIn, ackOf, Hl7Error } from './hl7-rules.ts'
import { frame, type MllpEvent, mllpDecoder } from './mllp-rules.ts'
import { isOfHeader, keepUnread, type Received, receiveMessage } from './receiving.ts'
import type { InstrumentRow, MessageRow } from './repo.ts'

export interface Line {
  instrument: InstrumentRow
  context: () => Ctx
  /** Called with messages in which the instrument asks about tubes; answers what is to be sent on the same line. */
  onQuery: (messageIds: readonly string[]) => Promise<MessageRow[]>
  /** Called when what was sent on the line was taken, or was not. */
  onAnswered: (answered: { id: string; isTaken: boolean; answer: string }) => Promise<void>
}

/** Says orders on the line; whether each was taken is told by `onAnswered`. */
export type Speaker = (messages: readonly MessageRow[]) => void

const mostBytes = 6_000_000

/** The text of a message in the character set it names in MSH-18, else that of the instrument. */
export function decode(bytes: Uint8Array, encoding: string): string {
  const head = Buffer.from(bytes.subarray(0, 2000)).toString('latin1').split(/[\r\n]/)[0] ?? ''
  const named = head.split(head[3] ?? '|')[17] ?? ''
  const set = /UTF-?8/i.test(named) ? 'utf-8' : /8859\/1|ISO IR-?100/i.test(named) ? 'latin1' : encoding
  return new TextDecoder(set).decode(bytes)
}

/** What a refused message is told: rejected for what its header says, else an error (HL7 2.5.1, 2.9.3). */
function refusalOf(message: MessageRow, content: string, at: Date): string {
  const [code = '207', ...words] = message.error.split(' ')
  return ackOf({ code: isOfHeader(code) ? 'CR' : 'CE', text: content, controlId: controlIdOf(message), at, error: { code, text: words.join(' ') } })
}

const controlIdOf = (message: MessageRow): string => message.id.replaceAll('-', '').slice(0, 20)

/**
 * What is sent back once a message is committed: one acknowledgement in the original mode; in the enhanced mode those that were asked for.
 * A refusal by the acknowledgement of receipt is the last word: what was not accepted is not worked on (HL7 2.5.1, 2.9.3).
 */
export function answersOf(received: Received, content: string, at: Date): string[] {
  const { message } = received
  const isWell = message.state !== 'rejected'
  try {
    const modes = ackModes(content, isWell)
    if (!modes.isEnhanced) return [message.answer]
    if (modes.accept && !isWell) return [refusalOf(message, content, at)]
    const accept = ackOf({ code: 'CA', text: content, controlId: controlIdOf(message), at })
    return [...(modes.accept ? [accept] : []), ...(modes.application ? [message.answer] : [])]
  } catch (error) {
    if (error instanceof Hl7Error) return [message.answer]
    throw error
  }
}

/** Orders that were sent on this line and are not acknowledged yet, by their control id. */
type Sent = Map<string, string>

/** Whether it was the acknowledgement of an order that was sent on this line. */
async function takeAcknowledgement(line: Line, sent: Sent, content: string): Promise<boolean> {
  if (sent.size === 0) return false
  try {
    const said = acknowledgementIn(content)
    const id = sent.get(said?.of ?? '')
    if (said === undefined || id === undefined) return false
    sent.delete(said.of)
    await line.onAnswered({ id, isTaken: said.code === 'AA' || said.code === 'CA', answer: content.slice(0, 10_000) })
    return true
  } catch (error) {
    if (error instanceof Hl7Error) return false
    throw error
  }
}

function say(socket: Socket, sent: Sent, orders: readonly MessageRow[]): void {
  for (const order of orders) {
    sent.set(order.control_id, order.id)
    socket.write(frame(Buffer.from(order.content)))
  }
}

async function handle(line: Line, socket: Socket, event: MllpEvent, sent: Sent): Promise<void> {
  const ctx = line.context()
  if (event.kind === 'too-large') {
    await keepUnread(ctx, line.instrument, '', 'too large')
    socket.end(frame(Buffer.from(ackOf({ code: 'AR', text: '', controlId: 'TOO-LARGE', at: ctx.now, error: { code: '207', text: 'too large' } }))))
    return
  }
  const content = decode(event.bytes, line.instrument.encoding)
  if (event.kind === 'noise') return void (await keepUnread(ctx, line.instrument, content, 'no end of frame'))
  if (await takeAcknowledgement(line, sent, content)) return
  const received = await receiveMessage(ctx, line.instrument, content)
  for (const answer of answersOf(received, content, ctx.now)) socket.write(frame(Buffer.from(answer)))
  if (received.isDuplicate || !/^(QBP|QRY)/.test(received.message.type)) return
  say(socket, sent, await line.onQuery([received.message.id]))
}

/** One connection: messages one after another, each answered when it is committed. Where it cannot be kept the line is dropped, and the sender sends again. */
export function serveMllp(line: Line, socket: Socket): Speaker {
  const decoder = mllpDecoder(mostBytes)
  const sent: Sent = new Map()
  let work = Promise.resolve()
  const queue = (events: readonly MllpEvent[]): void => {
    for (const event of events) {
      work = work.then(() => (socket.destroyed && event.kind === 'message' ? undefined : handle(line, socket, event, sent))).catch((error: unknown) => {
        // A database that is away is told once, by who watches it.
        if (!isConnectionFailure(error)) log('warn', 'a message was not taken', errorFields(error))
        socket.destroy()
      })
    }
    if (events.length > 0) {
      socket.pause()
      void work.then(() => socket.resume())
    }
  }
  socket.on('data', (chunk: Uint8Array) => queue(decoder.push(chunk)))
  socket.on('end', () => {
    queue(decoder.end())
    void work.then(() => socket.end())
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    work = work.then(async () => {
      for (const id of sent.values()) await line.onAnswered({ id, isTaken: false, answer: '' })
    }).catch((error: unknown) => log('warn', 'what became of an order was not kept', errorFields(error)))
  })
  return (messages) => {
    work = work.then(async () => {
      if (!socket.destroyed && socket.writable) return say(socket, sent, messages)
      for (const { id } of messages) await line.onAnswered({ id, isTaken: false, answer: '' })
    }).catch((error: unknown) => log('warn', 'what became of an order was not kept', errorFields(error)))
  }
}
