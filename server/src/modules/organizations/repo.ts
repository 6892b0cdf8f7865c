import type { Tx } from '#kernel/db.ts'
import { rawInTenant } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'

const facilityColumns = ['id', 'version', 'code', 'name', 'time_zone', 'currency', 'language', 'region', 'fiscal_year_start_month', 'tax_regime', 'tax_number', 'state_code', 'address', 'phone', 'email', 'motto'] as const
const departmentColumns = ['id', 'version', 'facility_id', 'parent_id', 'name', 'head_user_id'] as const

export interface FacilityChange {
  code?: string
  name?: string
  time_zone?: string
  currency?: string
  language?: string
  region?: string
  fiscal_year_start_month?: number
  tax_regime?: string
  tax_number?: string
  state_code?: string
  address?: string
  phone?: string
  email?: string
  motto?: string
}

export function listFacilities(tx: Tx, page: PageRequest) {
  const query = tx.db.selectFrom('facilities').select(facilityColumns).orderBy('id').limit(page.limit + 1)
  return (page.after === null ? query : query.where('id', '>', page.after.id)).execute()
}

export function readFacility(tx: Tx, id: string) {
  return tx.db.selectFrom('facilities').select(facilityColumns).where('id', '=', id).executeTakeFirst()
}

export function insertFacility(tx: Tx, facility: Required<FacilityChange>) {
  return tx.db
    .insertInto('facilities')
    .values({ ...facility, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })
    .returning(facilityColumns)
    .executeTakeFirstOrThrow()
}

/** Undefined when the version is not the one expected. */
export function updateFacility(tx: Tx, id: string, version: number, change: FacilityChange) {
  return tx.db.updateTable('facilities').set({ ...change, version: version + 1 }).where('id', '=', id).where('version', '=', version).returning(facilityColumns).executeTakeFirst()
}

export function listDepartments(tx: Tx, filter: { facilityId?: string | undefined }, page: PageRequest) {
  let query = tx.db.selectFrom('departments').select(departmentColumns).orderBy('id').limit(page.limit + 1)
  if (filter.facilityId !== undefined) query = query.where('facility_id', '=', filter.facilityId)
  return (page.after === null ? query : query.where('id', '>', page.after.id)).execute()
}

export function readDepartment(tx: Tx, id: string) {
  return tx.db.selectFrom('departments').select(departmentColumns).where('id', '=', id).executeTakeFirst()
}

export function insertDepartment(tx: Tx, department: { facility_id: string; parent_id: string | null; name: string; head_user_id: string | null }) {
  return tx.db
    .insertInto('departments')
    .values({ ...department, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId })
    .returning(departmentColumns)
    .executeTakeFirstOrThrow()
}

export function updateDepartment(tx: Tx, id: string, version: number, change: { parent_id?: string | null; name?: string; head_user_id?: string | null }) {
  return tx.db.updateTable('departments').set({ ...change, version: version + 1 }).where('id', '=', id).where('version', '=', version).returning(departmentColumns).executeTakeFirst()
}

/** Ids of a department and of all above it. */
export async function ancestors(tx: Tx, id: string): Promise<string[]> {
  const rows = await rawInTenant<{ id: string }>(
    tx,
    `with recursive up as (
       select id, parent_id, 1 as depth from departments where tenant_id = $1 and id = $2
       union all select d.id, d.parent_id, up.depth + 1 from departments d join up on d.id = up.parent_id where d.tenant_id = $1 and up.depth < 50)
     select id from up`,
    [tx.ctx.tenantId, id],
  )
  return rows.map((row) => row.id)
}

/** Who heads the departments of a facility. */
export async function departmentHeads(tx: Tx, facilityId: string): Promise<string[]> {
  const rows = await tx.db.selectFrom('departments').select(['head_user_id']).where('facility_id', '=', facilityId).where('head_user_id', 'is not', null).limit(100).execute()
  return [...new Set(rows.flatMap((row) => row.head_user_id ?? []))]
}
