import { z } from 'zod'
import { emptyBody, id } from './common/values.ts'
import { defineErrors, route } from './define.ts'
import { signInErrors, user } from './sign-in.ts'

export const wardErrors = defineErrors('people', { weak_pin: 422, wrong_pin: 422, sign_in_fully: 403 })

const pin = z.string().regex(/^\d{6}$/)
const door = { permission: 'public', phi: false, transaction: 'none', isSecret: true } as const
const origin = z.string().max(200).regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/)
const origins = z.object({ origins: z.array(z.string()) })

/** A computer that several people share: a full sign-in once a shift, then a PIN. And whose pages of other addresses may call. */
export const ward = {
  listColleagues: route({ ...door, method: 'GET', path: '/auth/colleagues', summary: 'Who has signed in fully on this computer this shift and has a PIN', audit: 'none', rate: 'sign-in', response: z.object({ items: z.array(z.object({ userId: id, name: z.string() })) }), errors: [] }),
  switchUser: route({ ...door, method: 'POST', path: '/auth/switch', summary: 'Go on as another person of this computer', description: 'The session before ends. After five wrong PINs a full sign-in is needed.', audit: 'sign-in', body: z.strictObject({ userId: id, pin }), response: z.object({ csrfToken: z.string(), user }), errors: [wardErrors.wrong_pin, wardErrors.sign_in_fully, signInErrors.too_many_attempts] }),
  readPin: route({ method: 'GET', path: '/me/pin', summary: 'Whether one has a PIN, and whether the hospital shares computers', permission: 'signed-in', audit: 'none', phi: false, response: z.object({ hasPin: z.boolean(), isOffered: z.boolean() }), errors: [] }),
  setPin: route({ method: 'POST', path: '/me/pin', summary: 'Set the PIN for shared computers', permission: 'signed-in', audit: 'update', phi: false, transaction: 'none', isSecret: true, body: z.strictObject({ pin }), status: 204, response: null, errors: [wardErrors.weak_pin, signInErrors.confirm_needed] }),
  removePin: route({ method: 'POST', path: '/me/pin/remove', summary: 'Do without a PIN', permission: 'signed-in', audit: 'update', phi: false, body: emptyBody, status: 204, response: null, errors: [] }),
  readOrigins: route({ method: 'GET', path: '/allowed-origins', summary: 'Addresses whose pages may call with a token of this hospital', permission: 'people.clients', audit: 'none', phi: false, response: origins, errors: [] }),
  writeOrigins: route({ method: 'PUT', path: '/allowed-origins', summary: 'Say which addresses these are', description: 'https only, or this machine. Cookies are never sent along: such pages sign in as programs do.', permission: 'people.clients', audit: 'update', phi: false, body: z.strictObject({ origins: z.array(origin).max(20) }), response: origins, errors: [signInErrors.confirm_needed] }),
}
