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

const hearers = new Map<string, (body: unknown) => void>()

/** Hears what other processes tell under a name that no cache has. */
export function onMessage(name: string, hear: (body: unknown) => void): void {
  hearers.set(name, hear)
}

/** Tells the other processes, those that listen now; at most 7 kB. */
export function tell(name: string, body: unknown): void {
  channel.publish?.(JSON.stringify({ origin, name, body }))
}

/** What another process said. */
export function hearInvalidation(message: string): void {
  const { origin: from, name, key, body }: { origin?: string; name?: string; key?: string; body?: unknown } = JSON.parse(message)
  if (from === origin || name === undefined) return
  const hear = hearers.get(name)
  if (hear !== undefined) return hear(body)
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
