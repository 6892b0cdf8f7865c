import { LRUCache } from 'lru-cache'
import { kernelErrors } from '#contract/common/problem.ts'
import { noteChart } from './chart-pace.ts'
import type { Actor } from './context.ts'
import { pools, type Statement } from './db.ts'
import { AppError } from './errors.ts'

export interface AuditEntry {
  tenantId: string
  actorId: string | null
  sessionId: string | null
  requestId: string
  action: string
  subjectType: string | null
  subjectId: string | null
  patientId: string | null
  outcome: 'success' | 'denied' | 'failure'
  /** `address` and `agent` in it get columns of their own. */
  details: Record<string, unknown> | null
  /** Why, as the user said. */
  reason?: string | null
  facilityId?: string | null
  /** A program acts with a key: its pace is not a person's. */
  isProgram?: boolean
  /** Where the actor may do this: what was done under other rights is not familiar. Not kept. */
  rights?: string
  /** In which roles somebody acts, and where when it can be one place only; looked up where it is not said. */
  actor?: Actor
}

interface Waiting {
  entry: AuditEntry
  resolve: () => void
  reject: (error: unknown) => void
}

const names = ['tenant_id', 'actor_id', 'session_id', 'request_id', 'action', 'subject_type', 'subject_id', 'patient_id', 'outcome', 'details', 'address', 'agent', 'reason', 'role', 'facility_id']
const columns = names.join(', ')

// Whoever has a glass broken says why with all that is audited.
const insert = `insert into audit_entries (${columns})
  select ${names.map((name) => (name === 'reason' ? 'coalesce(u.reason, case when g.user_id is not null then kernel.glass_reason(u.tenant_id, u.actor_id, u.patient_id) end)' : `u.${name}`)).join(', ')}
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::jsonb[], $11::text[], $12::text[], $13::text[], $14::text[], $15::uuid[]) as u(${columns})
  left join kernel.with_glass($1::uuid[], $2::uuid[]) g on g.tenant_id = u.tenant_id and g.user_id = u.actor_id`

const reasonFor = (patient: string): string => `coalesce($13, (select left('break-glass: ' || b.reason, 500) from break_glass b
  where b.tenant_id = $1::uuid and b.user_id = $2::uuid and b.patient_id = ${patient} and b.ended_at is null and b.ends_at > clock_timestamp() order by b.started_at desc limit 1))`

const one = `insert into audit_entries (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8::uuid, $9, $10, $11, $12, ${reasonFor('$8::uuid')}, $14, $15)`

// The application may write entries and not read them: what was found is read beside.
const oneElsewhere = `place as materialized (select s.patient_id, s.facility_id from kernel.audit_subject($1, $6, $7) s), entry as (insert into audit_entries (${columns})
  select $1::uuid, $2::uuid, $3::uuid, $4, $5, $6, $7::uuid, coalesce($8::uuid, s.patient_id), $9, $10::jsonb, $11, $12, ${reasonFor('coalesce($8::uuid, s.patient_id)')}, $14, coalesce(s.facility_id, $15::uuid) from place s)
  select patient_id, facility_id from place`

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value.toWellFormed().replaceAll('\u0000', '\uFFFD').slice(0, 500) : null)

/** The entry as its columns stand, but for role and facility. */
function rowOf(e: AuditEntry): unknown[] {
  const { address, agent, ...rest } = e.details ?? {}
  const details = Object.keys(rest).length === 0 ? null : storable(rest)
  return [e.tenantId, e.actorId, e.sessionId, e.requestId, e.action, e.subjectType, e.subjectId, e.patientId, e.outcome, details, textOf(address), textOf(agent), textOf(e.reason)]
}

/** Another insert of the same statement: its text begins to count its values at a number. */
export interface Beside {
  text: (first: number) => string
  values: readonly unknown[]
}

/** Writes the entry of a write in its own transaction, and what goes beside it: they are there exactly when the work is. */
export async function auditWithin(statement: Statement, e: AuditEntry & { actor: Actor }, beside?: Beside): Promise<void> {
  const known = needsPlace(e) ? places.get(placeKey(e)) : { patientId: e.patientId, facilityId: null }
  const row = [...rowOf({ ...e, patientId: e.patientId ?? known?.patientId ?? null }), e.actor.role, e.facilityId ?? known?.facilityId ?? e.actor.facilityId]
  const parts = [...(beside === undefined ? [] : [`beside as (${beside.text(row.length + 1)})`]), ...(known === undefined ? [oneElsewhere] : [])]
  const text = `${parts.length === 0 ? '' : `with ${parts.join(', ')} `}${known === undefined ? '' : one}`
  const [found] = await statement(text, [...row, ...(beside?.values ?? [])])
  if (known === undefined && isPlaceRow(found)) places.set(placeKey(e), { patientId: found.patient_id, facilityId: found.facility_id })
}

const isPlaceRow = (row: unknown): row is { patient_id: string | null; facility_id: string | null } => typeof row === 'object' && row !== null && 'patient_id' in row && 'facility_id' in row

interface Place {
  patientId: string | null
  facilityId: string | null
}

// Whose record a subject is and where hardly ever changes; roles are felt at once.
const places = new LRUCache<string, Place>({ max: 20_000, ttl: 60_000 })
const actors = new LRUCache<string, Actor>({ max: 5000, ttl: 3000 })
const placeKey = (e: AuditEntry): string => `${e.tenantId}${e.subjectType}${e.subjectId}`
// A patient's own record tells whose it is.
const needsPlace = (e: AuditEntry): boolean => e.subjectId !== null && e.patientId === null
const actorKey = (e: AuditEntry): string => `${e.tenantId}${e.actorId}`

/** Asks once for a batch what is not known yet: the actors' roles, and to which patient and facility the subjects belong. */
async function learn(entries: readonly AuditEntry[]): Promise<void> {
  const unknown = entries.filter((e) => (e.actor === undefined && !actors.has(actorKey(e))) || (needsPlace(e) && !places.has(placeKey(e))))
  if (unknown.length === 0) return
  const { rows } = await pools().auditWriter.query<{ role: string | null; own_facility_id: string | null; patient_id: string | null; facility_id: string | null }>({
    name: 'audit-lookup',
    text: 'select role, own_facility_id, patient_id, facility_id from kernel.audit_lookup($1::uuid[], $2::uuid[], $3::text[], $4::uuid[])',
    values: [unknown.map((e) => e.tenantId), unknown.map((e) => e.actorId), unknown.map((e) => (needsPlace(e) ? e.subjectType : null)), unknown.map((e) => e.subjectId)],
  })
  for (const [index, row] of rows.entries()) {
    const entry = unknown[index]
    if (entry === undefined) continue
    actors.set(actorKey(entry), { role: row.role, facilityId: row.own_facility_id })
    if (needsPlace(entry)) places.set(placeKey(entry), { patientId: row.patient_id, facilityId: row.facility_id })
  }
}

let waiting: Waiting[] = []
let flushing = 0
const parallelFlushes = 2
// A COMMIT costs as much as seven entries: a second batch at the same time must be worth one of its own.
const worthwhileBatch = 24
const largestBatch = 500

// What a user has read before will hardly be refused now.
const familiar = new LRUCache<string, true>({ max: 30_000, ttl: 600_000 })
const familiarKey = (e: AuditEntry): string => `${e.actorId}${e.action}${e.subjectId}${e.rights ?? ''}`

/** Whether this user has done this to this record before, so that it can be audited as done before its end is known. */
export const isFamiliar = (entry: AuditEntry): boolean => entry.subjectId !== null && familiar.has(familiarKey(entry))

function learnFamiliar(entry: AuditEntry): void {
  if (entry.subjectId === null) return
  if (entry.outcome === 'success') familiar.set(familiarKey(entry), true)
  else familiar.delete(familiarKey(entry))
}

/**
 * Writes one audit entry durably; resolves when it is on disk. Entries that arrive while a batch is being written
 * share the next COMMIT (group commit), so that auditing every read costs a few per cent.
 */
export function audit(entry: AuditEntry): Promise<void> {
  learnFamiliar(entry)
  return new Promise((resolve, reject) => {
    waiting.push({ entry, resolve, reject })
    if (flushing === 0 || (flushing < parallelFlushes && waiting.length >= worthwhileBatch)) void flush()
  })
}

async function flush(): Promise<void> {
  flushing += 1
  try {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, largestBatch)
      waiting = waiting.slice(largestBatch)
      await write(batch)
    }
  } finally {
    flushing -= 1
  }
}

async function write(batch: readonly Waiting[]): Promise<void> {
  try {
    const entries = batch.map((waits) => waits.entry)
    await learn(entries)
    const rows = entries.map((e) => {
      const [place, actor] = [places.get(placeKey(e)), e.actor ?? actors.get(actorKey(e))]
      return [...rowOf({ ...e, patientId: e.patientId ?? place?.patientId ?? null }), actor?.role ?? null, e.facilityId ?? place?.facilityId ?? actor?.facilityId ?? null]
    })
    await pools().auditWriter.query({ name: 'audit-batch', text: insert, values: Array.from({ length: 15 }, (_none, column) => rows.map((row) => row[column])) })
    for (const one of batch) one.resolve()
    for (const e of entries) noteIfChart(e, e.patientId ?? places.get(placeKey(e))?.patientId ?? null)
  } catch {
    await separate(batch)
  }
}

function noteIfChart(e: AuditEntry, patientId: string | null): void {
  if (patientId !== null && e.actorId !== null && e.isProgram !== true && e.outcome === 'success' && /:(?:read|print)$/.test(e.action)) noteChart(e.tenantId, e.actorId, patientId)
}

// An entry that cannot be written must not take the others of its batch with it.
async function separate(batch: readonly Waiting[]): Promise<void> {
  if (batch.length === 1) return batch[0]?.reject(new AppError(kernelErrors.unavailable))
  const middle = Math.ceil(batch.length / 2)
  await write(batch.slice(0, middle))
  await write(batch.slice(middle))
}

// PostgreSQL's JSON takes neither null bytes nor half characters.
const storable = (details: Record<string, unknown>): string => JSON.stringify(details, (_key, value: unknown) => (typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '\uFFFD') : value))
