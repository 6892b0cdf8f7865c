export interface RangeLike {
  sex: string
  method: string
  age_from_days: number
  age_to_days: number
  week_from: number
  week_to: number
}

/** The person a result is judged for, at the time the specimen was taken. */
export interface RangeSubject {
  /** Sex for clinical ranges; what is neither female nor male is judged by ranges for all, and alarmed by the strictest limits of any. */
  sex: string
  ageDays: number | null
  pregnancyWeek: number | null
  method: string
}

const forAllAges = (range: RangeLike): boolean => range.age_from_days === 0 && range.age_to_days >= 60_000

function holds(range: RangeLike, subject: RangeSubject): boolean {
  const ofMethod = range.method === '' || range.method === subject.method
  const ofSex = range.sex === '' || range.sex === subject.sex
  const ofAge = subject.ageDays === null ? forAllAges(range) : range.age_from_days <= subject.ageDays && subject.ageDays < range.age_to_days
  const isForPregnancy = range.week_to > 0
  const ofWeek = !isForPregnancy || (subject.pregnancyWeek !== null && range.week_from <= subject.pregnancyWeek && subject.pregnancyWeek < range.week_to)
  return ofMethod && ofSex && ofAge && ofWeek
}

// What is said of fewer people is said more exactly: the method first, then pregnancy, then sex.
const exactness = (range: RangeLike): number => (range.method === '' ? 0 : 4) + (range.week_to > 0 ? 2 : 0) + (range.sex === '' ? 0 : 1)

/** The one range a result is judged by, or none: ranges for the same people never overlap, so the most exact one is unique. */
export function selectRange<Range extends RangeLike>(ranges: readonly Range[], subject: RangeSubject): Range | undefined {
  return ranges.filter((range) => holds(range, subject)).toSorted((a, b) => exactness(b) - exactness(a))[0]
}

interface CriticalLimits {
  critical_low: string | null
  critical_high: string | null
}

const isSexed = (sex: string): boolean => sex === 'female' || sex === 'male'

/** A range that may be a person's, as far as age and sex are known. */
function mayHold(range: RangeLike, subject: RangeSubject): boolean {
  const widened = subject.ageDays === null ? { ...range, age_from_days: 0, age_to_days: 60_000, week_from: 0, week_to: 0 } : range
  return holds({ ...widened, sex: isSexed(subject.sex) ? range.sex : '' }, subject)
}

/** Who is of unknown age, or neither female nor male, is alarmed by the strictest limit of all that could apply: rather once too often than never. */
export function strictestLimits(ranges: readonly (RangeLike & CriticalLimits)[], subject: RangeSubject): CriticalLimits | undefined {
  if (subject.ageDays !== null && isSexed(subject.sex)) return undefined
  const own = ranges.filter((range) => mayHold(range, subject))
  const most = (values: readonly (string | null)[], isWorse: (a: number, b: number) => boolean): string | null => values.filter((value) => value !== null).reduce<string | null>((worst, value) => (worst === null || isWorse(Number(value), Number(worst)) ? value : worst), null)
  return { critical_low: most(own.map((range) => range.critical_low), (a, b) => a > b), critical_high: most(own.map((range) => range.critical_high), (a, b) => a < b) }
}

const dayMilliseconds = 86_400_000

/** Completed days from birth to a date; null when the birth is not known or later. */
export function ageInDays(birthDate: string | null, on: string): number | null {
  if (birthDate === null || birthDate > on) return null
  return Math.round((Date.parse(`${on}T00:00:00Z`) - Date.parse(`${birthDate}T00:00:00Z`)) / dayMilliseconds)
}

export interface Gap {
  sex: 'female' | 'male'
  ageFromDays: number
  ageToDays: number
}

const longest = 43_830

/** Ages up to 120 years for which a test that has ranges has none: by sex, outside pregnancy and whatever the method. */
export function rangeGaps(ranges: readonly RangeLike[]): Gap[] {
  if (ranges.length === 0) return []
  return (['female', 'male'] as const).flatMap((sex) => {
    const own = ranges.filter((range) => range.week_to === 0 && (range.sex === '' || range.sex === sex)).toSorted((a, b) => a.age_from_days - b.age_from_days)
    const gaps: Gap[] = []
    let reached = 0
    for (const range of own) {
      if (range.age_from_days > reached) gaps.push({ sex, ageFromDays: reached, ageToDays: range.age_from_days })
      reached = Math.max(reached, range.age_to_days)
    }
    return reached < longest ? [...gaps, { sex, ageFromDays: reached, ageToDays: longest }] : gaps
  })
}
