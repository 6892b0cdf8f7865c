import { useMemo } from 'react'
import { intlTag, useLanguage } from '../../kernel/i18n.ts'

const dayMs = 86_400_000
const atNoonless = (date: string) => Date.parse(`${date}T00:00:00Z`)

export const addDays = (date: string, days: number): string => new Date(atNoonless(date) + days * dayMs).toISOString().slice(0, 10)

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (date: string): number => new Date(atNoonless(date)).getUTCDay() || 7
export const weekOf = (date: string): string[] => Array.from({ length: 7 }, (_, index) => addDays(date, index + 1 - weekdayOf(date)))

/** The same day of another month, or its last. */
export function addMonths(date: string, months: number): string {
  const first = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return addDays(first.toISOString().slice(0, 10), Math.min(Number(date.slice(8)), last) - 1)
}

/** Whole weeks that hold the month. */
export function monthOf(date: string): string[] {
  const first = `${date.slice(0, 7)}-01`
  const last = addDays(addMonths(first, 1), -1)
  const days: string[] = []
  for (let day = addDays(first, 1 - weekdayOf(first)); day <= last || weekdayOf(day) !== 1; day = addDays(day, 1)) days.push(day)
  return days
}

export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
export const isDate = (value: string | undefined): value is string => value !== undefined && /^\d{4}-\d\d-\d\d$/.test(value)

/** Names of days and months in the reader's language. */
export function useDayNames() {
  const language = useLanguage()
  return useMemo(() => {
    const tag = intlTag(language)
    const show = (options: Intl.DateTimeFormatOptions) => (date: string) => new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' }).format(new Date(atNoonless(date)))
    const weekday = show({ weekday: 'short' })
    const long = show({ weekday: 'long' })
    const monday = '2024-01-01'
    return { weekday, dayNumber: show({ day: 'numeric' }), head: show({ weekday: 'short', day: 'numeric', month: 'short' }), month: show({ month: 'long', year: 'numeric' }), weekdayName: (number: number) => long(addDays(monday, number - 1)) }
  }, [language])
}
