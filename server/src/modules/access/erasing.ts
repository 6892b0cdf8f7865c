import { rawInTenant, type Tx } from '#kernel/db.ts'

/** Why somebody treated, watched or opened the record, and who signed; that it happened, when and by whom stays, for it has to be answered for. */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const values = [tx.ctx.tenantId, patientIds]
  await rawInTenant(tx, "update care_team set reason = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(tx, "update break_glass set reason = 'Erased', review_note = '' where tenant_id = $1 and patient_id = any($2::uuid[])", values)
  await rawInTenant(
    tx,
    `update consents set given_name = case when given_by = 'patient' then '' else 'Erased' end, withdrawal_reason = '', recipient = case when recipient_kind = 'person' then 'Erased' else recipient end
     where tenant_id = $1 and patient_id = any($2::uuid[])`,
    values,
  )
}
