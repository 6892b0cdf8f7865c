import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbedded } from '#kernel/embedded-postgres.ts'
import { type Migration, migrate, readMigrations } from '#kernel/migrations.ts'
import { watchMachine } from './installation.ts'
import { loadFixture, migrateUnderLoad, readFixture, releases } from './migration.ts'
import { ask } from './owner.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'triveni-migration-'))
chmodSync(dataDir, 0o755)
let server: EmbeddedPostgres
beforeAll(async () => {
  server = await startEmbedded({ dataDir, settings: { fsync: 'off' } })
})
afterAll(async () => {
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function database(name: string): Promise<string> {
  await ask(server.ownerUrl('postgres'), `create database ${name}`)
  return server.ownerUrl(name)
}

const plant = (sql: string): Migration => ({ name: '9999-planted.sql', sql, checksum: 'planted' })

describe('a database of an earlier release', () => {
  it.each(releases())('%s comes to this version while its tables are used: no row is lost, nobody waits for two seconds', async (release) => {
    const machine = watchMachine()
    const report = await migrateUnderLoad(await database(`r${release.replaceAll(/\W/g, '_')}`), readFixture(release))
    expect(report.rows).toBeGreaterThan(100)
    expect(report.statements).toBeGreaterThan(100)
    expect([report.lostRows, report.failures]).toEqual([[], []])
    expect(report.longestWait).toBeLessThan(machine.allows(2000))
    expect(Math.max(0, ...Object.values(report.locks))).toBeLessThan(machine.allows(2000))
  })

  it('is seen to be held up by a migration that locks a table for longer', async () => {
    const [release = ''] = releases()
    // Long enough that who comes by late, since all tables are used in turn, still waits for two seconds.
    const report = await migrateUnderLoad(await database('planted'), readFixture(release), [plant('alter table patients add column planted int; select pg_sleep(6)')])
    expect(report.longestWait).toBeGreaterThan(2000)
    expect(report.locks['patients AccessExclusiveLock']).toBeGreaterThan(2000)
  })

  it('lets others pass while a migration waits for somebody who reads for long', async () => {
    const [release = ''] = releases()
    const url = await database('waiting')
    await loadFixture(url, 'waiting', readFixture(release))
    await migrate(url, 'waiting')
    const reader = new pg.Client({ connectionString: url })
    await reader.connect()
    await reader.query('begin; select 1 from patients limit 1')
    const migrating = migrate(url, 'waiting', () => {}, [...readMigrations(), plant('alter table patients add column planted int')])
    const waits: number[] = []
    const machine = watchMachine()
    const end = Date.now() + 60_000
    // A slow machine comes to the lock late; from then on several are let pass.
    for (let left = 20; left > 0 && Date.now() < end; await wait(50)) {
      const started = performance.now()
      await ask(url, 'select 1 from patients limit 1')
      waits.push(performance.now() - started)
      if (Math.max(...waits) > 500) left -= 1
    }
    await reader.query('commit')
    await reader.end()
    expect(await migrating).toBe(1)
    // The migration did wait, and gave way.
    expect(Math.max(...waits)).toBeGreaterThan(500)
    expect(Math.max(...waits)).toBeLessThan(machine.allows(2000))
  })
})
