import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { freePort } from '#kernel/embedded-postgres.ts'
import { openStore } from '#kernel/files.ts'
import { loadMasterKey } from '#kernel/testing/keys.ts'
import { temporaryFolder } from '#kernel/testing/temporary-folder.ts'
import { wireModules } from '../../app.ts'
import { stableId } from '../../seed/random.ts'
import { seed } from '../../seed/seed.ts'
import { type CrashableDatabase, startCrashable } from '../../testing/crashable.ts'
import { type Listeners, startListeners } from './listeners.ts'
import { insertInstrument } from './repo.ts'
import { slowness } from '../../testing/faults/installation.ts'
import { type MllpAnalyser, mllpAnalyser, oru } from './testing/analyser.ts'

let database: CrashableDatabase
let listeners: Listeners
let port = 0
const tenantId = stableId(1, 'general')
const facilityId = stableId(1, 'general:GH1')

beforeAll(async () => {
  const folder = temporaryFolder('lines')
  loadMasterKey(join(folder, 'key'))
  openStore(join(folder, 'files'))
  database = await startCrashable()
  await seed({ ownerUrl: database.ownerUrl(), tenants: 1, patients: 2, seed: 1, on: '2026-11-20', withCare: false })
  wireModules()
  port = await freePort()
  await withContext(makeContext({ tenantId }), (tx) => insertInstrument(tx, { facility_id: facilityId, name: 'Line', protocol: 'hl7', encoding: 'utf-8', listen_port: port, allowed_address: '', send_host: '', send_port: null, is_active: true }))
  listeners = await startListeners('127.0.0.1')
})
afterAll(async () => {
  await listeners.stop()
  await database.stop()
})

const rows = async (): Promise<Map<string, number>> => {
  const client = new pg.Client({ connectionString: database.ownerUrl() })
  await client.connect()
  const found = await client.query<{ control_id: string; n: number }>('select control_id, count(*)::int as n from instrument_messages group by control_id')
  await client.end()
  return new Map(found.rows.map((row) => [row.control_id, row.n]))
}

/** An analyser that sends each message until it is acknowledged, on a new line when the old one is lost. */
async function sendAll(name: string, count: number, onAck: (id: string) => void): Promise<void> {
  let analyser: MllpAnalyser | undefined
  for (let index = 0; index < count; index += 1) {
    const controlId = `${name}-${index}`
    for (;;) {
      try {
        analyser ??= await mllpAnalyser(port)
        const ack = await Promise.race([analyser.send(oru(`T${index}`, ['K|4.1|mmol/L'], { controlId })), wait(8000).then((): string => { throw new Error('no answer') })])
        expect(ack).toContain(`MSA|AA|${controlId}`)
        onAck(controlId)
        break
      } catch {
        analyser?.socket.destroy()
        analyser = undefined
        await wait(50)
      }
    }
  }
  analyser?.end()
}

describe('a line that is cut', () => {
  it('1,000 messages are acknowledged after commit within a minute, and none is lost or doubled while database and listener are killed', async () => {
    const acknowledged = new Set<string>()
    const started = Date.now()
    const senders = Promise.all(['a', 'b', 'c', 'd'].map((name) => sendAll(name, 250, (id) => acknowledged.add(id))))
    for (let kill = 0; kill < 2; kill += 1) {
      await wait(600)
      const before = [...acknowledged]
      await database.crash()
      const kept = await rows()
      expect(before.filter((id) => !kept.has(id))).toEqual([])
      await wait(400)
      await listeners.stop()
      listeners = await startListeners('127.0.0.1')
    }
    await senders
    const seconds = (Date.now() - started) / 1000
    const kept = await rows()
    expect(acknowledged.size).toBe(1000)
    expect([...acknowledged].filter((id) => kept.get(id) !== 1)).toEqual([])
    expect(seconds).toBeLessThan(60 * slowness())
    process.stdout.write(`1,000 messages acknowledged in ${seconds.toFixed(1)} s with two crashes of the database and two of the listener\n`)
  })
})
