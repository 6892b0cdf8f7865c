import { minutesOf } from '../dates.ts'
import type { GroupSession } from '../group-queries.ts'
import type { Appointment, Slot } from '../queries.ts'

export const rowMinutes = 5
const earliest = 9
const latest = 17

interface Placed {
  key: string
  from: number
  to: number
  lane: number
  lanes: number
}
export type Item = Placed & ({ kind: 'appointment'; appointment: Appointment } | { kind: 'group'; group: GroupSession } | { kind: 'slot'; slot: Slot })
export interface DayColumn {
  date: string
  items: Item[]
}

const lengthOf = (one: { startsAt: string; endsAt: string }) => Math.max(rowMinutes, (Date.parse(one.endsAt) - Date.parse(one.startsAt)) / 60_000)

/** Overlapping appointments stand side by side. */
function inLanes(items: Item[]): Item[] {
  const ends: number[] = []
  const placed = items.toSorted((a, b) => a.from - b.from).map((item) => {
    const free = ends.findIndex((end) => end <= item.from)
    const lane = free === -1 ? ends.length : free
    ends[lane] = item.to
    return { ...item, lane }
  })
  return placed.map((item) => {
    const beside = placed.filter((other) => other.from < item.to && other.to > item.from)
    return { ...item, lanes: 1 + Math.max(...beside.map((other) => other.lane)) }
  })
}

const isShown = (one: Appointment | GroupSession) => one.state !== 'cancelled'
const placeOf = (one: { localTime: string; startsAt: string; endsAt: string }) => ({ from: minutesOf(one.localTime), to: minutesOf(one.localTime) + lengthOf(one), lane: 0, lanes: 1 })

export interface Booked {
  appointments: Appointment[]
  groups: GroupSession[]
}

/** What stands in each day, by wall time of the facility. */
export function columnsOf(days: string[], { appointments, groups }: Booked, slots: Slot[], wall: (iso: string) => { date: string; clock: string }): DayColumn[] {
  const free = slots.map((slot) => ({ slot, ...wall(slot.startsAt) }))
  return days.map((date) => {
    const booked = appointments.filter((one) => one.localDate === date && isShown(one)).map((appointment): Item => ({ kind: 'appointment', key: appointment.id, ...placeOf(appointment), appointment }))
    const held = groups.filter((one) => one.localDate === date && isShown(one)).map((group): Item => ({ kind: 'group', key: group.id, ...placeOf(group), group }))
    const open = free.filter((one) => one.date === date).map(({ slot, clock }): Item => ({ kind: 'slot', key: slot.startsAt, from: minutesOf(clock), to: minutesOf(clock) + lengthOf(slot), lane: 0, lanes: 1, slot }))
    return { date, items: inLanes([...booked, ...held, ...open]) }
  })
}

/** First and last hour worth showing. */
export function hoursOf(columns: DayColumn[]): { first: number; last: number } {
  const items = columns.flatMap((column) => column.items)
  const first = Math.min(earliest, ...items.map((item) => Math.floor(item.from / 60)))
  const last = Math.max(latest, ...items.map((item) => Math.ceil(item.to / 60)))
  return { first, last: Math.min(24, last) }
}
