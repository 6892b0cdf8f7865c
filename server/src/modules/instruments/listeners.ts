import { createServer, type Server, type Socket } from 'node:net'
import { now } from '#kernel/config.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext, withSystem } from '#kernel/db.ts'
import { errorFields, log } from '#kernel/log.ts'
import { serveAstm } from './astm-line.ts'
import { type Line, serveMllp, type Speaker } from './mllp-line.ts'
import { type InstrumentRow, listeningInstruments } from './repo.ts'
import { answerQueries, noteAnswer, noteSpoken, waitingOrders } from './sending.ts'

interface Listener {
  version: number
  server: Server
  sockets: Set<Socket>
  /** Says on an open line what waits for it. */
  speak: () => Promise<void>
}

export interface Listeners {
  /** Opens and closes ports so that they are those of the instruments as they are now. */
  sync: () => Promise<void>
  stop: () => Promise<void>
}

const mostConnections = 64
const syncMilliseconds = 5000
const speakMilliseconds = 2000
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '')

/** What is said on the lines of an instrument: by whom, and what is under way, which is not said twice. */
interface Saying {
  speakers: Set<Speaker>
  underWay: Set<string>
}

function lineOf(tenantId: string, instrument: InstrumentRow, { underWay }: Saying): Line {
  const context = () => makeContext({ tenantId, now: now() })
  const onAnswered: Line['onAnswered'] = async (answered) => {
    const isOwn = underWay.delete(answered.id)
    await (isOwn ? noteSpoken : noteAnswer)(context(), instrument, answered)
  }
  return { instrument, context, onQuery: (messageIds) => answerQueries(context(), instrument, messageIds), onAnswered }
}

/** Orders for an instrument that has no address go out on the line it opened last. */
async function speakOn(line: Line, { speakers, underWay }: Saying): Promise<void> {
  const speaker = [...speakers].at(-1)
  if (speaker === undefined) return
  const waiting = (await waitingOrders({ ...line.context(), isReadOnly: true }, line.instrument)).filter((message) => !underWay.has(message.id))
  if (waiting.length === 0 || !speakers.has(speaker)) return
  for (const message of waiting) underWay.add(message.id)
  speaker(waiting)
}

function open(tenantId: string, instrument: InstrumentRow, host: string): Promise<Listener> {
  const sockets = new Set<Socket>()
  const saying: Saying = { speakers: new Set(), underWay: new Set() }
  const line = lineOf(tenantId, instrument, saying)
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const isForeign = instrument.allowed_address !== '' && plainAddress(socket.remoteAddress) !== instrument.allowed_address
    if (isForeign || sockets.size >= mostConnections) return void socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.setKeepAlive(true, 60_000)
    const speaker = instrument.protocol === 'hl7' ? serveMllp(line, socket) : serveAstm(line, socket)
    saying.speakers.add(speaker)
    for (const over of ['end', 'close']) socket.on(over, () => saying.speakers.delete(speaker))
  })
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(instrument.listen_port ?? 0, host, () => done({ version: instrument.version, server, sockets, speak: () => speakOn(line, saying) }))
  })
}

async function close(listener: Listener): Promise<void> {
  const closed = new Promise((done) => listener.server.close(done))
  for (const socket of listener.sockets) socket.destroy()
  await closed
}

async function wanted(): Promise<Map<string, { tenantId: string; instrument: InstrumentRow }>> {
  const { rows } = await withSystem((query) => query("select id from tenants where state = 'active'", []))
  const all = new Map<string, { tenantId: string; instrument: InstrumentRow }>()
  for (const { id: tenantId } of rows) {
    const ctx = { ...makeContext({ tenantId, now: now() }), isReadOnly: true }
    for (const instrument of await withContext(ctx, listeningInstruments)) all.set(`${tenantId}:${instrument.id}`, { tenantId, instrument })
  }
  return all
}

/** Listens for the instruments of every tenant on the ports that stand in their rows; looks again every few seconds. */
export async function startListeners(host: string): Promise<Listeners> {
  const listeners = new Map<string, Listener>()
  const sync = async (): Promise<void> => {
    const all = await wanted()
    for (const [key, listener] of listeners) {
      if (all.get(key)?.instrument.version === listener.version) continue
      listeners.delete(key)
      await close(listener)
    }
    for (const [key, { tenantId, instrument }] of all) {
      if (listeners.has(key)) continue
      try {
        listeners.set(key, await open(tenantId, instrument, host))
      } catch (error) {
        log('warn', 'an instrument cannot listen', { port: instrument.listen_port ?? 0, ...errorFields(error) })
      }
    }
  }
  const state: { running: Promise<void> } = { running: Promise.resolve() }
  const safely = () => (state.running = state.running.then(sync).catch((error: unknown) => log('warn', 'instruments were not looked up', errorFields(error))))
  await safely()
  const timer = setInterval(() => void safely(), syncMilliseconds)
  timer.unref()
  const speaking = { running: Promise.resolve() }
  const speakAll = async (): Promise<void> => {
    for (const listener of listeners.values()) await listener.speak()
  }
  const speak = () => (speaking.running = speaking.running.then(speakAll).catch((error: unknown) => log('warn', 'waiting orders were not looked up', errorFields(error))))
  const speakTimer = setInterval(() => void speak(), speakMilliseconds)
  speakTimer.unref()
  return {
    sync: safely,
    stop: async () => {
      clearInterval(timer)
      clearInterval(speakTimer)
      await Promise.all([state.running, speaking.running])
      await Promise.all([...listeners.values()].map(close))
      listeners.clear()
    },
  }
}
