import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** What processes of one installation tell each other goes over a channel of this name. */
export const lineChannel = 'triveni_cache'

/** A line to other processes: what they say is heard, what is said is sent; `stop` ends it. */
export interface Line {
  say: (message: string) => void
  ended: Promise<void>
  close: () => void
}

const bulk = (parts: readonly string[]): string => `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`

/** Reads the answers of Redis (RESP 2): arrays of texts, texts, numbers, states. */
export function readReplies(onReply: (reply: readonly string[]) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  const line = (from: number) => rest.indexOf('\r\n', from)
  const text = (from: number): { value: string; next: number } | undefined => {
    const end = line(from)
    if (end === -1) return undefined
    const head = rest.toString('utf8', from + 1, end)
    if (rest[from] !== 0x24) return { value: head, next: end + 2 }
    const length = Number(head)
    if (length < 0) return { value: '', next: end + 2 }
    return rest.length < end + 2 + length + 2 ? undefined : { value: rest.toString('utf8', end + 2, end + 2 + length), next: end + 4 + length }
  }
  const whole = (): { reply: string[]; next: number } | undefined => {
    if (rest.length === 0) return undefined
    if (rest[0] !== 0x2a) {
      const one = text(0)
      return one === undefined ? undefined : { reply: [one.value], next: one.next }
    }
    const end = line(0)
    if (end === -1) return undefined
    const reply: string[] = []
    let next = end + 2
    for (let left = Number(rest.toString('utf8', 1, end)); left > 0; left -= 1) {
      const one = text(next)
      if (one === undefined) return undefined
      reply.push(one.value)
      next = one.next
    }
    return { reply, next }
  }
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (let found = whole(); found !== undefined; found = whole()) {
      rest = rest.subarray(found.next)
      onReply(found.reply)
    }
  }
}

const patienceMilliseconds = 2500
// What could not be sent for as much is not kept: after a break everything cached is forgotten anyway.
const mostUnsentBytes = 1 << 20

interface Conversation {
  socket: Socket
  say: (...parts: string[]) => void
  ended: Promise<void>
}

/** Connects, signs in and says one thing; resolves with the first answer that is `expected`, and fails with any other after it. */
function converse(url: URL, first: readonly string[], expected: string, onReply: (reply: readonly string[]) => void): Promise<Conversation> {
  const port = Number(url.port || 6379)
  const socket = url.protocol === 'rediss:' ? connectTls({ host: url.hostname, port, servername: url.hostname }) : connect(port, url.hostname)
  const state = { heardAt: Date.now(), isOpen: false }
  const say = (...parts: string[]) => void socket.write(bulk(parts))
  const ended = new Promise<void>((done) => socket.once('close', () => done()))
  // A server that stands still keeps its connections: it is asked for a sign of life.
  const beat = setInterval(() => {
    if (Date.now() - state.heardAt > patienceMilliseconds || socket.writableLength > mostUnsentBytes) socket.destroy()
    else if (state.isOpen) say('PING')
  }, 1000)
  beat.unref()
  void ended.then(() => clearInterval(beat))
  socket.setKeepAlive(true, 10_000).on('error', () => {})
  if (url.password !== '') say('AUTH', ...(url.username === '' ? [] : [decodeURIComponent(url.username)]), decodeURIComponent(url.password))
  say(...first)
  return new Promise((done, fail) => {
    socket.once('close', () => fail(new Error('Redis does not answer')))
    socket.on('data', readReplies((reply) => {
      state.heardAt = Date.now()
      if (state.isOpen) return onReply(reply)
      const [word = ''] = reply
      if (word === 'OK') return
      state.isOpen = word === expected
      if (state.isOpen) return done({ socket, say, ended })
      socket.destroy()
      fail(new Error('Redis refused'))
    }))
  })
}

/** Two connections: one that subscribed may say nothing else. It is a line only once Redis has let both in. */
export async function overRedis(address: string, hear: (message: string) => void): Promise<Line> {
  const url = new URL(address)
  const listener = await converse(url, ['SUBSCRIBE', lineChannel], 'subscribe', ([kind, , message]) => {
    if (kind === 'message' && message !== undefined) hear(message)
  })
  const speaker = await converse(url, ['PING'], 'PONG', () => {}).catch((error: unknown) => {
    listener.socket.destroy()
    throw error
  })
  const close = () => [listener, speaker].forEach(({ socket }) => socket.destroy())
  return { say: (message) => speaker.say('PUBLISH', lineChannel, message), ended: Promise.race([listener.ended, speaker.ended]).finally(close), close }
}
