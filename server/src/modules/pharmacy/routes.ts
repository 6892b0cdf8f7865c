import type { Handlers } from '#contract/define.ts'
import type { pharmacy } from '#contract/pharmacy.ts'
import type { Ctx } from '#kernel/context.ts'
import * as dispenses from './dispenses.ts'
import * as documents from './documents.ts'
import { pickList } from './pick-list.ts'
import * as preparations from './preparations.ts'
import { printPreparation, printPreparationLabel } from './preparations-papers.ts'
import * as register from './register.ts'
import * as registers from './registers.ts'
import * as sales from './sales.ts'
import { quoteSale } from './sales-basket.ts'
import { quoteReturn, returnSale } from './sales-returns.ts'
import { printUnitDoses } from './wards-papers.ts'
import * as wards from './wards.ts'

export const handlers: Handlers<typeof pharmacy, Ctx> = {
  listDispenses: dispenses.listDispenses,
  readDispense: (ctx, { params }) => dispenses.readDispense(ctx, params.id),
  pickList,
  returnDispense: dispenses.returnDispense,
  listUnitDoses: wards.listUnitDoses,
  printUnitDoses,
  issueUnitDoses: wards.issueUnitDoses,
  returnFromWard: wards.returnFromWard,
  listWardDocuments: wards.listWardDocuments,
  readWardDocument: (ctx, { params }) => wards.readWardDocument(ctx, params.id),
  printLabels: documents.printLabels,
  quoteSale,
  sell: sales.sell,
  listSales: sales.listSales,
  readSale: (ctx, { params }) => sales.readSale(ctx, params.id),
  quoteReturn,
  returnSale,
  printSale: documents.printSale,
  salesRegister: registers.salesRegister,
  hsnSummary: registers.hsnSummary,
  salesDocuments: registers.salesDocuments,
  readRegister: register.readRegister,
  listRegisterCounts: register.listRegisterCounts,
  countRegister: register.countRegister,
  countShift: register.countShift,
  listControlled: register.listControlled,
  listFormulas: preparations.listFormulas,
  writeFormula: preparations.writeFormula,
  listPreparations: preparations.listPreparations,
  prepare: preparations.prepare,
  printPreparation,
  printPreparationLabel,
  readPreparation: (ctx, { params }) => preparations.readPreparation(ctx, params.id),
}
