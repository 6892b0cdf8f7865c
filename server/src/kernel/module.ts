import type { Contract, Handlers } from '#contract/define.ts'
import type { RoleName } from '#contract/people.ts'
import type { Ctx } from './context.ts'
import type { Tx } from './db.ts'
import type { Listener } from './events.ts'

/** What a lower module lets others fill. */
export interface Port<T> {
  readonly name: string
  of(value: T): Provision
  all(): readonly T[]
}
export interface Provision {
  readonly register: () => void
}

/** Declares a port; later modules fill it with `provides: [port.of(…)]`. */
export function definePort<T>(name: string): Port<T> {
  const filled = new Set<T>()
  return { name, of: (value) => ({ register: () => void filled.add(value) }), all: () => [...filled] }
}

export type JobTask = (tx: Tx, payload: Record<string, unknown>) => Promise<void>

/** Work of the whole installation: no tenant, no transaction; `signal` says that the process stops. */
export interface InstallationJob {
  readonly run: (payload: Record<string, unknown>, signal: AbortSignal) => Promise<void>
  /** Cron pattern (UTC), read when the jobs start; undefined for no schedule. */
  readonly schedule?: () => string | undefined
}

export interface ModuleSpec<C extends Contract> {
  readonly name: string
  readonly contract: C
  readonly handlers: Handlers<C, Ctx>
  /** Permission → shipped roles that hold it. */
  readonly permissions: Readonly<Record<string, readonly RoleName[]>>
  readonly within?: readonly Listener[]
  readonly after?: readonly Listener[]
  readonly jobs?: Readonly<Record<string, JobTask>>
  /** Name of a job → cron pattern (UTC); it then runs for every tenant. */
  readonly schedules?: Readonly<Record<string, string>>
  readonly provides?: readonly Provision[]
  readonly installationJobs?: Readonly<Record<string, InstallationJob>>
}

export interface AnyModule {
  readonly name: string
  readonly contract: Contract
  readonly handlers: Readonly<Record<string, (ctx: Ctx, input: never) => Promise<unknown>>>
  readonly permissions: Readonly<Record<string, readonly RoleName[]>>
  readonly within: readonly Listener[]
  readonly after: readonly Listener[]
  readonly jobs: Readonly<Record<string, JobTask>>
  readonly schedules: Readonly<Record<string, string>>
  readonly provides: readonly Provision[]
  readonly installationJobs: Readonly<Record<string, InstallationJob>>
}

/** The public face of a module to the kernel: its routes, who may use them, what it hears and what it fills. */
export function defineModule<const C extends Contract>(spec: ModuleSpec<C>): AnyModule {
  return { within: [], after: [], jobs: {}, schedules: {}, provides: [], installationJobs: {}, ...spec }
}
