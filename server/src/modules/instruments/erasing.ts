import { rawInTenant, type Tx } from '#kernel/db.ts'
import { specimenTraces } from '../laboratory/index.ts'
import { patientsByIds } from '../patients/index.ts'

const shortest = 6
const dayMilliseconds = 86_400_000

/**
 * Raw messages of analysers that name a tube or the record number of these patients, and what of them waits in the bin. A message that carries
 * several patients goes whole: the results of the others stand in the laboratory.
 */
export async function forgetPatients(tx: Tx, patientIds: readonly string[]): Promise<void> {
  const [tubes, records] = [await specimenTraces(tx, patientIds), await patientsByIds(tx, patientIds)]
  const traces = [...tubes.numbers, ...records.map((one) => one.mrn)].filter((one) => one.length >= shortest)
  if (tubes.firstAt === null || traces.length === 0) return
  const values = [tx.ctx.tenantId, traces, new Date(tubes.firstAt.getTime() - dayMilliseconds)]
  await rawInTenant(
    tx,
    `update instrument_bin b set patient_hint = '', value = '', note = '', specimen_number = '' from instrument_messages m
     where b.tenant_id = $1 and m.tenant_id = $1 and m.id = b.message_id and m.received_at >= $3 and exists (select 1 from unnest($2::text[]) t(trace) where strpos(m.content, t.trace) > 0)`,
    values,
  )
  await rawInTenant(
    tx,
    `update instrument_messages m set content = 'Erased', answer = '', error = '', version = version + 1
     where m.tenant_id = $1 and m.received_at >= $3 and exists (select 1 from unnest($2::text[]) t(trace) where strpos(m.content, t.trace) > 0)`,
    values,
  )
}
