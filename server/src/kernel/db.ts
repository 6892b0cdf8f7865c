import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import {
  type CompiledQuery, type DatabaseConnection, type Driver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type QueryResult, sql, type RawBuilder,
} from 'kysely'
import pg from 'pg'
import { kernelErrors } from '#contract/common/problem.ts'
import type { DB } from '../db/schema.gen.ts'
import { clearHere } from './caches.ts'
import type { Ctx } from './context.ts'
import { AppError, translateError } from './errors.ts'
import { isUuid } from './ids.ts'
import { log } from './log.ts'
import { observeStatement } from './metrics.ts'
import { noteSlowStatement } from './request-log.ts'
import { TenantPlugin } from './tenant-plugin.ts'
import { wallsLiteral } from './walls.ts'

pg.types.setTypeParser(1082, (value) => value)
pg.types.setTypeParser(20, (value) => Number(value))

/** One open transaction: the only handle to the database a module is given. */
export interface Tx {
  readonly ctx: Ctx
  readonly db: Kysely<DB>
}

export interface Pools {
  readonly app: pg.Pool
  /** The same login, for work beside an open transaction. */
  readonly apart: pg.Pool
  readonly auditWriter: pg.Pool
  readonly auditor: pg.Pool
  /** A copy that may lag, for reads that allow it. */
  replica?: pg.Pool
}

let current: Pools | undefined

/** Opens the pools of the process; each role is a login of its own. What was kept of another database is forgotten. */
export function openPools(urlOf: (role: 'app' | 'audit_writer' | 'auditor') => string, size = Math.max(10, availableParallelism() * 4)): Pools {
  const pool = (role: 'app' | 'audit_writer' | 'auditor', max: number) => poolAt(urlOf(role), max)
  clearHere()
  current = { app: pool('app', size), apart: pool('app', 2), auditWriter: pool('audit_writer', 2), auditor: pool('auditor', 3) }
  return current
}

/** Reads that may lag go to this copy from now on; when it is away they go to the primary. */
export function openReplica(url: string, size = 5): void {
  pools().replica = poolAt(url, size)
}

function poolAt(url: string, max: number): pg.Pool {
  const made = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 2500, idleTimeoutMillis: 60_000, query_timeout: 30_000, keepAlive: true, pipeline: true })
  made.on('error', () => {})
  // A connection that dies while it is taken speaks up on itself; its statement fails anyway.
  made.on('connect', (client) => client.on('error', () => {}))
  return made
}

export async function closePools(): Promise<void> {
  const closing = current
  current = undefined
  if (closing !== undefined) await Promise.all([closing.app.end(), closing.apart.end(), closing.auditWriter.end(), closing.auditor.end(), closing.replica?.end()])
}

export function pools(): Pools {
  if (current === undefined) throw new AppError(kernelErrors.unavailable)
  return current
}

const names = new Map<string, string>()
function statementName(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url')
    if (names.size < 500) names.set(text, name)
  }
  return name
}

/** Sends a statement of the kernel at once, without a turn of the event loop in between. */
export type Statement = (text: string, values: readonly unknown[]) => Promise<unknown[]>

/** Sees every statement before it is sent: tests count them, and refuse one that does not state its tenant. */
export const statementHook: { onStatement?: (text: string, values: readonly unknown[]) => void; check?: (text: string) => void } = {}

/** Sends one statement as a named prepared statement. */
export function send<R extends pg.QueryResultRow>(client: pg.PoolClient, text: string, values: readonly unknown[]): Promise<pg.QueryResult<R>> {
  statementHook.check?.(text)
  statementHook.onStatement?.(text, values)
  const isKnown = names.has(text) || names.size < 500
  const started = performance.now()
  holdWrites(client)
  const sent = client.query<R>({ ...(isKnown ? { name: statementName(text) } : {}), text, values: [...values] })
  const ended = () => {
    const milliseconds = performance.now() - started
    observeStatement(milliseconds / 1000)
    noteSlowStatement(names.get(text) ?? '', text, milliseconds)
  }
  sent.then(ended, ended)
  return sent
}

// SQLSTATE in_failed_sql_transaction
const isAfterFailure = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '25P02'

class Connection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  #isOver = false
  #failure: unknown
  constructor(client: pg.PoolClient) {
    this.#client = client
  }
  /** Why the transaction failed: of statements sent together, those behind the one that failed only say that it did. */
  causeOf(error: unknown): unknown {
    return isAfterFailure(error) ? (this.#failure ?? error) : error
  }
  /** The connection goes on to somebody else: work that was begun beside what failed must not reach it. */
  end(): void {
    this.#isOver = true
  }
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#isOver) throw new Error('the transaction is over')
    const sent = send(this.#client, query.sql, query.parameters)
    sent.catch((error: unknown) => {
      if (!isAfterFailure(error)) this.#failure ??= error
    })
    const result = await sent
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
  }
  // oxlint-disable-next-line require-yield
  async *streamQuery(): AsyncGenerator<never> {
    throw new Error('streaming goes through a cursor of its own')
  }
}

class OneConnectionDriver implements Driver {
  readonly #connection: Connection
  constructor(connection: Connection) {
    this.#connection = connection
  }
  async init(): Promise<void> {}
  async acquireConnection() {
    return this.#connection
  }
  async beginTransaction(): Promise<void> {
    throw new Error('withContext owns the transaction')
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

const adapter = new PostgresAdapter()
const compiler = new PostgresQueryCompiler()

function kyselyOn(connection: Connection, tenantId: string): Kysely<DB> {
  return new Kysely<DB>({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => new OneConnectionDriver(connection),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => compiler,
    },
    plugins: [new TenantPlugin(tenantId)],
  })
}

const safePart = /^[A-Za-z0-9_.:-]{0,80}$/

function contextLiteral(ctx: Ctx): string {
  const parts = [ctx.tenantId, '', ctx.userId, ctx.sessionId, ctx.requestId]
  if (!isUuid(ctx.tenantId) || !isUuid(ctx.userId) || !parts.every((part) => safePart.test(part))) throw new Error('context is not valid')
  return ctx.isReadOnly === true ? parts.join('|') : [...parts, ...callerParts(ctx)].join('|')
}

const hexOf = (value: string): string => Buffer.from(value).toString('hex')

/** Address, device, roles and place as the audit's trigger reads them: whatever a caller sends is letters and digits here. */
function callerParts({ caller: { address, agent }, actor }: Ctx): string[] {
  const acting = actor === undefined || (actor.facilityId !== null && !isUuid(actor.facilityId)) ? [] : [`r${hexOf(actor.role ?? '')}`, actor.facilityId ?? '']
  return [safePart.test(address) ? address : '', hexOf(agent.slice(0, 200)), ...acting]
}

/** Walls around patients travel beside the context; nothing is sent for those who may see all. */
function wallsStatement(ctx: Ctx): string {
  const literal = wallsLiteral(ctx.walls, ctx.now)
  return literal === '' ? '' : `; set local app.walls = '${literal}'`
}

const afterCommit: { wake?: () => void } = {}
/** Sets what wakes the dispatcher once a transaction with events is durable. */
export function onCommitWithEvents(wake: () => void): void {
  afterCommit.wake = wake
}

/** A read that may lag asks the copy, and the primary when the copy does not answer. */
async function connectFor(ctx: Ctx): Promise<pg.PoolClient> {
  const { replica, apart, app } = pools()
  if (replica !== undefined && ctx.mayLag === true && ctx.isReadOnly === true) {
    try {
      return await replica.connect()
    } catch {
      log('warn', 'the read replica does not answer', {})
    }
  }
  return connect(ctx.isApart === true ? apart : app)
}

/** A connection on which the transaction of another reader may still be open: `begin` or `endRead` come first. */
async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw translateError(error)
  }
}

const held = new WeakSet<pg.PoolClient>()

/** What is sent before the promises that stand in line have run leaves in one packet: BEGIN and the first statements, and whatever is sent together after them. */
function holdWrites(client: pg.PoolClient): void {
  if (held.has(client)) return
  const { stream } = client.connection
  held.add(client)
  stream.cork()
  process.nextTick(() => {
    held.delete(client)
    stream.uncork()
  })
}

// Transactions that have read what they wanted: their COMMIT waits for the next work of the connection and leaves in one packet with it.
const lingering = new Set<pg.PoolClient>()
const lingerMilliseconds = 8
let sweep: NodeJS.Timeout | undefined

function linger(client: pg.PoolClient): void {
  lingering.add(client)
  sweep ??= setTimeout(() => {
    sweep = undefined
    for (const left of lingering) endRead(left)
  }, lingerMilliseconds)
}

function endRead(client: pg.PoolClient): void {
  if (lingering.delete(client)) client.query('commit').catch(() => {})
}

function begin(client: pg.PoolClient, ctx: Ctx): Promise<unknown> {
  holdWrites(client)
  const ends = lingering.delete(client) ? 'commit; ' : ''
  const begun = client.query(`${ends}begin${ctx.isReadOnly === true ? ' read only' : ''}; set local app.context = '${contextLiteral(ctx)}'${wallsStatement(ctx)}${ctx.isProbing === true ? '; set local plan_cache_mode = force_generic_plan' : ''}`)
  begun.catch(() => {})
  return begun
}

/**
 * Runs `work` in one transaction as the context's tenant and user; joins the open one of a write request.
 * The only way to a database handle for a module. Throws AppErrors; COMMIT that did not commit is an error.
 * What `last` writes leaves in one packet with COMMIT: were it to fail, COMMIT rolls back, and its error is thrown.
 */
export async function withContext<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>, last?: (result: T, statement: Statement) => Promise<unknown>): Promise<T> {
  if (ctx.tx !== undefined) return work(ctx.tx)
  const client = await connectFor(ctx)
  let isBroken = false
  let isLeft = false
  const connection = new Connection(client)
  try {
    // Sent without waiting: the first statement follows in the same breath. Were it to fail, no context means no rows.
    const begun = begin(client, ctx)
    const tx: Tx = { ctx, db: kyselyOn(connection, ctx.tenantId) }
    const result = await work(tx)
    connection.end()
    await begun
    if (ctx.isReadOnly === true) {
      isLeft = true
      linger(client)
      client.release()
      return result
    }
    const answer = await commit(client, last === undefined ? undefined : (statement) => last(result, statement))
    if (answer.command !== 'COMMIT') throw new AppError(kernelErrors.conflict)
    if (ctx.hasEvents === true) afterCommit.wake?.()
    for (const run of ctx.afterCommit?.splice(0) ?? []) run()
    return result
  } catch (error) {
    connection.end()
    await client.query('rollback').catch(() => {
      isBroken = true
    })
    throw translateError(connection.causeOf(error))
  } finally {
    if (!isLeft) client.release(isBroken)
  }
}

async function commit(client: pg.PoolClient, last: ((statement: Statement) => Promise<unknown>) | undefined): Promise<pg.QueryResult> {
  if (last === undefined) return client.query('commit')
  holdWrites(client)
  const written = last(async (text, values) => (await send(client, text, values)).rows)
  const [, answer] = await Promise.all([written, client.query('commit')])
  return answer
}

/**
 * The other door: what happens before or beside a tenant (sign-in names, tenants, health).
 * No context is set, so row security shows no tenant's rows.
 */
export async function withSystem<T>(work: (query: (text: string, values: readonly unknown[]) => Promise<pg.QueryResult>) => Promise<T>): Promise<T> {
  const client = await connect(pools().app)
  endRead(client)
  try {
    return await work((text, values) => send(client, text, values))
  } catch (error) {
    throw translateError(error)
  } finally {
    client.release()
  }
}

/** `= any($1::uuid[])`: one statement text whatever the number. */
export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${ids}::uuid[])`
}

/** As `anyOf`, for text columns. */
export function anyText(values: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${values}::text[])`
}

/** 412 when the caller saw another version. Call with the row locked. */
export function checkVersion(row: { version: number }, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && row.version !== ifMatch) throw new AppError(kernelErrors.stale_version)
}

type ColumnType = 'uuid' | 'text' | 'int' | 'numeric' | 'boolean' | 'timestamptz' | 'date' | 'jsonb'

/** Inserts many rows with one statement whose text does not vary: `columns` names each column with its SQL type. */
export async function insertMany(tx: Tx, table: string, columns: Record<string, ColumnType>, rows: readonly Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return
  const entries = Object.entries(columns)
  const names = entries.map(([name]) => `"${name}"`).join(', ')
  const arrays = entries.map(([, type], index) => `$${index + 2}::${type === 'jsonb' ? 'text' : type}[]`).join(', ')
  const casts = entries.map(([name, type]) => (type === 'jsonb' ? `u."${name}"::jsonb` : `u."${name}"`)).join(', ')
  const text = `insert into "${table}" (tenant_id, ${names}) select $1::uuid, ${casts} from unnest(${arrays}) as u(${names})`
  const values = entries.map(([name, type]) => rows.map((row) => (type === 'jsonb' && row[name] !== null && row[name] !== undefined ? JSON.stringify(row[name]) : (row[name] ?? null))))
  await rawInTenant(tx, text, [tx.ctx.tenantId, ...values])
}

/** A reviewed raw statement of the kernel that states the tenant itself. */
export async function rawInTenant<R>(tx: Tx, text: string, values: readonly unknown[]): Promise<R[]> {
  if (!text.includes('tenant_id')) throw new Error('a raw statement states its tenant')
  return raw(tx, text, values)
}

/**
 * Has the connection plan its statements anew. Plans of foreign keys are made once, for tables as they were: those of an empty table
 * look through a tenant's every row for each that is added, until the table is analysed. For work that fills tables, part by part.
 */
export const planAnew = (tx: Tx): Promise<unknown> => raw(tx, 'discard plans', [])

async function raw<R>(tx: Tx, text: string, values: readonly unknown[]): Promise<R[]> {
  return tx.db.getExecutor().provideConnection(async (connection) => {
    const result = await connection.executeQuery<R>({ sql: text, parameters: values, query: { kind: 'RawNode', sqlFragments: [text], parameters: [] }, queryId: { queryId: 'raw' } } as never)
    return result.rows
  })
}

/** Does work in the open transaction and takes it back: what a dry run answers. What was to follow the commit finds nothing changed. */
export async function takeBack<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await raw(tx, 'savepoint dry_run', [])
  const answer = await work()
  await raw(tx, 'rollback to savepoint dry_run', [])
  return answer
}
