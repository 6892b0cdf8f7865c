import type { Handlers } from '#contract/define.ts'
import type { medications } from '#contract/medications.ts'
import type { Ctx } from '#kernel/context.ts'
import { dispensePrescription, refillPrescription } from './dispensing.ts'
import { printPrescription } from './documents.ts'
import * as master from './master.ts'
import { refuseToDispense } from './refusing.ts'
import * as settings from './settings.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof medications, Ctx> = {
  listMedications: master.listMedications,
  createMedication: master.createMedication,
  readMedication: (ctx, { params }) => master.readMedication(ctx, params.id),
  updateMedication: master.updateMedication,
  listPrescriptions: service.listPrescriptions,
  prescribe: service.prescribe,
  readPrescription: (ctx, { params }) => service.readPrescription(ctx, params.id),
  updatePrescription: service.updatePrescription,
  finalize: service.finalizePrescription,
  dispense: dispensePrescription,
  refuse: refuseToDispense,
  readPrescriptionSettings: (ctx) => settings.readPrescriptionSettings(ctx),
  updatePrescriptionSettings: settings.updatePrescriptionSettings,
  refill: refillPrescription,
  cancel: service.cancelPrescription,
  printPrescription,
  repeat: service.repeatPrescription,
}
