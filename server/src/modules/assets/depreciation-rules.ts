import { Decimal } from 'decimal.js'
import { add, compare, multiply, roundHalfUp, share, subtract } from '#kernel/money.ts'
import { addMonths, daysBetween, fiscalYearOf, monthOf } from './calendar-rules.ts'

export interface Terms {
  method: 'straight-line' | 'written-down'
  lifeMonths: number
  /** A year's rate in percent of the written-down value; null for the straight line. */
  ratePercent: string | null
  residualPercent: string
  /** Decimals of the currency's minor unit. */
  decimals: number
  fiscalYearStartMonth: number
}

/** What changed the value on a day: added to the cost, or written down. */
export interface ValueChange {
  on: string
  gross: string
  impaired: string
}

export interface Facts extends Terms {
  /** The first day that counts. */
  inUseOn: string
  cost: string
  /** Taken over from other books: depreciated by so much at the end of a day. */
  opening: { on: string; depreciated: string } | null
  changes: readonly ValueChange[]
}

/** An asset's books at the beginning of a day. */
export interface Value {
  gross: string
  depreciated: string
  impaired: string
}

/**
 * The rate of the written-down value that leaves the residual value at the end of the life, in percent with two decimals:
 * 1 − (residual ÷ cost)^(1 ÷ years). ICAI, Guidance Note on Accounting for Depreciation in Companies in the context of Schedule II.
 * 5 % after 13 years is 20.58, after 15 years 18.10, after 10 years 25.89. Undefined without a residual value: no rate comes to nothing.
 */
export function usualRate(lifeMonths: number, residualPercent: string): string | undefined {
  const rest = new Decimal(residualPercent).dividedBy(100)
  if (rest.isZero()) return undefined
  return new Decimal(1).minus(rest.pow(new Decimal(12).dividedBy(lifeMonths))).times(100).toFixed(2)
}

/** The day after the last of the useful life. */
export const lifeEnd = (facts: { inUseOn: string; lifeMonths: number }): string => addMonths(facts.inUseOn, facts.lifeMonths)

const netOf = (value: Value): string => subtract(subtract(value.gross, value.depreciated), value.impaired)

/** What stays at the end: its part of the cost, and no more than the books still hold. */
export function residualOf(value: Value, terms: Pick<Terms, 'residualPercent' | 'decimals'>): string {
  const part = roundHalfUp(multiply(value.gross, multiply(terms.residualPercent, '0.01')), terms.decimals)
  const worth = subtract(value.gross, value.impaired)
  return compare(part, worth) > 0 ? worth : part
}

/** What may still be charged; never below nothing. */
function openAmount(value: Value, terms: Terms): string {
  const open = subtract(netOf(value), residualOf(value, terms))
  return compare(open, '0') > 0 ? open : '0'
}

// A year in units that both 365 and 366 days divide; a twelfth of it is whole too.
const unitsOfYear = 2 * 365 * 366

interface Walk {
  facts: Facts
  end: string
  /** Straight line: what is spread over how many units of a year. */
  spread: { amount: string; units: number }
  /** Written-down value that a year's rate is taken of. */
  yearBase: string
}

/** A time as units of a year: each day is its part of the fiscal year it lies in. */
function unitsBetween(from: string, to: string, startMonth: number): number {
  let units = 0
  for (let day = from; day < to; ) {
    const year = fiscalYearOf(day, startMonth)
    const next = addMonths(year, 12)
    const last = next < to ? next : to
    units += (daysBetween(day, last) * unitsOfYear) / daysBetween(year, next)
    day = last
  }
  return units
}

/** The charge of a stretch that lies in one fiscal year and holds no change: its days ÷ the days of the year (Schedule II, Notes, paragraph 2). */
function charge(walk: Walk, value: Value, from: string, to: string): string {
  const { facts, end, spread } = walk
  const open = openAmount(value, facts)
  if (to >= end) return open
  const units = unitsBetween(from, to, facts.fiscalYearStartMonth)
  const wanted = facts.method === 'straight-line' ? share(spread.amount, String(units), String(spread.units), facts.decimals) : share(multiply(walk.yearBase, facts.ratePercent ?? '0'), String(units), String(unitsOfYear * 100), facts.decimals)
  return compare(wanted, open) > 0 ? open : wanted
}

/** Days at which a year begins or a value changes, after the first day and through the last. */
function marksOf(facts: Facts, begin: string, until: string): string[] {
  const marks = new Set([until, lifeEnd(facts), ...facts.changes.map((change) => change.on)])
  for (let year = addMonths(fiscalYearOf(begin, facts.fiscalYearStartMonth), 12); year < until; year = addMonths(year, 12)) marks.add(year)
  return [...marks].filter((mark) => mark > begin && mark <= until).toSorted()
}

const changed = (value: Value, change: ValueChange): Value => ({ ...value, gross: add(value.gross, change.gross), impaired: add(value.impaired, change.impaired) })

/** What is left, over what is left of the life. */
const spreadOver = (facts: Facts, value: Value, from: string): Walk['spread'] => ({ amount: openAmount(value, facts), units: Math.max(1, unitsBetween(from, lifeEnd(facts), facts.fiscalYearStartMonth)) })

function begun(facts: Facts, value: Value, begin: string): Walk {
  const isWhole = begin === facts.inUseOn
  const spread = isWhole ? { amount: openAmount(value, facts), units: (facts.lifeMonths * unitsOfYear) / 12 } : spreadOver(facts, value, begin)
  return { facts, end: lifeEnd(facts), spread, yearBase: netOf(value) }
}

/**
 * An asset's books at the beginning of a day, from its facts alone: pro rata by days from the day it was put to use (Schedule II, Notes, paragraph 2).
 * A straight line charges a year of its life each fiscal year, a change of value is spread over what is left of the life (AS 10, paragraphs 6 and 57);
 * the written-down value takes its rate of what stood at the beginning of the fiscal year, and of additions from their day on.
 * Each stretch between a year's beginning, a change and the end is rounded once, so that its months add to it; the end of the life takes what is left, so that all of them add to cost − residual.
 */
export function valueBefore(facts: Facts, until: string): Value {
  const opening = facts.opening
  const begin = opening === null || addDay(opening.on) <= facts.inUseOn ? facts.inUseOn : addDay(opening.on)
  let value: Value = { gross: facts.cost, depreciated: opening?.depreciated ?? '0', impaired: '0' }
  for (const change of facts.changes) if (change.on <= begin && change.on < until) value = changed(value, change)
  if (until <= begin) return value
  const walk = begun(facts, value, begin)
  let from = begin
  for (const to of marksOf(facts, begin, until)) {
    value = { ...value, depreciated: add(value.depreciated, charge(walk, value, from, to)) }
    const changes = facts.changes.filter((change) => change.on === to && to < until)
    for (const change of changes) {
      value = changed(value, change)
      walk.yearBase = subtract(add(walk.yearBase, change.gross), change.impaired)
    }
    if (changes.length > 0) walk.spread = spreadOver(facts, value, to)
    if (fiscalYearOf(to, facts.fiscalYearStartMonth) === to) walk.yearBase = netOf(value)
    from = to
  }
  return value
}

const addDay = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

/** What a month charges, given what was charged before it: a correction of earlier months may make it negative. */
export const chargeOfMonth = (facts: Facts, period: string, charged: string): string => subtract(valueBefore(facts, addMonths(period, 1)).depreciated, charged)

/** First days of the months from one date through another. */
export function monthsThrough(from: string, through: string): string[] {
  const months: string[] = []
  for (let month = monthOf(from); month <= through; month = addMonths(month, 1)) months.push(month)
  return months
}
