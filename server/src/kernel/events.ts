import type { Ctx } from './context.ts'
import { rawInTenant, type Tx } from './db.ts'
import { newId } from './ids.ts'
import { countBusiness } from './metrics.ts'

/** A fact other modules may hear; the payload holds ids only. */
export interface EventType<Payload extends Record<string, string | null>> {
  readonly name: string
  readonly example?: Payload
}

export function defineEvent<Payload extends Record<string, string | null>>(name: string): EventType<Payload> {
  return { name }
}

export interface Listener {
  readonly event: string
  readonly name: string
  readonly run: (tx: Tx, payload: Record<string, string | null>) => Promise<void>
  /** In place of `run`, for long work that opens its own short transactions. */
  readonly work?: (ctx: Ctx, payload: Record<string, string | null>) => Promise<void>
}

/** Says what to do when an event happens; `name` must be unique, `run` idempotent. */
export function on<Payload extends Record<string, string | null>>(event: EventType<Payload>, name: string, run: (tx: Tx, payload: Payload) => Promise<void>): Listener {
  return { event: event.name, name, run: (tx, payload) => run(tx, payload as Payload) }
}

/** As `on`, for `after` listeners with long work: it opens its own short transactions and can be run again from where it stopped. */
export function onLong<Payload extends Record<string, string | null>>(event: EventType<Payload>, name: string, work: (ctx: Ctx, payload: Payload) => Promise<void>): Listener {
  return { event: event.name, name, run: async () => {}, work: (ctx, payload) => work(ctx, payload as Payload) }
}

const within = new Map<string, Listener[]>()

/** Listeners that run in the transaction of the event: charges, stock, merge. */
export function registerWithin(listeners: readonly Listener[]): void {
  for (const listener of listeners) within.set(listener.event, [...(within.get(listener.event) ?? []).filter((one) => one.name !== listener.name), listener])
}

/** Writes the event and its outbox row in this transaction, then runs the `within` listeners. */
export async function emit<Payload extends Record<string, string | null>>(tx: Tx, event: EventType<Payload>, payload: Payload): Promise<void> {
  tx.ctx.hasEvents = true
  countBusiness(event.name)
  const written = rawInTenant(
    tx,
    `with written as (insert into events (tenant_id, id, at, name, payload) values ($1, $2, $3, $4, $5))
     insert into event_queue (tenant_id, id, at, name, payload) values ($1, $2, $3, $4, $5)`,
    [tx.ctx.tenantId, newId(), tx.ctx.now, event.name, JSON.stringify(payload)],
  )
  written.catch(() => {})
  // What the first listener asks leaves in one packet with the event. Were the event to fail, so does what follows it; its error is the one to tell.
  try {
    for (const listener of within.get(event.name) ?? []) await listener.run(tx, payload)
  } finally {
    await written
  }
}
