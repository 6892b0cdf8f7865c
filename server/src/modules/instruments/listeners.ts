import { createServer, type Server, type Socket } from 'node:net'
import { now } from '#kernel/config.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext, withSystem } from '#kernel/db.ts'
import { errorFields, log } from '#kernel/log.ts'
import { serveAstm } from './astm-line.ts'
import { type Line, serveMllp } from './mllp-line.ts'
import { type InstrumentRow, listeningInstruments } from './repo.ts'
import { answerQueries, noteAnswer } from './sending.ts'

interface Listener {
  version: number
  server: Server
  sockets: Set<Socket>
}

export interface Listeners {
  /** Opens and closes ports so that they are those of the instruments as they are now. */
  sync: () => Promise<void>
  stop: () => Promise<void>
}

const mostConnections = 64
const syncMilliseconds = 5000
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '')

function lineOf(tenantId: string, instrument: InstrumentRow): Line {
  const context = () => makeContext({ tenantId, now: now() })
  return { instrument, context, onQuery: (messageIds) => answerQueries(context(), instrument, messageIds), onAnswered: (answered) => noteAnswer(context(), instrument, answered) }
}

function open(tenantId: string, instrument: InstrumentRow, host: string): Promise<Listener> {
  const sockets = new Set<Socket>()
  const line = lineOf(tenantId, instrument)
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const isForeign = instrument.allowed_address !== '' && plainAddress(socket.remoteAddress) !== instrument.allowed_address
    if (isForeign || sockets.size >= mostConnections) return void socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.setKeepAlive(true, 60_000)
    if (instrument.protocol === 'hl7') serveMllp(line, socket)
    else serveAstm(line, socket)
  })
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(instrument.listen_port ?? 0, host, () => done({ version: instrument.version, server, sockets }))
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
  return {
    sync: safely,
    stop: async () => {
      clearInterval(timer)
      await state.running
      await Promise.all([...listeners.values()].map(close))
      listeners.clear()
    },
  }
}
