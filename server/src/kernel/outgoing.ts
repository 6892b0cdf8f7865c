import { lookup as lookUp } from 'node:dns/promises'
import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export interface Address {
  address: string
  family: number
}

export interface OutgoingOptions {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** The answer is cut off above this; 1 MB by default. */
  maxBytes?: number
  /** From the first look-up to the last byte; 10 s by default. */
  timeoutMilliseconds?: number
  /** The address stands in the settings of the installation, not in a hospital's: it may be a machine of the own network. */
  isOperators?: boolean
}

export interface OutgoingAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

export type OutgoingRefusal = 'address' | 'scheme' | 'too_large' | 'timeout' | 'unreachable'

/** Why a request to the outside was not made or not finished. The message names the reason and no address. */
export class OutgoingError extends Error {
  readonly reason: OutgoingRefusal
  constructor(reason: OutgoingRefusal) {
    super(`outgoing request: ${reason}`)
    this.reason = reason
  }
}

// IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates); 169.254.0.0/16 holds the clouds' metadata services.
const ranges4 = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4']
const ranges6 = ['::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8']

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    const kind = isIP(network) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(network, bits === undefined ? (kind === 'ipv6' ? 128 : 32) : Number(bits), kind)
  }
  return list
}

const inner = listOf([...ranges4, ...ranges6])
const settings = { hosts: new Set<string>(), ranges: new BlockList(), resolve: (host: string): Promise<Address[]> => lookUp(host, { all: true, verbatim: true }) }

/** Says which hosts, addresses and ranges of the own network may be asked all the same. Another resolver is for tests. */
export function openOutgoing(options: { allow: readonly string[]; resolve?: (host: string) => Promise<Address[]> }): void {
  const isRange = (one: string) => isIP(one.split('/')[0] ?? '') !== 0
  settings.hosts = new Set(options.allow.filter((one) => !isRange(one)).map((one) => one.toLowerCase()))
  settings.ranges = listOf(options.allow.filter(isRange))
  if (options.resolve !== undefined) settings.resolve = options.resolve
}

/** An IPv4 address in IPv6 clothes is judged as what it is. */
function plain(address: string): { address: string; kind: 'ipv4' | 'ipv6' } {
  if (isIP(address) === 4) return { address, kind: 'ipv4' }
  const bare = address.split('%')[0] ?? address
  const hex = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(new URL(`http://[${bare}]`).hostname.slice(1, -1))
  if (hex?.[1] === undefined || hex[2] === undefined) return { address: bare, kind: 'ipv6' }
  const number = Number.parseInt(hex[1], 16) * 65_536 + Number.parseInt(hex[2], 16)
  return { address: [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.'), kind: 'ipv4' }
}

/** Whether an address is of the public network, or allowed by the settings. */
export function isReachable(address: string): boolean {
  const one = plain(address)
  return settings.ranges.check(one.address, one.kind) || !inner.check(one.address, one.kind)
}

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase()

/** Looks the host up once; every address it has must be allowed, and the first is the one that is connected to. */
async function choose(url: URL, isOperators: boolean): Promise<Address> {
  const host = bareHost(url)
  const isTrusted = isOperators || settings.hosts.has(host) || (isIP(host) !== 0 && isReachable(host) && settings.ranges.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'))
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isTrusted)) throw new OutgoingError('scheme')
  const found = isIP(host) === 0 ? await settings.resolve(host).catch(() => []) : [{ address: host, family: isIP(host) }]
  const [first] = found
  if (first === undefined) throw new OutgoingError('unreachable')
  if (!isTrusted && !found.every(({ address }) => isReachable(address))) throw new OutgoingError('address')
  return first
}

async function readBounded(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw new OutgoingError('too_large')
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > maxBytes) throw new OutgoingError('too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(url: URL, options: OutgoingOptions, to: Address, signal: AbortSignal): Promise<OutgoingAnswer> {
  // The name is not looked up again: what was checked is what is connected to.
  const lookup: LookupFunction = (_host, how, done) => (how.all === true ? done(null, [to]) : done(null, to.address, to.family))
  const made: RequestOptions = { method: options.method ?? 'GET', headers: { 'accept-encoding': 'identity', ...options.headers }, lookup, signal, agent: false }
  return new Promise((done, fail) => {
    const sent = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, made, (answer) => {
      readBounded(answer, options.maxBytes ?? 1_048_576)
        .then((body) => done({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
        .catch((error: unknown) => {
          sent.destroy()
          fail(error)
        })
    })
    sent.on('error', fail)
    sent.end(options.body)
  })
}

/**
 * The only way out of the installation over HTTP: the host is looked up once, its addresses are checked, the connection goes to the
 * checked address; a redirect is an answer like any other and not followed; bytes and time are bounded. Throws `OutgoingError`.
 */
export async function requestOutside(address: string | URL, options: OutgoingOptions = {}): Promise<OutgoingAnswer> {
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') throw new OutgoingError('address')
  const signal = AbortSignal.timeout(options.timeoutMilliseconds ?? 10_000)
  try {
    const to = await Promise.race([choose(url, options.isOperators === true), new Promise<never>((_done, fail) => signal.addEventListener('abort', () => fail(new OutgoingError('timeout')), { once: true }))])
    return await send(url, options, to, signal)
  } catch (error) {
    if (error instanceof OutgoingError) throw error
    throw new OutgoingError(signal.aborted ? 'timeout' : 'unreachable')
  }
}

const bodyless = new Set([101, 204, 205, 304])

interface FetchLike {
  method?: string | undefined
  headers?: unknown
  body?: unknown
}

const asBytes = (body: unknown): string | Uint8Array | undefined => (body === undefined || body === null ? undefined : body instanceof Uint8Array ? body : String(body))

/** The same client in the shape of `fetch`, for libraries that take one. */
export const outgoingFetch = (bounds: Omit<OutgoingOptions, 'method' | 'headers' | 'body'> = {}) => async (address: string | URL, init: FetchLike = {}): Promise<Response> => {
  const body = asBytes(init.body)
  const answer = await requestOutside(address, { ...bounds, method: init.method ?? 'GET', headers: Object.fromEntries(new Headers(init.headers as HeadersInit | undefined)), ...(body === undefined ? {} : { body }) })
  const headers = Object.entries(answer.headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]))
  const shown = new Response(bodyless.has(answer.status) ? null : new Uint8Array(answer.body), { status: answer.status, headers })
  Object.defineProperty(shown, 'url', { value: new URL(address).href })
  return shown
}
