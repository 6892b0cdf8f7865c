import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { hearBroadcasts, sayToOthers } from './caches.ts'
import { isUuid } from './ids.ts'

/** What changed: ids only, so that a screen asks again by the routes that decide what it may see. */
export interface Change {
  tenantId: string
  /** Nothing when it is no facility's own. */
  facilityId: string | null
  module: string
  id: string | null
}

/** Who holds a socket, and where it may hear of which modules. */
export interface Listener {
  tenantId: string
  grants: ReadonlyMap<string, ReadonlySet<string>>
}

export interface LiveOptions {
  publicUrl: string
  /** Who is behind the headers of a handshake; only a session may listen. */
  listenerOf: (headers: Record<string, string | undefined>) => Promise<Listener | undefined>
}

const gatherMilliseconds = 200
const checkMilliseconds = 2000
// A notification of PostgreSQL carries 8,000 bytes at most.
const mostAtOnce = 25
const state: { io?: Server; waiting: Map<string, Change>; timer?: NodeJS.Timeout } = { waiting: new Map() }

const room = (tenantId: string, facilityId: string | null, module: string): string => `${tenantId}:${facilityId ?? '*'}:${module}`

function deliver(changes: readonly Change[]): void {
  for (const [name, found] of Map.groupBy(changes, (change) => room(change.tenantId, change.facilityId, change.module))) {
    state.io?.to(name).emit('changed', found.map(({ module, id }) => ({ module, id })))
  }
}

/** Tells the screens of this and every other process, gathered for a moment; call it once the change is committed. */
export function announce(change: Change): void {
  state.waiting.set(`${room(change.tenantId, change.facilityId, change.module)}${change.id}`, change)
  state.timer ??= setTimeout(() => {
    delete state.timer
    const changes = [...state.waiting.values()]
    state.waiting.clear()
    deliver(changes)
    for (let at = 0; at < changes.length; at += mostAtOnce) sayToOthers('live', changes.slice(at, at + mostAtOnce))
  }, gatherMilliseconds).unref()
}

/** Modules of which the listener may hear in a facility: those in which it holds any permission there. */
const modulesOf = (listener: Listener, facilityId: string): string[] => [...new Set([...(listener.grants.get(facilityId) ?? [])].map((permission) => permission.split('.')[0] ?? ''))]

async function enter(socket: Socket, listener: Listener, facilityId: string): Promise<void> {
  const wanted = new Set([socket.id, ...modulesOf(listener, facilityId).flatMap((module) => [room(listener.tenantId, facilityId, module), room(listener.tenantId, null, module)])])
  for (const name of socket.rooms) if (!wanted.has(name)) await socket.leave(name)
  await socket.join([...wanted].filter((name) => !socket.rooms.has(name)))
}

/** A browser says where its page is from, which may be «null»; other programs say nothing. */
const isOwnPage = (origin: string | undefined, host: string | undefined, own: string): boolean => origin === undefined || origin === own || (URL.canParse(origin) && new URL(origin).host === host)

/**
 * Puts sockets on the server: who has a session hears, for one facility at a time, of which module's records changed.
 * Every few seconds each is asked again whether its session stands and what it may; who lost it is cut off.
 */
export function attachLive(server: HttpServer, options: LiveOptions): () => Promise<void> {
  const own = new URL(options.publicUrl).origin
  const io = new Server(server, { path: '/socket.io', transports: ['websocket'], serveClient: false, maxHttpBufferSize: 4096, pingInterval: 25_000, allowRequest: ({ headers }, allow) => allow(null, isOwnPage(headers.origin, headers.host, own)) })
  state.io = io
  hearBroadcasts('live', (changes) => deliver(changes as Change[]))
  const listenerOf = (socket: Socket) => options.listenerOf({ cookie: socket.handshake.headers.cookie })
  io.use((socket, next) => {
    listenerOf(socket).then((listener) => (listener === undefined ? next(new Error('signed-out')) : next()), () => next(new Error('unavailable')))
  })
  io.on('connection', (socket) => {
    socket.on('watch', (facilityId: unknown) => {
      if (typeof facilityId !== 'string' || !isUuid(facilityId)) return
      socket.data.facilityId = facilityId
      check(socket)
    })
  })
  const checked = async (socket: Socket): Promise<void> => {
    const listener = await listenerOf(socket)
    if (listener === undefined) socket.disconnect(true)
    else if (typeof socket.data.facilityId === 'string') await enter(socket, listener, socket.data.facilityId)
  }
  // A database that is away ends no session; the next round asks again.
  const check = (socket: Socket): void => void checked(socket).catch(() => {})
  const sweep = setInterval(() => {
    for (const socket of io.sockets.sockets.values()) check(socket)
  }, checkMilliseconds)
  sweep.unref()
  return async () => {
    clearInterval(sweep)
    delete state.io
    io.disconnectSockets(true)
    io.engine.close()
  }
}
