import type { Handlers } from '#contract/define.ts'
import type { inventory } from '#contract/inventory.ts'
import type { Ctx } from '#kernel/context.ts'
import * as boxes from './boxes.ts'
import * as counts from './counts.ts'
import { stepLot } from './holding.ts'
import { importItems } from './importing.ts'
import * as issued from './issued.ts'
import * as levels from './levels.ts'
import * as keeping from './keeping.ts'
import * as master from './master.ts'
import { printCount, printDocument, printTransfer } from './papers.ts'
import * as reached from './reached.ts'
import * as service from './service.ts'
import * as reportPapers from './reports-papers.ts'
import * as reports from './reports.ts'
import * as stock from './stock.ts'
import * as taxRates from './tax-rates.ts'
import * as transfers from './transfers.ts'
import * as back from './transfers-back.ts'
import * as shortages from './transfers-shortages.ts'
import { listStockAlerts } from './watch.ts'

export const handlers: Handlers<typeof inventory, Ctx> = {
  readStockSettings: (ctx) => keeping.readStockSettings(ctx),
  updateStockSettings: keeping.updateStockSettings,
  listManufacturers: keeping.listManufacturers,
  createManufacturer: keeping.createManufacturer,
  updateManufacturer: keeping.updateManufacturer,
  listStockAlerts,
  itemLabels: keeping.itemLabels,
  storeLabels: keeping.storeLabels,
  listItems: master.listItems,
  createItem: master.createItem,
  readItem: (ctx, { params }) => master.readItem(ctx, params.id),
  updateItem: master.updateItem,
  importItems,
  scan: master.scan,
  listVendors: master.listVendors,
  createVendor: master.createVendor,
  readVendor: (ctx, { params }) => master.readVendor(ctx, params.id),
  updateVendor: master.updateVendor,
  listStores: master.listStores,
  createStore: master.createStore,
  readStore: (ctx, { params }) => master.readStore(ctx, params.id),
  updateStore: master.updateStore,
  sealStore: master.sealStore,
  breakSeal: master.breakSeal,
  listLevels: levels.listLevels,
  writeLevels: levels.writeLevels,
  proposeTopUp: levels.proposeTopUp,
  readContents: boxes.readContents,
  writeContents: boxes.writeContents,
  listLots: master.listLots,
  readLot: (ctx, { params }) => master.readLot(ctx, params.id),
  holdLot: stepLot('quarantine'),
  releaseLot: stepLot('release'),
  recallLot: stepLot('recall'),
  listReached: reached.listReached,
  listReachedUnnamed: reached.listReachedUnnamed,
  listConcerned: reached.listConcerned,
  exportReached: reached.exportReached,
  printReached: reached.printReached,
  listStock: stock.listStock,
  stockOverview: stock.stockOverview,
  setBin: stock.setBin,
  valuation: reports.valuation,
  consumption: reports.consumption,
  movers: reports.movers,
  ageing: reports.ageing,
  printValuation: reportPapers.printValuation,
  printConsumption: reportPapers.printConsumption,
  printMovers: reportPapers.printMovers,
  printAgeing: reportPapers.printAgeing,
  listMovements: service.listMovements,
  bookDocument: service.bookDocument,
  readDocument: (ctx, { params }) => service.readDocument(ctx, params.id),
  returnIssued: issued.returnIssued,
  printDocument,
  printTransfer,
  listTransfers: transfers.listTransfers,
  requestTransfer: transfers.requestTransfer,
  readTransfer: (ctx, { params }) => transfers.readTransfer(ctx, params.id),
  dispatchTransfer: transfers.dispatchTransfer,
  receiveTransfer: transfers.receiveTransfer,
  cancelTransfer: transfers.cancelTransfer,
  callBackTransfer: back.callBackTransfer,
  refuseTransfer: back.refuseTransfer,
  takeBackTransfer: back.takeBackTransfer,
  inTransit: back.inTransit,
  listShortages: shortages.listShortages,
  explainShortage: shortages.explainShortage,
  writeOffShortage: shortages.writeOffShortage,
  listCounts: counts.listCounts,
  startCount: counts.startCount,
  readCount: (ctx, { params }) => counts.readCount(ctx, params.id),
  enterCount: counts.enterCount,
  printCount,
  finishCount: counts.finishCount,
  approveCount: counts.approveCount,
  cancelCount: counts.cancelCount,
  listTaxRates: (ctx, { params }) => taxRates.listTaxRates(ctx, params.id),
  setTaxRate: taxRates.setTaxRate,
  removeTaxRate: taxRates.removeTaxRate,
  changeTaxRates: taxRates.changeTaxRates,
}
