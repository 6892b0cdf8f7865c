import type { Age } from '#contract/patients.ts'
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

const shortUnits = { year: 'y', month: 'mo', day: 'd' } as const
const unitFormats = new Map<string, Intl.NumberFormat>()

function inUnit({ count, unit }: Age, locale: string): string {
  if (locale.startsWith('en')) return `${count} ${shortUnits[unit]}`
  const key = `${locale} ${unit}`
  const format = unitFormats.get(key) ?? new Intl.NumberFormat(`${locale}-u-nu-latn`, { style: 'unit', unit, unitDisplay: 'long' })
  unitFormats.set(key, format)
  return format.format(count)
}

/** The day an age is told for, and the language it is told in. */
export interface Reading {
  today: string
  locale: string
}

interface Born {
  birthDate: string | null
  precision: string | null
}

/** Hours are not known, so an age is told in days below a month and in months below two years. */
export function ageOf({ birthDate, precision }: Born, today: string): Age | null {
  if (birthDate === null || birthDate > today) return null
  const { years, months, days } = ageOn(birthDate, today)
  const isEstimated = precision === 'estimated'
  if (years >= 2) return { count: years, unit: 'year', isEstimated }
  if (years >= 1 || months >= 1) return { count: years * 12 + months, unit: 'month', isEstimated }
  return { count: days, unit: 'day', isEstimated }
}

/** An age in words, «~» when estimated. */
export function ageText(born: Born, { today, locale }: Reading): string {
  const age = ageOf(born, today)
  return age === null ? '' : `${age.isEstimated ? '~' : ''}${inUnit(age, locale)}`
}

/** The record number of a facility: its code and a running number, which may have gaps. */
export const formatMrn = (facilityCode: string, running: number): string => `${facilityCode}-${String(running).padStart(6, '0')}`
