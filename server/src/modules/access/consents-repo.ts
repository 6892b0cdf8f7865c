import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const columns = ['id', 'version', 'patient_id', 'purpose', 'recipient_kind', 'recipient_key_id', 'recipient', 'scope', 'given_by', 'given_name', 'starts_at', 'ends_at', 'recorded_at', 'recorded_by', 'withdrawn_at', 'withdrawal_reason'] as const

export interface ConsentRow {
  id: string
  version: number
  patient_id: string
  purpose: string
  recipient_kind: string
  recipient_key_id: string | null
  recipient: string
  scope: string[]
  given_by: string
  given_name: string
  starts_at: Date
  ends_at: Date | null
  recorded_at: Date
  recorded_by: string
  withdrawn_at: Date | null
  withdrawal_reason: string
}

export function listConsents(tx: Tx, patientId: string, page: PageRequest): Promise<ConsentRow[]> {
  const query = tx.db.selectFrom('consents').select(columns).where('patient_id', '=', patientId).orderBy('recorded_at', 'desc').orderBy('id', 'desc').limit(page.limit + 1)
  return afterCursor(query, page.after, 'recorded_at', { order: 'desc', idOrder: 'desc' }).execute()
}

export function insertConsent(tx: Tx, consent: Omit<ConsentRow, 'id' | 'version' | 'recorded_at' | 'recorded_by' | 'withdrawn_at' | 'withdrawal_reason'>): Promise<ConsentRow> {
  return tx.db.insertInto('consents').values({ ...consent, id: newId(), recorded_at: tx.ctx.now, recorded_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export const readConsent = (tx: Tx, id: string): Promise<ConsentRow | undefined> => tx.db.selectFrom('consents').select(columns).where('id', '=', id).executeTakeFirst()
export const lockConsent = (tx: Tx, id: string): Promise<ConsentRow | undefined> => tx.db.selectFrom('consents').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export function withdrawConsent(tx: Tx, row: ConsentRow, reason: string): Promise<ConsentRow> {
  return tx.db.updateTable('consents').set({ withdrawn_at: tx.ctx.now, withdrawn_by: tx.ctx.userId, withdrawal_reason: reason, version: row.version + 1 }).where('id', '=', row.id).returning(columns).executeTakeFirstOrThrow()
}

export interface ProgramRow {
  key_id: string
  version: number
  purpose: string
}

export const programRules = (tx: Tx): Promise<ProgramRow[]> => tx.db.selectFrom('program_rules').select(['key_id', 'version', 'purpose']).execute()

export const programRule = (tx: Tx, keyId: string): Promise<ProgramRow | undefined> => tx.db.selectFrom('program_rules').select(['key_id', 'version', 'purpose']).where('key_id', '=', keyId).executeTakeFirst()

/** An empty purpose is none: the row stays, so that its version goes on. */
export async function writeProgramRule(tx: Tx, keyId: string, purpose: string, version: number): Promise<void> {
  const row = { purpose, version, updated_at: tx.ctx.now, updated_by: tx.ctx.userId }
  await tx.db.insertInto('program_rules').values({ id: newId(), key_id: keyId, ...row }).onConflict((conflict) => conflict.columns(['tenant_id', 'key_id']).doUpdateSet(row)).execute()
}
