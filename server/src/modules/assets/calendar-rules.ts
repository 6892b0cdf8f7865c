const dayMilliseconds = 86_400_000
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`)
const textOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Days of the half-open time from one date to another: the second is not counted. */
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / dayMilliseconds)

/** The same day some months later, or the last day of a month that is shorter. */
export function addMonths(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return textOf(Date.UTC(year, month - 1 + months, Math.min(day, last)))
}

/** First day of the month of a date. */
export const monthOf = (date: string): string => `${date.slice(0, 7)}-01`

/** First day of the fiscal year in which a date falls. */
export function fiscalYearOf(date: string, startMonth: number): string {
  const [year = 0, month = 1] = date.split('-').map(Number)
  return `${month >= startMonth ? year : year - 1}-${String(startMonth).padStart(2, '0')}-01`
}
