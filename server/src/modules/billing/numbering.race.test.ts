import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ctx, makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { registerWithin } from '#kernel/events.ts'
import { loadMasterKey } from '#kernel/testing/keys.ts'
import { temporaryFolder } from '#kernel/testing/temporary-folder.ts'
import { seed } from '../../seed/seed.ts'
import { stableId } from '../../seed/random.ts'
import { type CrashableDatabase, startCrashable } from '../../testing/crashable.ts'
import { meeting } from '../../testing/meeting.ts'
import { createService } from './price-list.ts'
import { draftInvoice, issueInvoice, readInvoice } from './service.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'
const [invoices, kills] = isFull ? [2000, 10] : [300, 1]
const clients = 16
const tenantId = stableId(1, 'general')
const facilityId = stableId(1, 'general:GH1')
const inr = (amount: string) => ({ amount, currency: 'INR' })

let database: CrashableDatabase
let serviceId = ''
const ctx = (): Ctx => makeContext({ tenantId, userId: stableId(1, 'general:user:cashier:1'), now: new Date() })

async function owner<R extends pg.QueryResultRow>(text: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl() })
  await client.connect()
  try {
    return (await client.query<R>(text)).rows
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  database = await startCrashable()
  registerWithin([])
  loadMasterKey(join(temporaryFolder('key'), 'master.key'))
  await seed({ ownerUrl: database.ownerUrl(), tenants: 1, patients: 5, seed: 1, on: '2026-11-20', withCare: false })
  serviceId = (await createService(ctx(), { body: { code: 'RACE', name: 'Race', price: inr('100.00'), taxCode: 'GST18' } } as never)).id
})
afterAll(() => database.stop())

class RolledBack extends Error {}

type Issue = (id: string, isRolledBack: boolean) => Promise<void>

/** Issues through the service in one transaction; every tenth is rolled back after it had its number. */
const issueOnce: Issue = async (id, isRolledBack) => {
  const own = ctx()
  await withContext(own, async (tx) => {
    own.tx = tx
    await issueInvoice(own, { params: { id }, body: undefined, ifMatch: undefined } as never)
    if (isRolledBack) throw new RolledBack()
  })
}

// Of the first four one is rolled back.
const haveCounted = meeting(4)
/** The version that many systems have: the highest number so far and one. */
const issueByMax: Issue = async (id, isRolledBack) => {
  await withContext(ctx(), async (tx) => {
    const { top } = await tx.db.selectFrom('invoices').select((eb) => eb.fn.countAll<number>().as('top')).where('number', 'is not', null).where('number', '>=', 'X').where('number', '<', 'Y').executeTakeFirstOrThrow()
    await haveCounted()
    await tx.db.updateTable('invoices').set({ state: 'issued', number: `X${String(Number(top) + 1).padStart(6, '0')}`, issued_at: new Date() }).where('id', '=', id).execute()
    if (isRolledBack) throw new RolledBack()
  })
}

async function draft(): Promise<string> {
  const patientId = stableId(1, 'general:patient:1')
  return (await draftInvoice(ctx(), { body: { patientId, facilityId, lines: [{ serviceId, quantity: '1' }] } } as never)).id
}

/** Works until the bill is issued: a rolled back or lost attempt is tried again once the database is up; a lost COMMIT is looked up. */
async function untilIssued(id: string, index: number, issue: Issue): Promise<number> {
  let refused = 0
  for (let attempt = 0; attempt < 50; attempt += 1) {
    await database.isUp()
    try {
      await issue(id, attempt === 0 && index % 10 === 0)
      return refused
    } catch (error) {
      if (error instanceof RolledBack) continue
      refused += 1
      await database.isUp()
      const state = await readInvoice(ctx(), id).then((bill) => bill.state, () => 'unknown')
      if (state !== 'draft' && state !== 'unknown') return refused
    }
  }
  throw new Error('never issued')
}

interface Race {
  count: number
  crashes: number
  issue: Issue
}

async function race({ count, crashes, issue }: Race): Promise<number> {
  const drafts: string[] = []
  for (let made = 0; made < count; made += 10) drafts.push(...(await Promise.all(Array.from({ length: Math.min(10, count - made) }, draft))))
  const queue = drafts.map((id, index) => ({ id, index }))
  let done = 0
  let crashed = 0
  let refusals = 0
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const refused = await untilIssued(job.id, job.index, issue)
      refusals += refused
      done += 1
      if (crashed < crashes && done >= ((crashed + 1) * count) / (crashes + 1)) {
        crashed += 1
        await database.crash()
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, worker))
  expect(crashed).toBe(crashes)
  return refusals
}

describe('the numbers of one series', () => {
  it(`have no gap and no double: ${invoices} bills, ${clients} clients, a tenth rolled back, the database killed ${kills} times`, async () => {
    await race({ count: invoices, crashes: kills, issue: issueOnce })
    const numbers = (await owner<{ number: string }>("select number from invoices where number like 'GH1/I%' order by number")).map((row) => row.number)
    expect(numbers).toEqual(Array.from({ length: invoices }, (_value, index) => `${numbers[0]?.slice(0, 8)}${String(index + 1).padStart(6, '0')}`))
    expect(Math.max(...numbers.map((number) => number.length))).toBeLessThanOrEqual(16)
    const [counter] = await owner<{ last_number: string }>("select last_number from number_counters where kind = 'billing' and series = 'I'")
    expect(Number(counter?.last_number)).toBe(invoices)
    expect(await owner("select 1 from events where name = 'billing.issued'")).toHaveLength(invoices)
  }, 600_000)

  it('would collide if a number were the highest so far and one: the race sees it', async () => {
    const refusals = await race({ count: 60, crashes: 0, issue: issueByMax })
    expect(refusals).toBeGreaterThan(0)
  })
})
