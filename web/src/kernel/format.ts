import { useMemo } from 'react'
import type { Money } from '#contract/common/values.ts'
import { useAuth } from './auth.tsx'
import { intlTag, useLanguage, useText, type Text } from './i18n.ts'

export interface Format {
  /** «today», «3 Nov», «3 Nov 2024». */
  day: (iso: string | null | undefined) => string
  /** «today 14:05», «3 Nov 14:05». */
  dayTime: (iso: string | null | undefined) => string
  full: (iso: string | null | undefined) => string
  time: (iso: string | null | undefined) => string
  money: (value: Money | null | undefined) => string
  number: (value: string | number | null | undefined) => string
  /** Number and unit; never `.5`, never `1.0`. */
  quantity: (value: { value: string; unit: string } | null | undefined) => string
  /** Today in the facility's calendar, `YYYY-MM-DD`. */
  today: () => string
  /** The instant of a wall time in the facility's zone. */
  instant: (date: string, clock: string) => string
}

const dash = '–'
/** A date or an amount is read as one: no line ends within it. */
const whole = (text: string) => text.replaceAll(' ', '\u00a0')
const isDateOnly = (iso: string) => iso.length === 10

/** Date and time of an instant in a zone, as `YYYY-MM-DD` and `HH:MM`. */
export function wallTime(iso: string | Date, zone: string): { date: string; clock: string } {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(new Date(iso))
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { date: `${of('year')}-${of('month')}-${of('day')}`, clock: `${of('hour')}:${of('minute')}` }
}

/** UTC instant of a wall time; asked twice because the offset may differ at the first guess. */
export function instantOf(date: string, clock: string, zone: string): string {
  const wanted = Date.parse(`${date}T${clock}:00Z`)
  const offsetAt = (at: number) => {
    const wall = wallTime(new Date(at), zone)
    return Date.parse(`${wall.date}T${wall.clock}:00Z`) - at
  }
  const first = wanted - offsetAt(wanted)
  return new Date(wanted - offsetAt(first)).toISOString()
}

/** A number with its sign: minus as a minus, not as a hyphen, at which a line could end. */
export const signed = (value: string): string => (value.startsWith('-') ? value.replace('-', '−') : Number(value) === 0 ? value : `+${value}`)

/** A decimal text without needless zeros: `0.5`, never `.5` or `1.0`. */
export function plainNumber(value: string): string {
  const trimmed = value.includes('.') ? value.replace(/0+$/, '').replace(/\.$/, '') : value
  return trimmed.startsWith('.') ? `0${trimmed}` : trimmed
}

function dayText(date: string, today: string, tag: string, t: Text): string {
  const days = Math.round((Date.parse(date) - Date.parse(today)) / 86_400_000)
  if (days === 0) return t('common.today')
  if (days === -1) return t('common.yesterday')
  if (days === 1) return t('common.tomorrow')
  const isThisYear = date.slice(0, 4) === today.slice(0, 4)
  return new Intl.DateTimeFormat(tag, { timeZone: 'UTC', day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) }).format(new Date(`${date}T00:00:00Z`))
}

export function makeFormat(language: string, zone: string, currency: string, t: Text): Format {
  const tag = intlTag(language)
  const today = () => wallTime(new Date(), zone).date
  const wall = (iso: string) => (isDateOnly(iso) ? { date: iso, clock: '' } : wallTime(iso, zone))
  const day = (iso: string) => whole(dayText(wall(iso).date, today(), tag, t))
  const full = (iso: string) => (isDateOnly(iso) ? new Intl.DateTimeFormat(tag, { timeZone: 'UTC', dateStyle: 'full' }).format(new Date(`${iso}T00:00:00Z`)) : new Intl.DateTimeFormat(tag, { timeZone: zone, dateStyle: 'full', timeStyle: 'medium' }).format(new Date(iso)))
  const or = (show: (iso: string) => string) => (iso: string | null | undefined) => (iso ? show(iso) : dash)
  return {
    day: or(day),
    dayTime: or((iso) => whole(`${day(iso)} ${wall(iso).clock}`.trim())),
    full: or(full),
    time: or((iso) => wall(iso).clock),
    money: (value) => (value ? new Intl.NumberFormat(tag, { style: 'currency', currency: value.currency || currency }).format(value.amount as Intl.StringNumericLiteral) : dash),
    number: (value) => (value === null || value === undefined || value === '' ? dash : new Intl.NumberFormat(tag, { maximumFractionDigits: 6 }).format(Number(value))),
    quantity: (value) => (value ? whole(`${plainNumber(value.value)} ${value.unit}`) : dash),
    today,
    instant: (date, clock) => instantOf(date, clock, zone),
  }
}

/** Dates, money and numbers in the reader's language and the facility's zone. */
export function useFormat(): Format {
  const { facility } = useAuth()
  const language = useLanguage()
  const t = useText()
  return useMemo(() => makeFormat(language, facility?.timeZone ?? 'UTC', facility?.currency ?? 'INR', t), [language, facility])
}
