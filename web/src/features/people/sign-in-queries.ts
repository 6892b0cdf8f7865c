import { queryOptions } from '@tanstack/react-query'
import type { AnswerOf } from '#contract/define.ts'
import type { people } from '#contract/people.ts'
import { ApiError, send } from '../../kernel/api.ts'

// Types of the contract only: its schemas are not needed before the sign-in, and the first page is small without them.
type SignedIn = AnswerOf<(typeof people)['signIn']>
type DemoSignIns = AnswerOf<(typeof people)['demoSignIns']>

export type Challenge = Extract<SignedIn, { challenge: string }>
export type Entered = Extract<SignedIn, { csrfToken: string }>
type Expired = Extract<SignedIn, { newPassword: string }>
type Method = Challenge['methods'][number]

/** A password that has run out leads to a new one, and nowhere else. */
function unlessExpired<Answer extends Challenge | Entered>(answer: Answer | Expired): Answer | Promise<never> {
  if (!('newPassword' in answer)) return answer
  location.assign(`/new-password?expired#${answer.newPassword}`)
  return new Promise(() => {})
}

async function ask<Answer extends Challenge | Entered>(path: string, body: unknown): Promise<Answer> {
  const answer: Answer | Expired = await (await send('POST', path, { body })).json()
  return unlessExpired(answer)
}

export const signIn = (body: { email: string; password: string }) => ask<Challenge | Entered>('/auth/sign-in', body)
export const passCode = (body: { challenge: string; method: Method; code: string }) => ask<Entered>('/auth/second-factor', body)
export const sendCode = (challenge: string, method: 'email' | 'sms'): Promise<unknown> => send('POST', `/auth/second-factor/${method}`, { body: { challenge } })
export const askReset = (email: string): Promise<unknown> => send('POST', '/auth/reset', { body: { email } })
export const finishReset = (body: { token: string; newPassword: string }): Promise<unknown> => send('POST', '/auth/reset/finish', { body })

/** What the device refused, or the person called off, is said like a refusal of the server. */
export function passkeyRefused(): never {
  throw new ApiError(422, { code: 'people.passkey_refused' })
}

/** Signs a question of the server with a passkey of this device; as the second factor when there is a challenge. */
export async function signWithPasskey(challenge?: string) {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const asked: { token: string; options: Parameters<typeof startAuthentication>[0]['optionsJSON'] } = await (await send('POST', '/auth/passkey/options', { body: challenge === undefined ? {} : { challenge } })).json()
  return { token: asked.token, assertion: await startAuthentication({ optionsJSON: asked.options }).catch(passkeyRefused) }
}

export async function passPasskey(challenge: string): Promise<Entered> {
  const { assertion } = await signWithPasskey(challenge)
  return ask<Entered>('/auth/second-factor', { challenge, method: 'passkey', assertion })
}

export const enterWithPasskey = async (): Promise<Entered> => (await send('POST', '/auth/passkey', { body: await signWithPasskey() })).json()

export const demoQuery = queryOptions({ queryKey: ['people', 'demo'], queryFn: async (): Promise<DemoSignIns> => (await send('GET', '/auth/demo')).json(), staleTime: 600_000, retry: false })

type Doors = AnswerOf<(typeof people)['listDoors']>

export const doorsQuery = queryOptions({ queryKey: ['people', 'doors'], queryFn: async (): Promise<Doors> => (await send('GET', '/auth/providers')).json(), staleTime: 600_000, retry: false })

// Proves that the browser that comes back is the one that went; good once, for a quarter of an hour.
const ticket = 'triveni-sign-in'

/** Goes to the other place; the browser leaves this page. */
export async function beginOther(providerId: string): Promise<void> {
  const { url, token }: { url: string; token: string } = await (await send('POST', '/auth/oidc/start', { body: { providerId } })).json()
  sessionStorage.setItem(ticket, token)
  location.assign(url)
}

/** Ends what `beginOther` began, with what came back in the address. */
export async function endOther(returned: URLSearchParams): Promise<Challenge | Entered> {
  const token = sessionStorage.getItem(ticket)
  sessionStorage.removeItem(ticket)
  const [state, code, iss] = [returned.get('state'), returned.get('code'), returned.get('iss')]
  if (token === null || state === null || code === null) throw new ApiError(422, { code: 'people.identity_refused' })
  return (await send('POST', '/auth/oidc/finish', { body: { token, state, code, ...(iss === null ? {} : { iss }) } })).json()
}

type Colleagues = AnswerOf<(typeof people)['listColleagues']>

export const colleaguesQuery = queryOptions({ queryKey: ['people', 'colleagues'], queryFn: async (): Promise<Colleagues> => (await send('GET', '/auth/colleagues')).json(), staleTime: 0, gcTime: 0 })
export const switchUser = async (userId: string, pin: string): Promise<Entered> => (await send('POST', '/auth/switch', { body: { userId, pin } })).json()
