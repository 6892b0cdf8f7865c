import { ageOn, addDays } from '#kernel/zoned-time.ts'

export interface Birth {
  birthDate: string | null
  precision: 'day' | 'month' | 'year' | 'estimated' | null
  estimatedOn: string | null
}

/** A birth date as given, or one estimated from an age: never shown as a birthday. */
export function birthOf(input: { birthDate?: string | undefined; ageYears?: number | undefined }, today: string): Birth {
  if (input.birthDate !== undefined) return { birthDate: input.birthDate, precision: 'day', estimatedOn: null }
  if (input.ageYears === undefined) return { birthDate: null, precision: null, estimatedOn: null }
  const year = Number(today.slice(0, 4)) - input.ageYears
  return { birthDate: addDays(`${String(year).padStart(4, '0')}${today.slice(4).replace('-02-29', '-02-28')}`, -182), precision: 'estimated', estimatedOn: today }
}

/** A date some years before: of 29 February in a common year the day before. */
function yearsBefore(date: string, years: number): string {
  const year = String(Number(date.slice(0, 4)) - years).padStart(4, '0')
  const same = `${year}${date.slice(4)}`
  return addDays(same, 0) === same ? same : `${year}-02-28`
}

/** Between which days those were born who have an age between two; an estimated birth counts as it is estimated. */
export function bornFor(age: { ageFrom?: number | undefined; ageTo?: number | undefined }, today: string): { from: string | undefined; to: string | undefined } {
  return { from: age.ageTo === undefined ? undefined : addDays(yearsBefore(today, age.ageTo + 1), 1), to: age.ageFrom === undefined ? undefined : yearsBefore(today, age.ageFrom) }
}

/** Age as the banner shows it: hours are not known, so days below a month, months below two years, «~» when estimated. */
export function ageText(birthDate: string | null, precision: string | null, today: string): string {
  if (birthDate === null || birthDate > today) return ''
  const age = ageOn(birthDate, today)
  const mark = precision === 'estimated' ? '~' : ''
  if (age.years >= 2) return `${mark}${age.years} y`
  if (age.years >= 1 || age.months >= 1) return `${mark}${age.years * 12 + age.months} mo`
  return `${mark}${age.days} d`
}

/** The record number of a facility: its code and a running number, which may have gaps. */
export const formatMrn = (facilityCode: string, running: number): string => `${facilityCode}-${String(running).padStart(6, '0')}`
