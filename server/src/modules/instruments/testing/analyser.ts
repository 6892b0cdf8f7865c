import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { astm, framesOf } from '../astm-rules.ts'
import { frame, mllpDecoder } from '../mllp-rules.ts'

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

export interface MllpAnalyser {
  /** Sends a message and answers the acknowledgement. Rejects when the line is lost first. */
  send: (message: string) => Promise<string>
  write: (bytes: Uint8Array) => void
  next: () => Promise<string>
  end: () => void
  socket: Socket
}

/** An analyser that speaks HL7 over MLLP. */
export async function mllpAnalyser(port: number): Promise<MllpAnalyser> {
  const socket = await dial(port)
  const decoder = mllpDecoder(1_000_000)
  const arrived: string[] = []
  const waiting: { done: (text: string) => void; fail: (error: Error) => void }[] = []
  socket.on('data', (chunk: Uint8Array) => {
    for (const event of decoder.push(chunk)) {
      if (event.kind !== 'message') continue
      const text = Buffer.from(event.bytes).toString('utf8')
      const first = waiting.shift()
      if (first === undefined) arrived.push(text)
      else first.done(text)
    }
  })
  socket.on('close', () => {
    for (const one of waiting.splice(0)) one.fail(new Error('the line was lost'))
  })
  const next = () => {
    const there = arrived.shift()
    if (there !== undefined) return Promise.resolve(there)
    return new Promise<string>((done, fail) => {
      if (socket.destroyed) fail(new Error('the line was lost'))
      else waiting.push({ done, fail })
    })
  }
  return {
    socket,
    next,
    write: (bytes) => void socket.write(bytes),
    send: (message) => {
      const answer = next()
      socket.write(frame(Buffer.from(message, 'utf8')))
      return answer
    },
    end: () => void socket.end(),
  }
}

/** Sends raw frames as an ASTM analyser does, ENQ and EOT around them; answers what came back to each: ACK, NAK or nothing in time. */
export async function astmSend(port: number, frames: readonly Uint8Array[]): Promise<string[]> {
  const socket = await dial(port)
  const replies: string[] = []
  const offer = async (bytes: Uint8Array): Promise<string> => {
    const reply = Promise.race([once(socket, 'data').then(([chunk]) => (chunk instanceof Uint8Array && chunk.at(-1) === astm.ack ? 'ACK' : 'NAK')), once(socket, 'close').then(() => 'CLOSED'), wait(10_000).then(() => 'NOTHING')])
    socket.write(bytes)
    return reply
  }
  await offer(Buffer.of(astm.enq))
  for (const bytes of frames) replies.push(await offer(bytes))
  socket.end(Buffer.of(astm.eot))
  await once(socket, 'close')
  return replies
}

export const astmText = (records: readonly string[]): Uint8Array[] => framesOf(`${records.join('\r')}\r`)

/** The frames of a capture: from STX to the line end after its checksum. */
export function framesIn(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = []
  let from = -1
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === astm.stx && from === -1) from = at
    const isEnd = from !== -1 && (bytes[at] === astm.etx || bytes[at] === astm.etb)
    if (!isEnd) continue
    let end = Math.min(bytes.length, at + 3)
    while (bytes[end] === astm.cr || bytes[end] === astm.lf) end += 1
    frames.push(bytes.subarray(from, end))
    from = -1
  }
  return frames
}

const stamp = '20261120101500'
/** A result message of an analyser; an observation is `code|value|unit`. */
export const oru = (specimen: string, observations: readonly string[], { controlId, mrn = '', trigger = 'ORU^R01^ORU_R01', modes = '' }: { controlId: string; mrn?: string; trigger?: string; modes?: string }): string =>
  [
    `MSH|^~\\&|ANALYSER|LAB|TRIVENI|H|${stamp}||${trigger}|${controlId}|P|2.5.1|||${modes}`, `PID|1||${mrn}`,
    ...(trigger.startsWith('OUL') ? [`SPM|1|${specimen}`, `OBR|1|||PANEL`] : [`OBR|1|${specimen}||PANEL`]),
    ...observations.map((one, index) => { const [code = '', value = '', unit = ''] = one.split('|'); return `OBX|${index + 1}|NM|${code}||${value}|${unit}|||||F` }), '',
  ].join('\r')
