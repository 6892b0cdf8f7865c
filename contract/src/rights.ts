import { z } from 'zod'
import { emptyBody, id, idParams, instant, text, version } from './common/values.ts'
import { page, pageQuery } from './common/page.ts'
import { defineErrors, route } from './define.ts'
import { signInErrors } from './sign-in.ts'

export const rightsErrors = defineErrors('people', { own_rights: 403, right_ended: 409, period: 422, no_membership: 422, permission_unknown: 422, permission_not_held: 403 })

export const rightEffect = z.enum(['grant', 'deny'])
const right = z.object({ id, version, userId: id, facilityId: id.nullable(), permission: z.string(), effect: rightEffect, reason: z.string(), startsAt: z.string(), endsAt: z.string().nullable(), givenAt: z.string(), givenBy: z.string(), endedAt: z.string().nullable(), state: z.enum(['ahead', 'in-force', 'over']) })
export type Right = z.output<typeof right>
const cause = z.object({ kind: z.enum(['role', 'grant', 'deny']), name: z.string(), until: z.string().nullable() })
export type Cause = z.output<typeof cause>
const effective = z.object({ facilityId: id, facilityName: z.string(), rights: z.array(z.object({ permission: z.string(), isHeld: z.boolean(), because: z.array(cause) })) })
export type EffectiveRights = z.output<typeof effective>

/** What one user may do beside the roles, and why. */
export const rights = {
  listRights: route({ method: 'GET', path: '/users/{id}/rights', summary: 'Permissions given to or taken from one user, newest first', permission: 'people.read', audit: 'read', phi: false, params: idParams, query: pageQuery, response: page(right), errors: [] }),
  giveRight: route({ method: 'POST', path: '/users/{id}/rights', summary: 'Give one user a permission for a time, or take it in spite of the roles; a denial wins', permission: 'people.write', audit: 'create', phi: false, params: idParams, body: z.strictObject({ permission: z.string().max(80).regex(/^[a-z-]{1,40}\.[a-z-]{1,39}$/), effect: rightEffect, facilityId: id.optional(), reason: text(500), startsAt: instant.optional(), endsAt: instant.optional() }), status: 201, response: right, errors: [rightsErrors.own_rights, rightsErrors.period, rightsErrors.no_membership, rightsErrors.permission_unknown, rightsErrors.permission_not_held, signInErrors.confirm_needed] }),
  endRight: route({ method: 'POST', path: '/user-rights/{id}/end', summary: 'End it before its time', permission: 'people.write', audit: 'step', phi: false, params: idParams, body: emptyBody, response: right, errors: [rightsErrors.own_rights, rightsErrors.right_ended, signInErrors.confirm_needed] }),
  readEffective: route({ method: 'GET', path: '/users/{id}/effective-rights', summary: 'What a user may do now in each facility, and why: by which role, grant or denial', permission: 'people.read', audit: 'read', phi: false, params: idParams, response: z.object({ items: z.array(effective), nextCursor: z.null(), known: z.array(z.string()) }), errors: [] }),
}
