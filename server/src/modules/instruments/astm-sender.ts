import { once } from 'node:events'
import type { Socket } from 'node:net'
import { astm, framesOf } from './astm-rules.ts'

/** How long the other side may take to answer (LIS1-A, 6.5.2). */
export const answerMilliseconds = 15_000
const mostTries = 6

/** The sender's end of a line. */
export interface AstmEnd {
  encoding: string
  /** Writes, and answers the byte that comes back; undefined where none comes in time or the line is gone. */
  ask: (bytes: Uint8Array) => Promise<number | undefined>
  tell: (bytes: Uint8Array) => void
}

/** `contention`: the other side wants to send itself. `busy`: it cannot take anything now. */
export type Outcome = 'sent' | 'contention' | 'busy' | 'failed'

async function offer(end: AstmEnd, bytes: Uint8Array): Promise<boolean> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const reply = await end.ask(bytes)
    // EOT in place of ACK takes the frame and asks for the line.
    if (reply === astm.ack || reply === astm.eot) return true
    if (reply === undefined) return false
  }
  return false
}

/** Sends a transmission as the sender of LIS1-A: ENQ, frame after frame, EOT; each frame again until it is acknowledged. */
export async function transmitAstm(end: AstmEnd, text: string): Promise<Outcome> {
  const bid = await end.ask(Buffer.of(astm.enq))
  if (bid === astm.enq) return 'contention'
  if (bid === astm.nak) return 'busy'
  let isTaken = bid === astm.ack
  for (const bytes of isTaken ? framesOf(text, end.encoding) : []) {
    isTaken = isTaken && (await offer(end, bytes))
  }
  end.tell(Buffer.of(astm.eot))
  return isTaken ? 'sent' : 'failed'
}

/** Sends a transmission over a connection that was opened for it; throws where it was not taken. */
export async function sendAstm(socket: Socket, text: string, encoding: string): Promise<void> {
  const ask = async (bytes: Uint8Array): Promise<number | undefined> => {
    const reply = once(socket, 'data', { signal: AbortSignal.timeout(answerMilliseconds) }).then(([chunk]): number | undefined => (chunk instanceof Uint8Array ? chunk.at(-1) : undefined), () => undefined)
    socket.write(bytes)
    return reply
  }
  const outcome = await transmitAstm({ encoding, ask, tell: (bytes) => void socket.write(bytes) }, text)
  if (outcome !== 'sent') throw new Error(outcome === 'failed' ? 'not acknowledged' : 'the line is taken')
}
