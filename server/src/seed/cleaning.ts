import type pg from 'pg'
import { stableId } from './random.ts'

interface CleaningPlan {
  tenantId: string
  hospital: { key: string }
  seed: number
  patients: number
  /** The day the demo stands on, `YYYY-MM-DD`. */
  on: string
}

const livedIn = 60

/** What is wrong with some records, how it came about, and the rule that finds it. */
const slips = [
  ['birth-in-future', "birth_date = '2062-04-17', birth_precision = 'day'"],
  ['sex-missing', "sex = 'unknown'"],
  ['birth-missing', 'birth_date = null, birth_precision = null'],
  ['postcode-invalid', `address = '{"lines":"12 Temple Road","city":"Kochi","state":"Kerala","postcode":"68200","country":"India"}'`],
  ['email-invalid', "email = 'latha(at)mail.example'"],
  ['phone-invalid', "phones = array_append(phones, '+910000000000')"],
] as const

/** Towns to filter by, six records with a slip in them, and a search that somebody saved: once, since what was mended stays mended. Small hospitals of tests have none. */
export async function seedCleaning(client: pg.Client, { tenantId, hospital: { key }, seed, patients, on }: CleaningPlan): Promise<void> {
  const { rowCount } = await client.query('select 1 from patient_checks where tenant_id = $1', [tenantId])
  if (patients < 40 || rowCount !== 0) return
  const { rows } = await client.query<{ id: string }>('select id from patients where tenant_id = $1 and merged_into is null order by registered_at, id limit $2', [tenantId, livedIn])
  const ids = rows.map((row) => row.id)
  await client.query(
    `update patients p set address = jsonb_build_object('lines', '', 'city', t.city, 'state', 'Kerala', 'postcode', t.postcode, 'country', 'India')
     from unnest($2::uuid[]) with ordinality as w(id, place) join (values (0, 'Kochi', '682001'), (1, 'Aluva', '683101'), (2, 'Thrissur', '680001'), (3, 'Kottayam', '686001')) as t(turn, city, postcode) on t.turn = w.place % 4
     where p.tenant_id = $1 and p.id = w.id and p.address = '{}'`,
    [tenantId, ids],
  )
  for (const [index, [rule, change]] of slips.entries()) {
    const patientId = ids[34 + index]
    if (patientId === undefined) continue
    await client.query(`update patients set ${change} where tenant_id = $1 and id = $2`, [tenantId, patientId])
    await client.query("insert into patient_findings (tenant_id, id, patient_id, rule, found_at) values ($1, $2, $3, $4, $5::date - interval '4 hours') on conflict do nothing", [tenantId, stableId(seed, `${key}:finding:${rule}`), patientId, rule, on])
  }
  const at = [tenantId, stableId(seed, `${key}:check`), on, patients]
  await client.query("insert into patient_checks (tenant_id, id, started_at, finished_at, patients) values ($1, $2, $3::date - interval '4 hours', $3::date - interval '4 hours', $4) on conflict do nothing", at)
  const user = stableId(seed, `${key}:user:receptionist:1`)
  await client.query(`insert into saved_searches (tenant_id, id, user_id, slot, name, criteria, created_at) values ($1, $2, $3, 1, 'Children from Kochi', '{"ageTo":14,"city":"Kochi"}', $4) on conflict do nothing`, [tenantId, stableId(seed, `${key}:search`), user, on])
}
