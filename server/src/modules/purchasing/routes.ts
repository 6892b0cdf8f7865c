import type { Handlers } from '#contract/define.ts'
import type { purchasing } from '#contract/purchasing.ts'
import type { Ctx } from '#kernel/context.ts'
import { printOrder } from './documents.ts'
import { printReceipt, printReturn } from './goods-papers.ts'
import * as prices from './prices.ts'
import * as receipts from './receipts.ts'
import { purchaseDocuments, purchaseRegister } from './registers.ts'
import { claimDamaged, listReturns, returnGoods } from './returns.ts'
import * as requisitions from './requisitions.ts'
import * as service from './service.ts'
import { sendOrder } from './sending.ts'
import { draftSuggested, suggestOrders } from './suggestions.ts'

export const handlers: Handlers<typeof purchasing, Ctx> = {
  suggestOrders,
  draftSuggested,
  listPrices: prices.listPrices,
  importPrices: prices.importPrices,
  listRequisitions: requisitions.listRequisitions,
  requisition: requisitions.requisition,
  addQuotation: requisitions.addQuotation,
  compareQuotations: (ctx, { params }) => requisitions.compareQuotations(ctx, params.id),
  orderQuotations: requisitions.orderQuotations,
  cancelRequisition: requisitions.cancelRequisition,
  listOrders: service.listOrders,
  createOrder: service.createOrder,
  readOrder: (ctx, { params }) => service.readOrder(ctx, params.id),
  updateOrder: service.updateOrder,
  approveOrder: service.approveOrder,
  sendOrder,
  closeOrder: service.closeOrder,
  cancelOrder: service.cancelOrder,
  printOrder,
  listReceipts: receipts.listReceipts,
  receiveGoods: receipts.receiveGoods,
  readReceipt: (ctx, { params }) => receipts.readReceipt(ctx, params.id),
  returnGoods,
  claimDamaged,
  listReturns,
  printReturn,
  printReceipt,
  enterBill: receipts.enterBill,
  listBills: receipts.listBills,
  approveBill: receipts.approveBill,
  purchaseRegister,
  purchaseDocuments,
}
