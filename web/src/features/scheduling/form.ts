import type { ScheduleException, WeeklyEntry } from '#contract/scheduling.ts'
import type { Schedule } from './queries.ts'

export interface ExceptionValues {
  on: string
  from: string
  to: string
  isAvailable: boolean
  reason: string
}
export interface ScheduleValues extends Record<string, unknown> {
  weekly: WeeklyEntry[]
  exceptions: ExceptionValues[]
  isActive: boolean
}

export const newWindow = (weekday: number): WeeklyEntry => ({ weekday, from: '09:00', to: '13:00', slotMinutes: 30, visitTypes: [] })
export const newException = (on: string): ExceptionValues => ({ on, from: '', to: '', isAvailable: false, reason: '' })

export const scheduleValues = (schedule: Schedule): ScheduleValues => ({
  weekly: schedule.weekly,
  exceptions: schedule.exceptions.map((one) => ({ on: one.on, from: one.from ?? '', to: one.to ?? '', isAvailable: one.isAvailable, reason: one.reason ?? '' })),
  isActive: schedule.id === null ? true : schedule.isActive,
})

const exceptionBody = ({ from, to, ...rest }: ExceptionValues): ScheduleException => ({ ...rest, ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) })

export const scheduleBody = (values: ScheduleValues, facilityId: string) => ({ facilityId, weekly: values.weekly, exceptions: values.exceptions.map(exceptionBody), isActive: values.isActive })
