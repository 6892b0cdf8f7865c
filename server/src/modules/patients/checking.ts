import type { Ctx } from '#kernel/context.ts'
import { type Tx, withContext } from '#kernel/db.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { together } from '#kernel/together.ts'
import { localDate } from '#kernel/zoned-time.ts'
import { type Facility, facilityOf } from '../organizations/index.ts'
import * as repo from './findings-repo.ts'
import { judge, type Judged } from './inconsistencies.ts'
import { type PatientRow, patientsByIds } from './repo.ts'

/** All records are to be checked; the row that says so stands already. */
export const checkWanted = defineEvent<{ tenantId: string }>('patients.check-wanted')

/** Records with what else is known of them, in as many statements for a thousand as for one. */
export async function gather(tx: Tx, rows: readonly PatientRow[]): Promise<Judged[]> {
  const ids = rows.map((row) => row.id)
  const facilities = new Map<string, Facility>()
  for (const id of new Set(rows.map((row) => row.facility_id))) facilities.set(id, await facilityOf(tx, id))
  const [spans, pregnant, sharing] = await together([repo.visitSpans(tx, ids), repo.pregnantOf(tx, ids), repo.sharingOf(tx, ids)])
  return rows.map((row) => {
    const facility = facilities.get(row.facility_id)
    const zone = facility?.timeZone ?? 'UTC'
    const day = (instant: Date | null | undefined): string | null => (instant === null || instant === undefined ? null : localDate(instant, zone))
    const span = spans.get(row.id)
    return {
      row, today: localDate(tx.ctx.now, zone), registeredOn: localDate(row.registered_at, zone), deceasedOn: day(row.deceased_at), region: facility?.region ?? '',
      firstVisitOn: day(span?.first), lastVisitOn: day(span?.last), hasPregnancy: pregnant.has(row.id), sharesIdentifier: sharing.has(row.id),
    }
  })
}

async function check(tx: Tx, rows: readonly PatientRow[]): Promise<void> {
  const judged = await gather(tx, rows)
  await repo.replaceFindings(tx, rows.map((row) => row.id), judged.flatMap((one) => judge(one).map((rule) => ({ patientId: one.row.id, rule }))))
}

/** Judges records again that have findings, right after they were changed; new ones are found at night. */
export async function recheck(tx: Tx, ids: readonly string[]): Promise<void> {
  const known = ids.length === 0 ? [] : await repo.withFindings(tx, ids)
  if (known.length > 0) await check(tx, await patientsByIds(tx, known))
}

/** Judges records anew, whatever was known of them. */
export async function checkRecordsOf(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await check(tx, await patientsByIds(tx, ids))
}

const staleMinutes = 60

/** Asks for a check of all records; undefined while one runs. */
export async function wantCheck(tx: Tx): Promise<repo.CheckRow | undefined> {
  const begun = await repo.beginCheck(tx, new Date(tx.ctx.now.getTime() - staleMinutes * 60_000))
  if (begun !== undefined) await emit(tx, checkWanted, { tenantId: tx.ctx.tenantId })
  return begun
}

const chunk = 500
const beforeAll = '00000000-0000-0000-0000-000000000000'

/** Job: checks all records, five hundred a transaction; run again it finds the same. */
export async function checkAll(ctx: Ctx): Promise<void> {
  let checked = 0
  for (let after = beforeAll; after !== '';) {
    after = await withContext(ctx, async (tx) => {
      const rows = await repo.recordsAfter(tx, after, chunk)
      await check(tx, rows)
      checked += rows.length
      return rows.length < chunk ? '' : (rows.at(-1)?.id ?? '')
    })
  }
  await withContext(ctx, (tx) => repo.endCheck(tx, checked))
}

/** Each night: asks for the check. */
export async function checkNightly(tx: Tx): Promise<void> {
  await wantCheck(tx)
}
