import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** `short` keeps half of what is put and says nothing; `failing` answers 500, `hanging` not at all. */
export type StoreMood = 'well' | 'short' | 'failing' | 'hanging'

export interface ObjectStore {
  url: (folder: string, secret?: string) => string
  objects: Map<string, Buffer>
  set: (mood: StoreMood, times?: number) => void
  requests: () => number
  close: () => Promise<void>
}

const accessKey = 'test-access'
const rightSecret = 'test/secret+key'
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const digest = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

/** The signature as AWS documents it, worked out from what came over the wire and not by the code that is tested. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const [, id = '', day = '', region = '', names = '', signature = ''] = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '') ?? []
  const stamp = String(request.headers['x-amz-date'])
  const sentAt = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (id !== accessKey || !stamp.startsWith(day) || !(Math.abs(Date.now() - sentAt) < 900_000)) return false
  if (!names.split(';').includes('host') || request.headers['x-amz-content-sha256'] !== digest(body)) return false
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const canonical = [
    request.method, path, query.split('&').filter(Boolean).toSorted().join('&'),
    ...names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`), '', names, digest(body),
  ].join('\n')
  const key = hmac(hmac(hmac(hmac(`AWS4${rightSecret}`, day), region), 's3'), 'aws4_request')
  return signature === hmac(key, `AWS4-HMAC-SHA256\n${stamp}\n${day}/${region}/s3/aws4_request\n${digest(canonical)}`).toString('hex')
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Three names a page, so that who lists has to ask again. */
function listing(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).toSorted()
  const page = names.slice(0, 3)
  const more = names.length > 3 ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : '<IsTruncated>false</IsTruncated>'
  return `<?xml version="1.0"?><ListBucketResult>${more}${page.map((name) => `<Contents><Key>${escaped(name)}</Key><Size>${objects.get(name)?.length}</Size></Contents>`).join('')}</ListBucketResult>`
}

function serve(objects: Map<string, Buffer>, request: IncomingMessage, body: Buffer, isShort: boolean): { status: number; body?: Buffer | string; length?: number } {
  const url = new URL(request.url ?? '/', 'http://store')
  const [, bucket, ...rest] = url.pathname.split('/').map(decodeURIComponent)
  const name = rest.join('/')
  if (bucket !== 'bucket') return { status: 404 }
  if (name === '') return { status: 200, body: listing(objects, url.searchParams) }
  if (request.method === 'PUT') objects.set(name, isShort ? body.subarray(0, body.length >> 1) : body)
  if (request.method === 'DELETE') return { status: objects.delete(name) ? 204 : 404 }
  const kept = objects.get(name)
  if (kept === undefined) return { status: 404 }
  return request.method === 'GET' ? { status: 200, body: kept } : { status: 200, length: request.method === 'HEAD' ? kept.length : 0 }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** An object store that speaks S3 over a socket and believes no signature it has not worked out itself. */
export async function startObjectStore(): Promise<ObjectStore> {
  const objects = new Map<string, Buffer>()
  const state = { mood: 'well' as StoreMood, left: Number.POSITIVE_INFINITY, requests: 0 }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    state.requests += 1
    const mood = state.left > 0 ? state.mood : 'well'
    state.left -= 1
    if (mood === 'hanging') return
    if (mood === 'failing') return void response.writeHead(500).end()
    if (!isSigned(request, body)) return void response.writeHead(403).end()
    const made = serve(objects, request, body, mood === 'short')
    response.writeHead(made.status, { 'content-length': made.length ?? Buffer.byteLength(made.body ?? '') })
    response.end(made.body)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: (folder, secret = rightSecret) => `s3://${accessKey}:${encodeURIComponent(secret)}@127.0.0.1:${port}/bucket/${folder}?region=ap-south-1&tls=off`,
    objects,
    set: (mood, times = Number.POSITIVE_INFINITY) => Object.assign(state, { mood, left: times }),
    requests: () => state.requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
