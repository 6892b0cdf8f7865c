import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../embedded-postgres.ts'
import { type ObjectStore, startObjectStore } from '../../testing/object-store.ts'
import { s3Store, type SignInput, signS3 } from './s3.ts'
import { BackupDamage } from './vault.ts'

// The four examples of «Signature Calculations for the Authorization Header», Amazon S3 API Reference (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
const published = { host: 'examplebucket.s3.amazonaws.com', at: new Date('2013-05-24T00:00:00Z'), region: 'us-east-1', accessKey: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const examples: { name: string; request: Pick<SignInput, 'method' | 'path' | 'query' | 'bodyHash' | 'headers'>; signature: string }[] = [
  { name: 'GET object', request: { method: 'GET', path: '/test.txt', query: {}, bodyHash: hashOf(''), headers: { range: 'bytes=0-9' } }, signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41' },
  { name: 'PUT object', request: { method: 'PUT', path: '/test%24file.text', query: {}, bodyHash: hashOf('Welcome to Amazon S3.'), headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' } }, signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd' },
  { name: 'GET bucket lifecycle', request: { method: 'GET', path: '/', query: { lifecycle: '' }, bodyHash: hashOf('') }, signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543' },
  { name: 'list objects', request: { method: 'GET', path: '/', query: { prefix: 'J', 'max-keys': '2' }, bodyHash: hashOf('') }, signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7' },
]

describe('a request to the object store', () => {
  it.each(examples)('is signed as AWS publishes it: $name', ({ request, signature }) => {
    const signed = (secret: string) => signS3({ ...published, secret, ...request })['authorization']
    expect(signed(published.secret)).toContain(`Signature=${signature}`)
    expect(signed(published.secret.toLowerCase())).not.toContain(signature)
  })
})

describe('backups in an object store', () => {
  let server: ObjectStore
  beforeAll(async () => {
    server = await startObjectStore()
  })
  afterAll(() => server.close())
  const open = (folder = 'here', secret?: string, patienceMilliseconds = 60_000) => s3Store(server.url(folder, secret), { patienceMilliseconds, pauseMilliseconds: 10 })

  it('are kept, read, listed over several pages and removed, whatever their names', async () => {
    const store = open()
    const names = ['wal/1/0000 0001', "files/a+b=c&d%2F'(ü).bin", 'x/1', 'x/2', 'x/3', 'x/4', 'x/5'].toSorted()
    for (const name of names) await store.put(name, Buffer.from(`content of ${name}`))
    expect((await store.list('')).map((one) => one.name)).toEqual(names)
    expect((await store.list('x/')).map((one) => one.bytes)).toEqual(Array.from({ length: 5 }, () => 14))
    for (const name of names) expect((await store.get(name)).toString()).toBe(`content of ${name}`)
    expect([await store.has('x/1'), await store.has('x/9')]).toEqual([true, false])
    await store.remove('x/1')
    await store.remove('x/9')
    expect(await store.has('x/1')).toBe(false)
    await expect(store.get('x/1')).rejects.toThrow(BackupDamage)
    expect([...server.objects.keys()].every((name) => name.startsWith('here/'))).toBe(true)
  })

  it('are not reached with another secret, and nothing is taken for missing or removed then', async () => {
    await open().put('kept', Buffer.from('kept'))
    const stranger = open('here', 'another secret')
    for (const attempt of [stranger.put('kept', Buffer.from('changed')), stranger.get('kept'), stranger.list(''), stranger.has('kept'), stranger.remove('kept')]) await expect(attempt).rejects.toThrow('403')
    expect((await open().get('kept')).toString()).toBe('kept')
  })

  it('that the store cut short, or did not take, are refused', async () => {
    server.set('short')
    await expect(open().put('half', Buffer.alloc(1000, 1))).rejects.toThrow('kept 500 of 1000 bytes')
    server.set('failing', 2)
    await open().put('third', Buffer.from('at the third try'))
    server.set('failing')
    await expect(open().put('never', Buffer.from('x'))).rejects.toThrow('500')
    server.set('hanging')
    await expect(open('here', undefined, 500).put('never', Buffer.from('x'))).rejects.toThrow('timeout')
    server.set('well')
    const nobody = s3Store(`s3://a:b@127.0.0.1:${await freePort()}/bucket?tls=off`, { pauseMilliseconds: 10 })
    await expect(nobody.get('x')).rejects.toThrow('unreachable')
    expect((await open().get('third')).toString()).toBe('at the third try')
  })
})
