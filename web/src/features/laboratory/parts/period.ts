/** The first and last day of the month a day is in, moved by so many months; the running month ends today. */
export function monthOf(day: string, by: number, today: string): { from: string; to: string } {
  const [year = 0, month = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + by, 1))
  const last = new Date(Date.UTC(year, month + by, 0)).toISOString().slice(0, 10)
  return { from: first.toISOString().slice(0, 10), to: last > today && first.toISOString().slice(0, 7) === today.slice(0, 7) ? today : last }
}

/** Minutes as hours and minutes, as one says them. */
export const hoursOf = (minutes: number): { hours: number; minutes: number } => ({ hours: Math.floor(Math.round(minutes) / 60), minutes: Math.round(minutes) % 60 })

/** A part of a whole in per cent with one decimal; nothing of nothing is nothing. */
export const percentOf = (part: number, whole: number): string => `${whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10} %`
