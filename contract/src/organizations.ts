import { z } from 'zod'
import { currency, date, id, idParams, locale, optionalText, text, timeZone, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'

export const organizationsErrors = defineErrors('organizations', { department_cycle: 422, code_taken: 409 })

export const taxRegime = z.enum(['gst', 'vat', 'none'])
export const facility = z.object({
  id,
  version,
  code: z.string(),
  name: z.string(),
  timeZone: z.string(),
  currency: z.string(),
  language: locale,
  region: z.string(),
  fiscalYearStartMonth: z.number().int(),
  taxRegime,
  taxNumber: z.string(),
  stateCode: z.string(),
  address: z.string(),
  phone: z.string(),
  email: z.string(),
  motto: z.string(),
})
const facilityBody = z.strictObject({
  code: z.string().regex(/^[A-Z0-9]{1,4}$/),
  name: text(200),
  timeZone: timeZone.default('Asia/Kolkata'),
  currency: currency.default('INR'),
  language: locale.default('en'),
  region: z.string().regex(/^[A-Z]{2}$/).default('IN'),
  fiscalYearStartMonth: z.int().min(1).max(12).default(4),
  taxRegime: taxRegime.default('gst'),
  taxNumber: optionalText(40).default(''),
  stateCode: optionalText(10).default(''),
  address: optionalText(500).default(''),
  phone: optionalText(40).default(''),
  email: optionalText(200).default(''),
  motto: optionalText(200).default(''),
})
const facilityPatch = z.strictObject({
  name: text(200).optional(),
  timeZone: timeZone.optional(),
  language: locale.optional(),
  fiscalYearStartMonth: z.int().min(1).max(12).optional(),
  taxRegime: taxRegime.optional(),
  taxNumber: optionalText(40).optional(),
  stateCode: optionalText(10).optional(),
  address: optionalText(500).optional(),
  phone: optionalText(40).optional(),
  email: optionalText(200).optional(),
  motto: optionalText(200).optional(),
})

export const department = z.object({ id, version, facilityId: id, parentId: id.nullable(), name: z.string(), headUserId: id.nullable() })
const tenant = z.object({ id, name: z.string(), plan: z.string(), state: z.string(), createdOn: date })

export const organizations = {
  listTenants: route({ method: 'GET', path: '/tenants', summary: 'The tenant of the caller', permission: 'organizations.read', audit: 'search', phi: false, query: pageQuery, response: page(tenant), errors: [] }),
  listFacilities: route({ method: 'GET', path: '/facilities', summary: 'Facilities', permission: 'organizations.read', audit: 'search', phi: false, query: pageQuery, response: page(facility), errors: [] }),
  createFacility: route({ method: 'POST', path: '/facilities', summary: 'Add a facility', permission: 'organizations.write', audit: 'create', phi: false, body: facilityBody, status: 201, response: facility, errors: [organizationsErrors.code_taken] }),
  readFacility: route({ method: 'GET', path: '/facilities/{id}', summary: 'Read a facility', permission: 'organizations.read', audit: 'read', phi: false, params: idParams, response: facility, errors: [] }),
  updateFacility: route({ method: 'PATCH', path: '/facilities/{id}', summary: 'Change a facility', permission: 'organizations.write', audit: 'update', phi: false, params: idParams, body: facilityPatch, ifMatch: 'required', response: facility, errors: [] }),
  listDepartments: route({ method: 'GET', path: '/departments', summary: 'Departments as a flat tree', permission: 'organizations.read', audit: 'search', phi: false, query: pageQuery.extend({ facilityId: id.optional() }), response: page(department), errors: [] }),
  createDepartment: route({ method: 'POST', path: '/departments', summary: 'Add a department', permission: 'organizations.write', audit: 'create', phi: false, body: z.strictObject({ facilityId: id, parentId: id.optional(), name: text(200), headUserId: id.optional() }), status: 201, response: department, errors: [] }),
  updateDepartment: route({ method: 'PATCH', path: '/departments/{id}', summary: 'Rename, move or give a head', permission: 'organizations.write', audit: 'update', phi: false, params: idParams, body: z.strictObject({ parentId: id.nullable().optional(), name: text(200).optional(), headUserId: id.nullable().optional() }), ifMatch: 'required', response: department, errors: [organizationsErrors.department_cycle] }),
}
