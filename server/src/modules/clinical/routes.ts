import type { clinical } from '#contract/clinical.ts'
import type { Handlers } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { readGrowth } from './growth.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof clinical, Ctx> = {
  recordVitals: service.recordVitals,
  listVitals: (ctx, { params }) => service.listVitals(ctx, params.id),
  listObservations: service.listObservations,
  observationInError: service.observationInError,
  growth: readGrowth,
  listTemplates: service.listTemplates,
  listNotes: (ctx, { params }) => service.listNotes(ctx, params.id),
  writeNote: service.writeNote,
  updateNote: service.updateNote,
  signNote: service.signNote,
  addAddendum: service.addAddendum,
  listDiagnoses: (ctx, { params }) => service.listDiagnoses(ctx, params.id),
  addDiagnosis: service.addDiagnosis,
  resolveDiagnosis: (ctx, { params }) => service.endDiagnosis(ctx, params.id, 'resolved', ''),
  diagnosisInError: (ctx, { params, body }) => service.endDiagnosis(ctx, params.id, 'entered-in-error', body.reason),
}
