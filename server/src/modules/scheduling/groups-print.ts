import type { RouteInput } from '#contract/define.ts'
import type { groupRoutes } from '#contract/scheduling-groups.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { renderPdf } from '#kernel/papers.ts'
import { message } from '#kernel/text-i18n.ts'
import { localTime } from '#kernel/zoned-time.ts'
import { facilityOf, letterheadOf } from '../organizations/index.ts'
import { patientNames } from '../patients/index.ts'
import { userNames } from '../people/index.ts'
import { enrolmentsIn } from './enrolments-repo.ts'
import { roomsByIds } from './groups-repo.ts'
import { readableSession } from './groups.ts'

/** The list that hangs at the door: who is expected, with a line to sign on; made anew each time, since it changes until the session begins. */
export async function printAttendance(ctx: Ctx, { params }: RouteInput<(typeof groupRoutes)['printAttendance']>) {
  const { session, rows, names, facility, practitioner, room } = await withContext(ctx, async (tx) => {
    const one = await readableSession(tx, params.id)
    const enrolled = await enrolmentsIn(tx, one.id, ['enrolled', 'checked-in', 'absent'])
    const [patients, place, practitioners, rooms] = await Promise.all([
      patientNames(tx, enrolled.map((row) => row.patient_id)), facilityOf(tx, one.facility_id), userNames(tx, one.practitioner_id === null ? [] : [one.practitioner_id]), roomsByIds(tx, one.room_id === null ? [] : [one.room_id]),
    ])
    return { session: one, rows: enrolled, names: patients, facility: place, practitioner: practitioners.get(one.practitioner_id ?? '') ?? '', room: rooms[0]?.name ?? '' }
  })
  const words = (key: string, values: Record<string, string | number> = {}) => message(ctx.locale, `scheduling.print.${key}`, values)
  const mark = (state: string) => (state === 'enrolled' ? '' : words(state))
  const facts = [
    { label: words('when'), value: `${session.local_date} ${session.local_time}–${localTime(session.ends_at, session.time_zone)}` },
    ...(practitioner === '' ? [] : [{ label: words('practitioner'), value: practitioner }]), ...(room === '' ? [] : [{ label: words('room'), value: room }]), { label: words('places'), value: `${session.taken} / ${session.places}` },
  ]
  const columns = [{ label: '', width: 6, isNumber: true }, { label: words('name'), width: 36 }, { label: words('mrn'), width: 18 }, { label: words('came'), width: 14 }, { label: words('signature'), width: 26 }]
  const people = rows.map((row) => ({ name: names.get(row.patient_id)?.name ?? '', mrn: names.get(row.patient_id)?.mrn ?? '', mark: mark(row.state) })).toSorted((a, b) => a.name.localeCompare(b.name, ctx.locale))
  const body = await renderPdf({
    letterhead: letterheadOf(facility), title: session.name, mark: '', language: ctx.locale, facts,
    blocks: [{ kind: 'table', columns, rows: people.map((person, index) => [String(index + 1), person.name, person.mrn, person.mark, '']) }],
    signature: words('signatory'), foot: words('foot', { name: facility.name }), size: 'A4',
  })
  return { contentType: 'application/pdf', filename: 'attendance.pdf', body, isInline: true }
}
