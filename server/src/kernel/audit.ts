import { kernelErrors } from '#contract/common/problem.ts'
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
  details: Record<string, unknown> | null
}

interface Waiting {
  entry: AuditEntry
  resolve: () => void
  reject: (error: unknown) => void
}

const insert = `insert into audit_entries (tenant_id, actor_id, session_id, request_id, action, subject_type, subject_id, patient_id, outcome, details)
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::jsonb[])`

const one = `insert into audit_entries (tenant_id, actor_id, session_id, request_id, action, subject_type, subject_id, patient_id, outcome, details)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

/** Writes the entry of a write in its own transaction: it is there exactly when the work is. */
export async function auditWithin(statement: Statement, e: AuditEntry): Promise<void> {
  await statement(one, [e.tenantId, e.actorId, e.sessionId, e.requestId, e.action, e.subjectType, e.subjectId, e.patientId, e.outcome, e.details === null ? null : storable(e.details)])
}

let waiting: Waiting[] = []
let flushing = 0
const parallelFlushes = 2
const largestBatch = 500

/**
 * Writes one audit entry durably; resolves when it is on disk. Entries that arrive while a batch is being written
 * share the next COMMIT (group commit), so that auditing every read costs a few per cent.
 */
export function audit(entry: AuditEntry): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ entry, resolve, reject })
    if (flushing < parallelFlushes) void flush()
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
  const column = (pick: (entry: AuditEntry) => unknown) => batch.map(({ entry }) => pick(entry))
  try {
    await pools().auditWriter.query({
      name: 'audit-batch',
      text: insert,
      values: [
        column((e) => e.tenantId), column((e) => e.actorId), column((e) => e.sessionId), column((e) => e.requestId), column((e) => e.action),
        column((e) => e.subjectType), column((e) => e.subjectId), column((e) => e.patientId), column((e) => e.outcome),
        column((e) => (e.details === null ? null : storable(e.details))),
      ],
    })
    for (const one of batch) one.resolve()
  } catch {
    await separate(batch)
  }
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
