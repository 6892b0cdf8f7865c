import { z } from 'zod'
import { emptyBody, id, idParams, instant, locale, optionalText, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { kernelErrors } from './common/problem.ts'
import { defineErrors, route } from './define.ts'
import { rights, rightsErrors } from './rights.ts'
import { federation, federationErrors } from './federation.ts'
import { clientErrors, oauth } from './oauth.ts'
import { newPassword, signInErrors, signIns, user } from './sign-in.ts'
import { ward, wardErrors } from './ward.ts'

export { type FactorMethod, user } from './sign-in.ts'

export const peopleErrors = { ...signInErrors, ...rightsErrors, ...federationErrors, ...clientErrors, ...wardErrors, ...defineErrors('people', { email_taken: 409 }) }

export const roleName = z.enum(['admin', 'doctor', 'nurse', 'lab-technician', 'radiologist', 'pharmacist', 'receptionist', 'cashier', 'therapist', 'biomedical-engineer', 'housekeeping', 'cook', 'auditor', 'guest', 'patient'])
export type RoleName = z.output<typeof roleName>

const email = z.string().max(200).pipe(z.email())
const staffFields = {
  title: optionalText(20).optional(),
  specialty: optionalText(100).optional(),
  licenceNumber: optionalText(60).optional(),
  system: z.enum(['allopathy', 'ayurveda', 'homeopathy']).nullable().optional(),
  isPractitioner: z.boolean().optional(),
  language: locale.optional(),
}
const role = z.object({ id, version, name: z.string(), isSystem: z.boolean(), permissions: z.array(z.string()) })
const permissionList = z.array(z.string().max(80).regex(/^[a-z-]+\.[a-z-]+$/)).max(300)
const membership = z.object({ id, version, userId: id, facilityId: id, role: z.string() })
export const facilityAccess = z.object({ id, code: z.string(), name: z.string(), timeZone: z.string(), currency: z.string(), roles: z.array(z.string()), permissions: z.array(z.string()) })
export const me = z.object({
  user,
  tenant: z.object({ id, name: z.string() }),
  modules: z.array(z.string()),
  facilities: z.array(facilityAccess),
  csrfToken: z.string(),
  isDemo: z.boolean(),
  /** A role of the user needs a second factor, and there is none: nothing else is allowed until one is set up. */
  mustEnrol: z.boolean(),
})
export type Me = z.output<typeof me>
const apiKey = z.object({ id, name: z.string(), permissions: z.array(z.string()).nullable(), state: z.enum(['active', 'expired', 'revoked']), createdAt: z.string(), expiresAt: z.string().nullable(), revokedAt: z.string().nullable(), lastUsedAt: z.string().nullable() })
const practitioner = z.object({ id, name: z.string(), title: z.string(), specialty: z.string(), system: z.string().nullable(), facilityIds: z.array(id) })

export const people = {
  ...signIns,
  ...rights,
  ...federation,
  ...oauth,
  ...ward,
  demoSignIns: route({ method: 'GET', path: '/auth/demo', summary: 'Sign-ins of a demo installation', permission: 'public', audit: 'none', phi: false, rate: 'sign-in', response: z.object({ items: z.array(z.object({ tenant: z.string(), facility: z.string(), role: z.string(), name: z.string(), email: z.string(), password: z.string() })) }), errors: [] }),
  me: route({ method: 'GET', path: '/me', summary: 'Who is signed in, where, and with which permissions', permission: 'signed-in', audit: 'none', phi: false, response: me, errors: [] }),
  updateMe: route({ method: 'PATCH', path: '/me', summary: 'Change the own language', permission: 'signed-in', audit: 'update', phi: false, ifMatch: 'required', body: z.strictObject({ language: locale }), response: user, errors: [] }),
  listUsers: route({ method: 'GET', path: '/users', summary: 'Users', permission: 'people.read', audit: 'search', phi: false, query: pageQuery.extend({ isActive: z.enum(['true', 'false']).transform((value) => value === 'true').optional() }), response: page(user), errors: [] }),
  createUser: route({ method: 'POST', path: '/users', summary: 'Add a user', permission: 'people.write', audit: 'create', phi: false, transaction: 'none', isSecret: true, body: z.strictObject({ email, displayName: text(200), password: newPassword.optional(), ...staffFields }), status: 201, response: user, errors: [peopleErrors.email_taken, peopleErrors.weak_password] }),
  readUser: route({ method: 'GET', path: '/users/{id}', summary: 'Read a user', permission: 'people.read', audit: 'read', phi: false, params: idParams, response: user, errors: [] }),
  updateUser: route({ method: 'PATCH', path: '/users/{id}', summary: 'Change or deactivate a user', permission: 'people.write', audit: 'update', phi: false, params: idParams, ifMatch: 'required', body: z.strictObject({ displayName: text(200).optional(), isActive: z.boolean().optional(), ...staffFields }), response: user, errors: [] }),
  listRoles: route({ method: 'GET', path: '/roles', summary: 'Roles with their permissions', permission: 'people.read', audit: 'search', phi: false, query: pageQuery, response: page(role), errors: [] }),
  createRole: route({ method: 'POST', path: '/roles', summary: 'Add a custom role', permission: 'people.write', audit: 'create', phi: false, body: z.strictObject({ name: text(60), permissions: permissionList }), status: 201, response: role, errors: [peopleErrors.permission_not_held] }),
  listMemberships: route({ method: 'GET', path: '/memberships', summary: 'Who works where in which role', permission: 'people.read', audit: 'search', phi: false, query: pageQuery.extend({ userId: id.optional(), facilityId: id.optional() }), response: page(membership), errors: [] }),
  createMembership: route({ method: 'POST', path: '/memberships', summary: 'Give a user a role in a facility', permission: 'people.write', audit: 'create', phi: false, body: z.strictObject({ userId: id, facilityId: id, role: z.string().max(60) }), status: 201, response: membership, errors: [kernelErrors.conflict, peopleErrors.permission_not_held] }),
  endMembership: route({ method: 'POST', path: '/memberships/{id}/end', summary: 'Take a role away', permission: 'people.write', audit: 'step', phi: false, params: idParams, body: emptyBody, status: 204, response: null, errors: [] }),
  createApiKey: route({ method: 'POST', path: '/api-keys', summary: 'Make an API key that acts as its creator', description: 'The key is shown once. Only a person in a browser session makes and revokes keys, never a key.', permission: 'people.api-keys', audit: 'create', phi: false, isSecret: true, body: z.strictObject({ name: text(100), permissions: permissionList.optional(), expiresAt: instant.optional() }), status: 201, response: z.object({ id, key: z.string(), name: z.string(), expiresAt: z.string().nullable() }), errors: [peopleErrors.permission_not_held] }),
  listApiKeys: route({ method: 'GET', path: '/api-keys', summary: 'The own API keys, newest first, without their secrets', permission: 'people.api-keys', audit: 'search', phi: false, query: pageQuery, response: page(apiKey), errors: [] }),
  revokeApiKey: route({ method: 'POST', path: '/api-keys/{id}/revoke', summary: 'End an own API key at once', permission: 'people.api-keys', audit: 'step', phi: false, params: idParams, body: emptyBody, status: 204, response: null, errors: [] }),
  listPractitioners: route({ method: 'GET', path: '/practitioners', summary: 'Staff who see patients', description: 'With `isEverybody` all who work here, for the second person who stands by.', permission: 'people.practitioners', audit: 'search', phi: false, query: pageQuery.extend({ facilityId: id.optional(), isEverybody: z.enum(['true']).optional() }), response: page(practitioner), errors: [] }),
}
