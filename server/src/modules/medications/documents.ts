import type { RouteInput } from '#contract/define.ts'
import { type medications, type Prescription, prescriptionLifecycle } from '#contract/medications.ts'
import { allowedSteps } from '#contract/common/lifecycle.ts'
import { lifecycleErrors } from '#contract/common/problem.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { keptDocument } from '#kernel/documents.ts'
import { AppError, found } from '#kernel/errors.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { ageText, patientsByIds } from '../patients/index.ts'
import { practitionerPapers } from '../people/index.ts'
import { daysText } from './rules.ts'
import { readPrescription } from './service.ts'

type Words = (key: string, values?: Record<string, string>) => string
type Item = Prescription['items'][number]

/** What the system's grammar says of an item, in the order a patient follows it. */
function instructionsOf({ instructions }: Item, words: Words): string {
  const { route, timing, anupana, potency, dilution, repetition } = instructions
  return [potency, dilution, anupana === undefined ? undefined : words('with', { anupana }), route, timing, repetition].filter(Boolean).join(', ')
}

const rowsOf = (prescription: Prescription, words: Words, locale: string): string[][] =>
  prescription.items.map((item, index) => [String(index + 1), item.name, item.dosage, item.frequency, daysText(item.durationDays, locale), `${item.quantity} ${item.unit}`.trim(), instructionsOf(item, words)])

/** The prescription on letterhead, once it is signed; made once per version and kept. */
export async function printPrescription(ctx: Ctx, { params, query }: RouteInput<(typeof medications)['printPrescription']>) {
  const prescription = await readPrescription(ctx, params.id)
  requirePermission(ctx, 'medications.read', prescription.facilityId)
  if (prescription.number === null) throw new AppError(lifecycleErrors.illegal_step, { allowed: allowedSteps(prescriptionLifecycle, prescription.state) })
  const { facility, patient, prescriber } = await withContext(ctx, async (tx) => ({
    facility: await facilityOf(tx, prescription.facilityId),
    patient: found((await patientsByIds(tx, [prescription.patientId]))[0]),
    prescriber: await practitionerPapers(tx, prescription.prescriberId),
  }))
  const words: Words = (key, values) => message(ctx.locale, `medications.print.${key}`, values)
  const signedOn = localDate(new Date(prescription.finalizedAt ?? prescription.createdAt), facility.timeZone)
  const columns = [{ label: '', width: 4 }, { label: words('medicine'), width: 25 }, { label: words('dosage'), width: 13 }, { label: words('frequency'), width: 13 }, { label: words('duration'), width: 11 }, { label: words('quantity'), width: 11, isNumber: true }, { label: words('instructions'), width: 23 }]
  const key = { subjectType: 'prescription', subjectId: prescription.id, version: prescription.version, copy: query.copy, language: ctx.locale } as const
  return keptDocument(ctx, key, `${prescription.number}.pdf`, () =>
    renderPdf({
      letterhead: letterheadOf(facility),
      title: words('title'),
      mark: query.copy === 'duplicate' ? words('duplicate') : prescription.state === 'cancelled' ? words('cancelled') : '',
      language: ctx.locale,
      facts: [
        { label: words('number'), value: prescription.number ?? '' }, { label: words('date'), value: signedOn }, { label: words('patient'), value: prescription.patientName }, { label: words('mrn'), value: prescription.patientMrn },
        { label: words('age'), value: ageText({ birthDate: patient.birth_date, precision: patient.birth_precision }, { today: signedOn, locale: ctx.locale }) }, { label: words('sex'), value: words(`sex.${patient.sex}`) },
      ],
      blocks: [{ kind: 'table', columns, rows: rowsOf(prescription, words, ctx.locale) }],
      signature: [prescription.prescriberName, prescriber.specialty, prescriber.licenceNumber].filter(Boolean).join('\n'),
      foot: facility.name,
    }))
}
