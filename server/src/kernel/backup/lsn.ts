/** A place in the write-ahead log as a number; `A/B` as PostgreSQL writes it. */
export function parseLsn(text: string): number {
  const [high = '0', low = '0'] = text.split('/')
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}

export const formatLsn = (lsn: number): string => `${Math.floor(lsn / 2 ** 32).toString(16).toUpperCase()}/${(lsn % 2 ** 32).toString(16).toUpperCase()}`

const hex8 = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0')

/** The file of the log that holds a place. */
export function segmentName(timeline: number, lsn: number, segmentBytes: number): string {
  const number = Math.floor(lsn / segmentBytes)
  const perHigh = 2 ** 32 / segmentBytes
  return hex8(timeline) + hex8(Math.floor(number / perHigh)) + hex8(number % perHigh)
}

/** Where a segment begins, from its name. */
export function segmentStart(name: string, segmentBytes: number): number {
  return Number.parseInt(name.slice(8, 16), 16) * 2 ** 32 + Number.parseInt(name.slice(16, 24), 16) * segmentBytes
}

export const isSegment = (name: string): boolean => /^[0-9A-F]{24}$/.test(name)
