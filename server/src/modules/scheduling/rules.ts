import type { ScheduleException, WeeklyEntry } from '#contract/scheduling.ts'
import { addDays, localDate, localTime, weekdayOf, zonedToInstant } from '#kernel/zoned-time.ts'

export interface Plan {
  weekly: readonly WeeklyEntry[]
  exceptions: readonly ScheduleException[]
  timeZone: string
}

export interface Slot {
  startsAt: Date
  endsAt: Date
}

interface Window {
  from: string
  to: string
  slotMinutes: number
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const time = (total: number): string => `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
const defaultSlotMinutes = 30

function windowsOn(plan: Plan, on: string, visitType: string | undefined): Window[] {
  const weekday = weekdayOf(on)
  const weekly = plan.weekly.filter((entry) => entry.weekday === weekday && (visitType === undefined || entry.visitTypes.length === 0 || entry.visitTypes.some((type) => type === visitType)))
  const extra = plan.exceptions.filter((one) => one.on === on && one.isAvailable && one.from !== undefined && one.to !== undefined)
  return [...weekly, ...extra.map((one) => ({ from: one.from ?? '00:00', to: one.to ?? '00:00', slotMinutes: weekly[0]?.slotMinutes ?? defaultSlotMinutes }))]
}

const isBlocked = (exceptions: readonly ScheduleException[], from: number, to: number): boolean =>
  exceptions.some((one) => !one.isAvailable && from < minutes(one.to ?? '24:00') && to > minutes(one.from ?? '00:00'))

/** Slots of one calendar day in wall time of the facility; half-open, so back-to-back slots do not overlap. */
export function slotsOn(plan: Plan, on: string, visitType?: string): Slot[] {
  const exceptions = plan.exceptions.filter((one) => one.on === on)
  const slots = windowsOn(plan, on, visitType).flatMap(({ from, to, slotMinutes }) => {
    const count = Math.max(0, Math.floor((minutes(to) - minutes(from)) / slotMinutes))
    const starts = Array.from({ length: count }, (_value, index) => minutes(from) + index * slotMinutes)
    return starts.filter((start) => !isBlocked(exceptions, start, start + slotMinutes)).map((start) => {
      const startsAt = zonedToInstant(on, time(start), plan.timeZone)
      return { startsAt, endsAt: new Date(startsAt.getTime() + slotMinutes * 60_000) }
    })
  })
  return withoutOverlap(slots.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime()))
}

// In the night when clocks go forward two wall times are one instant: it is offered once.
function withoutOverlap(slots: readonly Slot[]): Slot[] {
  const kept: Slot[] = []
  for (const slot of slots) if ((kept.at(-1)?.endsAt ?? slot.startsAt) <= slot.startsAt) kept.push(slot)
  return kept
}

/** Slots that begin in [from, to). */
export function slotsBetween(plan: Plan, from: Date, to: Date, visitType?: string): Slot[] {
  const slots: Slot[] = []
  const last = localDate(to, plan.timeZone)
  for (let on = localDate(from, plan.timeZone); on <= last; on = addDays(on, 1)) slots.push(...slotsOn(plan, on, visitType))
  return slots.filter((slot) => slot.startsAt >= from && slot.startsAt < to)
}

/** The offered slot that begins at an instant, if there is one. */
export function offeredAt(plan: Plan, startsAt: Date, visitType: string): Slot | undefined {
  return slotsOn(plan, localDate(startsAt, plan.timeZone), visitType).find((slot) => slot.startsAt.getTime() === startsAt.getTime())
}

/** Wall date and time of an instant, as an appointment stores them. */
export const wallTime = (at: Date, timeZone: string) => ({ local_date: localDate(at, timeZone), local_time: localTime(at, timeZone), time_zone: timeZone })

/** Whether two windows of one weekday overlap. */
export function hasOverlap(weekly: readonly WeeklyEntry[]): boolean {
  return weekly.some((a, index) => minutes(a.to) <= minutes(a.from) || weekly.slice(index + 1).some((b) => a.weekday === b.weekday && minutes(a.from) < minutes(b.to) && minutes(b.from) < minutes(a.to)))
}
