import { insertMany, type Tx } from '#kernel/db.ts'

export interface ImportedEncounter {
  id: string
  patientId: string
  facilityId: string
  practitionerId: string | null
  class: 'outpatient' | 'inpatient' | 'emergency' | 'tele' | 'day-care'
  state: 'closed' | 'cancelled'
  reason: string
  openedAt: Date
  closedAt: Date
}

/** Visits of the past as they were recorded elsewhere; they raise no events: nothing is charged for them. */
export async function importEncounters(tx: Tx, rows: readonly ImportedEncounter[]): Promise<void> {
  const types = {
    id: 'uuid', patient_id: 'uuid', facility_id: 'uuid', practitioner_id: 'uuid', class: 'text', system: 'text', state: 'text', reason: 'text', opened_at: 'timestamptz', started_at: 'timestamptz', closed_at: 'timestamptz', created_by: 'uuid',
  } as const
  await insertMany(tx, 'encounters', types, rows.map((row) => ({
    id: row.id, patient_id: row.patientId, facility_id: row.facilityId, practitioner_id: row.practitionerId, class: row.class, system: 'allopathy', state: row.state, reason: row.reason, opened_at: row.openedAt, started_at: row.openedAt, closed_at: row.closedAt, created_by: tx.ctx.userId,
  })))
}
