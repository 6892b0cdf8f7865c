import type { RouteInput } from '#contract/define.ts'
import { patientsErrors } from '#contract/patients.ts'
import type { PatientCriteria, patientFinding } from '#contract/patients-finding.ts'
import { type Ctx, requirePermission } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { AppError, invalidField } from '#kernel/errors.ts'
import { pageOf, toPage } from '#kernel/page.ts'
import { searchSubjects } from '#kernel/search.ts'
import { nameWords } from '#kernel/text.ts'
import { addDays, zonedToInstant } from '#kernel/zoned-time.ts'
import { facilityOf } from '../organizations/index.ts'
import { findPatients, type Narrowed } from './criteria-repo.ts'
import { identifierHash, searchKind } from './finding.ts'
import { presentSummary } from './present.ts'
import { type PatientRow, patientsByIds } from './repo.ts'
import { bornFor } from './rules.ts'
import { readTyped } from './typed.ts'

type Input<K extends keyof typeof patientFinding> = RouteInput<(typeof patientFinding)[K]>

const latest = (...dates: (string | undefined)[]): string | undefined => dates.filter((date) => date !== undefined).toSorted().at(-1)
const earliest = (...dates: (string | undefined)[]): string | undefined => dates.filter((date) => date !== undefined).toSorted()[0]

const pairs = [['ageFrom', 'ageTo'], ['bornFrom', 'bornTo'], ['registeredFrom', 'registeredTo'], ['visitedFrom', 'visitedTo']] as const

function refuseBackwards(criteria: PatientCriteria): void {
  for (const [from, to] of pairs) {
    const [first, last] = [criteria[from], criteria[to]]
    if (first !== undefined && last !== undefined && first > last) throw invalidField(to, 'range.backwards')
  }
}

/** Criteria as the database is asked: ages as birth dates, days as instants of the facility's calendar. */
export async function narrow(tx: Tx, criteria: PatientCriteria): Promise<Narrowed> {
  refuseBackwards(criteria)
  if (criteria.label !== undefined) requirePermission(tx.ctx, 'patients.labels')
  const { registeredFrom, registeredTo, visitedFrom, visitedTo, ageFrom, ageTo } = criteria
  const facilityId = criteria.facilityId ?? tx.ctx.facilityIds[0]
  const hasDays = [registeredFrom, registeredTo, visitedFrom, visitedTo].some((day) => day !== undefined)
  const zone = hasDays && facilityId !== undefined ? (await facilityOf(tx, facilityId)).timeZone : 'UTC'
  const starts = (day: string | undefined) => (day === undefined ? undefined : zonedToInstant(day, '00:00', zone))
  const ends = (day: string | undefined) => (day === undefined ? undefined : zonedToInstant(addDays(day, 1), '00:00', zone))
  const byAge = bornFor({ ageFrom, ageTo }, tx.ctx.now.toISOString().slice(0, 10))
  return {
    facilityId: criteria.facilityId, sex: criteria.sex, life: criteria.life, label: criteria.label, city: criteria.city === '' ? undefined : criteria.city,
    bornFrom: latest(criteria.bornFrom, byAge.from), bornTo: earliest(criteria.bornTo, byAge.to),
    registeredFrom: starts(registeredFrom), registeredBefore: ends(registeredTo), visitedFrom: starts(visitedFrom), visitedBefore: ends(visitedTo),
  }
}

const fit = (row: PatientRow, words: readonly string[]): number => {
  const own = nameWords(`${row.given_name} ${row.family_name} ${row.local_name}`)
  return words.reduce((sum, word) => sum + (own.includes(word) ? 3 : own.some((one) => one.startsWith(word)) ? 2 : 0), 0)
}

interface Asked {
  text: string
  limit: number
  /** How many that fit the text are looked at when criteria narrow them. */
  reach: number
  narrowed?: Narrowed
}

const tooShort = () => new AppError(patientsErrors.search_too_short, { fields: [{ path: 'text', code: 'too_short' }] })
const isOneBirthday = 200

/** Patients a typed text means, best first: by e-mail, by birth date with or without a name, or by what the index of names and numbers holds. */
export async function fitting(tx: Tx, { text, limit, reach, narrowed }: Asked): Promise<PatientRow[]> {
  const typed = readTyped(text)
  if (typed.kind === 'email') return (await findPatients(tx, { ...narrowed, email: typed.email }, { limit, after: null })).slice(0, limit)
  if (typed.kind === 'birth') {
    const born = await findPatients(tx, { ...narrowed, birthDates: typed.dates }, { limit: isOneBirthday, after: null })
    return born.filter((row) => typed.words.every((word) => fit(row, [word]) > 0)).toSorted((a, b) => fit(b, typed.words) - fit(a, typed.words)).slice(0, limit)
  }
  const ids = await searchSubjects(tx, searchKind, text, { limit: reach, hashOf: (value) => identifierHash(tx.ctx.tenantId, value) })
  if (ids === undefined) throw tooShort()
  const rows = ids.length === 0 ? [] : await (narrowed === undefined ? patientsByIds(tx, ids) : findPatients(tx, { ...narrowed, ids }, { limit, after: null }))
  const words = nameWords(text)
  const place = new Map(ids.map((id, index) => [id, index]))
  return rows.toSorted((a, b) => fit(b, words) - fit(a, words) || (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)).slice(0, limit)
}

/** Patients that fit a typed text, best first. 422 when fewer than two letters or three digits were typed. */
export function searchPatients(ctx: Ctx, { text, limit }: { text: string; limit: number }) {
  // A range is planned for its values, what is probed by key is not.
  if (readTyped(text).kind !== 'words') ctx.isProbing = false
  return withContext(ctx, async (tx) => {
    const today = ctx.now.toISOString().slice(0, 10)
    return { items: (await fitting(tx, { text, limit, reach: Math.max(25, limit) })).map((row) => presentSummary(row, { today, locale: ctx.locale })), nextCursor: null }
  })
}

const mostByText = 50
const textReach = 500

/** Patients by several criteria together; a text ranks, so that there is one page of the best. */
export function findByCriteria(ctx: Ctx, { body }: Input<'find'>) {
  const { text = '', sort, limit, cursor, ...criteria } = body
  const page = pageOf({ limit, cursor })
  const today = ctx.now.toISOString().slice(0, 10)
  ctx.isProbing = false
  return withContext(ctx, async (tx) => {
    const narrowed = await narrow(tx, criteria)
    if (text.trim() !== '') return { items: (await fitting(tx, { text, limit: mostByText, reach: textReach, narrowed })).map((row) => presentSummary(row, { today, locale: ctx.locale })), nextCursor: null }
    return toPage(await findPatients(tx, narrowed, page, sort === 'registeredAt'), page.limit, (row) => ({ at: row.registered_at.toISOString(), id: row.id }), (row) => presentSummary(row, { today, locale: ctx.locale }))
  })
}
