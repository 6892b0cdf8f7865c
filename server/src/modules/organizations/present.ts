import type { z } from 'zod'
import { taxRegime, type department, type facility } from '#contract/organizations.ts'
import { locale } from '#contract/common/values.ts'

interface FacilityRow {
  id: string
  version: number
  code: string
  name: string
  time_zone: string
  currency: string
  language: string
  region: string
  fiscal_year_start_month: number
  tax_regime: string
  tax_number: string
  state_code: string
  address: string
  phone: string
  email: string
  motto: string
}

export type Facility = z.output<typeof facility>

export const presentFacility = (row: FacilityRow): Facility => ({
  id: row.id,
  version: row.version,
  code: row.code,
  name: row.name,
  timeZone: row.time_zone,
  currency: row.currency,
  language: locale.parse(row.language),
  region: row.region,
  fiscalYearStartMonth: row.fiscal_year_start_month,
  taxRegime: taxRegime.parse(row.tax_regime),
  taxNumber: row.tax_number,
  stateCode: row.state_code,
  address: row.address,
  phone: row.phone,
  email: row.email,
  motto: row.motto,
})

interface DepartmentRow {
  id: string
  version: number
  facility_id: string
  parent_id: string | null
  name: string
  head_user_id: string | null
}

export const presentDepartment = (row: DepartmentRow): z.output<typeof department> => ({ id: row.id, version: row.version, facilityId: row.facility_id, parentId: row.parent_id, name: row.name, headUserId: row.head_user_id })

/** Facility as the head of its papers. */
export const letterheadOf = (facility: Facility) => ({
  name: facility.name,
  lines: [facility.address, [facility.phone, facility.email].filter(Boolean).join(' · '), facility.taxNumber === '' ? '' : `${facility.taxRegime === 'gst' ? 'GSTIN' : 'Tax no.'} ${facility.taxNumber}`],
  motto: facility.motto,
})
