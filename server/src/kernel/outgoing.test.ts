import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Address, isReachable, openOutgoing, OutgoingError, outgoingFetch, requestOutside } from './outgoing.ts'

let server: Server
let port = 0
const seen: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host}`)
    if (request.url === '/redirect') return void response.writeHead(302, { location: '/secret' }).end()
    if (request.url === '/slow') return
    if (request.url === '/endless') {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1)
      return void response.on('close', () => clearInterval(timer))
    }
    response.end('inside')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())
afterEach(() => {
  seen.length = 0
  openOutgoing({ allow: [] })
})

const reason = async (work: Promise<unknown>): Promise<string> => work.then(() => 'answered', (error: unknown) => (error instanceof OutgoingError ? error.reason : String(error)))
const resolveTo = (...rounds: string[][]) => {
  let round = 0
  return async (): Promise<Address[]> => (rounds[Math.min(round++, rounds.length - 1)] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}

describe('addresses', () => {
  const inside = ['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255', '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1']
  it.each(inside)('%s is of the own network', (address) => expect(isReachable(address)).toBe(false))
  it.each(['93.184.216.34', '172.32.0.1', '192.169.0.1', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])('%s is of the public one', (address) => expect(isReachable(address)).toBe(true))

  const names = ['https://127.0.0.1', 'https://2130706433', 'https://0x7f.1', 'https://0177.0.0.1', 'https://127.1', 'https://[::1]', 'https://[::ffff:127.0.0.1]', 'https://localhost', 'https://localhost.', 'https://169.254.169.254/latest/meta-data/']
  it.each(names)('%s is refused before a connection', async (name) => {
    expect(await reason(requestOutside(`${name.includes('/latest') ? name : `${name}:${port}`}`))).toBe('address')
    expect(seen).toEqual([])
  })

  it('plain http, other schemes and names in the address are refused', async () => {
    expect(await reason(requestOutside('http://example.com'))).toBe('scheme')
    expect(await reason(requestOutside('file:///etc/passwd'))).toBe('scheme')
    expect(await reason(requestOutside('https://user:word@example.com'))).toBe('address')
  })

  it('one inner address among outer ones is enough', async () => {
    openOutgoing({ allow: [], resolve: resolveTo(['93.184.216.34', '127.0.0.1']) })
    expect(await reason(requestOutside(`https://two.example:${port}`))).toBe('address')
  })
})

describe('a name that changes its mind', () => {
  it('is looked up once, so that what was checked is what is connected to', async () => {
    let asked = 0
    openOutgoing({ allow: [], resolve: async () => ((asked += 1), [{ address: asked === 1 ? '192.0.2.255' : '127.0.0.1', family: 4 }]) })
    expect(await reason(requestOutside(`https://rebind.example:${port}`, { timeoutMilliseconds: 5000 }))).toBe('address')
    openOutgoing({ allow: ['rebind.example'], resolve: resolveTo(['127.0.0.1'], ['192.0.2.1']) })
    expect((await requestOutside(`http://rebind.example:${port}/`)).body.toString()).toBe('inside')
    expect(seen).toEqual([`GET / rebind.example:${port}`])
  })

  it('reaches the inside when it is checked and then looked up again: the weakness, planted', async () => {
    const resolve = resolveTo(['93.184.216.34'], ['127.0.0.1'])
    const weak = async () => {
      if (!(await resolve()).every(({ address }) => isReachable(address))) throw new OutgoingError('address')
      const [again] = await resolve()
      return (await fetch(`http://${again?.address}:${port}/secret`)).text()
    }
    expect(await weak()).toBe('inside')
    expect(seen).toEqual([`GET /secret 127.0.0.1:${port}`])
  })
})

describe('bounds', () => {
  const here = () => openOutgoing({ allow: ['127.0.0.0/8'] })
  it('a redirect is not followed', async () => {
    here()
    const answer = await requestOutside(`http://127.0.0.1:${port}/redirect`)
    expect([answer.status, seen.length]).toEqual([302, 1])
  })
  it('an endless answer is cut off, a slow one given up', async () => {
    here()
    expect(await reason(requestOutside(`http://127.0.0.1:${port}/endless`, { maxBytes: 200_000 }))).toBe('too_large')
    expect(await reason(requestOutside(`http://127.0.0.1:${port}/slow`, { timeoutMilliseconds: 200 }))).toBe('timeout')
  })
  it('what the settings of the installation name may be near, and libraries get the same client', async () => {
    expect((await requestOutside(`http://127.0.0.1:${port}/`, { isOperators: true })).status).toBe(200)
    expect(await reason(outgoingFetch()(`https://127.0.0.1:${port}/`))).toBe('address')
    here()
    expect(await (await outgoingFetch()(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'a=1' })).text()).toBe('inside')
  })
})
