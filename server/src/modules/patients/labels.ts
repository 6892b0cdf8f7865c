import type { RouteInput } from '#contract/define.ts'
import type { patients } from '#contract/patients.ts'
import { barcode, qrCode } from '#kernel/barcodes.ts'
import type { Ctx } from '#kernel/context.ts'
import { renderLabels } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { readPatient } from './repo.ts'
import { ageText } from './rules.ts'

// Sizes of the field: a wristband of 25 mm, a tube label of 50 × 25 mm, an identity card (ISO/IEC 7810 ID-1).
const sizes = { wristband: { widthMm: 250, heightMm: 25, codeWidthMm: 21 }, label: { widthMm: 50, heightMm: 25, codeWidthMm: 16 }, card: { widthMm: 85.6, heightMm: 53.98, codeWidthMm: 32 } } as const

/** A wristband, label or card: name in both scripts, age, sex, record number and its code; the code holds the record number alone. */
export async function printLabel(ctx: Ctx, { params, query }: RouteInput<(typeof patients)['printLabel']>) {
  const { patient, facility } = await withContext(ctx, async (tx) => {
    const row = found(await readPatient(tx, params.id))
    return { patient: row, facility: await facilityOf(tx, row.facility_id) }
  })
  const today = localDate(ctx.now, facility.timeZone)
  const sex = message(ctx.locale, `patients.sex.${patient.sex}`)
  const lines = [
    `${patient.given_name} ${patient.family_name}`.trim(), patient.local_name, [ageText({ birthDate: patient.birth_date, precision: patient.birth_precision }, { today, locale: ctx.locale }), sex].filter(Boolean).join(' · '),
    ...(patient.birth_precision === 'day' && patient.birth_date !== null ? [patient.birth_date] : []), patient.mrn, ...(query.kind === 'label' ? [] : [facility.name]),
  ]
  const code = query.kind === 'label' ? await qrCode(patient.mrn) : query.kind === 'card' ? await barcode(patient.mrn) : await qrCode(patient.mrn)
  return { contentType: 'application/pdf', filename: `${query.kind}-${patient.mrn}.pdf`, isInline: true, body: await renderLabels([{ ...sizes[query.kind], code, lines }]) }
}
