import { createHash } from 'node:crypto'

/** A repeatable stream of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of a list, the first ones more often, as names are (Zipf-like). */
export function pickCommon<T>(list: readonly [T, ...T[]], random: () => number): T {
  return list[Math.floor(list.length * random() ** 2)] ?? list[0]
}

export function pick<T>(list: readonly [T, ...T[]], random: () => number): T {
  return list[Math.floor(list.length * random())] ?? list[0]
}

/** An id that depends on the seed and what it names alone: a second seed makes the same. */
export function stableId(seed: number, name: string): string {
  const hex = createHash('sha256').update(`${seed}:${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
