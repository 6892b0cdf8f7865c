import type { RouteInput } from '#contract/define.ts'
import type { privacy } from '#contract/privacy.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { found } from '#kernel/errors.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { patientsByIds } from '../patients/index.ts'
import * as repo from './breaches-repo.ts'
import { nameOf } from './present.ts'

const written = new Set(['en', 'hi', 'ar'])

/**
 * The letter to a patient: what happened, which data, what may follow, what was done, whom to ask
 * (DPDP Rules 2025, rule 7(1)(a)–(e); 45 CFR 164.404(c)(1)). In the patient's language where it is one of ours.
 */
export async function printLetter(ctx: Ctx, { params }: RouteInput<(typeof privacy)['printLetter']>) {
  const { breach, patient, facility } = await withContext(ctx, async (tx) => {
    const affected = found(await repo.readAffected(tx, params.id))
    const [person] = await patientsByIds(tx, [affected.patient_id])
    const row = found(person)
    return { breach: found(await repo.readBreach(tx, affected.breach_id)), patient: row, facility: await facilityOf(tx, row.facility_id) }
  })
  const language = patient.language !== null && written.has(patient.language) ? patient.language : ctx.locale
  const words = (key: string, values: Record<string, string> = {}) => message(language, `privacy.letter.${key}`, values)
  const kinds = breach.data_kinds.map((kind) => message(language, `privacy.data.${kind}`)).join(', ')
  const part = (title: string, text: string) => ({ kind: 'text' as const, title: words(title), text })
  const address = [patient.address.lines, patient.address.postcode, patient.address.city].filter(Boolean).join(', ')
  const bytes = await renderPdf({
    letterhead: letterheadOf(facility), title: words('title'), mark: '', language,
    facts: [{ label: words('to'), value: nameOf(patient) }, { label: words('date'), value: localDate(ctx.now, facility.timeZone) }, ...(address === '' ? [] : [{ label: words('address'), value: address }])],
    blocks: [
      { kind: 'text', text: words('greeting', { name: nameOf(patient) }) }, part('what', `${breach.description}\n${words('when', { on: localDate(breach.discovered_at, facility.timeZone) })}`), part('data', kinds), part('follow', breach.consequences || words('unknown')),
      part('done', breach.measures || words('unknown')), part('advice', words('adviceText')), part('ask', [facility.name, facility.phone, facility.email].filter(Boolean).join(' · ')),
    ],
    signature: words('signature'), foot: facility.name, size: 'A4',
  })
  return { contentType: 'application/pdf', filename: 'letter.pdf', body: bytes, isInline: true }
}
