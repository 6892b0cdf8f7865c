import type { Facility } from './queries.ts'

export interface FacilityValues extends Record<string, unknown> {
  code: string
  name: string
  timeZone: string
  currency: string
  language: Facility['language']
  region: string
  fiscalYearStartMonth: number
  taxRegime: Facility['taxRegime']
  taxNumber: string
  stateCode: string
  address: string
  phone: string
  email: string
  motto: string
}

export const emptyFacility: FacilityValues = { code: '', name: '', timeZone: 'Asia/Kolkata', currency: 'INR', language: 'en', region: 'IN', fiscalYearStartMonth: 4, taxRegime: 'gst', taxNumber: '', stateCode: '', address: '', phone: '', email: '', motto: '' }

export function facilityValues(facility: Facility): FacilityValues {
  const { id: _id, version: _version, ...values } = facility
  return values
}

/** Code, currency and region of a facility stay as they were founded. */
export function facilityPatch(values: FacilityValues) {
  const { code: _code, currency: _currency, region: _region, ...patch } = values
  return patch
}
