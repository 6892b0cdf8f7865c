import { expect, it } from 'vitest'
import { addDays, ageOn, localDate, localTime, weekdayOf, zonedToInstant } from './zoned-time.ts'

it.each([
  ['2026-11-21', '09:00', 'Asia/Kolkata', '2026-11-21T03:30:00.000Z'],
  ['2026-11-21', '09:00', 'Asia/Kathmandu', '2026-11-21T03:15:00.000Z'],
  ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['2026-07-01', '12:00', 'America/New_York', '2026-07-01T16:00:00.000Z'],
  ['2026-03-29', '02:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-10-25', '03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
  ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
  ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
  ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
  ['2026-06-01', '00:00', 'America/St_Johns', '2026-06-01T02:30:00.000Z'],
])('%s %s in %s is %s', (date, time, zone, instant) => expect(zonedToInstant(date, time, zone).toISOString()).toBe(instant))

it('knows the wall clock', () => {
  const at = new Date('2026-12-31T18:29:00Z')
  expect([localDate(at, 'Asia/Kolkata'), localTime(at, 'Asia/Kolkata')]).toEqual(['2026-12-31', '23:59'])
  expect(localDate(new Date('2026-12-31T18:30:00Z'), 'Asia/Kolkata')).toBe('2027-01-01')
})

it.each([
  ['2000-02-29', '2026-02-28', { years: 25, months: 11, days: 30 }],
  ['2000-02-29', '2026-03-01', { years: 26, months: 0, days: 1 }],
  ['2026-11-20', '2026-11-21', { years: 0, months: 0, days: 1 }],
  ['1920-11-21', '2026-11-21', { years: 106, months: 0, days: 0 }],
  ['2026-10-31', '2026-11-21', { years: 0, months: 0, days: 21 }],
])('born %s is on %s %o', (born, on, age) => expect(ageOn(born, on)).toEqual(age))

it('counts days and weekdays', () => expect([addDays('2026-02-28', 1), weekdayOf('2026-11-23'), weekdayOf('2026-11-22')]).toEqual(['2026-03-01', 1, 7]))

it.each(['Asia/Kolkata', 'Asia/Kathmandu', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns'])('comes back from the wall clock of %s, in an overlap to the first', (zone) => {
  const steps = Array.from({ length: 365 * 24 }, (_value, hour) => Date.UTC(2026, 0, 1, hour, 15))
  const late = steps.map((at) => at - zonedToInstant(localDate(new Date(at), zone), localTime(new Date(at), zone), zone).getTime())
  expect(late.every((gap) => gap >= 0 && gap <= 3_600_000)).toBe(true)
  expect(late.filter((gap) => gap > 0).length).toBeLessThanOrEqual(1)
})
