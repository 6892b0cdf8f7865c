import type { Handlers } from '#contract/define.ts'
import type { scheduling } from '#contract/scheduling.ts'
import type { Ctx } from '#kernel/context.ts'
import * as schedules from './schedules.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof scheduling, Ctx> = {
  readSchedule: schedules.readSchedule,
  writeSchedule: schedules.writeSchedule,
  legacySchedules: schedules.legacySchedules,
  listSlots: schedules.listSlots,
  list: service.listAppointments,
  book: service.bookAppointment,
  bookSeries: service.bookSeries,
  read: (ctx, { params }) => service.readAppointment(ctx, params.id),
  update: service.updateAppointment,
  confirm: service.confirmAppointment,
  cancel: service.cancelAppointment,
  noShow: service.markNoShow,
  reschedule: service.rescheduleAppointment,
  queue: service.queue,
  board: (ctx, { query }) => service.board(ctx, query.facilityId),
  listWaiting: service.listWaiting,
  wait: service.putOnWaitingList,
}
