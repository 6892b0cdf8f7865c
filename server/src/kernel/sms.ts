import { kernelErrors } from '#contract/common/problem.ts'
import { AppError } from './errors.ts'
import { errorFields, log } from './log.ts'
import { requestOutside } from './outgoing.ts'

export interface SmsGateway {
  url: string
  /** `user:password` goes as basic authentication, anything else as a bearer token. */
  token: string | undefined
  /** The sender that the gateway shows, where it wants one. */
  from: string | undefined
  /** Names of number, sender and text in the request: JSON, or a form when they begin with `form:`. */
  fields: string
}

const opened: { gateway?: SmsGateway } = {}
const mostMilliseconds = 8000

/** Says which gateway takes text messages over HTTP; without one none is sent. */
export function openSms(gateway: SmsGateway | undefined): void {
  delete opened.gateway
  if (gateway !== undefined) opened.gateway = gateway
}

export const canText = (): boolean => opened.gateway !== undefined

const authorization = (token: string): string => (token.includes(':') ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`)

function requestOf(gateway: SmsGateway, sms: { to: string; text: string }): { headers: Record<string, string>; body: string } {
  const isForm = gateway.fields.startsWith('form:')
  const [to = 'to', from = 'from', text = 'text'] = gateway.fields.replace(/^form:/, '').split(',').map((name) => name.trim())
  const values = { [to]: sms.to, ...(gateway.from === undefined ? {} : { [from]: gateway.from }), [text]: sms.text }
  const headers = { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json', ...(gateway.token === undefined ? {} : { authorization: authorization(gateway.token) }) }
  return { headers, body: isForm ? new URLSearchParams(values).toString() : JSON.stringify(values) }
}

/** Hands a text message to the gateway, number in E.164; 503 when it does not take it. Nothing of a patient goes this way, and neither number nor text into the log. */
export async function sendSms(sms: { to: string; text: string }): Promise<void> {
  if (opened.gateway === undefined) throw new AppError(kernelErrors.unavailable)
  const refused = (fields: Record<string, string | number>): never => {
    log('warn', 'the SMS gateway took no message', fields)
    throw new AppError(kernelErrors.unavailable)
  }
  const answer = await requestOutside(opened.gateway.url, { method: 'POST', ...requestOf(opened.gateway, sms), isOperators: true, maxBytes: 65_536, timeoutMilliseconds: mostMilliseconds }).catch((error: unknown) => refused(errorFields(error)))
  if (answer.status < 200 || answer.status > 299) refused({ status: answer.status })
}
