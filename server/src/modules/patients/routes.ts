import type { Handlers } from '#contract/define.ts'
import type { patients } from '#contract/patients.ts'
import type { patientCleaning } from '#contract/patients-cleaning.ts'
import type { patientFinding } from '#contract/patients-finding.ts'
import type { Ctx } from '#kernel/context.ts'
import * as correcting from './correcting.ts'
import { exportFindings, exportPatients } from './exporting.ts'
import * as findings from './findings.ts'
import { printLabel } from './labels.ts'
import * as sensitivities from './sensitivities.ts'
import * as lists from './lists.ts'
import * as merging from './merging.ts'
import * as photos from './photos.ts'
import * as searches from './searches.ts'
import { findByCriteria, searchPatients } from './searching.ts'
import * as service from './service.ts'

export const handlers: Handlers<typeof patients & typeof patientFinding & typeof patientCleaning, Ctx> = {
  register: service.registerPatient,
  registerUnknown: service.registerUnknown,
  list: service.listPatients,
  search: (ctx, { body }) => searchPatients(ctx, { text: body.text, limit: body.limit ?? 25 }),
  checkDuplicates: service.checkDuplicates,
  duplicates: merging.listDuplicates,
  dismissDuplicate: merging.dismissDuplicate,
  read: (ctx, { params }) => service.readPatient(ctx, params.id),
  update: service.updatePatient,
  setPhoto: photos.setPhoto,
  removePhoto: photos.removePhoto,
  readPhoto: photos.readPhoto,
  merge: merging.mergePatients,
  unmerge: (ctx, { params }) => merging.unmergePatients(ctx, params.id),
  timeline: service.timeline,
  listEntries: lists.listEntries,
  addEntry: lists.addEntry,
  resolveEntry: (ctx, { params }) => lists.resolveEntry(ctx, params.id),
  entryInError: (ctx, { params, body }) => lists.markEntryInError(ctx, params.id, body.reason),
  setAllergyStatus: (ctx, { params }) => lists.noKnownAllergies(ctx, params.id),
  listLabels: sensitivities.listLabels,
  addLabel: sensitivities.addLabel,
  endLabel: sensitivities.endLabel,
  listRelations: (ctx, { params }) => lists.listRelations(ctx, params.id),
  addRelation: lists.addRelation,
  printLabel,
  find: findByCriteria,
  exportPatients,
  noteOpened: (ctx, { params }) => searches.noteOpened(ctx, params.id),
  recent: searches.recentPatients,
  savedSearches: searches.savedSearches,
  saveSearch: searches.saveSearch,
  removeSearch: (ctx, { params }) => searches.removeSearch(ctx, params.id),
  findings: findings.listFindings,
  findingCounts: findings.countFindings,
  checkRecords: findings.checkRecords,
  acceptFinding: findings.acceptFinding,
  reopenFinding: (ctx, { params }) => findings.reopenFinding(ctx, params.id),
  exportFindings,
  previewCorrection: correcting.previewCorrection,
  correct: correcting.correctRecords,
  corrections: correcting.listCorrections,
  undoCorrection: correcting.undoCorrection,
}
