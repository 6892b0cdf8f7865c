import { rawInTenant, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'

export interface SettingsRow {
  id: string
  version: number
  valid_days: number
}

const columns = ['id', 'version', 'valid_days'] as const

export function readSettings(tx: Tx): Promise<SettingsRow | undefined> {
  return tx.db.selectFrom('prescription_settings').select(columns).executeTakeFirst()
}

export function insertSettings(tx: Tx, validDays: number): Promise<SettingsRow> {
  return tx.db.insertInto('prescription_settings').values({ id: newId(), version: 2, valid_days: validDays, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

export function updateSettings(tx: Tx, row: SettingsRow, validDays: number): Promise<SettingsRow> {
  return tx.db.updateTable('prescription_settings').set({ valid_days: validDays, version: row.version + 1 }).where('id', '=', row.id).where('version', '=', row.version).returning(columns).executeTakeFirstOrThrow()
}

export async function insertRefusal(tx: Tx, refusal: { prescription_id: string; patient_id: string; reason: string }): Promise<void> {
  await tx.db.insertInto('prescription_refusals').values({ ...refusal, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).execute()
}

/** The last refusal of each prescription, by its id. */
export async function refusalsOf(tx: Tx, prescriptionIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await rawInTenant<{ prescription_id: string; reason: string }>(tx, 'select distinct on (prescription_id) prescription_id, reason from prescription_refusals where tenant_id = $1 and prescription_id = any($2::uuid[]) order by prescription_id, created_at desc', [tx.ctx.tenantId, prescriptionIds])
  return new Map(rows.map((row) => [row.prescription_id, row.reason]))
}
