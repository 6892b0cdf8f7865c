import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { readFileList, restoreFiles } from '#kernel/backup/files-mirror.ts'
import { holdWork } from '#kernel/backup/held-work.ts'
import { backupInput, storeOf } from '#kernel/backup/installation.ts'
import { takeLogical } from '#kernel/backup/logical.ts'
import { type BackupSummary, folderOf, listBackups, type Manifest, readManifest, readWrappedKeys } from '#kernel/backup/manifest.ts'
import { type BackupStep, takePhysical } from '#kernel/backup/physical.ts'
import { physicalOf, restorePhysical } from '#kernel/backup/restore.ts'
import { restoreExport } from '#kernel/backup/restore-tenant.ts'
import { prune } from '#kernel/backup/retention.ts'
import { backupKeyOf, recoverMasterKey, unwrapKey } from '#kernel/backup/vault.ts'
import { hasMasterKey, masterKeyFileOf, masterKeyOf, masterKeyPlace } from '#kernel/master-key.ts'
import { verifyBackup } from '#kernel/backup/verify.ts'
import { startWalArchive } from '#kernel/backup/wal-archive.ts'
import { type Config, readConfig, StartError } from '#kernel/config.ts'
import { servingProcess } from '#kernel/serving.ts'
import { openDatabase } from './database.ts'

type Say = (text: string) => void

export const backupHelp = `triveni backup [--tenant NAME] [--export] [--cleanup --keep-days N] [--json]
                             base backup of everything, or an export of one hospital (--tenant) or all (--export)
  --database-only            accepted: files are copied once, so leaving them out saves nothing
triveni backup list [--json]
triveni backup verify [ID] [--json]      restore into a scratch database and compare; the newest without ID
triveni backup cleanup [--keep N] [--keep-days N] [--json]
triveni restore [ID] [--to-time 2026-11-20T10:15:00Z] [--tenant NAME] [--json]
                             the whole installation (stopped first), or one hospital beside the others
triveni restore key ID       write the master key from a backup, with TRIVENI_BACKUP_PASSPHRASE`

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)

async function tenantNamed(ownerUrl: string, name: string): Promise<{ id: string; name: string }> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ id: string; name: string }>('select id, name from tenants where name = $1 or id::text = $1', [name])
    const [tenant] = rows
    if (tenant === undefined) throw new StartError(`There is no hospital ${name}.`)
    return tenant
  } finally {
    await client.end()
  }
}

function stepSayer(say: Say): (step: BackupStep) => void {
  let last = ''
  return ({ name, bytes }) => {
    const text = bytes === undefined ? name : `${name} ${Math.floor(bytes / 2 ** 26) * 64} MB`
    if (text !== last) say(`· ${text}`)
    last = text
  }
}

function summary(one: Manifest): Record<string, unknown> {
  return { id: one.id, kind: one.kind, tenant: one.tenantName, at: one.at, seconds: (Date.parse(one.endedAt) - Date.parse(one.startedAt)) / 1000, bytes: one.data.reduce((sum, part) => sum + part.bytes, 0), files: one.files.count }
}

async function take(config: Config, values: { tenant?: string | undefined; export: boolean }, say: Say): Promise<Manifest> {
  const database = await openDatabase(config, say, { isAsIs: true })
  try {
    const input = { ...backupInput(config, database.ownerUrl), onProgress: stepSayer(say) }
    if (values.tenant !== undefined) return await takeLogical(input, await tenantNamed(database.ownerUrl, values.tenant))
    return values.export ? await takeLogical(input) : await takePhysical(input)
  } finally {
    await database.stop()
  }
}

async function newest(config: Config, test: (one: BackupSummary) => boolean, what: string): Promise<string> {
  const found = (await listBackups(storeOf(config), backupKeyOf(masterKeyOf(config)))).find(test)
  if (found === undefined) throw new StartError(`There is no ${what} in ${storeOf(config).place}.`)
  return found.id
}

async function verifyCommand(config: Config, id: string | undefined, isJson: boolean, say: Say): Promise<void> {
  const chosen = id ?? (await newest(config, () => true, 'backup'))
  const result = await verifyBackup({ store: storeOf(config), key: backupKeyOf(masterKeyOf(config)), id: chosen, onProgress: (text) => say(`· ${text}`) })
  if (isJson) print({ id: chosen, ...result })
  else process.stdout.write(result.isGood ? `${chosen} was restored and is whole: ${result.tables} tables, ${result.rows} rows, ${result.seconds.toFixed(1)} s\n` : `${chosen} is not good:\n${result.findings.map((line) => `  ${line}\n`).join('')}`)
  if (!result.isGood) process.exitCode = 1
}

async function listCommand(config: Config, isJson: boolean): Promise<void> {
  const all = await listBackups(storeOf(config), backupKeyOf(masterKeyOf(config)))
  if (isJson) return print(all.map((one) => ({ id: one.id, ...(one.manifest === undefined ? {} : summary(one.manifest)), problem: one.problem, verified: one.verification ?? null })))
  for (const one of all) process.stdout.write(`${one.id}  ${one.manifest?.tenantName ?? one.manifest?.kind ?? one.problem}  ${(one.bytes / 2 ** 20).toFixed(1)} MB  ${one.verification === undefined ? 'not verified' : one.verification.isGood ? 'verified' : `DAMAGED: ${one.verification.findings[0] ?? ''}`}\n`)
}

const whole = (text: string | undefined, name: string): number | undefined => {
  if (text === undefined) return undefined
  if (!/^\d{1,4}$/.test(text)) throw new StartError(`${name} is a whole number.`)
  return Number(text)
}

/** `triveni backup …` */
export async function backupCommand(args: string[], say: Say): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { tenant: { type: 'string' }, export: { type: 'boolean', default: false }, cleanup: { type: 'boolean', default: false }, 'database-only': { type: 'boolean', default: false }, 'keep-days': { type: 'string' }, keep: { type: 'string' }, json: { type: 'boolean', default: false } } })
  const config = readConfig()
  const [action, id] = positionals
  const retention = { keep: whole(values.keep, '--keep') ?? config.backup.keep, keepDays: whole(values['keep-days'], '--keep-days') ?? config.backup.keepDays }
  const clean = () => prune(storeOf(config), backupKeyOf(masterKeyOf(config)), retention, new Date())
  if (action === 'list') return listCommand(config, values.json)
  if (action === 'verify') return verifyCommand(config, id, values.json, say)
  if (action === 'cleanup') {
    const gone = await clean()
    return values.json ? print({ removed: gone }) : void process.stdout.write(`${gone.length} old backups removed\n`)
  }
  if (action !== undefined) throw new StartError(`There is no such action: ${action}.\n${backupHelp}`)
  const manifest = await take(config, values, say)
  const removed = values.cleanup ? await clean() : []
  if (values.json) return print({ ...summary(manifest), removed })
  process.stdout.write(`${manifest.id} in ${storeOf(config).place}\nIt counts once it was restored: triveni backup verify ${manifest.id}\n`)
}

/** Puts the log of the database that is to be replaced into the archive, as far as it can still be read. */
async function archiveLastLog(config: Config, say: Say): Promise<void> {
  try {
    const database = await openDatabase(config, say, { isAsIs: true })
    const { store, key } = backupInput(config, database.ownerUrl)
    const archive = startWalArchive({ url: database.ownerUrl, store, key, flushSeconds: 1 })
    const client = new pg.Client({ connectionString: database.ownerUrl })
    await client.connect()
    await client.query('select pg_switch_wal()').finally(() => client.end())
    for (let tries = 0; tries < 100 && archive.status().archivedAt === 0; tries += 1) await wait(100)
    await wait(2500)
    await archive.stop()
    await database.stop()
  } catch {
    say('· the present database does not start: what was not archived of it cannot be used')
  }
}

async function restoreWhole(config: Config, id: string | undefined, time: Date | undefined, say: Say): Promise<Record<string, unknown>> {
  if (config.databaseUrl !== undefined || config.databaseOwnerUrl !== undefined) throw new StartError('A whole external PostgreSQL is restored by its own tools (docs/operations/disaster-recovery.md); an export with: triveni restore ID.')
  const serving = servingProcess(config.dataDir)
  if (serving !== undefined) throw new StartError(`Triveni is running on this data folder (process ${serving}). Stop it first, then restore.`)
  const started = Date.now()
  const { store, key } = { store: storeOf(config), key: backupKeyOf(masterKeyOf(config)) }
  const cluster = join(config.dataDir, 'postgres', 'cluster')
  if (existsSync(cluster)) await archiveLastLog(config, say)
  const chosen = id ?? (await newest(config, (one) => one.manifest?.kind === 'physical' && (time === undefined || new Date(one.manifest.at) <= time), time === undefined ? 'base backup' : `base backup from before ${time.toISOString()}`))
  const manifest = await readManifest(store, key, chosen)
  const aside = `${cluster}-before-${new Date().toISOString().replaceAll(/[:.]/g, '')}`
  if (existsSync(cluster)) renameSync(cluster, aside)
  try {
    const server = await restorePhysical({ store, key, manifest, dataDir: config.dataDir, target: time === undefined ? {} : { time }, onProgress: (text) => say(`· ${text}`) })
    const url = server.ownerUrl(physicalOf(manifest).database)
    const files = await restoreFiles(store, await readFileList(store, unwrapKey(manifest.keys, key), `${folderOf(chosen)}files`, manifest.files.list), join(config.dataDir, 'files'))
    const work = await holdWork(url)
    await server.stop()
    return { id: chosen, time: time?.toISOString() ?? null, seconds: (Date.now() - started) / 1000, files, heldJobs: work.held, endedSessions: work.sessions, replaced: existsSync(aside) ? aside : null }
  } catch (error) {
    await rm(cluster, { recursive: true, force: true })
    if (existsSync(aside)) renameSync(aside, cluster)
    throw error
  }
}

/** One hospital as it was at an instant: everything is restored beside, exported from there, and put into the running installation. */
async function exportAt(config: Config, name: string, time: Date, say: Say): Promise<Manifest> {
  const { store, key } = { store: storeOf(config), key: backupKeyOf(masterKeyOf(config)) }
  const chosen = await newest(config, (one) => one.manifest?.kind === 'physical' && new Date(one.manifest.at) <= time, `base backup from before ${time.toISOString()}`)
  const manifest = await readManifest(store, key, chosen)
  const dataDir = join(config.dataDir, `restore-${process.pid}`)
  mkdirSync(dataDir, { recursive: true, mode: 0o755 })
  try {
    const server = await restorePhysical({ store, key, manifest, dataDir, target: { time }, settings: { fsync: 'off', shared_buffers: '64MB' }, onProgress: (text) => say(`· ${text}`) })
    const ownerUrl = server.ownerUrl(physicalOf(manifest).database)
    const exported = await takeLogical({ ...backupInput(config, ownerUrl) }, await tenantNamed(ownerUrl, name)).finally(() => server.stop())
    return exported
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function restoreTenant(config: Config, options: { id: string | undefined; name: string | undefined; time: Date | undefined }, say: Say): Promise<Record<string, unknown>> {
  const started = Date.now()
  const { id, name, time } = options
  const { store, key } = { store: storeOf(config), key: backupKeyOf(masterKeyOf(config)) }
  const database = await openDatabase(config, say)
  try {
    const manifest = name !== undefined && time !== undefined ? await exportAt(config, name, time, say) : await readManifest(store, key, id ?? (await newest(config, (one) => one.manifest?.kind === 'logical' && (one.manifest.tenantName === name || one.manifest.tenantId === name), `export of ${name}`)))
    const result = await restoreExport({ ownerUrl: database.ownerUrl, store, key, manifest, filesRoot: join(config.dataDir, 'files'), onProgress: (text) => say(`· ${text}`) })
    return { id: manifest.id, tenant: manifest.tenantName, at: manifest.at, ...result, seconds: (Date.now() - started) / 1000 }
  } finally {
    await database.stop()
  }
}

async function keyCommand(config: Config, id: string | undefined): Promise<void> {
  if (id === undefined || config.backup.passphrase === undefined) throw new StartError('Name the backup, and set TRIVENI_BACKUP_PASSPHRASE (or …_FILE).')
  const file = masterKeyFileOf(config)
  if (hasMasterKey(config)) throw new StartError(`There is a master key in ${masterKeyPlace(config)} already; move it away first.`)
  const text = recoverMasterKey(await readWrappedKeys(storeOf(config), id), config.backup.passphrase)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${text}\n`, { mode: 0o600 })
  process.stdout.write(`The master key is in ${file}.\n`)
}

/** `triveni restore …` */
export async function restoreCommand(args: string[], say: Say): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { 'to-time': { type: 'string' }, tenant: { type: 'string' }, json: { type: 'boolean', default: false } } })
  const config = readConfig()
  const [first, second] = positionals
  if (first === 'key') return keyCommand(config, second)
  const given = values['to-time']
  const time = given === undefined ? undefined : new Date(given)
  if (time !== undefined && Number.isNaN(time.getTime())) throw new StartError('--to-time is an instant, 2026-11-20T10:15:00Z.')
  if (!hasMasterKey(config)) throw new StartError(`The master key ${masterKeyFileOf(config)} is missing: put your copy there, or use: triveni restore key ID.`)
  const isExport = values.tenant !== undefined || (first !== undefined && /-(tenant|export)-/.test(first))
  const result = isExport ? await restoreTenant(config, { id: first, name: values.tenant, time }, say) : await restoreWhole(config, first, time, say)
  if (values.json) return print(result)
  process.stdout.write(`Restored ${String(result['id'])} in ${String(result['seconds'])} s.\n`)
  if (Number(result['heldJobs'] ?? 0) > 0) process.stdout.write(`${String(result['heldJobs'])} jobs that waited then are held: look at /operations before you let them run.\n`)
}
