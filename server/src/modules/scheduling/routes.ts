import type { Handlers } from '#contract/define.ts'
import type { scheduling } from '#contract/scheduling.ts'
import type { Ctx } from '#kernel/context.ts'
import * as enrolments from './enrolments.ts'
import { printAttendance } from './groups-print.ts'
import * as groups from './groups.ts'
import * as queue from './queue.ts'
import * as rooms from './rooms.ts'
import * as schedules from './schedules.ts'
import * as service from './service.ts'
import * as waiting from './waiting.ts'

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
  moves: (ctx, { params }) => service.listMoves(ctx, params.id),
  queue: queue.queue,
  board: (ctx, { query }) => queue.board(ctx, query.facilityId),
  listWaiting: waiting.listWaiting,
  wait: waiting.putOnWaitingList,
  cancelWaiting: waiting.cancelWaiting,
  listRooms: rooms.listRooms,
  addRoom: rooms.addRoom,
  updateRoom: rooms.updateRoom,
  listSessions: groups.listSessions,
  addSessions: groups.addSessions,
  readSession: groups.readSession,
  updateSession: groups.updateSession,
  startSession: groups.startSession,
  completeSession: groups.completeSession,
  cancelSession: groups.cancelSession,
  rescheduleSession: groups.rescheduleSession,
  listEnrolments: enrolments.listEnrolments,
  enrol: enrolments.enrol,
  acceptPlace: enrolments.acceptPlace,
  checkInEnrolment: enrolments.checkInEnrolment,
  markAbsent: enrolments.markAbsent,
  reopenEnrolment: enrolments.reopenEnrolment,
  leaveGroup: enrolments.leaveGroup,
  markTold: enrolments.markTold,
  printAttendance,
}
