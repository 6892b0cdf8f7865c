import type pg from 'pg'
import { stableId } from './random.ts'

interface AccessPlan {
  tenantId: string
  hospital: { key: string }
  seed: number
  patients: number
  /** The day the demo stands on, `YYYY-MM-DD`. */
  on: string
}

/** Four protected records, one emergency access to be reviewed and one that was: a newcomer sees what walls look like. Small hospitals of tests have none. */
export async function seedAccess(client: pg.Client, { tenantId, hospital: { key }, seed, patients, on }: AccessPlan): Promise<void> {
  if (patients < 40) return
  const id = (name: string) => stableId(seed, `${key}:access:${name}`)
  const user = (role: string) => stableId(seed, `${key}:user:${role}:1`)
  const { rows } = await client.query<{ id: string }>('select id from patients where tenant_id = $1 and merged_into is null order by registered_at, id offset 30 limit 4', [tenantId])
  const labels = [['hiv', 'Asked for by the patient at registration'], ['mental-health', 'In care of the psychiatric clinic'], ['vip', 'Known from television'], ['staff', 'Works in our laboratory']] as const
  for (const [index, [label, reason]] of labels.entries()) {
    const patientId = rows[index]?.id
    if (patientId === undefined) continue
    await client.query("insert into patient_labels (tenant_id, id, patient_id, label, reason, added_at, added_by) values ($1, $2, $3, $4, $5, $6::date - interval '20 days', $7) on conflict do nothing", [tenantId, id(`label:${label}`), patientId, label, reason, on, user('doctor')])
  }
  const [first, second] = rows
  if (first === undefined || second === undefined) return
  const glass = `insert into break_glass (tenant_id, id, patient_id, user_id, session_id, reason, started_at, ends_at, ended_at, state, reviewed_at, reviewed_by, review_note)
    values ($1, $2, $3, $4, $2, $5, $6::date + $7::interval, $6::date + $7::interval + interval '4 hours', $6::date + $7::interval + interval '25 minutes', $8, $9, $10, $11) on conflict do nothing`
  await client.query(glass, [tenantId, id('glass:1'), first.id, user('receptionist'), 'Collapsed at the desk; casualty asked for allergies and the next of kin.', on, '-15 hours', 'open', null, null, ''])
  await client.query(glass, [tenantId, id('glass:2'), second.id, user('receptionist'), 'Called the family after the patient left the ward unseen.', on, '-9 days', 'justified', on, user('admin'), 'The charge nurse had asked for it.'])
  await client.query("insert into access_alarms (tenant_id, id, user_id, charts, minutes, span, raised_at) values ($1, $2, $3, 84, 10, 1, $4::date - interval '34 hours') on conflict do nothing", [tenantId, id('alarm'), user('cashier'), on])
}
