import pg from 'pg'
import { emailKey, hashPassword, type DemoSignIn } from '../modules/people/index.ts'
import { seedCare } from './care.ts'
import { hospitals, type SeedHospital } from './hospitals.ts'
import { loadPatients } from './patients.ts'
import { stableId } from './random.ts'

export interface SeedOptions {
  ownerUrl: string
  tenants: number
  /** Patients a tenant. */
  patients: number
  seed: number
  /** The day the demo stands on, `YYYY-MM-DD`. */
  on: string
  /** Schedules, medicines and appointments too; the default. */
  withCare?: boolean
  onProgress?: (text: string) => void
}

/** Password of every demo sign-in; a production start seeds nobody. */
export const demoPassword = 'three-rivers-meet'

/** Fills the database with the demo hospitals. Deterministic; a second run changes nothing. Returns the sign-ins. */
export async function seed(options: SeedOptions): Promise<DemoSignIn[]> {
  const client = new pg.Client({ connectionString: options.ownerUrl })
  await client.connect()
  try {
    const hash = await hashPassword(demoPassword)
    const signIns: DemoSignIn[] = []
    for (const hospital of hospitals.slice(0, options.tenants)) {
      options.onProgress?.(hospital.name)
      signIns.push(...(await seedHospital(client, hospital, options, hash)))
    }
    await client.query('analyze')
    return signIns
  } finally {
    await client.end()
  }
}

async function seedHospital(client: pg.Client, hospital: SeedHospital, options: SeedOptions, hash: string): Promise<DemoSignIn[]> {
  const tenantId = stableId(options.seed, hospital.key)
  const facilities = hospital.facilities.map((facility) => ({ ...facility, id: stableId(options.seed, `${hospital.key}:${facility.code}`) }))
  await client.query('begin')
  await client.query('insert into tenants (id, name, created_on) values ($1, $2, $3) on conflict do nothing', [tenantId, hospital.name, options.on])
  for (const facility of facilities) {
    await client.query(
      `insert into facilities (tenant_id, id, code, name, time_zone, currency, language, region, fiscal_year_start_month, tax_regime, tax_number, state_code, address, phone, email, motto, created_at)
       values ($1, $2, $3, $4, 'Asia/Kolkata', 'INR', 'en', 'IN', 4, 'gst', $5, $6, $7, '+914842000000', $8, $9, $10) on conflict do nothing`,
      [tenantId, facility.id, facility.code, facility.name, facility.taxNumber, facility.taxNumber.slice(0, 2), facility.address, `desk@${hospital.domain}`, facility.motto, options.on],
    )
  }
  const signIns = await seedStaff(client, hospital, { tenantId, facilities, hash, options })
  const plan = { seed: options.seed, key: hospital.key, facilities, on: options.on }
  await loadPatients(client, tenantId, plan, { from: 0, to: options.patients })
  for (const facility of facilities) {
    await client.query(
      `insert into number_counters (tenant_id, scope, kind, series, fiscal_year, last_number) values ($1, $2, 'mrn', '', '', $3) on conflict do nothing`,
      [tenantId, facility.id, Math.ceil(options.patients / facilities.length) + 1],
    )
  }
  if (options.withCare !== false) await seedCare(client, { tenantId, hospital, facilities, practitioners: practitionersOf(hospital, options.seed), seed: options.seed, on: options.on, patients: options.patients })
  await client.query('commit')
  return signIns
}

function practitionersOf(hospital: SeedHospital, seedNumber: number): string[] {
  const seen = new Map<string, number>()
  return hospital.staff.flatMap(({ role }) => {
    const number = (seen.get(role) ?? 0) + 1
    seen.set(role, number)
    return role === 'doctor' || role === 'therapist' ? [stableId(seedNumber, `${hospital.key}:user:${role}:${number}`)] : []
  })
}

interface StaffContext {
  tenantId: string
  facilities: readonly { id: string; code: string; name: string }[]
  hash: string
  options: SeedOptions
}

async function seedStaff(client: pg.Client, hospital: SeedHospital, { tenantId, facilities, hash, options }: StaffContext): Promise<DemoSignIn[]> {
  const signIns: DemoSignIn[] = []
  const seen = new Map<string, number>()
  for (const person of hospital.staff) {
    const number = (seen.get(person.role) ?? 0) + 1
    seen.set(person.role, number)
    const id = stableId(options.seed, `${hospital.key}:user:${person.role}:${number}`)
    const email = `${person.role}${number === 1 ? '' : number}@${hospital.domain}`
    const isPractitioner = person.role === 'doctor' || person.role === 'therapist'
    await client.query(
      `insert into users (tenant_id, id, email, display_name, title, specialty, licence_number, system, is_practitioner, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
      [tenantId, id, email, person.name, person.title, person.specialty, isPractitioner ? `TCMC-${id.slice(0, 6).toUpperCase()}` : '', isPractitioner ? hospital.system : null, isPractitioner, options.on],
    )
    await client.query('insert into sign_in_names (email_key, tenant_id, user_id) values ($1, $2, $3) on conflict do nothing', [emailKey(email), tenantId, id])
    await client.query('insert into credentials (tenant_id, user_id, password_hash, changed_at) values ($1, $2, $3, $4) on conflict do nothing', [tenantId, id, hash, options.on])
    for (const facility of facilities) {
      await client.query('insert into memberships (tenant_id, id, user_id, facility_id, role, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing', [tenantId, stableId(options.seed, `${id}:${facility.code}`), id, facility.id, person.role, options.on])
    }
    signIns.push({ tenant: hospital.name, facility: facilities[0]?.name ?? '', role: person.role, name: [person.title, person.name].filter(Boolean).join(' '), email, password: demoPassword })
  }
  return signIns
}
