import type pg from 'pg'
import { keysOf, pairsOf } from '#kernel/search.ts'
import { nameWords } from '#kernel/text.ts'
import { formatMrn } from '../modules/patients/index.ts'
import { family, givenFemale, givenMale } from './names.ts'
import { pick, pickCommon, randomFrom, stableId } from './random.ts'

export interface SeedPatient {
  id: string
  mrn: string
  given: string
  family: string
  local: string
  sex: 'female' | 'male'
  birthDate: string
  phone: string
  facilityId: string
  registeredAt: Date
}

export interface PatientPlan {
  seed: number
  key: string
  facilities: readonly { id: string; code: string }[]
  on: string
}

const dayMilliseconds = 86_400_000

/** The n-th patient of a tenant: always the same for a seed. */
export function patientAt(plan: PatientPlan, index: number): SeedPatient {
  const random = randomFrom(plan.seed * 1_000_003 + index * 7919 + plan.key.length * 31)
  const sex = random() < 0.53 ? 'female' : 'male'
  const [given, givenLocal] = pickCommon(sex === 'female' ? givenFemale : givenMale, random)
  const [second] = random() < 0.25 ? pick(sex === 'female' ? givenFemale : givenMale, random) : ['']
  const [last, lastLocal] = pickCommon(family, random)
  const age = Math.floor(90 * random() ** 1.4)
  const facility = plan.facilities[index % plan.facilities.length] ?? { id: '', code: '' }
  const born = Date.parse(plan.on) - (age * 365.25 + random() * 365) * dayMilliseconds
  return {
    id: stableId(plan.seed, `${plan.key}:patient:${index}`),
    mrn: formatMrn(facility.code, 1 + Math.floor(index / plan.facilities.length)),
    given: [given, second].filter(Boolean).join(' '),
    family: last,
    local: `${givenLocal} ${lastLocal}`,
    sex,
    birthDate: new Date(born).toISOString().slice(0, 10),
    phone: `+919${String(Math.floor(random() * 1e9)).padStart(9, '0')}`,
    facilityId: facility.id,
    registeredAt: new Date(Date.parse(plan.on) - Math.floor(random() * 365) * dayMilliseconds - Math.floor(random() * dayMilliseconds)),
  }
}

const batchSize = 5000

/** Loads patients [from, to) with what they are found by; what is there already stays as it is. */
export async function loadPatients(client: pg.Client, tenantId: string, plan: PatientPlan, range: { from: number; to: number }): Promise<void> {
  for (let start = range.from; start < range.to; start += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, range.to - start) }, (_value, offset) => patientAt(plan, start + offset))
    await insertBatch(client, tenantId, batch)
    await indexBatch(client, tenantId, batch)
  }
}

async function insertBatch(client: pg.Client, tenantId: string, batch: readonly SeedPatient[]): Promise<void> {
  const column = (pickField: (one: SeedPatient) => unknown) => batch.map(pickField)
  await client.query(
    `insert into patients (tenant_id, id, facility_id, mrn, given_name, family_name, local_name, sex, birth_date, birth_precision, phones, registered_at)
     select $1, id, facility, mrn, given, family, local, sex, birth, 'day', array[phone], at
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[], $10::text[], $11::timestamptz[]) as p(id, facility, mrn, given, family, local, sex, birth, phone, at) on conflict do nothing`,
    [tenantId, column((p) => p.id), column((p) => p.facilityId), column((p) => p.mrn), column((p) => p.given), column((p) => p.family), column((p) => p.local), column((p) => p.sex), column((p) => p.birthDate), column((p) => p.phone), column((p) => p.registeredAt)],
  )
}

async function indexBatch(client: pg.Client, tenantId: string, batch: readonly SeedPatient[]): Promise<void> {
  const pairs = batch.flatMap((patient) => pairsOf({ names: [patient.given, patient.family, patient.local], numbers: [patient.mrn], phones: [patient.phone] }).map((pair) => ({ ...pair, subject: patient.id })))
  const words = [...new Set(batch.flatMap((patient) => nameWords(`${patient.given} ${patient.family} ${patient.local}`)))]
  const keys = words.flatMap((word) => keysOf(word).map((key) => ({ key, word })))
  await client.query(`insert into search_words (tenant_id, kind, word) select $1, 'patient', unnest($2::text[]) on conflict do nothing`, [tenantId, words])
  await client.query(`insert into search_keys (tenant_id, kind, key, word) select $1, 'patient', k, w from unnest($2::text[], $3::text[]) as x(k, w) on conflict do nothing`, [tenantId, keys.map((one) => one.key), keys.map((one) => one.word)])
  await client.query(
    `insert into search_pairs (tenant_id, kind, word, other, subject) select $1, 'patient', w, o, s from unnest($2::text[], $3::text[], $4::uuid[]) as x(w, o, s) on conflict do nothing`,
    [tenantId, pairs.map((pair) => pair.word), pairs.map((pair) => pair.other), pairs.map((pair) => pair.subject)],
  )
}
