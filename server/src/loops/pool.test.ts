import { randomInt } from 'node:crypto'
import pg from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeContext } from '#kernel/context.ts'
import { closePools, rawInTenant, statementHook, type Tx, withContext } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { testPassword, testPrefix } from '#kernel/testing/template.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'
import { openPatientPools } from '../testing/pools.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'
const requests = isFull ? 100_000 : 6000
const tenants = Array.from({ length: 20 }, () => newId())
let hospital: TestHospital

const urlOf = (role: string): string => {
  const url = new URL(hospital.ownerUrl)
  url.username = `${testPrefix}_${role}`
  url.password = testPassword
  return url.toString()
}

beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  for (const id of tenants) {
    await hospital.query("insert into tenants (id, name, created_on) values ($1, 'Torture', '2026-01-01')", [id])
    for (let index = 0; index < 5; index += 1) await hospital.query("insert into roles (tenant_id, id, name, permissions, created_at) values ($1, $2, $3, '{}', now())", [id, newId(), `${id}-${index}`])
  }
  await closePools()
  openPatientPools(urlOf, 4)
  // These statements do not state their hospital on purpose: else each would be refused before it is sent, and nothing be tried.
  delete statementHook.check
})

// Without a condition of its own: only row security stands between the hospitals.
const all = 'select tenant_id, name from roles'
type Row = { tenant_id: string; name: string }
const foreign = (rows: readonly Row[], tenantId: string): number => rows.filter((row) => row.tenant_id !== tenantId).length

async function hundredsAtOnce(count: number, work: () => Promise<number>): Promise<{ foreign: number; failed: number }> {
  const result = { foreign: 0, failed: 0 }
  let left = count
  const worker = async () => {
    for (; left > 0; left -= 1) {
      try {
        const seen = await work()
        result.foreign += seen
      } catch {
        result.failed += 1
      }
    }
  }
  await Promise.all(Array.from({ length: 64 }, worker))
  return result
}

describe('twenty hospitals on four connections, with errors and timeouts in between', () => {
  it('never see a row of each other', async () => {
    const one = async (): Promise<number> => {
      const tenantId = tenants[randomInt(tenants.length)] ?? ''
      const dice = randomInt(100)
      return withContext({ ...makeContext({ tenantId }), isReadOnly: dice % 2 === 0 }, async (tx) => {
        if (dice < 5) await rawInTenant(tx, 'select 1 / (count(*) * 0) from roles where tenant_id = $1', [tenantId])
        if (dice === 5) await rawInTenant(tx, "select set_config('statement_timeout', '1', true), tenant_id from roles limit 1", [])
        if (dice === 5) await rawInTenant(tx, 'select pg_sleep(0.02), tenant_id from roles limit 1', [])
        if (dice < 12) throw new Error('a fault of the work itself')
        const rows = await rawInTenant<Row>(tx, all, [])
        return rows.length === 5 ? foreign(rows, tenantId) : 1
      })
    }
    const result = await hundredsAtOnce(requests, one)
    expect(result.foreign).toBe(0)
    expect(result.failed).toBeGreaterThan(requests / 20)
    expect(result.failed).toBeLessThan(requests / 4)
  }, 600_000)

  it('would be seen to, when a context outlived its transaction', async () => {
    const pool = new pg.Pool({ connectionString: urlOf('app'), max: 4 })
    const careless = async (): Promise<number> => {
      const tenantId = tenants[randomInt(tenants.length)] ?? ''
      const client = await pool.connect()
      try {
        if (randomInt(10) > 0) await client.query(`set app.context = '${tenantId}||||'`)
        return foreign((await client.query<Row>(all)).rows, tenantId)
      } finally {
        client.release()
      }
    }
    const result = await hundredsAtOnce(500, careless)
    expect(result.failed).toBe(0)
    expect(result.foreign).toBeGreaterThan(50)
    await pool.end()
  })
})

describe('work begun beside what failed', () => {
  it('does not reach whoever has the connection next', async () => {
    const tenantId = tenants[0] ?? ''
    const leave = (tx: Tx) => rawInTenant(tx, "insert into roles (tenant_id, id, name, permissions, created_at) values ($1, $2, 'left behind', '{}', now())", [tenantId, newId()])
    const othersHaveIt = Promise.withResolvers<void>()
    let late: Promise<unknown> = Promise.resolve()
    const failed = withContext(makeContext({ tenantId }), async (tx) => {
      late = othersHaveIt.promise.then(() => leave(tx))
      late.catch(() => {})
      await Promise.all([late, rawInTenant(tx, 'select 1 / 0 from tenants where tenant_id = $1', [tenantId])])
    })
    await expect(failed).rejects.toThrow()
    const others = Array.from({ length: 4 }, () => withContext(makeContext({ tenantId }), async (tx) => {
      await rawInTenant(tx, all, [])
      othersHaveIt.resolve()
      await late.catch(() => {})
    }))
    await Promise.all(others)
    await expect(late).rejects.toThrow('the transaction is over')
    expect(await hospital.query("select 1 from roles where name = 'left behind'")).toEqual([])
  })
})
