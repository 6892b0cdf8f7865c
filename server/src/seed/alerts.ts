import type pg from 'pg'
import { stableId } from './random.ts'

interface AlertPlan {
  tenantId: string
  hospital: { key: string; system: string }
  facilities: readonly { id: string }[]
  practitioners: readonly string[]
  seed: number
  patients: number
  /** The day the demo stands on, `YYYY-MM-DD`. */
  on: string
}

const told = [
  { name: 'call', severity: 'critical', title: 'Potassium 6.4 mmol/L, not haemolysed', detail: 'The laboratory called at 07:40. Repeat sample is on its way.', minutes: 40, isDone: false },
  { name: 'culture', severity: 'warning', title: 'Blood culture: Gram-positive cocci in one of two bottles', detail: 'Preliminary; identification tomorrow.', minutes: 130, isDone: false },
  { name: 'sodium', severity: 'critical', title: 'Sodium 118 mmol/L', detail: 'Third day of vomiting.', minutes: 1500, isDone: true },
] as const

// A critical result is to be known within the hour: The Joint Commission NPSG.02.03.01.
const rules = [
  { kind: 'critical-result', steps: [{ to: 'responsible', afterMinutes: 0 }, { to: 'role', role: 'doctor', afterMinutes: 10 }, { to: 'heads', afterMinutes: 15 }] },
  { kind: 'amended-result', steps: [{ to: 'responsible', afterMinutes: 0 }, { to: 'role', role: 'doctor', afterMinutes: 60 }] },
]

/** Two things a doctor has to know now, one that was answered with its read-back, and who is told when nobody answers. Small hospitals of tests have none. */
export async function seedAlerts(client: pg.Client, { tenantId, hospital: { key, system }, facilities, practitioners, seed, patients, on }: AlertPlan): Promise<void> {
  const [facility] = facilities
  const [doctor] = practitioners
  if (patients < 40 || system !== 'allopathy' || facility === undefined || doctor === undefined) return
  for (const rule of rules) await client.query('insert into escalation_rules (tenant_id, id, kind, steps, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing', [tenantId, stableId(seed, `${key}:escalation:${rule.kind}`), rule.kind, JSON.stringify(rule.steps), on])
  const technician = stableId(seed, `${key}:user:admin:1`)
  for (const [index, one] of told.entries()) {
    const id = stableId(seed, `${key}:alert:${one.name}`)
    const patientId = stableId(seed, `${key}:patient:${index * 2}`)
    const at = new Date(Date.parse(`${on}T03:00:00Z`) - one.minutes * 60_000)
    const done = one.isDone ? new Date(at.getTime() + 6 * 60_000) : null
    await client.query(
      `insert into alerts (tenant_id, id, kind, severity, patient_id, facility_id, subject_type, subject_id, title, detail, needs_read_back, state, responsible_id, raised_at, first_seen_at, acknowledged_at, acknowledged_by, told_user_id, told_name, read_back, raised_by_hand, created_by)
       values ($1, $2, 'manual', $3, $4, $5, 'manual', $4, $6, $7, $8, $9, $10, $11, $12, $12, $13, $13, $14, $15, $2, $16) on conflict do nothing`,
      [tenantId, id, one.severity, patientId, facility.id, one.title, one.detail, one.severity === 'critical', one.isDone ? 'acknowledged' : 'open', doctor, at, done, one.isDone ? doctor : null, one.isDone ? 'Ward doctor' : '', one.isDone ? one.title : '', technician],
    )
    await client.query('insert into alert_recipients (tenant_id, id, alert_id, user_id, level, raised_at, created_at) values ($1, $2, $3, $4, 0, $5, $5) on conflict do nothing', [tenantId, stableId(seed, `${key}:alert-to:${one.name}`), id, doctor, at])
  }
}
