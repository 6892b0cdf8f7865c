/** Frames of the minimal lower layer protocol: 0x0B, the message, 0x1C 0x0D. */
export const startBlock = 0x0b
export const endBlock = 0x1c

/** What came out of the bytes so far. */
export type MllpEvent = { kind: 'message'; bytes: Uint8Array } | { kind: 'too-large' } | { kind: 'noise'; bytes: Uint8Array }

export interface MllpDecoder {
  push: (chunk: Uint8Array) => MllpEvent[]
  /** What was cut off when the line went. */
  end: () => MllpEvent[]
  /** Whether a frame has begun and not ended. */
  isOpen: () => boolean
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0x0d || byte === 0x0a || byte === endBlock || byte === 0x20)

/**
 * Cuts a stream into messages: split or joined frames, noise between them. A new start inside a frame is the end of what was cut off.
 * Never holds more than `most` bytes.
 */
export function mllpDecoder(most: number): MllpDecoder {
  const held: { parts: Uint8Array[]; size: number; isOpen: boolean; isSkipping: boolean } = { parts: [], size: 0, isOpen: false, isSkipping: false }
  const hold = (part: Uint8Array, events: MllpEvent[]): void => {
    if (part.length === 0 || held.isSkipping) return
    held.size += part.length
    if (held.size <= most) return void held.parts.push(Uint8Array.from(part))
    held.parts = []
    held.isSkipping = true
    events.push({ kind: 'too-large' })
  }
  const cut = (events: MllpEvent[], kind: 'message' | 'noise'): void => {
    const bytes = Buffer.concat(held.parts)
    if (!held.isSkipping && (kind === 'message' || !isBlank(bytes))) events.push({ kind, bytes })
    Object.assign(held, { parts: [], size: 0, isSkipping: false })
  }
  const push = (chunk: Uint8Array): MllpEvent[] => {
    const events: MllpEvent[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const isStart = chunk[at] === startBlock
      if (!isStart && !(chunk[at] === endBlock && held.isOpen)) continue
      hold(chunk.subarray(from, at), events)
      cut(events, isStart ? 'noise' : 'message')
      held.isOpen = isStart
      from = at + 1
    }
    hold(chunk.subarray(from), events)
    return events
  }
  const end = (): MllpEvent[] => {
    const events: MllpEvent[] = []
    cut(events, 'noise')
    held.isOpen = false
    return events
  }
  return { push, end, isOpen: () => held.isOpen }
}

/** A message as a frame. */
export const frame = (bytes: Uint8Array): Uint8Array => Buffer.concat([Buffer.of(startBlock), bytes, Buffer.of(endBlock, 0x0d)])
