import { nameWords } from '#kernel/text.ts'

/** What a text in the search box is: an e-mail or its beginning, a birth date (with a name beside it), or anything else. */
export type Typed = { kind: 'email'; email: string } | { kind: 'birth'; dates: string[]; words: string[] } | { kind: 'words' }

const yearFirst = /(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)/
const yearLast = /(?<!\d)(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)/

function dateOf(year: string, month: string, day: string): string[] {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date) ? [date] : []
}

/** Whether day or month comes first is not guessed: both are looked for. */
function datesOf(text: string): { written: string; dates: string[] } | undefined {
  const iso = yearFirst.exec(text)
  if (iso !== null) return { written: iso[0], dates: dateOf(iso[1] ?? '', iso[2] ?? '', iso[3] ?? '') }
  const local = yearLast.exec(text)
  if (local === null) return undefined
  const [written, first = '', second = '', year = ''] = local
  return { written, dates: [...new Set([...dateOf(year, second, first), ...dateOf(year, first, second)])] }
}

export function readTyped(text: string): Typed {
  const email = text.trim()
  if (/^[^\s@]+@[^\s@]*$/.test(email)) return { kind: 'email', email }
  const found = datesOf(text)
  if (found === undefined || found.dates.length === 0) return { kind: 'words' }
  return { kind: 'birth', dates: found.dates, words: nameWords(text.replace(found.written, ' ')) }
}
