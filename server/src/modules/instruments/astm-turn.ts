import type { Socket } from 'node:net'
import { astm } from './astm-rules.ts'
import { answerMilliseconds, type AstmEnd, transmitAstm } from './astm-sender.ts'
import type { Line } from './mllp-line.ts'
import type { MessageRow } from './repo.ts'

// After both have bid, the instrument has priority and the host waits; a busy one is asked again sooner (LIS1-A, 6.2.7.1 and 6.2.5.1).
const contentionMilliseconds = 20_000
const busyMilliseconds = 10_000

export interface OwnTurn {
  add: (messages: readonly MessageRow[]) => void
  /** What the host has to say of its own accord: at once where the line is free, else after the instrument's turn. */
  say: (messages: readonly MessageRow[]) => void
  /** Whether the byte answers what was asked; a line end is noise. */
  hear: (byte: number) => boolean
  /** The instrument has the line. */
  yield: () => void
  /** The line is free. */
  take: () => void
  /** The other side is gone. */
  hangUp: () => void
  /** Nobody is there to take what is left. */
  giveUp: () => void
}

/** What the host has to say on a line the instrument opened: it bids after the instrument's EOT, and yields to it. */
export function ownTurn(line: Line, socket: Socket, guarded: (task: () => Promise<void>) => void): OwnTurn {
  const outbox: MessageRow[] = []
  let reply: ((byte: number | undefined) => void) | undefined
  let isTheirs = false
  let isGone = false
  const ask = (bytes: Uint8Array): Promise<number | undefined> => new Promise((done) => {
    if (isGone) return void done(undefined)
    const timer = setTimeout(() => reply?.(undefined), answerMilliseconds)
    timer.unref()
    reply = (byte) => {
      clearTimeout(timer)
      reply = undefined
      done(byte)
    }
    socket.write(bytes)
  })
  const end: AstmEnd = { encoding: line.instrument.encoding, ask, tell: (bytes) => void (isGone ? false : socket.write(bytes)) }
  const speak = (): void => guarded(async () => {
    for (;;) {
      const [message] = outbox
      if (message === undefined || isTheirs || isGone) return
      const outcome = await transmitAstm(end, message.content)
      if (outcome === 'contention' || outcome === 'busy') return void setTimeout(speak, outcome === 'busy' ? busyMilliseconds : contentionMilliseconds).unref()
      outbox.shift()
      await line.onAnswered({ id: message.id, isTaken: outcome === 'sent', answer: '' })
    }
  })
  return {
    add: (messages: readonly MessageRow[]): void => void outbox.push(...messages),
    say: (messages: readonly MessageRow[]): void => {
      outbox.push(...messages)
      speak()
    },
    hear: (byte: number): boolean => {
      if (reply === undefined) return false
      if (byte !== astm.cr && byte !== astm.lf) reply(byte)
      return true
    },
    yield: (): void => void (isTheirs = true),
    take: (): void => {
      isTheirs = false
      speak()
    },
    hangUp: (): void => {
      isGone = true
      reply?.(undefined)
    },
    giveUp: (): void => {
      guarded(async () => {
        for (const { id } of outbox.splice(0)) await line.onAnswered({ id, isTaken: false, answer: '' })
      })
    },
  }
}
