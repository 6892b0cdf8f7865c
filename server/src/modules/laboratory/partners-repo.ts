import { anyOf, type Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const partnerColumns = ['id', 'version', 'kind', 'name', 'name_folded', 'accreditation', 'phone', 'address', 'turnaround_hours', 'is_active'] as const

export interface PartnerRow {
  id: string
  version: number
  kind: string
  name: string
  name_folded: string
  accreditation: string
  phone: string
  address: string
  turnaround_hours: number | null
  is_active: boolean
}

export function insertPartner(tx: Tx, partner: Omit<PartnerRow, 'id' | 'version' | 'is_active'>): Promise<PartnerRow> {
  return tx.db.insertInto('lab_partners').values({ ...partner, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(partnerColumns).executeTakeFirstOrThrow()
}

export function lockPartner(tx: Tx, id: string): Promise<PartnerRow | undefined> {
  return tx.db.selectFrom('lab_partners').select(partnerColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function partnersByIds(tx: Tx, ids: readonly string[]): Promise<PartnerRow[]> {
  return tx.db.selectFrom('lab_partners').select(partnerColumns).where('id', '=', anyOf(ids)).execute()
}

export function updatePartner(tx: Tx, row: PartnerRow, change: Partial<Omit<PartnerRow, 'id' | 'version' | 'kind'>>): Promise<PartnerRow> {
  return tx.db.updateTable('lab_partners').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(partnerColumns).executeTakeFirstOrThrow()
}

export function listPartners(tx: Tx, kind: string | undefined, page: PageRequest): Promise<PartnerRow[]> {
  let query = tx.db.selectFrom('lab_partners').select(partnerColumns).orderBy('name_folded').orderBy('id').limit(page.limit + 1)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  return afterCursor(query, page.after, 'name_folded').execute()
}

const journeyColumns = ['id', 'version', 'specimen_id', 'patient_id', 'facility_id', 'partner_id', 'direction', 'state', 'courier', 'temperature', 'their_reference', 'sent_at', 'due_at', 'arrived_at', 'ended_at', 'note'] as const

export interface JourneyRow {
  id: string
  version: number
  specimen_id: string
  patient_id: string
  facility_id: string
  partner_id: string
  direction: string
  state: string
  courier: string
  temperature: string
  their_reference: string
  sent_at: Date
  due_at: Date | null
  arrived_at: Date | null
  ended_at: Date | null
  note: string
}

export function insertJourney(tx: Tx, journey: Omit<JourneyRow, 'id' | 'version' | 'state' | 'arrived_at' | 'ended_at' | 'note'>): Promise<JourneyRow> {
  return tx.db.insertInto('specimen_journeys').values({ ...journey, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(journeyColumns).executeTakeFirstOrThrow()
}

export function readJourney(tx: Tx, id: string): Promise<JourneyRow | undefined> {
  return tx.db.selectFrom('specimen_journeys').select(journeyColumns).where('id', '=', id).executeTakeFirst()
}

export function lockJourney(tx: Tx, id: string): Promise<JourneyRow | undefined> {
  return tx.db.selectFrom('specimen_journeys').select(journeyColumns).where('id', '=', id).forUpdate().executeTakeFirst()
}

export function updateJourney(tx: Tx, row: JourneyRow, change: Partial<Pick<JourneyRow, 'state' | 'courier' | 'temperature' | 'their_reference' | 'arrived_at' | 'ended_at' | 'note'>>): Promise<JourneyRow> {
  return tx.db.updateTable('specimen_journeys').set({ ...change, version: row.version + 1 }).where('id', '=', row.id).returning(journeyColumns).executeTakeFirstOrThrow()
}

export interface JourneyFilter {
  facilityId?: string | undefined
  partnerId?: string | undefined
  specimenId?: string | undefined
  state?: string | undefined
}

export function listJourneys(tx: Tx, filter: JourneyFilter, page: PageRequest): Promise<JourneyRow[]> {
  let query = tx.db.selectFrom('specimen_journeys').select(journeyColumns).orderBy('sent_at', 'desc').orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  if (filter.partnerId !== undefined) query = query.where('partner_id', '=', filter.partnerId)
  if (filter.specimenId !== undefined) query = query.where('specimen_id', '=', filter.specimenId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  return afterCursor(query, page.after, 'sent_at', { order: 'desc' }).execute()
}
