import type { Handlers } from '#contract/define.ts'
import type { billing } from '#contract/billing.ts'
import type { Ctx } from '#kernel/context.ts'
import * as charges from './charges.ts'
import * as credits from './credit-notes.ts'
import * as documents from './documents.ts'
import * as payments from './payments.ts'
import * as prices from './price-list.ts'
import * as service from './service.ts'
import * as shifts from './shifts.ts'
import { printCashierShift } from './shift-papers.ts'

export const handlers: Handlers<typeof billing, Ctx> = {
  listServices: prices.listServices,
  createService: prices.createService,
  readService: (ctx, { params }) => prices.readService(ctx, params.id),
  updateService: prices.updateService,
  listPrices: (ctx, { params }) => prices.listPrices(ctx, params.id),
  addPrice: prices.addPrice,
  listChargeRules: prices.listRules,
  createChargeRule: prices.createRule,
  updateChargeRule: prices.updateRule,
  listCharges: charges.listCharges,
  addCharge: charges.addCharge,
  cancelCharge: charges.cancelCharge,
  listInvoices: service.listInvoices,
  draftInvoice: service.draftInvoice,
  readInvoice: (ctx, { params }) => service.readInvoice(ctx, params.id),
  updateInvoice: service.updateInvoice,
  issueInvoice: service.issueInvoice,
  cancelInvoice: service.cancelInvoice,
  pay: payments.payInvoice,
  refund: payments.refundInvoice,
  listPayments: payments.listPayments,
  takings: payments.takings,
  printInvoice: documents.printInvoice,
  printReceipt: documents.printReceipt,
  listCreditNotes: credits.listCreditNotes,
  creditInvoice: credits.creditInvoice,
  printCreditNote: documents.printCreditNote,
  listDeposits: payments.listDeposits,
  takeDeposit: payments.takeDeposit,
  refundDeposit: payments.refundDeposit,
  listCashierShifts: shifts.listCashierShifts,
  openCashierShift: shifts.openCashierShift,
  currentCashierShift: shifts.currentCashierShift,
  readCashierShift: (ctx, { params }) => shifts.readCashierShift(ctx, params.id),
  listShiftEntries: shifts.listShiftEntries,
  moveShiftCash: shifts.moveShiftCash,
  countCashierShift: shifts.countCashierShift,
  closeCashierShift: shifts.closeCashierShift,
  approveCashierShift: shifts.approveCashierShift,
  printCashierShift,
  readTillSettings: (ctx, { params }) => shifts.readTillSettings(ctx, params.id),
  updateTillSettings: shifts.updateTillSettings,
}
