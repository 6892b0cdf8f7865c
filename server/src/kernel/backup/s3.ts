import { createHash, createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { StartError } from '../config.ts'
import { outgoingFetch } from '../outgoing.ts'
import type { BackupStore } from './store.ts'
import { BackupDamage } from './vault.ts'

interface Place {
  endpoint: string
  host: string
  bucket: string
  prefix: string
  region: string
  accessKey: string
  secret: string
}

const hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Uint8Array | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const encoded = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

/** `s3://KEY:SECRET@host[:port]/bucket[/folder]?region=…&tls=off` */
export function parseS3(url: string): Place {
  let parsed: URL
  try {
    parsed = new URL(url.replace(/^s3:/, 'https:'))
  } catch {
    throw new StartError('S3_URL is not valid. It looks like s3://KEY:SECRET@host/bucket/folder?region=eu-central-1.')
  }
  const [bucket = '', ...folders] = parsed.pathname.slice(1).split('/')
  if (bucket === '' || parsed.username === '') throw new StartError('S3_URL needs a key, a secret and a bucket: s3://KEY:SECRET@host/bucket.')
  const scheme = parsed.searchParams.get('tls') === 'off' ? 'http' : 'https'
  const prefix = folders.filter(Boolean).map((folder) => `${folder}/`).join('')
  return { endpoint: `${scheme}://${parsed.host}`, host: parsed.host, bucket, prefix, region: parsed.searchParams.get('region') ?? 'us-east-1', accessKey: decodeURIComponent(parsed.username), secret: decodeURIComponent(parsed.password) }
}

export interface SignInput {
  method: string
  path: string
  query: Record<string, string>
  host: string
  bodyHash: string
  at: Date
  /** Further headers that are signed; names in small letters. */
  headers?: Record<string, string>
  region: string
  accessKey: string
  secret: string
}

/** Headers of AWS Signature Version 4 for one request. */
export function signS3(input: SignInput): Record<string, string> {
  const stamp = input.at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const day = stamp.slice(0, 8)
  const query = Object.entries(input.query).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  const headers = Object.entries({ ...input.headers, host: input.host, 'x-amz-content-sha256': input.bodyHash, 'x-amz-date': stamp }).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const signed = headers.map(([name]) => name).join(';')
  const canonical = [input.method, input.path, query, ...headers.map(([name, value]) => `${name}:${value}`), '', signed, input.bodyHash].join('\n')
  const scope = `${day}/${input.region}/s3/aws4_request`
  const key = ['s3', 'aws4_request'].reduce<Buffer>((made, part) => hmac(made, part), hmac(hmac(`AWS4${input.secret}`, day), input.region))
  const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', stamp, scope, hex(canonical)].join('\n')).digest('hex')
  return { 'x-amz-content-sha256': input.bodyHash, 'x-amz-date': stamp, authorization: `AWS4-HMAC-SHA256 Credential=${input.accessKey}/${scope}, SignedHeaders=${signed}, Signature=${signature}` }
}

interface Call {
  method: 'GET' | 'PUT' | 'HEAD' | 'DELETE'
  name?: string
  query?: Record<string, string>
  body?: Uint8Array
}

interface Access {
  place: Place
  patienceMilliseconds: number
  pauseMilliseconds: number
}

// A store that hangs must not hold up the log for longer than it has to: half a megabyte a second is the slowest line that counts as one.
const bytesOfMillisecond = 500
const mostObjectBytes = 64 * 2 ** 20

function outsideFor({ patienceMilliseconds }: Access, { method, name, body }: Call): ReturnType<typeof outgoingFetch> {
  const bytes = method === 'GET' && name !== undefined ? mostObjectBytes : (body?.length ?? 0)
  // The store stands in the settings of the installation; S3 keeps at most 5 GB in one object.
  return outgoingFetch({ isOperators: true, maxBytes: 5 * 2 ** 30, timeoutMilliseconds: patienceMilliseconds + Math.ceil(bytes / bytesOfMillisecond) })
}

async function call(at: Access, asked: Call): Promise<Response> {
  const { place, pauseMilliseconds } = at
  const { method, name, query = {}, body } = asked
  const outside = outsideFor(at, asked)
  const path = `/${[place.bucket, ...(name === undefined ? [] : `${place.prefix}${name}`.split('/'))].map(encoded).join('/')}`
  const bodyHash = hex(body ?? '')
  const headers = signS3({ method, path, query, host: place.host, bodyHash, at: new Date(), region: place.region, accessKey: place.accessKey, secret: place.secret })
  const search = Object.entries(query).map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join('&')
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await outside(`${place.endpoint}${path}${search === '' ? '' : `?${search}`}`, { method, headers, ...(body === undefined ? {} : { body }) })
      if (answer.status < 500 || tries >= 4) return answer
    } catch (error) {
      if (tries >= 4) throw error
    }
    await new Promise((done) => setTimeout(done, pauseMilliseconds * 2 ** tries))
  }
}

async function good(answer: Response, name: string): Promise<Response> {
  if (answer.ok) return answer
  if (answer.status === 404) throw new BackupDamage(`${name} is missing`)
  throw new Error(`the object store answered ${answer.status} for ${name}`)
}

const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')

async function listAll(at: Access, prefix: string): Promise<{ name: string; bytes: number }[]> {
  const { place } = at
  const found: { name: string; bytes: number }[] = []
  let token: string | undefined
  do {
    const answer = await good(await call(at, { method: 'GET', query: { 'list-type': '2', prefix: `${place.prefix}${prefix}`, ...(token === undefined ? {} : { 'continuation-token': token }) } }), 'the list')
    const xml = await answer.text()
    for (const [, content = ''] of xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
      const name = unescaped(/<Key>([\s\S]*?)<\/Key>/.exec(content)?.[1] ?? '')
      found.push({ name: name.slice(place.prefix.length), bytes: Number(/<Size>(\d+)<\/Size>/.exec(content)?.[1]) })
    }
    token = /<IsTruncated>true</.test(xml) ? unescaped(/<NextContinuationToken>([\s\S]*?)</.exec(xml)?.[1] ?? '') || undefined : undefined
  } while (token !== undefined)
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** S3-compatible storage. What was put is read back by its length, since a store may cut a body short without an error. */
export function s3Store(url: string, { patienceMilliseconds = 10_000, pauseMilliseconds = 300 } = {}): BackupStore {
  const place = parseS3(url)
  const at: Access = { place, patienceMilliseconds, pauseMilliseconds }
  const put = async (name: string, body: Uint8Array) => {
    await good(await call(at, { method: 'PUT', name, body }), name)
    const kept = await call(at, { method: 'HEAD', name })
    if (Number(kept.headers.get('content-length')) !== body.length) throw new Error(`the object store kept ${kept.headers.get('content-length')} of ${body.length} bytes of ${name}`)
  }
  const get = async (name: string) => Buffer.from(await (await good(await call(at, { method: 'GET', name }), name)).arrayBuffer())
  return {
    place: `${place.endpoint}/${place.bucket}/${place.prefix}`,
    put,
    putFile: async (name, path) => put(name, await readFile(path)),
    get,
    read: async (name) => Readable.from([await get(name)]),
    has: async (name) => {
      const answer = await call(at, { method: 'HEAD', name })
      return answer.status !== 404 && (await good(answer, name)).ok
    },
    list: (prefix) => listAll(at, prefix),
    remove: async (name) => {
      const answer = await call(at, { method: 'DELETE', name })
      if (answer.status !== 404) await good(answer, name)
    },
  }
}
