import type { access } from '#contract/access.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import { readConsent } from './consents-repo.ts'

const written = new Set(['en', 'hi', 'ar'])

/** The form to sign, in plain words and the patient's language: what is allowed to whom, what for, how long, and how to take it back (DPDP Act 2023, sections 5 and 6). */
export async function printConsent(ctx: Ctx, { params }: RouteInput<(typeof access)['printConsent']>) {
  const { row, patient, facility } = await withContext(ctx, async (tx) => {
    const consent = found(await readConsent(tx, params.id))
    const person = found((await patientsByIds(tx, [consent.patient_id]))[0])
    return { row: consent, patient: person, facility: await facilityOf(tx, person.facility_id) }
  })
  const language = patient.language !== null && written.has(patient.language) ? patient.language : ctx.locale
  const words = (key: string, values: Record<string, string> = {}) => message(language, `access.form.${key}`, values)
  const day = (at: Date) => localDate(at, facility.timeZone)
  const name = `${patient.given_name} ${patient.family_name}`.trim()
  const parts = ['identity', ...row.scope].map((part) => message(language, `access.scope.${part}`)).join(', ')
  const signer = row.given_by === 'patient' ? name : `${row.given_name} (${message(language, `access.giver.${row.given_by}`)})`
  const bytes = await renderPdf({
    letterhead: letterheadOf(facility), title: words('title'), mark: '', language,
    facts: [{ label: words('patient'), value: name }, { label: words('mrn'), value: patient.mrn }, { label: words('date'), value: day(row.recorded_at) }],
    blocks: [
      { kind: 'text', text: words('intro', { name: facility.name }) },
      { kind: 'facts', facts: [{ label: words('to'), value: row.recipient }, { label: words('purpose'), value: message(language, `access.purpose.${row.purpose}`) }, { label: words('parts'), value: parts }, { label: words('from'), value: day(row.starts_at) }, { label: words('until'), value: row.ends_at === null ? words('open') : day(row.ends_at) }] },
      ...(row.withdrawn_at === null ? [] : [{ kind: 'text' as const, title: words('withdrawn', { on: day(row.withdrawn_at) }), text: row.withdrawal_reason }]),
      { kind: 'text', title: words('backTitle'), text: words('back', { contact: [facility.phone, facility.email].filter(Boolean).join(', ') }) },
    ],
    signature: words('signature', { name: signer }), foot: `${facility.name} · ${patient.mrn}`, size: 'A4',
  })
  return { contentType: 'application/pdf', filename: 'consent.pdf', body: bytes, isInline: true }
}
