import type { Handlers } from '#contract/define.ts'
import type { privacy } from '#contract/privacy.ts'
import type { Ctx } from '#kernel/context.ts'
import { breaches, exports, letters, requests } from './service.ts'

export const handlers: Handlers<typeof privacy, Ctx> = {
  listBreaches: breaches.listBreaches,
  openBreach: breaches.openBreach,
  readBreach: breaches.readBreach,
  updateBreach: breaches.updateBreach,
  assessBreach: breaches.assessBreach,
  recordNotice: breaches.recordNotice,
  closeBreach: breaches.closeBreach,
  dismissBreach: breaches.dismissBreach,
  reopenBreach: breaches.reopenBreach,
  listAffected: breaches.listAffected,
  addAffected: breaches.addAffected,
  findAffected: breaches.findAffected,
  markNotified: breaches.markNotified,
  printLetter: letters.printLetter,
  listRequests: requests.listRequests,
  receiveRequest: requests.receiveRequest,
  readRequest: requests.readRequest,
  approveRequest: requests.approveRequest,
  refuseRequest: requests.refuseRequest,
  completeRequest: requests.completeRequest,
  previewErasure: requests.previewErasure,
  listHolds: requests.listHolds,
  placeHold: requests.placeHold,
  releaseHold: requests.releaseHold,
  listExports: exports.listExports,
  createExport: exports.createExport,
  readExport: exports.readExport,
}
