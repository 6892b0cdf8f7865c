// The disaster, step by step as docs/operations/disaster-recovery.md tells it, with what it cost.
import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { type Installation, makeInstallation, signIn } from '../server/src/testing/faults/installation.ts'
import { ask, ownerUrl } from '../server/src/testing/faults/owner.ts'
import { stableId } from '../server/src/seed/random.ts'

const { values } = parseArgs({ options: { gigabytes: { type: 'string', default: '0.1' }, instants: { type: 'string', default: '3' } } })
const cli = fileURLToPath(new URL('../server/src/cli.ts', import.meta.url))
const execute = promisify(execFile)
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const tenant = stableId(1, 'general')
const backups = mkdtempSync(join(tmpdir(), 'triveni-rehearse-backups-'))
const environment = { TRIVENI_BACKUPS: 'on', TRIVENI_BACKUP_DIR: backups }
const results: { step: string; value: string; isGood: boolean }[] = []

function record(step: string, value: string, isGood: boolean): void {
  results.push({ step, value, isGood })
  say(`${isGood ? '✓' : '✗'} ${step}: ${value}`)
}

async function triveni(dataDir: string, ...args: string[]): Promise<{ json: Record<string, unknown>; seconds: number; code: number }> {
  const started = Date.now()
  const { TRIVENI_TEST_FAST_DISK: _fast, ...env } = process.env
  const run = await execute(process.execPath, [cli, ...args, '--json'], { env: { ...env, ...environment, TRIVENI_DATA_DIR: dataDir }, maxBuffer: 1 << 26 }).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  )
  const line = run.stdout.trim().split('\n').at(-1) ?? ''
  if (line === '') throw new Error(run.stderr)
  return { json: JSON.parse(line), seconds: (Date.now() - started) / 1000, code: run.code }
}

/** Content that does not compress to nothing, until the database is as large as asked. */
async function grow(url: string, gigabytes: number): Promise<number> {
  for (;;) {
    const [size] = await ask<{ bytes: string }>(url, 'select pg_database_size(current_database())::text as bytes')
    const bytes = Number(size?.bytes)
    if (bytes >= gigabytes * 2 ** 30) return bytes
    await ask(url, `insert into kept_resources (tenant_id, id, type, resource, recorded_at) select '${tenant}', gen_random_uuid(), 'Observation', jsonb_build_object('text', (select string_agg(md5(random()::text), '') from generate_series(1, 30) where n > 0)), now() from generate_series(1, 20000) n`)
  }
}

interface Marker {
  name: string
  at: number
}

/** A record each tenth of a second through the API, acknowledged. */
function marking(caller: Awaited<ReturnType<typeof signIn>>): { markers: Marker[]; stop: () => Promise<void> } {
  const markers: Marker[] = []
  const life = { isOver: false }
  const loop = (async () => {
    for (let index = 0; !life.isOver; index += 1) {
      const name = `Marker ${String(index).padStart(6, '0')}`
      const answer = await caller.call('POST', '/patients', { body: { givenName: 'Marker', familyName: name, sex: 'unknown', ageYears: 1, facilityId: stableId(1, 'general:GH1') } })
      if (answer.status === 201) markers.push({ name, at: Date.now() })
      await wait(80)
    }
  })()
  return {
    markers,
    stop: async () => {
      life.isOver = true
      await loop
    },
  }
}

async function markersIn(dataDir: string): Promise<Set<string>> {
  const rows = await ask<{ name: string }>(ownerUrl(dataDir), "select family_name as name from patients where given_name = 'Marker'")
  return new Set(rows.map((row) => row.name))
}

function emptyMachine(key: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'triveni-rehearse-'))
  chmodSync(folder, 0o755)
  cpSync(key, join(folder, 'master.key'))
  return folder
}

/** Starts what was restored, looks whether people can work, and says what came back. */
async function opened(folder: string): Promise<{ names: Set<string>; installation: Installation; milliseconds: number }> {
  const started = Date.now()
  const installation = await makeInstallation({ ...environment, TRIVENI_BACKUPS: 'off' }, folder)
  await installation.start()
  const caller = await signIn(installation.base, 'doctor@general.example')
  const list = await caller.call('GET', '/patients?limit=5')
  if (list.status !== 200) throw new Error(`after the restore a list answered ${list.status}`)
  return { names: await markersIn(folder), installation, milliseconds: Date.now() - started }
}

async function damages(dataDir: string, id: string): Promise<void> {
  const part = join(backups, id, readdirSync(join(backups, id)).find((name) => name.startsWith('base')) ?? '')
  const before = readFileSync(part)
  const changes: [string, Buffer][] = [['a flipped byte', Buffer.from(before)], ['a truncated file', before.subarray(0, before.length >> 1)]]
  const middle = before.length >> 1
  const [flipped] = changes
  if (flipped !== undefined) flipped[1][middle] = (flipped[1][middle] ?? 0) ^ 1
  for (const [name, bytes] of changes) {
    writeFileSync(part, bytes)
    const { json, code } = await triveni(dataDir, 'backup', 'verify', id)
    record(`control: ${name} is refused`, String((json['findings'] as string[])[0]), json['isGood'] === false && code === 1)
  }
  writeFileSync(part, before)
}

const installation = await makeInstallation(environment)
await installation.start()
const dataDir = installation.dataDir
const bytes = await grow(ownerUrl(dataDir), Number(values.gigabytes))
record('database', `${(bytes / 2 ** 30).toFixed(2)} GB`, true)
const marks = marking(await signIn(installation.base, 'receptionist@general.example'))
const backup = await triveni(dataDir, 'backup')
// A large one takes minutes under writes, and nothing comes back to before its end.
const backedUpAt = Date.now()
const id = String(backup.json['id'])
record('base backup under writes', `${backup.seconds.toFixed(1)} s, ${(Number(backup.json['bytes']) / 2 ** 20).toFixed(0)} MB`, backup.code === 0)
const verified = await triveni(dataDir, 'backup', 'verify', id)
record('verified by restoring', `${verified.seconds.toFixed(1)} s, ${String(verified.json['rows'])} rows`, verified.json['isGood'] === true)
await damages(dataDir, id)
await wait(20_000)

const lostAt = Date.now()
installation.killDatabase()
await installation.kill()
await marks.stop()
const key = join(mkdtempSync(join(tmpdir(), 'triveni-rehearse-key-')), 'master.key')
cpSync(join(dataDir, 'master.key'), key)
rmSync(dataDir, { recursive: true, force: true })

const fresh = emptyMachine(key)
const restored = await triveni(fresh, 'restore')
const back = await opened(fresh)
const missing = marks.markers.filter((marker) => marker.at < lostAt && !back.names.has(marker.name))
const lostSeconds = missing.length === 0 ? 0 : (lostAt - (missing[0]?.at ?? lostAt)) / 1000
record('RPO: machine lost with its disk', `${lostSeconds.toFixed(1)} s of ${marks.markers.length} acknowledged records`, lostSeconds <= 60)
record('RTO: empty machine to a doctor reading a list', `${(restored.seconds + back.milliseconds / 1000).toFixed(1)} s`, restored.seconds + back.milliseconds / 1000 <= 600)
await back.installation.remove()

const reachable = marks.markers.filter((marker) => marker.at > backedUpAt && back.names.has(marker.name))
for (let index = 1; index <= Number(values.instants); index += 1) {
  const chosen = reachable[Math.floor((reachable.length * index) / (Number(values.instants) + 1))]
  if (chosen === undefined) continue
  const at = new Date(chosen.at + 10)
  const folder = emptyMachine(key)
  await triveni(folder, 'restore', '--to-time', at.toISOString())
  const then = await opened(folder)
  const wrong = reachable.filter((marker) => then.names.has(marker.name) !== marker.at <= at.getTime())
  const error = Math.max(0, ...wrong.map((marker) => Math.abs(marker.at - at.getTime())))
  record(`back to ${at.toISOString()}`, `${then.names.size} records, wrong by ${error} ms`, error <= 1000)
  await then.installation.remove()
}
rmSync(backups, { recursive: true, force: true })
const bad = results.filter((one) => !one.isGood)
say(bad.length === 0 ? 'Everything as promised.' : `Not as promised: ${bad.map((one) => one.step).join('; ')}`)
process.exit(bad.length === 0 ? 0 : 1)
