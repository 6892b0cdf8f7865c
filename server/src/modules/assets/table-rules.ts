import { foldText } from '#kernel/text.ts'

/** Fields and the headers their column may have, folded to letters and digits. */
export const assetColumnsOfTable = {
  name: ['name', 'asset', 'assetname', 'description'], category: ['category', 'class', 'block'], maker: ['maker', 'manufacturer', 'make'], model: ['model'], serialNumber: ['serial', 'serialnumber', 'serialno'], location: ['location', 'place', 'room'], department: ['department', 'ward'],
  purchasedOn: ['purchased', 'purchasedon', 'purchasedate', 'date'], inUseOn: ['inuse', 'inuseon', 'puttouse', 'capitalised'], cost: ['cost', 'amount', 'value', 'gross'], tax: ['tax', 'gst'], warrantyUntil: ['warranty', 'warrantyuntil'], invoiceNumber: ['invoice', 'invoicenumber', 'bill'], criticality: ['criticality', 'risk'], openingOn: ['openingon', 'bookson'], openingDepreciated: ['openingdepreciated', 'accumulated', 'accumulateddepreciation', 'depreciation'],
} as const

export interface Known {
  facilityId: string
  currency: string
  /** Folded name → id. */
  categories: ReadonlyMap<string, string>
  departments: ReadonlyMap<string, string>
}

/** A day as it is written in tables: 2026-11-20, or day first as India writes it: 20/11/2026, 20-11-2026. */
export function dayOf(text: string): string {
  const dayFirst = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim())
  if (dayFirst === null) return text.trim()
  const [, day = '', month = '', year = ''] = dayFirst
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** An amount without the marks of thousands: 12,34,567.00. */
export const amountOf = (text: string): string => text.trim().replaceAll(/[,₹\s]/g, '')

/** A row as the body of an asset; what cannot be read stays, for the form's own rules to refuse it. */
export function bodyOfRow(cells: Readonly<Record<string, string>>, known: Known) {
  const of = (name: string): string => (cells[name] ?? '').trim()
  const money = (name: string) => ({ amount: amountOf(of(name)), currency: known.currency })
  const texts = Object.fromEntries(['maker', 'model', 'serialNumber', 'location', 'invoiceNumber'].flatMap((name) => (of(name) === '' ? [] : [[name, of(name)]])))
  const days = Object.fromEntries(['inUseOn', 'warrantyUntil', 'openingOn'].flatMap((name) => (of(name) === '' ? [] : [[name, dayOf(of(name))]])))
  const amounts = Object.fromEntries(['tax', 'openingDepreciated'].flatMap((name) => (of(name) === '' ? [] : [[name, money(name)]])))
  const department = of('department') === '' ? {} : { departmentId: known.departments.get(foldText(of('department'))) ?? of('department') }
  const criticality = of('criticality') === '' ? {} : { criticality: of('criticality').toLowerCase() }
  return { facilityId: known.facilityId, name: of('name'), categoryId: known.categories.get(foldText(of('category'))) ?? of('category'), purchasedOn: dayOf(of('purchasedOn')), cost: money('cost'), ...texts, ...days, ...amounts, ...department, ...criticality }
}
