import { allowedSteps } from '#contract/common/lifecycle.ts'
import { type Asset, assetLifecycle, assetState, criticality, depreciationMethod } from '#contract/assets-shapes.ts'
import { minorUnits, money, plain, subtract } from '#kernel/money.ts'
import { lifeEnd, residualOf } from './depreciation-rules.ts'
import type { AssetRow, BesideRow } from './register-repo.ts'


export interface Beside {
  rows: ReadonlyMap<string, BesideRow>
  users: ReadonlyMap<string, string>
  vendors: ReadonlyMap<string, string>
  instruments: ReadonlyMap<string, string>
}

const nameIn = (names: ReadonlyMap<string, string>, id: string | null): string => (id === null ? '' : (names.get(id) ?? ''))
const wall = (state: string): string[] => allowedSteps(assetLifecycle, assetState.parse(state))

/** What may be done now: what failed its calibration is not put into use. */
const actionsOf = (row: AssetRow): string[] => wall(row.state).filter((step) => step !== 'use' || !row.is_calibration_failed)

export function presentAsset(row: AssetRow, beside: Beside): Asset {
  const own = beside.rows.get(row.id)
  const of = (amount: string) => money(amount, row.currency)
  const terms = { residualPercent: row.residual_percent, decimals: minorUnits(row.currency) }
  return {
    id: row.id, version: row.version, number: row.number, facilityId: row.facility_id, departmentId: row.department_id, departmentName: own?.department_name ?? '', location: row.location, custodianId: row.custodian_id, custodianName: nameIn(beside.users, row.custodian_id), categoryId: row.category_id, categoryName: own?.category_name ?? '',
    name: row.name, maker: row.maker, model: row.model, serialNumber: row.serial_number, vendorId: row.vendor_id, vendorName: nameIn(beside.vendors, row.vendor_id), instrumentId: row.instrument_id, instrumentName: nameIn(beside.instruments, row.instrument_id), criticality: criticality.parse(row.criticality), state: assetState.parse(row.state), stateReason: row.state_reason, isMissing: row.is_missing, isCalibrationFailed: row.is_calibration_failed,
    purchasedOn: row.purchased_on, inUseOn: row.in_use_on, lifeEndsOn: row.in_use_on === null ? null : lifeEnd({ inUseOn: row.in_use_on, lifeMonths: row.life_months }), warrantyUntil: row.warranty_until, invoiceNumber: row.invoice_number, goodsReceiptId: row.goods_receipt_id, cost: of(row.cost), tax: of(row.tax), isTaxCredited: row.is_tax_credited,
    gross: of(row.gross), depreciated: of(row.depreciated), impaired: of(row.impaired), net: of(subtract(subtract(row.gross, row.depreciated), row.impaired)), residual: of(residualOf(row, terms)), method: depreciationMethod.parse(row.method), lifeMonths: row.life_months, ratePercent: row.rate_percent === null ? null : plain(row.rate_percent), residualPercent: plain(row.residual_percent), openingOn: row.opening_on,
    counterUnit: row.counter_unit, counterReading: plain(row.counter_reading), nextDueOn: own?.next_due_on ?? null, note: row.note, actions: actionsOf(row),
  }
}
