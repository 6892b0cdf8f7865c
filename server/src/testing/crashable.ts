import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { closePools, openPools } from '#kernel/db.ts'
import { type EmbeddedPostgres, startEmbedded } from '#kernel/embedded-postgres.ts'
import { makeRoles, migrate } from '#kernel/migrations.ts'
import { asAdmin, testPassword, testPrefix } from '#kernel/testing/template.ts'

/** A durable database of its own that a test may kill: its pools are opened anew when it is back. */
export interface CrashableDatabase {
  ownerUrl: () => string
  /** Kills every process of the server at once and starts it again on the same folder; resolves when it answers. */
  crash: () => Promise<void>
  /** Resolves when the server is up. */
  isUp: () => Promise<void>
  stop: () => Promise<void>
}

const database = 'crashable'

function poolsOn(server: EmbeddedPostgres): void {
  openPools((role) => {
    const url = new URL(server.ownerUrl(database))
    url.username = `${testPrefix}_${role}`
    url.password = testPassword
    return url.toString()
  }, 20)
}

/** Starts it, migrated, with fsync and synchronous_commit on, whatever the other tests use. */
export async function startCrashable(): Promise<CrashableDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'triveni-crash-'))
  chmodSync(dataDir, 0o755)
  delete process.env['TRIVENI_TEST_FAST_DISK']
  const state = { server: await startEmbedded({ dataDir }), up: Promise.resolve() }
  await asAdmin(state.server.ownerUrl('postgres'), `create database ${database}`)
  await makeRoles(state.server.ownerUrl('postgres'), testPrefix, () => testPassword)
  await migrate(state.server.ownerUrl(database), testPrefix)
  poolsOn(state.server)
  const crash = async () => {
    const pid = Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, 'SIGKILL')
    await wait(300)
    await closePools()
    state.server = await startEmbedded({ dataDir })
    poolsOn(state.server)
  }
  return {
    ownerUrl: () => state.server.ownerUrl(database),
    crash: () => (state.up = crash()),
    isUp: () => state.up,
    stop: async () => {
      await closePools()
      await state.server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
