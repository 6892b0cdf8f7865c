import type pg from 'pg'
import { stableId } from './random.ts'

interface PrivacyPlan {
  tenantId: string
  hospital: { key: string }
  seed: number
  /** The day the demo stands on, `YYYY-MM-DD`. */
  on: string
}

/** A breach whose clocks run, one that is closed, and two requests: a newcomer sees what they look like. */
export async function seedPrivacy(client: pg.Client, { tenantId, hospital: { key }, seed, on }: PrivacyPlan): Promise<void> {
  const id = (name: string) => stableId(seed, `${key}:privacy:${name}`)
  const [admin, desk] = [stableId(seed, `${key}:user:admin:1`), stableId(seed, `${key}:user:receptionist:1`)]
  const { rows } = await client.query<{ id: string }>('select id from patients where tenant_id = $1 and merged_into is null order by registered_at, id limit 6', [tenantId])
  const people = rows.map((row) => row.id)
  const breach = `insert into breaches (tenant_id, id, title, description, state, risk, regimes, data_kinds, consequences, measures, discovered_at, closed_at, created_at, created_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::date + $12::interval, $13, $11::date + $12::interval, $14) on conflict do nothing`
  await client.query(breach, [tenantId, id('laptop'), 'Laptop left in an auto-rickshaw', 'A laptop of the billing desk was left in an auto-rickshaw. Its disk is encrypted; a list of bills lay beside it on paper.', 'assessed', 'high', ['dpdp', 'cert-in'], ['identity', 'billing'], 'Somebody may call and ask for money in our name.', 'The laptop is locked from afar, the police and the driver’s union were told.', on, '-30 hours', null, admin])
  await client.query(breach, [tenantId, id('letter'), 'Report posted to a wrong address', 'A laboratory report was posted to a neighbour of the patient, who brought it back unopened.', 'closed', 'low', ['dpdp'], ['clinical'], 'None: the envelope was closed.', 'Addresses are read back before posting.', on, '-40 days', on, admin])
  for (const [index, patientId] of people.slice(0, 3).entries()) {
    await client.query("insert into breach_patients (tenant_id, id, breach_id, patient_id, origin, created_at, created_by) values ($1, $2, $3, $4, 'named', $5, $6) on conflict do nothing", [tenantId, id(`affected:${index}`), id('laptop'), patientId, on, admin])
  }
  const notice = "insert into breach_notices (tenant_id, id, breach_id, duty, sent_at, reference, waived_reason, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing"
  await client.query(notice, [tenantId, id('n1'), id('laptop'), 'cert-in', new Date(Date.parse(`${on}T00:00:00Z`) - 26 * 3_600_000), 'CERT-IN/2231', '', on, admin])
  for (const duty of ['dpdp-board', 'dpdp-individuals']) await client.query(notice, [tenantId, id(`n:${duty}`), id('letter'), duty, null, '', 'The letter came back unopened: nobody but the hospital has seen it.', on, admin])
  const request = "insert into privacy_requests (tenant_id, id, patient_id, kind, state, details, due_on, received_at, created_by) values ($1, $2, $3, $4, 'received', $5, $6::date + $7::int, $6::date, $8) on conflict do nothing"
  if (people[3] !== undefined) await client.query(request, [tenantId, id('r1'), people[3], 'correction', 'My street is spelt wrongly on every bill.', on, 60, desk])
  if (people[4] !== undefined) await client.query(request, [tenantId, id('r2'), people[4], 'erasure', 'I have moved abroad; please forget my phone, e-mail and family.', on, 90, desk])
  if (people[5] !== undefined) await client.query("insert into legal_holds (tenant_id, id, patient_id, reason, reference, placed_at, placed_by) values ($1, $2, $3, 'An insurance claim is before the ombudsman', 'OMB/118', $4, $5) on conflict do nothing", [tenantId, id('h1'), people[5], on, admin])
}
