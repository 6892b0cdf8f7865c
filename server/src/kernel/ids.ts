import { randomUUID } from 'node:crypto'

/** A new UUIDv7 (RFC 9562): sorts by time of making. */
export function newId(at: number = Date.now()): string {
  const time = at.toString(16).padStart(12, '0')
  // What follows the time and the version is as random in the fourth version, which Node makes from bytes it keeps at hand.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Whether a text is a UUID of any version. */
export const isUuid = (value: string): boolean => uuidShape.test(value)
