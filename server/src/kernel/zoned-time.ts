import { LRUCache } from 'lru-cache'

const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string): Intl.DateTimeFormat {
  let known = formats.get(zone)
  if (known === undefined) {
    known = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
    formats.set(zone, known)
  }
  return known
}

function parts(instant: Date, zone: string): Record<string, string> {
  return Object.fromEntries(format(zone).formatToParts(instant).map((part) => [part.type, part.value]))
}

/** The calendar date of an instant in a zone, `YYYY-MM-DD`. */
export function localDate(instant: Date, zone: string): string {
  const { year, month, day } = parts(instant, zone)
  return `${year?.padStart(4, '0')}-${month}-${day}`
}

/** The wall-clock time of an instant in a zone, `HH:MM`. */
export function localTime(instant: Date, zone: string): string {
  const { hour, minute } = parts(instant, zone)
  return `${hour}:${minute}`
}

const offsets = new LRUCache<string, number>({ max: 10_000 })
const quarter = 900_000

/** Clocks are changed on a quarter of an hour (since 1972, when the last odd offset ended), so one offset holds for each. */
function offsetMilliseconds(at: number, zone: string): number {
  if (at < 100_000_000_000) return offsetAt(at, zone)
  const key = `${zone}${Math.floor(at / quarter)}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const offset = offsetAt(at, zone)
  offsets.set(key, offset)
  return offset
}

const offsetAt = (at: number, zone: string): number => {
  const { year, month, day, hour, minute, second } = parts(new Date(at), zone)
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - Math.floor(at / 1000) * 1000
}

/** The instant of a wall time in a zone: in a gap the time moves forward by the gap, in an overlap it is the first. */
export function zonedToInstant(date: string, time: string, zone: string): Date {
  const wall = Date.parse(`${date}T${time}:00Z`)
  const before = offsetMilliseconds(wall - 86_400_000, zone)
  const after = offsetMilliseconds(wall + 86_400_000, zone)
  const fits = [...new Set([before, after])].map((offset) => wall - offset).filter((at) => at + offsetMilliseconds(at, zone) === wall)
  return new Date(fits.length === 0 ? wall - before : Math.min(...fits))
}

/** A calendar date some days later (or earlier). */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** Completed years, months and days from birth to a date; born on 29 February, the birthday of a common year is 1 March. */
export function ageOn(birthDate: string, on: string): { years: number; months: number; days: number } {
  const [by = 0, bm = 1, bd = 1] = birthDate.split('-').map(Number)
  const [oy = 0, om = 1, od = 1] = on.split('-').map(Number)
  let months = (oy - by) * 12 + (om - bm)
  if (od < bd) months -= 1
  const days = od >= bd ? od - bd : od + Math.max(0, daysInMonth(om === 1 ? oy - 1 : oy, om === 1 ? 12 : om - 1) - bd)
  return { years: Math.floor(months / 12), months: ((months % 12) + 12) % 12, days }
}

/** ISO weekday of a date: Monday 1 … Sunday 7. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7
}
