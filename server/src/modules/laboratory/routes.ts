import type { Handlers } from '#contract/define.ts'
import type { laboratory } from '#contract/laboratory.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import * as amending from './amending.ts'
import * as calling from './calling.ts'
import * as breakpoints from './breakpoints.ts'
import * as catalogue from './catalogue.ts'
import * as cumulative from './cumulative.ts'
import * as papers from './bench-papers.ts'
import * as documents from './documents.ts'
import * as entering from './entering.ts'
import * as microbiology from './microbiology.ts'
import * as partners from './partners.ts'
import * as quality from './quality.ts'
import * as reagents from './reagents.ts'
import * as receiving from './receiving.ts'
import * as rounds from './rounds.ts'
import * as service from './service.ts'
import * as reports from './reports.ts'
import * as specimens from './specimens.ts'
import { starterTests } from './starter.ts'
import * as statistics from './statistics.ts'
import * as transfer from './transfer.ts'
import * as walkIns from './walk-ins.ts'

export const handlers: Handlers<typeof laboratory, Ctx> = {
  listTests: catalogue.listTests,
  createTest: catalogue.createTest,
  readTest: (ctx, { params }) => catalogue.readTest(ctx, params.id),
  updateTest: catalogue.updateTest,
  exportTests: transfer.exportTests,
  importTests: transfer.importTests,
  addStarter: (ctx) => withContext(ctx, (tx) => transfer.writeTests(tx, starterTests(), true)),
  readSettings: catalogue.readSettings,
  updateSettings: catalogue.updateSettings,
  listSpecimens: specimens.listSpecimens,
  addSpecimen: specimens.addSpecimen,
  readSpecimen: (ctx, { params }) => specimens.readSpecimen(ctx, params.id),
  collect: specimens.collectSpecimen,
  receive: specimens.receiveSpecimen,
  reject: specimens.rejectSpecimen,
  store: specimens.storeSpecimen,
  send: specimens.sendSpecimen,
  discard: specimens.discardSpecimen,
  aliquot: specimens.aliquotSpecimen,
  printLabels: documents.printLabels,
  listCollections: rounds.listCollections,
  planCollection: rounds.planCollection,
  missCollection: rounds.missCollection,
  printRound: papers.printRound,
  printWorkList: papers.printWorkList,
  scan: receiving.scanSpecimen,
  unreceive: receiving.unreceiveSpecimen,
  noteIndices: receiving.noteIndices,
  walkInTests: walkIns.walkInTests,
  walkIn: walkIns.registerWalkIn,
  listResults: reports.listResults,
  enterResult: entering.enterResult,
  enterResults: entering.enterResults,
  enterDetail: entering.enterDetail,
  readResult: (ctx, { params }) => reports.readResult(ctx, params.id),
  seeResults: reports.seeResults,
  verify: service.verifyResult,
  verifyMany: service.verifyResults,
  callBack: calling.callBack,
  approve: service.approveResult,
  commentResult: service.commentResult,
  returnResult: service.returnResult,
  release: service.releaseResult,
  releaseMany: service.releaseResults,
  amend: amending.amendResult,
  confirmAmendment: amending.confirmAmendment,
  declineAmendment: amending.declineAmendment,
  cancelResult: service.cancelResult,
  resultInError: amending.resultInError,
  patientResults: reports.patientResults,
  cumulative: cumulative.cumulative,
  listReports: reports.listReports,
  readReport: (ctx, { params }) => reports.readReport(ctx, params.id),
  printReport: documents.printReport,
  tellPatient: reports.tellPatient,
  checkReport: documents.checkReport,
  showCheck: documents.showCheck,
  statistics: statistics.statistics,
  antibiogram: statistics.antibiogram,
  listLots: quality.listLots,
  createLot: quality.createLot,
  updateLot: quality.updateLot,
  listRuns: quality.listRuns,
  recordRun: quality.recordRun,
  noteAction: quality.noteAction,
  chart: quality.chart,
  listBlocked: quality.listBlocked,
  listLogs: quality.listLogs,
  addLog: quality.addLog,
  listReagents: reagents.listReagents,
  createReagent: reagents.createReagent,
  openReagent: reagents.openReagent,
  finishReagent: reagents.finishReagent,
  discardReagent: reagents.discardReagent,
  listPartners: partners.listPartners,
  createPartner: partners.createPartner,
  updatePartner: partners.updatePartner,
  listJourneys: partners.listJourneys,
  startJourney: partners.startJourney,
  arriveJourney: partners.arriveJourney,
  reportJourney: partners.reportJourney,
  loseJourney: partners.loseJourney,
  listBreakpoints: breakpoints.listBreakpoints,
  importBreakpoints: breakpoints.importBreakpoints,
  listMicrobiology: microbiology.listMicrobiology,
  setMicrobiology: microbiology.setMicrobiology,
}
