import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import pg from 'pg'
import { clearHere, hearInvalidation, onInvalidation } from './caches.ts'
import { errorFields, log } from './log.ts'

const channel = 'triveni_cache'
const joined: { by?: 'postgres' | 'redis'; isUp: boolean } = { isUp: false }

/** How this process hears of what others change; `by` is missing in a process that does not serve. */
export const cacheLine = (): Readonly<typeof joined> => joined

/** A line to other processes: what they say is heard, what is said is sent; `stop` ends it. */
interface Line {
  say: (message: string) => void
  ended: Promise<void>
  close: () => void
}

async function overPostgres(url: string): Promise<Line> {
  const client = new pg.Client({ connectionString: url, application_name: 'triveni caches', keepAlive: true, pipeline: true })
  const ended = new Promise<void>((done) => client.once('end', done).once('error', () => done()))
  // A dying connection may complain more than once, and nobody listening would end the process.
  client.on('error', () => {})
  client.on('notification', ({ payload }) => hearInvalidation(payload ?? '{}'))
  await client.connect()
  await client.query(`listen ${channel}`)
  return { say: (message) => void client.query('select pg_notify($1, $2)', [channel, message]).catch(() => {}), ended, close: () => client.connection.stream.destroy() }
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

function redisSocket(url: URL): Promise<Socket> {
  const port = Number(url.port || 6379)
  return new Promise((done, fail) => {
    const socket = url.protocol === 'rediss:' ? connectTls({ host: url.hostname, port, servername: url.hostname }, () => done(socket)) : connect(port, url.hostname, () => done(socket))
    socket.setKeepAlive(true, 10_000).once('error', fail)
    if (url.password !== '') socket.write(bulk(['AUTH', ...(url.username === '' ? [] : [decodeURIComponent(url.username)]), decodeURIComponent(url.password)]))
  })
}

/** Two connections: one that subscribed may say nothing else. */
async function overRedis(address: string): Promise<Line> {
  const url = new URL(address)
  const [listener, speaker] = await Promise.all([redisSocket(url), redisSocket(url)])
  const ended = Promise.race([listener, speaker].map((socket) => new Promise<void>((done) => socket.once('close', () => done()))))
  listener.on('data', readReplies(([kind, , message]) => {
    if (kind === 'message' && message !== undefined) hearInvalidation(message)
  }))
  speaker.on('data', () => {})
  for (const socket of [listener, speaker]) socket.on('error', () => {})
  listener.write(bulk(['SUBSCRIBE', channel]))
  const close = () => [listener, speaker].forEach((socket) => socket.destroy())
  return { say: (message) => void speaker.write(bulk(['PUBLISH', channel, message])), ended: ended.finally(close), close }
}

/**
 * Joins the caches of the processes of an installation, by Redis where there is one, else by LISTEN and NOTIFY.
 * After a break everything cached is forgotten, since something may have been missed.
 */
export function joinCaches(options: { databaseUrl: string; redisUrl: string | undefined }): () => Promise<void> {
  const life = { isStopping: false, line: undefined as Line | undefined }
  const loop = async () => {
    while (!life.isStopping) {
      try {
        const line = options.redisUrl === undefined ? await overPostgres(options.databaseUrl) : await overRedis(options.redisUrl)
        life.line = line
        joined.isUp = true
        clearHere()
        onInvalidation(line.say)
        await line.ended
      } catch (error) {
        if (!life.isStopping) log('warn', 'other processes cannot be told of changes', errorFields(error))
      }
      joined.isUp = false
      onInvalidation(undefined)
      clearHere()
      if (!life.isStopping) await new Promise((done) => setTimeout(done, 1000).unref())
    }
  }
  joined.by = options.redisUrl === undefined ? 'postgres' : 'redis'
  void loop()
  return async () => {
    life.isStopping = true
    delete joined.by
    life.line?.close()
  }
}
