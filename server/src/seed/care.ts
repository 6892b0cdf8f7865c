import type pg from 'pg'
import type { WeeklyEntry } from '#contract/scheduling.ts'
import { foldText } from '#kernel/text.ts'
import { addDays, localDate, localTime, zonedToInstant } from '#kernel/zoned-time.ts'
import type { SeedHospital } from './hospitals.ts'
import { seedLaboratory } from './laboratory.ts'
import { seedGroups } from './groups.ts'
import { medicines } from './medicines.ts'
import { pick, randomFrom, stableId } from './random.ts'
import { seedAccess } from './access.ts'
import { seedAlerts } from './alerts.ts'
import { seedAssets } from './assets.ts'
import { seedCleaning } from './cleaning.ts'
import { seedPharmacy } from './pharmacy.ts'
import { seedPrivacy } from './privacy.ts'
import { seedPurchasing } from './purchasing.ts'
import { services } from './services.ts'
import { seedStock } from './stock.ts'

export interface CarePlan {
  tenantId: string
  hospital: SeedHospital
  facilities: readonly { id: string; code: string }[]
  practitioners: readonly string[]
  seed: number
  on: string
  /** How many patients there are to give appointments to. */
  patients: number
}

const timeZone = 'Asia/Kolkata'
const weekly: WeeklyEntry[] = [1, 2, 3, 4, 5, 6].flatMap((weekday) => [
  { weekday, from: '09:00', to: '13:00', slotMinutes: 30, visitTypes: [] },
  { weekday, from: '16:00', to: '18:00', slotMinutes: 30, visitTypes: [] },
])
const starts = ['09:00', '09:30', '10:00', '10:30', '11:00', '11:30', '12:00', '12:30', '16:00', '16:30', '17:00', '17:30']
const daysBack = 22
const daysAhead = 8

/** Schedules, the register of medicines, the price list and a month of appointments around the demo's day. */
export async function seedCare(client: pg.Client, plan: CarePlan): Promise<void> {
  await seedSchedules(client, plan)
  await seedMedicines(client, plan)
  await seedServices(client, plan)
  await seedPrivacy(client, plan)
  await seedAccess(client, plan)
  await seedAlerts(client, plan)
  await seedCleaning(client, plan)
  await seedStock(client, plan)
  await seedPurchasing(client, plan)
  await seedPharmacy(client, plan)
  await seedAssets(client, plan)
  await seedLaboratory(client, plan)
  await seedAppointments(client, plan)
  await seedGroups(client, plan)
}

// A practitioner works in the facility of its turn, so that nobody is in two places.
const facilityOf = (plan: CarePlan, index: number): string => plan.facilities[index % plan.facilities.length]?.id ?? ''

async function seedSchedules(client: pg.Client, plan: CarePlan): Promise<void> {
  for (const [index, practitioner] of plan.practitioners.entries()) {
    await client.query(
      'insert into schedules (tenant_id, id, practitioner_id, facility_id, weekly, exceptions, is_active, created_at) values ($1, $2, $3, $4, $5, $6, true, $7) on conflict do nothing',
      [plan.tenantId, stableId(plan.seed, `schedule:${practitioner}`), practitioner, facilityOf(plan, index), JSON.stringify(weekly), '[]', plan.on],
    )
  }
}

async function seedMedicines(client: pg.Client, plan: CarePlan): Promise<void> {
  const { system } = plan.hospital
  for (const medicine of medicines[system]) {
    await client.query(
      'insert into medications (tenant_id, id, name, name_folded, generic_name, generic_folded, system, system_data, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing',
      [plan.tenantId, stableId(plan.seed, `medicine:${plan.hospital.key}:${medicine.name}`), medicine.name, foldText(medicine.name), medicine.genericName, foldText(medicine.genericName), system, JSON.stringify(medicine.systemData), plan.on],
    )
  }
}

async function seedServices(client: pg.Client, plan: CarePlan): Promise<void> {
  const { key, system } = plan.hospital
  for (const service of services[system]) {
    const id = stableId(plan.seed, `service:${key}:${service.code}`)
    await client.query(
      'insert into services (tenant_id, id, code, code_folded, name, name_folded, category, tax_code, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing',
      [plan.tenantId, id, service.code, foldText(service.code), service.name, foldText(service.name), service.category, service.taxCode, plan.on],
    )
    await client.query(
      "insert into service_prices (tenant_id, id, service_id, amount, currency, tax_rate_percent, is_tax_included, valid_from, created_at) values ($1, $2, $3, $4, 'INR', $5, $6, '2000-01-01', $7) on conflict do nothing",
      [plan.tenantId, stableId(plan.seed, `price:${key}:${service.code}`), id, service.amount, service.taxRatePercent, service.isTaxIncluded === true, plan.on],
    )
    if (service.isConsultation !== true) continue
    await client.query(
      "insert into charge_rules (tenant_id, id, trigger, encounter_class, service_id, created_at) values ($1, $2, 'encounter-opened', 'outpatient', $3, $4) on conflict do nothing",
      [plan.tenantId, stableId(plan.seed, `rule:${key}:${service.code}`), id, plan.on],
    )
  }
}

interface SeedAppointment {
  id: string
  practitioner: string
  facility: string
  on: string
  time: string
  state: string
  visitType: string
  patient: string
}

const types = ['new-consultation', 'follow-up', 'follow-up', 'procedure'] as const

function plannedAppointments(plan: CarePlan): SeedAppointment[] {
  const random = randomFrom(plan.seed + plan.hospital.key.length)
  const days = Array.from({ length: daysBack + daysAhead }, (_value, index) => addDays(plan.on, index - daysBack))
  return plan.practitioners.flatMap((practitioner, index) =>
    days.flatMap((on) =>
      starts.filter(() => random() < 0.45).flatMap((time) => {
        const past = on < plan.on
        const state = past ? (random() < 0.08 ? 'no-show' : random() < 0.06 ? 'cancelled' : 'completed') : random() < 0.4 ? 'confirmed' : 'scheduled'
        const patient = stableId(plan.seed, `${plan.hospital.key}:patient:${Math.floor(random() * plan.patients)}`)
        const isOff = new Date(`${on}T00:00:00Z`).getUTCDay() === 0
        return isOff ? [] : [{ id: stableId(plan.seed, `appointment:${practitioner}:${on}:${time}`), practitioner, facility: facilityOf(plan, index), on, time, state, visitType: pick(types, random), patient }]
      }),
    ),
  )
}

async function seedAppointments(client: pg.Client, plan: CarePlan): Promise<void> {
  const all = plannedAppointments(plan)
  const begin = all.map((one) => zonedToInstant(one.on, one.time, timeZone))
  const end = begin.map((at) => new Date(at.getTime() + 1_800_000))
  const column = (pickField: (one: SeedAppointment) => string) => all.map(pickField)
  await client.query(
    `insert into appointments (tenant_id, id, patient_id, practitioner_id, facility_id, starts_at, ends_at, local_date, local_time, time_zone, visit_type, state, cancelled_by, created_at)
     select $1, id, patient, practitioner, facility, starts, ends, day, clock, '${timeZone}', type, state, case when state = 'cancelled' then 'patient' end, $11
     from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[], $10::date[], $12::text[]) as a(id, patient, practitioner, facility, starts, ends, type, state, day, clock) on conflict do nothing`,
    [plan.tenantId, column((one) => one.id), column((one) => one.patient), column((one) => one.practitioner), column((one) => one.facility), begin, end, column((one) => one.visitType), column((one) => one.state), begin.map((at) => localDate(at, timeZone)), plan.on, begin.map((at) => localTime(at, timeZone))],
  )
  const open = all.map((one, index) => ({ ...one, starts: begin[index], ends: end[index] })).filter((one) => one.state === 'scheduled' || one.state === 'confirmed')
  await client.query(
    `insert into bookings (tenant_id, id, resource_kind, resource_id, starts_at, ends_at, subject_type, subject_id)
     select $1, id, 'practitioner', practitioner, starts, ends, 'appointment', id from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as b(id, practitioner, starts, ends) on conflict do nothing`,
    [plan.tenantId, open.map((one) => one.id), open.map((one) => one.practitioner), open.map((one) => one.starts), open.map((one) => one.ends)],
  )
  await endPastDays(client, plan)
}

/** A demo that is started days later: of what it had planned and nobody touched, the days gone by are over. */
async function endPastDays(client: pg.Client, plan: CarePlan): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `update appointments set state = case when get_byte(uuid_send(id), 15) < 20 then 'no-show' else 'completed' end
     where tenant_id = $1 and local_date < $2 and state in ('scheduled', 'confirmed') and version = 1 and created_by is null returning id`,
    [plan.tenantId, plan.on],
  )
  await client.query("delete from bookings where tenant_id = $1 and subject_type = 'appointment' and subject_id = any($2::uuid[])", [plan.tenantId, rows.map((row) => row.id)])
}
