import { criticality } from '#contract/assets-shapes.ts'
import type { Asset } from './queries.ts'

export interface AssetValues extends Record<string, unknown> {
  categoryId: string
  name: string
  maker: string
  model: string
  serialNumber: string
  criticality: string
  departmentId: string
  location: string
  custodianId: string
  vendorId: string
  purchasedOn: string
  inUseOn: string
  cost: string
  tax: string
  isTaxCredited: boolean
  invoiceNumber: string
  warrantyUntil: string
  counterUnit: string
  openingOn: string
  openingDepreciated: string
  note: string
}

export const valuesOf = (before: Asset | undefined, today: string): AssetValues => ({
  categoryId: before?.categoryId ?? '', name: before?.name ?? '', maker: before?.maker ?? '', model: before?.model ?? '', serialNumber: before?.serialNumber ?? '', criticality: before?.criticality ?? 'medium', departmentId: before?.departmentId ?? '', location: before?.location ?? '', custodianId: before?.custodianId ?? '', vendorId: before?.vendorId ?? '',
  purchasedOn: before?.purchasedOn ?? today, inUseOn: before?.inUseOn ?? '', cost: before?.cost.amount ?? '', tax: before?.tax.amount ?? '', isTaxCredited: before?.isTaxCredited ?? false, invoiceNumber: before?.invoiceNumber ?? '', warrantyUntil: before?.warrantyUntil ?? '', counterUnit: before?.counterUnit ?? '', openingOn: '', openingDepreciated: '', note: before?.note ?? '',
})

const orNull = (value: string): string | null => (value === '' ? null : value)

/** What may change later as well. */
export const thingOf = (values: AssetValues) => ({
  name: values.name, maker: values.maker, model: values.model, serialNumber: values.serialNumber, criticality: criticality.parse(values.criticality), departmentId: orNull(values.departmentId), location: values.location, custodianId: orNull(values.custodianId), vendorId: orNull(values.vendorId), invoiceNumber: values.invoiceNumber, warrantyUntil: orNull(values.warrantyUntil), counterUnit: values.counterUnit, note: values.note,
})

/** The body of a new asset; what stays empty is not sent. */
export function bodyOf(values: AssetValues, facilityId: string, currency: string) {
  const amount = (text: string) => ({ amount: text, currency })
  return {
    ...thingOf(values), facilityId, categoryId: values.categoryId, purchasedOn: values.purchasedOn, cost: amount(values.cost), isTaxCredited: values.isTaxCredited,
    ...(values.tax === '' ? {} : { tax: amount(values.tax) }), ...(values.inUseOn === '' ? {} : { inUseOn: values.inUseOn }), ...(values.openingOn === '' ? {} : { openingOn: values.openingOn }), ...(values.openingDepreciated === '' ? {} : { openingDepreciated: amount(values.openingDepreciated) }),
  }
}
