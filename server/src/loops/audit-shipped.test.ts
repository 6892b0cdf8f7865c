import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { shipAudit, type ShipperOptions } from '#kernel/audit-shipper.ts'
import { readConfig } from '#kernel/config.ts'
import { pools } from '#kernel/db.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'
import { sealEverything } from '../testing/sealing.ts'

interface Shipped {
  tenant_id: string
  number: number
  seal: string
  action: string
  actor_id: string | null
}

const headsDir = mkdtempSync(join(tmpdir(), 'triveni-shipped-'))
const collector = { taken: [] as Shipped[], raw: '', tokens: new Set<string>(), isShut: false }
const server = createServer(async (request, answer) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (collector.isShut) return void answer.writeHead(503).end()
  const text = Buffer.concat(chunks).toString('utf8')
  collector.raw += text
  collector.tokens.add(request.headers.authorization ?? '')
  collector.taken.push(...text.split('\n').filter(Boolean).map((line): Shipped => JSON.parse(line)))
  answer.writeHead(204).end()
})

let hospital: TestHospital
let options: ShipperOptions
beforeAll(async () => {
  hospital = await testHospital({ patients: 4 })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`
  options = { pool: pools().auditor, headsDir, sink: { url, token: 'collectors-own' }, tenants: async () => (await hospital.query<{ id: string }>('select id from tenants')).map((row) => row.id) }
})
afterAll(async () => {
  await new Promise((done) => server.close(done))
  rmSync(headsDir, { recursive: true, force: true })
})

/** Somebody registers and reads a patient; sealed when nothing else is under way on the server of the tests. */
async function work(givenName: string): Promise<void> {
  const desk = await hospital.as(patients, 'receptionist')
  const { id } = (await desk.register({ body: { givenName, sex: 'female', ageYears: 30 } })).body
  await desk.read({ params: { id } })
  await sealEverything({ pool: pools().auditor, headsDir }, (text) => hospital.query<{ n: number }>(text))
}
const sealed = () => hospital.query<{ number: number; hash: string }>("select number, encode(hash, 'hex') as hash from audit_seals where tenant_id = $1 order by number", [hospital.tenantId])
const own = () => collector.taken.filter((entry) => entry.tenant_id === hospital.tenantId)

describe('the audit', () => {
  it('leaves for a collector entry by entry, in the order of its chain, and takes nothing of a patient along', async () => {
    await work('Lalithambika')
    await shipAudit(options)
    const chain = await sealed()
    expect(chain.length).toBeGreaterThan(3)
    expect(own().map((entry) => [entry.number, entry.seal])).toEqual(chain.map((row) => [row.number, row.hash]))
    expect(own().map((entry) => entry.action)).toContain('patients.read:read')
    expect(collector.raw).not.toContain('Lalithambika')
    expect([...collector.tokens]).toEqual(['Bearer collectors-own'])
  })

  it('waits while the collector is away, and then comes whole and once', async () => {
    await work('Before')
    const before = own().length
    collector.isShut = true
    await expect(shipAudit(options)).rejects.toThrow('503')
    await work('Meanwhile')
    expect(own()).toHaveLength(before)
    collector.isShut = false
    await shipAudit(options)
    expect(own().map((entry) => entry.number)).toEqual((await sealed()).map((row) => row.number))
    expect(await shipAudit(options)).toBe(0)
  })

  it('goes nowhere in plain text', () => {
    expect(() => readConfig({ TRIVENI_AUDIT_URL: 'http://collector.example/audit' })).toThrow('https')
    expect(readConfig({ TRIVENI_AUDIT_URL: 'https://collector.example/audit' }).auditSink?.url).toBe('https://collector.example/audit')
  })
})
