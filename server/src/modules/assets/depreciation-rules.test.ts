import { describe, expect, it } from 'vitest'
import { add, compare, roundHalfUp, subtract, sum } from '#kernel/money.ts'
import { addMonths } from './calendar-rules.ts'
import { chargeOfMonth, type Facts, lifeEnd, monthsThrough, residualOf, usualRate, type Value, valueBefore } from './depreciation-rules.ts'
import { type Golden, golden } from './testing/golden-depreciation.ts'

const factsOf = (one: Golden): Facts => ({
  method: one.method, lifeMonths: one.life, ratePercent: one.rate ?? null, residualPercent: one.residual, decimals: one.decimals ?? 2, fiscalYearStartMonth: one.fy ?? 4, inUseOn: one.use, cost: one.cost,
  opening: one.opening === undefined ? null : { on: one.opening[0], depreciated: one.opening[1] }, changes: (one.changes ?? []).map(([on, gross, impaired]) => ({ on, gross, impaired })),
})

describe('the golden table', () => {
  it('has forty cases and more', () => expect(golden.length).toBeGreaterThanOrEqual(40))

  it.each(golden.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const facts = factsOf(one)
    expect(one.points.map(([day]) => [day, roundHalfUp(valueBefore(facts, day).depreciated, facts.decimals)])).toEqual(one.points)
  })
})

describe('known figures', () => {
  it('the rates that the tables of Schedule II print', () => {
    const rates = [[36, '63.16'], [60, '45.07'], [72, '39.30'], [96, '31.23'], [120, '25.89'], [156, '20.58'], [180, '18.10'], [360, '9.50'], [720, '4.87']] as const
    expect(rates.map(([life]) => usualRate(life, '5'))).toEqual(rates.map(([, rate]) => rate))
    expect(usualRate(60, '0')).toBeUndefined()
  })

  it('a straight line charges the same each full year: 95 % of 1,300,000 by 13', () => {
    const facts = factsOf({ name: '', method: 'straight-line', cost: '1300000', life: 156, use: '2020-04-01', residual: '5', points: [] })
    const years = Array.from({ length: 13 }, (_value, index) => subtract(valueBefore(facts, `${2021 + index}-04-01`).depreciated, valueBefore(facts, `${2020 + index}-04-01`).depreciated))
    expect(new Set(years)).toEqual(new Set(['95000']))
  })

  it('the written-down value takes its rate of what is left: 100,000 at 20.58 %', () => {
    const facts = factsOf({ name: '', method: 'written-down', cost: '100000', life: 156, use: '2020-04-01', residual: '5', rate: '20.58', points: [] })
    expect(['2021-04-01', '2022-04-01', '2023-04-01'].map((day) => valueBefore(facts, day).depreciated)).toEqual(['20580', '36924.64', '49905.55'])
  })
})

// A small generator of its own, so that a failing case can be found again by its number.
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function anyFacts(seed: number): Facts {
  const random = randomFrom(seed)
  const between = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  const method = random() < 0.5 ? 'straight-line' : 'written-down'
  const lifeMonths = between(7, 190)
  const inUseOn = addMonths(`${between(2005, 2024)}-${String(between(1, 12)).padStart(2, '0')}-${String(between(1, 28)).padStart(2, '0')}`, 0)
  const residualPercent = String(between(1, 5))
  const facts: Facts = { method, lifeMonths, ratePercent: method === 'written-down' ? (usualRate(lifeMonths, residualPercent) ?? '10') : null, residualPercent, decimals: 2, fiscalYearStartMonth: random() < 0.8 ? 4 : 1, inUseOn, cost: `${between(1, 9_000_000)}.${String(between(0, 99)).padStart(2, '0')}`, opening: null, changes: [] }
  if (random() < 0.5) return facts
  const on = addMonths(inUseOn, between(1, lifeMonths - 1))
  const before = valueBefore(facts, on)
  const net = subtract(before.gross, before.depreciated)
  return { ...facts, changes: [{ on, gross: random() < 0.5 ? '1234.56' : '0', impaired: random() < 0.5 ? roundHalfUp(String(Number(net) * random() * 0.8), 2) : '0' }] }
}

describe('whatever the asset', () => {
  const all = Array.from({ length: 30 }, (_value, index) => anyFacts(index + 1))
  const net = (value: Value): string => subtract(subtract(value.gross, value.depreciated), value.impaired)

  it('the months of its life add to cost − residual − impairment exactly, none is below nothing, and it never falls below the residual value', () => {
    const faults: string[] = []
    for (const [index, facts] of all.entries()) {
      let charged = '0'
      for (const month of monthsThrough(facts.inUseOn, lifeEnd(facts))) {
        const after = valueBefore(facts, addMonths(month, 1))
        const amount = subtract(after.depreciated, charged)
        charged = add(charged, amount)
        if (compare(amount, '0') < 0) faults.push(`${index} ${month} charges ${amount}`)
        // What an impairment took below the residual value is charged no more.
        if (compare(net(after), residualOf(after, facts)) < 0 && compare(amount, '0') > 0 && facts.changes.every((change) => change.impaired === '0')) faults.push(`${index} ${month} is worth ${net(after)}`)
      }
      const last = valueBefore(facts, addMonths(lifeEnd(facts), 1))
      if (compare(charged, last.depreciated) !== 0) faults.push(`${index} months do not add`)
      if (facts.changes.every((change) => change.impaired === '0') && compare(net(last), residualOf(last, facts)) !== 0) faults.push(`${index} ends at ${net(last)}`)
    }
    expect(faults).toEqual([])
  })

  it('the days before it goes in the middle of a month are charged, and no day after', () => {
    for (const facts of all) {
      const day = addMonths(facts.inUseOn, 5)
      const months = monthsThrough(facts.inUseOn, day)
      const before = months.slice(0, -1).reduce((charged, month) => add(charged, chargeOfMonth(facts, month, charged)), '0')
      const lastPart = subtract(valueBefore(facts, day).depreciated, before)
      expect(compare(lastPart, '0') >= 0 && compare(lastPart, chargeOfMonth(facts, months.at(-1) ?? '', before)) <= 0).toBe(true)
      expect(sum([before, lastPart])).toBe(valueBefore(facts, day).depreciated)
    }
  })
})
