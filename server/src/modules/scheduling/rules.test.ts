import { describe, expect, it } from 'vitest'
import { hasOverlap, offeredAt, type Plan, slotsBetween, slotsOn } from './rules.ts'

const weekdayMorning = { weekday: 1, from: '09:00', to: '12:00', slotMinutes: 30, visitTypes: [] }
const monday = '2026-11-23'
const plan: Plan = { weekly: [weekdayMorning], exceptions: [], timeZone: 'Asia/Kolkata' }
const starts = (of: Plan, on: string) => slotsOn(of, on).map((slot) => slot.startsAt.toISOString().slice(11, 16))

describe('slots of a day', () => {
  it.each<[string, Partial<Plan>, string, string[]]>([
    ['six on Monday', {}, monday, ['03:30', '04:00', '04:30', '05:00', '05:30', '06:00']],
    ['none on Tuesday', {}, '2026-11-24', []],
    ['no piece of a slot at the end', { weekly: [{ ...weekdayMorning, slotMinutes: 50 }] }, monday, ['03:30', '04:20', '05:10']],
    ['none on a day off', { exceptions: [{ on: monday, isAvailable: false }] }, monday, []],
    ['none that touches an absence', { exceptions: [{ on: monday, from: '09:45', to: '10:30', isAvailable: false }] }, monday, ['03:30', '05:00', '05:30', '06:00']],
    ['those that end as an absence begins', { exceptions: [{ on: monday, from: '10:00', to: '12:00', isAvailable: false }] }, monday, ['03:30', '04:00']],
    ['an extra hour', { exceptions: [{ on: '2026-11-24', from: '17:00', to: '18:00', isAvailable: true }] }, '2026-11-24', ['11:30', '12:00']],
    ['an extra window over the usual one once', { exceptions: [{ on: monday, from: '11:00', to: '13:00', isAvailable: true }] }, monday, ['03:30', '04:00', '04:30', '05:00', '05:30', '06:00', '06:30', '07:00']],
    ['a zone of three quarters', { timeZone: 'Asia/Kathmandu' }, monday, ['03:15', '03:45', '04:15', '04:45', '05:15', '05:45']],
  ])('%s', (_name, change, on, expected) => expect(starts({ ...plan, ...change }, on)).toEqual(expected))
  it('are back to back and half-open', () => {
    const slots = slotsOn(plan, monday)
    expect(slots.slice(1).map((slot) => slot.startsAt)).toEqual(slots.slice(0, -1).map((slot) => slot.endsAt))
  })
})

describe('across a change of the clocks', () => {
  const berlin: Plan = { ...plan, timeZone: 'Europe/Berlin' }
  it.each([['2026-03-23', '08:00'], ['2026-03-30', '07:00'], ['2026-10-19', '07:00'], ['2026-10-26', '08:00']])('nine on the wall on %s is %s UTC', (on, utc) => expect(starts(berlin, on).at(0)).toBe(utc))
  it('keeps six slots either side', () => expect(['2026-03-23', '2026-03-30', '2026-10-26'].map((on) => slotsOn(berlin, on).length)).toEqual([6, 6, 6]))
  it.each([30, 45, 120])('never offers an instant twice on the night of the change, by %i minutes', (slotMinutes) => {
    const night: Plan = { ...berlin, weekly: [{ ...weekdayMorning, weekday: 7, from: '00:00', to: '06:00', slotMinutes }] }
    for (const on of ['2026-03-29', '2026-10-25']) {
      const slots = slotsOn(night, on)
      expect(slots.slice(1).every((slot, index) => slot.startsAt >= (slots[index]?.endsAt ?? slot.startsAt)), on).toBe(true)
    }
  })
})

describe('a range', () => {
  it('holds slots that begin in it, its end left out', () => {
    const slots = slotsBetween(plan, new Date('2026-11-23T04:00:00Z'), new Date('2026-11-23T05:00:00Z'))
    expect(slots.map((slot) => slot.startsAt.toISOString())).toEqual(['2026-11-23T04:00:00.000Z', '2026-11-23T04:30:00.000Z'])
  })
  it('knows an offered instant', () => expect([offeredAt(plan, new Date('2026-11-23T04:00:00Z'), 'consultation')?.endsAt.toISOString(), offeredAt(plan, new Date('2026-11-23T04:10:00Z'), 'consultation')]).toEqual(['2026-11-23T04:30:00.000Z', undefined]))
})

it.each([['09:00', '12:00', true], ['12:00', '13:00', false], ['11:59', '13:00', true], ['13:00', '13:00', true]])('%s to %s beside nine to twelve: %s', (from, to, overlaps) => {
  expect(hasOverlap([weekdayMorning, { ...weekdayMorning, from, to }])).toBe(overlaps)
})
