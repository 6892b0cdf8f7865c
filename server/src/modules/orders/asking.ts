import { orderableContrast } from '#contract/order-catalogue.ts'
import { type OrderAsk, type OrderItemBody, ordersErrors } from '#contract/orders.ts'
import type { Tx } from '#kernel/db.ts'
import { AppError } from '#kernel/errors.ts'
import { ageOn } from '#kernel/zoned-time.ts'
import { standingFacts } from '../clinical/index.ts'
import { patientWithLists } from '../patients/index.ts'
import type { OrderableRow } from './orderables-repo.ts'
import { mayBePregnant } from './rules.ts'
import { settingsOf } from './settings.ts'

/**
 * What imaging asks before it is ordered: the side; whether a patient of childbearing age is pregnant (ICRP Publication 84; IR(ME)R 2000, schedule 1 d);
 * that allergies and kidneys were looked at before contrast (ACR Manual on Contrast Media, chapters on allergic-like reactions and on renal function).
 * It is asked, with what the record knows; no limit is set.
 */
export async function asksOf(tx: Tx, patientId: string, orderables: readonly (OrderableRow | undefined)[]): Promise<OrderAsk[]> {
  const asking = orderables.flatMap((orderable, index) => (orderable !== undefined && (orderable.has_side || orderable.is_ionising || orderable.contrast !== 'none') ? [{ orderable, index }] : []))
  if (asking.length === 0) return []
  const isContrast = asking.some(({ orderable }) => orderable.contrast !== 'none')
  const [record, settings, standing] = await Promise.all([patientWithLists(tx, patientId), settingsOf(tx), isContrast ? standingFacts(tx, patientId) : undefined])
  const birth = record?.patient.birth_date ?? null
  const age = birth === null ? null : ageOn(birth, tx.ctx.now.toISOString().slice(0, 10)).years
  const isPregnancyAsked = mayBePregnant({ sex: record?.patient.sex ?? 'unknown', age, from: settings.pregnancy_from_years, to: settings.pregnancy_to_years })
  const creatinine = standing?.measures.get('creatinine')
  return asking.map(({ orderable, index }) => {
    const contrast = orderableContrast.parse(orderable.contrast)
    const known = contrast === 'none' ? { allergies: [], creatinine: null } : { allergies: (record?.allergies ?? []).map((one) => one.text), creatinine: creatinine === undefined ? null : { mgPerDl: Math.round(creatinine.value * 100) / 100, at: creatinine.at.toISOString() } }
    return { index, item: orderable.name, side: orderable.has_side, pregnancy: orderable.is_ionising && isPregnancyAsked, contrast, ...known }
  })
}

/** Refuses a basket in which something that is asked was not answered; every field is named. */
export function refuseUnanswered(asks: readonly OrderAsk[], items: readonly OrderItemBody[]): void {
  const unanswered = asks.flatMap((ask) => {
    const item = items[ask.index]
    const missing = [
      ...(ask.side && item?.side === undefined ? [{ path: 'side', error: ordersErrors.side_required }] : []),
      ...(ask.pregnancy && item?.pregnancy === undefined ? [{ path: 'pregnancy', error: ordersErrors.pregnancy_unasked }] : []),
      ...(ask.contrast !== 'none' && item?.isContrastChecked !== true ? [{ path: 'isContrastChecked', error: ordersErrors.contrast_unchecked }] : []),
    ]
    return missing.map(({ path, error }) => ({ error, field: { path: `items.${ask.index}.${path}`, code: error.code } }))
  })
  const [first] = unanswered
  if (first !== undefined) throw new AppError(first.error, { fields: unanswered.map((one) => one.field) })
}
