import type { Handlers } from '#contract/define.ts'
import type { instruments } from '#contract/instruments.ts'
import type { Ctx } from '#kernel/context.ts'
import { findCandidates } from './bin.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof instruments, Ctx> = {
  listInstruments: service.listInstruments,
  createInstrument: service.createInstrument,
  readInstrument: (ctx, { params }) => service.readInstrument(ctx, params.id),
  updateInstrument: service.updateInstrument,
  listMessages: service.listMessages,
  submitMessage: service.submitMessage,
  readMessage: (ctx, { params }) => service.readMessage(ctx, params.id),
  replay: service.replayMessage,
  sendOrder: service.sendOrder,
  listBin: service.listBin,
  findCandidates,
  mapCode: service.mapCode,
  match: service.matchBinned,
  discard: service.discardBinned,
}
