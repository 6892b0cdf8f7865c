import type { assets } from '#contract/assets.ts'
import type { Handlers } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import * as books from './books.ts'
import { capitalise, listEquipment } from './capitalising.ts'
import * as categories from './categories.ts'
import * as changing from './changing.ts'
import * as files from './files.ts'
import { importAssets } from './importing.ts'
import * as plans from './plans.ts'
import * as register from './service.ts'
import * as reports from './reports.ts'
import * as rounds from './rounds.ts'
import * as valuing from './valuing.ts'
import * as works from './works.ts'

export const handlers: Handlers<typeof assets, Ctx> = {
  readBooks: books.readBooks,
  listRuns: books.listRuns,
  runDepreciation: books.runDepreciation,
  listRunEntries: books.listRunEntries,
  listEntries: books.listEntries,
  forecast: books.forecast,
  addCost: valuing.addCost,
  impair: valuing.impair,
  correctTerms: valuing.correctTerms,
  dispose: valuing.dispose,
  readDisposal: valuing.readDisposal,
  registerOn: reports.registerOn,
  schedule: reports.schedule,
  exportRegister: reports.exportRegister,
  listDue: plans.listDue,
  listPlans: plans.listPlans,
  addPlan: plans.addPlan,
  updatePlan: plans.updatePlan,
  listWorks: works.listWorks,
  recordWork: works.recordWork,
  reportBreakdown: works.reportBreakdown,
  readCounter: works.readCounter,
  listContracts: works.listContracts,
  addContract: works.addContract,
  listDowntimes: works.listDowntimes,
  listInstrumentLogs: works.listInstrumentLogs,
  downtimeReport: reports.downtimeReport,
  listRounds: rounds.listRounds,
  startRound: rounds.startRound,
  readRound: rounds.readRound,
  listRoundLines: rounds.listRoundLines,
  scanInRound: rounds.scanInRound,
  finishRound: rounds.finishRound,
  reopenRound: rounds.reopenRound,
  approveRound: rounds.approveRound,
  cancelRound: rounds.cancelRound,
  listCategories: categories.listCategories,
  addCategory: categories.addCategory,
  updateCategory: categories.updateCategory,
  addUsualCategories: categories.addUsualCategories,
  listAssets: register.listAssets,
  registerAsset: register.registerAsset,
  scanAsset: register.scanAsset,
  readAsset: (ctx, { params }) => register.readAsset(ctx, params.id),
  updateAsset: changing.updateAsset,
  useAsset: changing.useAsset,
  storeAsset: changing.storeAsset,
  maintainAsset: changing.maintainAsset,
  listChanges: changing.listChanges,
  assetLabel: register.assetLabel,
  importAssets,
  listEquipment,
  capitalise,
  listFiles: files.listFiles,
  addFile: files.addFile,
  readFile: files.readFile,
}
