import type { Socket } from 'node:net'
import { isConnectionFailure } from '#kernel/errors.ts'
import { errorFields, log } from '#kernel/log.ts'
import { astm, type Frame, readFrame } from './astm-rules.ts'
import { answerMilliseconds } from './astm-sender.ts'
import { ownTurn } from './astm-turn.ts'
import type { Line, Speaker } from './mllp-line.ts'
import { keepUnread, receiveMessage } from './receiving.ts'

const mostBytes = 6_000_000

interface Session {
  /** Bytes of the frame that is coming in; undefined between frames. */
  frame: number[] | undefined
  /** Frames of the message so far. */
  parts: Uint8Array[]
  size: number
  last: number
  lastBytes: Uint8Array
  /** Frames that did not come out right and were not sent again. */
  bad: Uint8Array[]
}

const empty = (): Session => ({ frame: undefined, parts: [], size: 0, last: -1, lastBytes: new Uint8Array(), bad: [] })

const textOf = (parts: readonly Uint8Array[], encoding: string): string => new TextDecoder(encoding).decode(Buffer.concat(parts))
const endsMessage = (text: string): boolean => /(^|[\r\n])L[|!][^\r\n]*[\r\n]*$/.test(text)

const asksSomething = (content: string): boolean => /(^|[\r\n])Q[^A-Za-z0-9\s]/.test(content)

/** Takes a whole message; its last frame is acknowledged only when it is committed. */
async function takeMessage(line: Line, session: Session): Promise<string[]> {
  const content = textOf(session.parts, line.instrument.encoding)
  session.parts = []
  session.size = 0
  const { message } = await receiveMessage(line.context(), line.instrument, content)
  return message.state !== 'rejected' && asksSomething(content) ? [message.id] : []
}

async function takeFrame(line: Line, session: Session, bytes: Uint8Array, asked: string[]): Promise<boolean> {
  const frame: Frame = readFrame(bytes)
  if (frame.isSound && frame.number === session.last && Buffer.from(bytes).equals(session.lastBytes)) return true
  // Some analysers number the frames of each record from 1 again.
  const isNext = session.last === -1 || frame.number === (session.last + 1) % 8 || (frame.number === 1 && session.lastBytes.includes(astm.etx))
  if (!frame.isSound || !isNext || session.size + frame.text.length > mostBytes) {
    session.bad.push(bytes)
    return false
  }
  session.bad = []
  session.parts.push(frame.text)
  session.size += frame.text.length
  if (frame.isLast && endsMessage(textOf(session.parts.slice(-2), line.instrument.encoding))) asked.push(...(await takeMessage(line, session)))
  session.last = frame.number
  session.lastBytes = bytes
  return true
}

/** What was left when the session ended: a message without an end is tried as it is, frames that never came right are kept. */
async function endSession(line: Line, session: Session, asked: string[]): Promise<void> {
  if (session.frame !== undefined) session.bad.push(Uint8Array.from(session.frame))
  if (session.parts.length > 0) asked.push(...(await takeMessage(line, session)))
  if (session.bad.length > 0) await keepUnread(line.context(), line.instrument, session.bad.map((one) => textOf([one], line.instrument.encoding)).join('\n'), 'frames not sound')
}

/** One connection of an instrument that speaks LIS1-A: frames are acknowledged one by one, the last of a message when it is committed. */
export function serveAstm(line: Line, socket: Socket): Speaker {
  let session = empty()
  let work = Promise.resolve()
  const asked: string[] = []
  const answer = (byte: number): void => void (socket.destroyed ? false : socket.write(Buffer.of(byte)))
  const guarded = (task: () => Promise<void>): void => {
    work = work.then(task).catch((error: unknown) => {
      // A database that is away is told once, by who watches it.
      if (!isConnectionFailure(error)) log('warn', 'a transmission was not taken', errorFields(error))
      // Not acknowledged: the instrument sends the frame again.
      answer(astm.nak)
    })
  }
  const turn = ownTurn(line, socket, guarded)
  const finish = (): void => guarded(async () => {
    const ended = session
    session = empty()
    await endSession(line, ended, asked)
    const ids = asked.splice(0)
    if (ids.length > 0) turn.add(await line.onQuery(ids))
  })
  const onByte = (byte: number): void => {
    const current = session.frame
    if (current === undefined && turn.hear(byte)) return
    // A control sign inside a frame: what had begun will not end any more.
    if (current !== undefined && byte !== astm.eot && byte !== astm.enq) {
      current.push(byte)
      const end = current.findLastIndex((one) => one === astm.etx || one === astm.etb)
      // A frame is over two checksum digits, or a line end, after ETX or ETB.
      const isOver = end !== -1 && (current.length - end === 3 || byte === astm.lf || byte === astm.cr)
      if (!isOver && current.length < mostBytes) return
      session.frame = undefined
      const bytes = Uint8Array.from(current)
      guarded(async () => answer((await takeFrame(line, session, bytes, asked)) ? astm.ack : astm.nak))
    } else if (byte === astm.stx) session.frame = []
    else if (byte === astm.enq) {
      turn.yield()
      finish()
      guarded(async () => answer(astm.ack))
    } else if (byte === astm.eot) {
      finish()
      turn.take()
    }
  }
  let timer: NodeJS.Timeout | undefined
  const onSilence = (): void => {
    if (session.frame === undefined) return
    session.bad.push(Uint8Array.from(session.frame))
    session.frame = undefined
    answer(astm.nak)
  }
  socket.on('data', (chunk: Uint8Array) => {
    for (const byte of chunk) onByte(byte)
    clearTimeout(timer)
    timer = setTimeout(onSilence, answerMilliseconds)
    timer.unref()
  })
  socket.on('end', () => {
    turn.hangUp()
    finish()
    turn.giveUp()
    void work.then(() => socket.end())
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    turn.hangUp()
    turn.giveUp()
  })
  return turn.say
}
