import { beforeAll, describe, expect, it } from 'vitest'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import { modules } from '../../modules.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
const day = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * day)
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
})

async function plant(days: number): Promise<void> {
  const [tenantId, userId, at] = [hospital.tenantId, hospital.userId('doctor'), ago(days)]
  const name = `${days} days`
  await hospital.query("insert into sessions (tenant_id, id, user_id, secret_hash, created_at, last_seen_at, agent) values ($1, $2, $3, 'x', $4, $4, $5)", [tenantId, newId(), userId, at, name])
  await hospital.query("insert into sign_in_attempts (tenant_id, id, user_id, at, outcome, agent) values ($1, $2, $3, $4, 'success', $5)", [tenantId, newId(), userId, at, name])
  await hospital.query("insert into known_devices (tenant_id, id, user_id, secret_hash, first_seen_at, last_seen_at, agent) values ($1, $2, $3, 'x', $4, $4, $5)", [tenantId, newId(), userId, at, name])
  await hospital.query("insert into idempotency_keys (tenant_id, user_id, key, request_hash, status, answer, created_at) values ($1, $2, $3, 'x', 200, '', $4)", [tenantId, userId, name, at])
  await hospital.query("insert into outgoing_mails (tenant_id, id, content_sealed, state, created_at) values ($1, $2, 'x', 'failed', $3)", [tenantId, newId(), at])
  await hospital.query("insert into sign_in_challenges (id, kind, secret_hash, expires_at, challenge) values ($1, 'reset', 'x', $2, $3)", [newId(), at, name])
  await hospital.query('insert into sign_in_throttles (key, failures, last_at) values ($1, 9, $2)', [name, at])
}

const left = async (): Promise<Record<string, number>> => {
  const tables = ['sessions', 'sign_in_attempts', 'known_devices', 'idempotency_keys', 'outgoing_mails', 'sign_in_challenges', 'sign_in_throttles']
  const rows = await hospital.query<{ name: string; n: number }>(tables.map((name) => `select '${name}' as name, count(*)::int as n from ${name}`).join(' union all '))
  return Object.fromEntries(rows.map((row) => [row.name, row.n]))
}

async function purge(tenantId: string): Promise<void> {
  for (const module of modules) {
    for (const [name, job] of Object.entries(module.jobs)) if (name.startsWith('purge')) await withContext(makeContext({ tenantId }), (tx) => job(tx, {}))
    for (const [name, job] of Object.entries(module.installationJobs)) if (name.startsWith('purge')) await job.run({}, new AbortController().signal)
  }
}

describe('what has run out', () => {
  it('goes at night, and only in the hospital whose night it is; what counts stays', async () => {
    for (const days of [0, 2, 100, 200, 500]) await plant(days)
    const [other] = await hospital.query<{ id: string }>('select id from tenants where id <> $1 limit 1', [hospital.tenantId])
    await purge(other?.id ?? '')
    expect(await left()).toEqual({ sessions: 5, sign_in_attempts: 5, known_devices: 5, idempotency_keys: 5, outgoing_mails: 5, sign_in_challenges: 1, sign_in_throttles: 1 })
    await purge(hospital.tenantId)
    expect(await left()).toEqual({ sessions: 3, sign_in_attempts: 4, known_devices: 4, idempotency_keys: 1, outgoing_mails: 2, sign_in_challenges: 1, sign_in_throttles: 1 })
  })

  it('is asked of every night', () => {
    const scheduled = modules.flatMap((module) => [...Object.keys(module.schedules).map((name) => `${module.name}.${name}`), ...Object.entries(module.installationJobs).flatMap(([name, job]) => (job.schedule?.() === undefined ? [] : [`${module.name}.${name}`]))])
    expect(scheduled).toEqual(expect.arrayContaining(['people.purge', 'people.purge-steps', 'system.purge-keys', 'system.purge-mails']))
  })
})
