import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Ctx } from './context.ts'

interface Named {
  readonly cache: LRUCache<string, NonNullable<unknown>>
}

const caches = new Map<string, Named>()
const origin = randomUUID()
const channel: { publish?: (message: string) => void } = {}

/** A cache of this process that other processes can empty. */
export interface SharedCache<V extends NonNullable<unknown>> {
  get: (key: string) => V | undefined
  set: (key: string, value: V) => void
  /** Forgets one entry here and in every other process; without a key, all. */
  forget: (key?: string) => void
  /** As `forget`, once the context's transaction is committed. */
  forgetAfter: (ctx: Ctx, key?: string) => void
}

/** Makes a cache known by a name that is the same in every process. */
export function sharedCache<V extends NonNullable<unknown>>(name: string, options: { max: number; ttlSeconds: number }): SharedCache<V> {
  const cache = new LRUCache<string, V>({ max: options.max, ttl: options.ttlSeconds * 1000 })
  caches.set(name, { cache: cache as never })
  const forget = (key?: string) => {
    drop(name, key)
    channel.publish?.(JSON.stringify({ origin, name, key }))
  }
  return {
    get: (key) => cache.get(key),
    set: (key, value) => void cache.set(key, value),
    forget,
    forgetAfter: (ctx, key) => {
      ctx.afterCommit = [...(ctx.afterCommit ?? []), () => forget(key)]
    },
  }
}

function drop(name: string, key: string | undefined): void {
  const known = caches.get(name)
  if (key === undefined) known?.cache.clear()
  else known?.cache.delete(key)
}

const hearers = new Map<string, (payload: unknown) => void>()

/** Says what to do with what other processes say of a kind. */
export const hearBroadcasts = (kind: string, hear: (payload: unknown) => void): void => void hearers.set(kind, hear)

/** Tells the other processes of the installation, if there are any; small, and not for what must arrive. */
export const sayToOthers = (kind: string, payload: unknown): void => channel.publish?.(JSON.stringify({ origin, kind, payload }))

/** What another process said. */
export function hearInvalidation(message: string): void {
  const { origin: from, name, key, kind, payload }: { origin?: string; name?: string; key?: string; kind?: string; payload?: unknown } = JSON.parse(message)
  if (from === origin) return
  if (kind !== undefined) return hearers.get(kind)?.(payload)
  if (name === undefined) return
  if (name === '*') clearHere()
  else drop(name, key)
}

/** Says how other processes are told. */
export function onInvalidation(publish: ((message: string) => void) | undefined): void {
  if (publish === undefined) delete channel.publish
  else channel.publish = publish
}

/** Empties the caches of this process. */
export function clearHere(): void {
  for (const { cache } of caches.values()) cache.clear()
}

/** Empties every cache of every process. */
export function clearCaches(): void {
  clearHere()
  channel.publish?.(JSON.stringify({ origin, name: '*' }))
}

export const cacheSizes = (): { name: string; entries: number }[] => [...caches].map(([name, { cache }]) => ({ name, entries: cache.size }))
