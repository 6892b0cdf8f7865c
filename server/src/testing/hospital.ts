import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import pg from 'pg'
import { inject } from 'vitest'
import type { AnswerOf, Contract, RequestOf, RouteSpec } from '#contract/define.ts'
import type { Problem } from '#contract/common/problem.ts'
import type { RoleName } from '#contract/people.ts'
import { readConfig } from '#kernel/config.ts'
import { closePools, statementHook } from '#kernel/db.ts'
import { openStore } from '#kernel/files.ts'
import { closeInstallation, openInstallation } from '#kernel/installation.ts'
import { startJobs } from '#kernel/jobs.ts'
import { loadMasterKey } from '#kernel/testing/keys.ts'
import { closeLeft, leave } from '#kernel/testing/left.ts'
import { testPassword, testPrefix } from '#kernel/testing/template.ts'
import { temporaryFolder } from '#kernel/testing/temporary-folder.ts'
import { buildApp } from '../app.ts'
import { modules } from '../modules.ts'
import { demoPassword } from '../seed/seed.ts'
import { stableId } from '../seed/random.ts'
import { openPatientPools } from './pools.ts'
import { cloneSeeded, urlFor } from './seeded.ts'
import { tenantCheck } from './tenant-check.ts'

export interface Answer<T> {
  status: number
  body: T
  problem: Problem
  headers: LightMyRequestResponse['headers']
}

export type TestClient<C extends Contract> = { [K in keyof C]: (request: RequestOf<C[K]> & { headers?: Record<string, string> }) => Promise<Answer<AnswerOf<C[K]>>> }

export interface TestHospital {
  app: FastifyInstance
  tenantId: string
  facilityId: string
  otherFacilityId: string
  ownerUrl: string
  /** Address of the login of the jobs. */
  jobsUrl: string
  /** Runs the jobs of every module from now on, until the next hospital of the worker. */
  runJobs: () => Promise<void>
  /** A typed client signed in as the first user of a role; of the second or third hospital by its key. */
  as: <C extends Contract>(contract: C, role: RoleName, hospital?: 'general' | 'ayurveda' | 'homeopathy') => Promise<TestClient<C>>
  anonymous: <C extends Contract>(contract: C) => TestClient<C>
  /** Plain requests of a signed-in user, for loops over routes. */
  session: (role: RoleName) => Promise<{ get: (url: string) => Promise<LightMyRequestResponse> }>
  /** The cookies of a new session of whoever has this e-mail, for a browser. */
  cookiesOf: (email: string) => Promise<{ name: string; value: string }[]>
  userId: (role: RoleName, number?: number) => string
  /** Runs a statement as the owner, past row security. */
  query: <R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<R[]>
}

interface SignedIn {
  cookie: string
  cookies: { name: string; value: string }[]
  csrfToken: string
}

const loginOf = (role: string) => ({ user: `${testPrefix}_${role}`, password: testPassword })

/** A hospital of its own for a test file: a clone of the seeded template, with the whole server on it. */
export async function testHospital(options: { patients?: number; withCare?: boolean; publicUrl?: string } = {}): Promise<TestHospital> {
  await closeLeft()
  const database = `t_${randomBytes(6).toString('hex')}`
  const folder = temporaryFolder('files')
  const jobsUrl = urlFor(database, loginOf('jobs'))
  writeFileSync(join(folder, 'master.key'), inject('masterKey'), { mode: 0o600 })
  loadMasterKey(join(folder, 'master.key'))
  await cloneSeeded(database, { patients: options.patients ?? 20, withCare: options.withCare ?? false })
  openStore(join(folder, 'files'))
  openPatientPools((role) => urlFor(database, loginOf(role)), 12)
  openInstallation({ config: readConfig({ TRIVENI_DATA_DIR: folder, DATABASE_OWNER_URL: urlFor(database), TRIVENI_DEMO: 'off', TRIVENI_OPERATOR: stableId(1, 'general') }), ownerUrl: urlFor(database), jobsUrl })
  const app = await buildApp({ publicUrl: options.publicUrl ?? 'http://localhost:3000' }, { isStrict: true })
  const owner = new pg.Client({ connectionString: urlFor(database) })
  await owner.connect()
  statementHook.check = tenantCheck(await tenantTables(owner))
  leave(async () => {
    await app.close()
    await closePools()
    await closeInstallation()
    await owner.end()
  })
  const signedIn = new Map<string, Promise<SignedIn>>()
  return {
    app,
    ownerUrl: urlFor(database),
    jobsUrl,
    runJobs: async () => {
      const jobs = await startJobs(jobsUrl, modules)
      leave(() => jobs.stop())
    },
    tenantId: stableId(1, 'general'),
    facilityId: stableId(1, 'general:GH1'),
    otherFacilityId: stableId(1, 'general:GH2'),
    as: async (contract, role, hospital = 'general') => {
      const email = `${role}@${hospital}.example`
      if (!signedIn.has(email)) signedIn.set(email, signIn(app, email))
      return clientOf(app, contract, await signedIn.get(email))
    },
    anonymous: (contract) => clientOf(app, contract, undefined),
    session: async (role) => {
      const email = `${role}@general.example`
      if (!signedIn.has(email)) signedIn.set(email, signIn(app, email))
      const session = await signedIn.get(email)
      return { get: (url) => app.inject({ method: 'GET', url, headers: session === undefined ? {} : { cookie: session.cookie } }) }
    },
    cookiesOf: async (email) => (await signIn(app, email)).cookies,
    userId: (role, number = 1) => stableId(1, `general:user:${role}:${number}`),
    query: async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => (await owner.query<R>(text, [...values])).rows,
  }
}

async function tenantTables(owner: pg.Client): Promise<Set<string>> {
  const { rows } = await owner.query<{ name: string }>("select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid where a.attname = 'tenant_id' and c.relrowsecurity and c.relnamespace = 'public'::regnamespace")
  return new Set(rows.map((row) => row.name))
}

async function signIn(app: FastifyInstance, email: string): Promise<SignedIn> {
  const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email, password: demoPassword } })
  const [cookie] = answer.cookies
  if (answer.statusCode !== 200 || cookie === undefined) throw new Error(`sign-in of ${email} answered ${answer.statusCode} ${answer.body}`)
  return { cookie: `${cookie.name}=${cookie.value}`, cookies: answer.cookies.map(({ name, value }) => ({ name, value })), csrfToken: answer.json().csrfToken }
}

interface LooseRequest {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  ifMatch?: number
  idempotencyKey?: string
  headers?: Record<string, string>
}

function clientOf<C extends Contract>(app: FastifyInstance, contract: C, session: SignedIn | undefined): TestClient<C> {
  const calls = Object.entries(contract).map(([name, spec]) => [name, (request: LooseRequest) => call(app, spec, session, request)])
  return Object.fromEntries(calls)
}

async function call(app: FastifyInstance, spec: RouteSpec, session: SignedIn | undefined, request: LooseRequest): Promise<Answer<unknown>> {
  const path = spec.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(request.params?.[name] ?? ''))
  const query = Object.fromEntries(Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined).map(([key, value]) => [key, String(value)]))
  const options: InjectOptions = {
    method: spec.method,
    url: `/api/v1${path}`,
    query,
    headers: {
      ...(session === undefined ? {} : { cookie: session.cookie, 'x-csrf-token': session.csrfToken }),
      ...(request.ifMatch === undefined ? {} : { 'if-match': `"${request.ifMatch}"` }),
      ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': request.idempotencyKey }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { payload: request.body as object }),
  }
  const answer = await app.inject(options)
  const isJson = (answer.headers['content-type'] ?? '').toString().includes('json')
  const body = isJson ? answer.json() : answer.rawPayload
  return { status: answer.statusCode, body, problem: body, headers: answer.headers }
}
