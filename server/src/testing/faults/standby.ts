import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import { takeBaseBackup } from '#kernel/backup/base-backup.ts'
import { untarTo } from '#kernel/backup/untar.ts'
import { type EmbeddedPostgres, startEmbedded, unprivileged } from '#kernel/embedded-postgres.ts'
import { stableId } from '../../seed/random.ts'
import { makeInstallation, signIn } from './installation.ts'
import { ask } from './owner.ts'
import { startProxy } from './proxy.ts'

export interface FailoverReport {
  acknowledged: number
  lost: number
  /** From the death of the primary to the first answer from the promoted standby. */
  backMilliseconds: number
  isSynchronous: boolean
}

function folder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `triveni-${name}-`))
  chmodSync(path, 0o755)
  return path
}

/** A standby that follows by streaming: a base backup, the primary's address, and a signal file. */
export async function startStandby(primary: EmbeddedPostgres): Promise<{ server: EmbeddedPostgres; dataDir: string }> {
  const dataDir = folder('standby')
  const cluster = join(dataDir, 'postgres', 'cluster')
  const identity = unprivileged()
  mkdirSync(cluster, { recursive: true, mode: 0o700 })
  if (identity !== undefined) for (const path of [join(dataDir, 'postgres'), cluster]) chownSync(path, identity.uid, identity.gid)
  const base = takeBaseBackup(primary.ownerUrl('postgres'), { label: 'standby' })
  await Promise.all([pipeline(base.tar, untarTo(cluster, identity)), base.done])
  const url = new URL(primary.ownerUrl('postgres'))
  await appendFile(join(cluster, 'postgresql.auto.conf'), `\nprimary_conninfo = 'host=127.0.0.1 port=${primary.port} user=${url.username} password=${url.password} application_name=standby'\n`)
  await writeFile(join(cluster, 'standby.signal'), '')
  if (identity !== undefined) chownSync(join(cluster, 'standby.signal'), identity.uid, identity.gid)
  await writeFile(join(dataDir, 'database-password'), url.password, { mode: 0o600 })
  // The log of the base backup has to be fetched by streaming: it is not in the archive.
  const server = await startEmbedded({ dataDir, settings: { hot_standby: 'on', shared_buffers: '64MB' } })
  return { server, dataDir }
}

/** The primary is killed under writes, the standby promoted, and every acknowledged record looked for. */
export async function failover(options: { seconds: number; isSynchronous: boolean }): Promise<FailoverReport> {
  const dataDir = folder('primary')
  const primary = await startEmbedded({ dataDir, settings: { wal_keep_size: '512MB', shared_buffers: '64MB', ...(options.isSynchronous ? {} : { wal_writer_delay: '200ms' }) } })
  await ask(primary.ownerUrl('postgres'), 'create database hospital')
  const standby = await startStandby(primary)
  if (options.isSynchronous) {
    await ask(primary.ownerUrl('postgres'), "alter system set synchronous_standby_names = 'standby'")
    await ask(primary.ownerUrl('postgres'), 'select pg_reload_conf()')
  }
  const targets = { host: '127.0.0.1', port: primary.port }
  const proxy = await startProxy(targets)
  const url = new URL(primary.ownerUrl('hospital'))
  url.port = String(proxy.port)
  url.search = ''
  const installation = await makeInstallation({ DATABASE_OWNER_URL: url.toString() })
  try {
    await installation.start()
    const desk = await signIn(installation.base, 'receptionist@general.example')
    const acknowledged: string[] = []
    const life = { isOver: false }
    const writer = async () => {
      while (!life.isOver) {
        const answer = await desk.call('POST', '/patients', { body: { givenName: 'Failover', familyName: 'x', sex: 'male', ageYears: 3, facilityId: stableId(1, 'general:GH1') }, key: randomUUID() })
        if (answer.status === 201) acknowledged.push(String(answer.body['id']))
        else await wait(20)
      }
    }
    const writers = Promise.all(Array.from({ length: 16 }, writer))
    await wait(options.seconds * 1000)
    // Without a synchronous standby the standby is held back, as a slow line does.
    if (!options.isSynchronous) {
      await ask(standby.server.ownerUrl('postgres'), "alter system set primary_conninfo = ''")
      await ask(standby.server.ownerUrl('postgres'), 'select pg_reload_conf()')
      await wait(1000)
    }
    const died = Date.now()
    await killServer(dataDir)
    await ask(standby.server.ownerUrl('postgres'), 'select pg_promote()')
    targets.port = standby.server.port
    proxy.set('pass')
    await installation.untilReady()
    const backMilliseconds = Date.now() - died
    await wait(1000)
    life.isOver = true
    await writers
    const found = await ask<{ id: string }>(standby.server.ownerUrl('hospital'), "select id::text as id from patients where given_name = 'Failover'")
    const there = new Set(found.map((row) => row.id))
    return { acknowledged: acknowledged.length, lost: acknowledged.filter((id) => !there.has(id)).length, backMilliseconds, isSynchronous: options.isSynchronous }
  } finally {
    await installation.remove()
    await proxy.close()
    await standby.server.stop()
    for (const path of [dataDir, standby.dataDir]) rmSync(path, { recursive: true, force: true })
  }
}

async function killServer(dataDir: string): Promise<void> {
  const { readFileSync, readdirSync } = await import('node:fs')
  const leader = Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => {
    try {
      return Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) === leader
    } catch {
      return false
    }
  })
  for (const pid of [leader, ...children.map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It was gone already.
    }
  }
}
