import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type EmbeddedPostgres, startEmbedded } from '#kernel/embedded-postgres.ts'
import { type Installation, makeInstallation, signIn } from './installation.ts'
import { ask } from './owner.ts'
import { startStandby } from './standby.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'

describe.runIf(isFull)('a read replica', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'triveni-replica-'))
  chmodSync(dataDir, 0o755)
  let primary: EmbeddedPostgres
  let standby: Awaited<ReturnType<typeof startStandby>>
  let installation: Installation
  beforeAll(async () => {
    primary = await startEmbedded({ dataDir, settings: { wal_keep_size: '256MB', fsync: 'off' } })
    await ask(primary.ownerUrl('postgres'), 'create database hospital')
    standby = await startStandby(primary)
    installation = await makeInstallation({ DATABASE_OWNER_URL: primary.ownerUrl('hospital'), DATABASE_REPLICA_URL: standby.server.ownerUrl('hospital') })
    await installation.start()
  })
  afterAll(async () => {
    await installation.remove()
    await primary.stop()
    for (const path of [dataDir, standby.dataDir]) rmSync(path, { recursive: true, force: true })
  })

  const connections = (server: EmbeddedPostgres) => ask(server.ownerUrl('hospital'), "select 1 from pg_stat_activity where usename = 'hospital_app' and application_name = ''")

  it('answers the dashboard, and the primary does when it is away', async () => {
    const doctor = await signIn(installation.base, 'doctor@general.example')
    await wait(500)
    expect(await connections(standby.server)).toEqual([])
    expect((await doctor.call('GET', '/dashboards/doctor')).status).toBe(200)
    expect((await connections(standby.server)).length).toBeGreaterThan(0)
    await standby.server.stop()
    expect((await doctor.call('GET', '/dashboards/doctor')).status).toBe(200)
  })
})
