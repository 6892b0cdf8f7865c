import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'
import { codingPort, visitPort } from './ports.ts'
import { patientColumns, type PatientRow } from './repo.ts'

export interface FindingRow {
  id: string
  version: number
  patient_id: string
  rule: string
  state: string
  reason: string
  found_at: Date
  decided_by: string | null
}

const columns = ['id', 'version', 'patient_id', 'rule', 'state', 'reason', 'found_at', 'decided_by'] as const

export function listFindings(tx: Tx, { rule, state }: { rule?: string | undefined; state: string }, page: PageRequest): Promise<FindingRow[]> {
  let query = tx.db.selectFrom('patient_findings').select(columns).where('state', '=', state).orderBy('found_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (rule !== undefined) query = query.where('rule', '=', rule)
  return afterCursor(query, page.after, 'found_at', { order: 'desc' }).execute()
}

export function countFindings(tx: Tx): Promise<{ rule: string; state: string; n: number }[]> {
  return rawInTenant(tx, 'select rule, state, count(*)::int as n from patient_findings where tenant_id = $1 group by rule, state', [tx.ctx.tenantId])
}

export function lockFinding(tx: Tx, id: string): Promise<FindingRow | undefined> {
  return tx.db.selectFrom('patient_findings').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function decideFinding(tx: Tx, row: FindingRow, change: { state: 'open' | 'accepted'; reason: string }): Promise<FindingRow> {
  const isAccepted = change.state === 'accepted'
  return tx.db.updateTable('patient_findings').set({ ...change, version: row.version + 1, decided_at: isAccepted ? tx.ctx.now : null, decided_by: isAccepted ? tx.ctx.userId : null }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

/** Which of some patients have a finding. */
export async function withFindings(tx: Tx, patientIds: readonly string[]): Promise<string[]> {
  const rows = await rawInTenant<{ patient_id: string }>(tx, 'select distinct patient_id from patient_findings where tenant_id = $1 and patient_id = any($2::uuid[])', [tx.ctx.tenantId, patientIds])
  return rows.map((row) => row.patient_id)
}

/** Leaves exactly these findings with the patients that were checked; what was accepted stays accepted while it holds. */
export async function replaceFindings(tx: Tx, patientIds: readonly string[], found: readonly { patientId: string; rule: string }[]): Promise<void> {
  const [ids, rules] = [found.map((one) => one.patientId), found.map((one) => one.rule)]
  await rawInTenant(
    tx,
    `delete from patient_findings f where f.tenant_id = $1 and f.patient_id = any($2::uuid[])
       and not exists (select 1 from unnest($3::uuid[], $4::text[]) as n(patient_id, rule) where n.patient_id = f.patient_id and n.rule = f.rule)`,
    [tx.ctx.tenantId, patientIds, ids, rules],
  )
  await rawInTenant(
    tx,
    `insert into patient_findings (tenant_id, id, patient_id, rule, found_at) select $1::uuid, n.id, n.patient_id, n.rule, $5
     from unnest($2::uuid[], $3::uuid[], $4::text[]) as n(id, patient_id, rule) order by n.patient_id, n.rule on conflict (tenant_id, patient_id, rule) do nothing`,
    [tx.ctx.tenantId, found.map(() => newId()), ids, rules, tx.ctx.now],
  )
}

/** The next records after an id, in the order of their ids. */
export function recordsAfter(tx: Tx, after: string, limit: number): Promise<PatientRow[]> {
  return tx.db.selectFrom('patients').select(patientColumns).where('id', '>', after).orderBy('id').limit(limit).execute()
}

/** First and last visit of each patient who has one. */
export async function visitSpans(tx: Tx, ids: readonly string[]): Promise<Map<string, { first: Date; last: Date }>> {
  const spans = new Map<string, { first: Date; last: Date }>()
  for (const { table, at, counted } of visitPort.all()) {
    const rows = await rawInTenant<{ patient_id: string; first: Date; last: Date }>(
      tx, `select v.patient_id, min(v.${at}) as first, max(v.${at}) as last from "${table}" v where v.tenant_id = $1 and v.patient_id = any($2::uuid[]) and v.${counted} group by v.patient_id`, [tx.ctx.tenantId, ids],
    )
    for (const { patient_id: id, first, last } of rows) {
      const known = spans.get(id)
      spans.set(id, { first: known !== undefined && known.first < first ? known.first : first, last: known !== undefined && known.last > last ? known.last : last })
    }
  }
  return spans
}

// ICD-10 chapter XV (O00–O9A), ICD-11 chapter 18 (JA00–JB6Z), SNOMED CT: pregnancy, normal pregnancy, high-risk pregnancy.
const pregnancy = `((c.coding ->> 'system' like '%icd-10%' and c.coding ->> 'code' ~ '^O[0-9]') or (c.coding ->> 'system' like '%icd/release/11%' and c.coding ->> 'code' ~ '^J[AB][0-9]')
  or (c.coding ->> 'system' = 'http://snomed.info/sct' and c.coding ->> 'code' = any('{77386006,72892002,47200007}')))`

/** Those of whom a pregnancy or birth is recorded. */
export async function pregnantOf(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const pregnant = new Set<string>()
  for (const { table, counted } of [{ table: 'patient_lists', counted: "state <> 'entered-in-error'" }, ...codingPort.all()]) {
    const rows = await rawInTenant<{ patient_id: string }>(tx, `select distinct c.patient_id from "${table}" c where c.tenant_id = $1 and c.patient_id = any($2::uuid[]) and c.${counted} and c.coding is not null and ${pregnancy}`, [tx.ctx.tenantId, ids])
    for (const row of rows) pregnant.add(row.patient_id)
  }
  return pregnant
}

/** Those who have an identifier that another patient has too. Families share insurance numbers. */
export async function sharingOf(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await rawInTenant<{ patient_id: string }>(
    tx,
    `select distinct i.patient_id from patient_identifiers i
     join patient_identifiers o on o.tenant_id = $1 and o.value_index = i.value_index and o.type = i.type and o.issuer = i.issuer and o.patient_id <> i.patient_id
     join patients p on p.tenant_id = $1 and p.id = o.patient_id and p.merged_into is null
     where i.tenant_id = $1 and i.patient_id = any($2::uuid[]) and i.type <> 'insurance'`,
    [tx.ctx.tenantId, ids],
  )
  return new Set(rows.map((row) => row.patient_id))
}

export interface CheckRow {
  started_at: Date
  finished_at: Date | null
  patients: number
}

export function lastCheck(tx: Tx): Promise<CheckRow | undefined> {
  return tx.db.selectFrom('patient_checks').select(['started_at', 'finished_at', 'patients']).executeTakeFirst()
}

/** Marks that a check begins; undefined while one that began after `stale` has not ended. */
export async function beginCheck(tx: Tx, stale: Date): Promise<CheckRow | undefined> {
  const [row] = await rawInTenant<CheckRow>(
    tx,
    `insert into patient_checks (tenant_id, id, started_at) values ($1, $2, $3)
     on conflict (tenant_id) do update set started_at = excluded.started_at, finished_at = null, patients = 0
       where patient_checks.finished_at is not null or patient_checks.started_at < $4 returning started_at, finished_at, patients`,
    [tx.ctx.tenantId, newId(), tx.ctx.now, stale],
  )
  return row
}

export async function endCheck(tx: Tx, patients: number): Promise<void> {
  await rawInTenant(tx, 'update patient_checks set finished_at = $2, patients = $3 where tenant_id = $1', [tx.ctx.tenantId, tx.ctx.now, patients])
}
