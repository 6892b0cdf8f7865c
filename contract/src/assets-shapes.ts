import { z } from 'zod'
import { actions, date, decimalText, id, money, version } from './common/values.ts'
import { lifecycle } from './common/lifecycle.ts'
import { defineErrors } from './define.ts'

export const assetsErrors = defineErrors('assets', {
  category_taken: 409, serial_taken: 409, instrument_linked: 409, already_capitalised: 409, not_equipment: 422, not_whole: 422, serial_count: 422, rate_needed: 422, before_purchase: 422, in_future: 422, wrong_currency: 422, unknown_code: 404,
  period_done: 409, period_not_ended: 422, period_not_next: 422, period_closed: 422, above_value: 422, life_over: 422, not_in_use: 422, is_disposed: 409, wrong_end: 422,
  calibration_failed: 409, contract_overlaps: 409, contract_order: 422, one_rhythm: 422, counter_back: 422, no_counter: 422, result_needed: 422, other_plan: 422,
  own_round: 403, not_of_round: 422,
})

/** Where a thing stands; what is disposed of stays so. */
export const assetLifecycle = lifecycle({
  initial: 'in-store',
  states: ['in-use', 'under-maintenance', 'out-of-order', 'in-store', 'disposed'],
  steps: {
    use: { from: ['in-store', 'under-maintenance', 'out-of-order'], to: 'in-use' },
    maintain: { from: ['in-use', 'in-store', 'out-of-order'], to: 'under-maintenance' },
    break: { from: ['in-use', 'in-store', 'under-maintenance'], to: 'out-of-order' },
    store: { from: ['in-use', 'out-of-order', 'under-maintenance'], to: 'in-store' },
    dispose: { from: ['in-use', 'in-store', 'out-of-order', 'under-maintenance'], to: 'disposed' },
  },
})
export const assetState = z.enum(['in-use', 'under-maintenance', 'out-of-order', 'in-store', 'disposed'])
export type AssetState = z.output<typeof assetState>
export const criticality = z.enum(['life-support', 'high', 'medium', 'low'])
export const depreciationMethod = z.enum(['straight-line', 'written-down'])
export const disposalKind = z.enum(['sale', 'scrap', 'theft', 'donation'])
export const entryKind = z.enum(['opening', 'acquisition', 'addition', 'impairment', 'depreciation', 'disposal'])
export const assetFileKind = z.enum(['invoice', 'manual', 'certificate', 'photo', 'other'])

/** An amount as it is sent: what the database keeps exactly. */
export const amountIn = z.strictObject({ amount: z.string().max(15).regex(/^\d{1,11}(\.\d{1,3})?$/), currency: money.shape.currency })
export const positiveAmount = amountIn.refine((value) => Number(value.amount) > 0, { error: 'number.positive' })
const percent = decimalText.regex(/^\d{1,2}(\.\d{1,4})?$/)
/** Companies Act 2013, Schedule II, Part A, paragraph 3 (i): five per cent. of the original cost at most. */
export const residualPercent = decimalText.regex(/^(5(\.0{1,2})?|[0-4](\.\d{1,2})?)$/)
export const ratePercent = percent.refine((value) => Number(value) > 0, { error: 'number.positive' })
export const lifeMonths = z.int().min(1).max(1200)

const place = { departmentId: id.nullable(), departmentName: z.string(), location: z.string(), custodianId: id.nullable(), custodianName: z.string() }
export const terms = { method: depreciationMethod, lifeMonths: z.int(), ratePercent: z.string().nullable(), residualPercent: z.string() }
export const asset = z.object({
  id, version, number: z.string(), facilityId: id, ...place, categoryId: id, categoryName: z.string(), name: z.string(), maker: z.string(), model: z.string(), serialNumber: z.string(), vendorId: id.nullable(), vendorName: z.string(), instrumentId: id.nullable(), instrumentName: z.string(), criticality, state: assetState, stateReason: z.string(), isMissing: z.boolean(), isCalibrationFailed: z.boolean(),
  purchasedOn: date, inUseOn: date.nullable(), lifeEndsOn: date.nullable(), warrantyUntil: date.nullable(), invoiceNumber: z.string(), goodsReceiptId: id.nullable(), cost: money, tax: money, isTaxCredited: z.boolean(), gross: money, depreciated: money, impaired: money, net: money, residual: money, ...terms, openingOn: date.nullable(), counterUnit: z.string(), counterReading: z.string(), nextDueOn: date.nullable(), note: z.string(), actions,
})
export type Asset = z.output<typeof asset>
