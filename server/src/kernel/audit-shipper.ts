import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { errorFields, log } from './log.ts'
import { requestOutside } from './outgoing.ts'

export interface AuditSink {
  url: string
  token: string | undefined
}

export interface ShipperOptions {
  /** The auditor's login. */
  pool: Pick<pg.Pool, 'connect'>
  /** Where the heads lie: beside them stands how far the entries of each hospital have gone. */
  headsDir: string
  sink: AuditSink
  tenants: () => Promise<string[]>
}

const batch = 500
const intervalMilliseconds = 5000
const longestPauseMilliseconds = 60_000
const patienceMilliseconds = 15_000

const markOf = (headsDir: string, tenantId: string): string => join(headsDir, `${tenantId}.sent`)

function sentBefore(headsDir: string, tenantId: string): number {
  const file = markOf(headsDir, tenantId)
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || 0 : 0
}

/** A mark that is cut off by a crash would send everything again. */
function keepMark(headsDir: string, tenantId: string, number: number): void {
  mkdirSync(headsDir, { recursive: true, mode: 0o700 })
  const file = markOf(headsDir, tenantId)
  writeFileSync(`${file}.new`, String(number), { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

interface SealedEntry {
  number: number
}

// Who, what, whose record, when, how it ended and the seal; what was written and why stays here, its fingerprint is part of the seal.
const columns = `s.number, encode(s.hash, 'hex') as seal, encode(s.content_hash, 'hex') as content, e.tenant_id, e.id, e.at, e.actor_id, e.role, e.session_id, e.facility_id, e.request_id, e.address, e.agent, e.action, e.subject_type, e.subject_id, e.patient_id, e.outcome`

async function sealedAfter(pool: ShipperOptions['pool'], tenantId: string, number: number): Promise<SealedEntry[]> {
  const client = await pool.connect()
  try {
    await client.query(`begin read only; set local app.context = '${tenantId}||||'`)
    const { rows } = await client.query<SealedEntry>(`select ${columns} from audit_seals s join audit_entries e on e.tenant_id = s.tenant_id and e.at = s.at and e.id = s.id where s.tenant_id = $1 and s.number > $2 order by s.number limit ${batch}`, [tenantId, number])
    return rows
  } finally {
    await client.query('rollback').catch(() => {})
    client.release()
  }
}

async function post({ url, token }: AuditSink, entries: readonly SealedEntry[]): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  const { status } = await requestOutside(url, { isOperators: true, method: 'POST', headers, body: entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), maxBytes: 65_536, timeoutMilliseconds: patienceMilliseconds })
  if (status < 200 || status > 299) throw new Error(`the collector of the audit answered ${status}`)
}

/**
 * Sends what is sealed and has not gone yet, hospital by hospital, in the order of the chain; returns how many entries went.
 * The mark moves after the answer: an entry may come twice (same tenant and number), none is left out.
 */
export async function shipAudit({ pool, headsDir, sink, tenants }: ShipperOptions): Promise<number> {
  let total = 0
  for (const tenantId of await tenants()) {
    for (let isMore = true; isMore; ) {
      const entries = await sealedAfter(pool, tenantId, sentBefore(headsDir, tenantId))
      const last = entries.at(-1)
      isMore = entries.length === batch
      if (last === undefined) continue
      await post(sink, entries)
      keepMark(headsDir, tenantId, last.number)
      total += entries.length
    }
  }
  return total
}

/** Sends while the server runs; a collector that does not take it is asked again after a growing pause. */
export function startShipper(options: ShipperOptions): { stop: () => Promise<void> } {
  const ended = new AbortController()
  const run = async () => {
    for (let pause = intervalMilliseconds; !ended.signal.aborted; ) {
      await wait(pause, undefined, { signal: ended.signal, ref: false }).catch(() => {})
      if (ended.signal.aborted) return
      pause = await shipAudit(options).then(() => intervalMilliseconds, (error: unknown) => {
        log('warn', 'the audit did not leave', errorFields(error))
        return Math.min(pause * 2, longestPauseMilliseconds)
      })
    }
  }
  const running = run()
  return {
    stop: async () => {
      ended.abort()
      await running
    },
  }
}
