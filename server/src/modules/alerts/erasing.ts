import { rawInTenant, type Tx } from '#kernel/db.ts'

/** What was said of a person, to whom by name, and what was read back; that somebody was told, and when, stays. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update alerts set title = 'Erased', detail = '', note = '', withdrawn_reason = '', told_phone = '', told_name = case when told_name = '' then '' else 'Erased' end, read_back = case when read_back = '' then '' else 'Erased' end where tenant_id = $1 and patient_id = any($2::uuid[])", values)
}
