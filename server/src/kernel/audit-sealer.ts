import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { headKey, type SignedHead, signHead } from './audit-chain.ts'
import { errorFields, log } from './log.ts'
import { installationKey } from './seal.ts'

const batch = 5000
const intervalMilliseconds = 2000
const keepHouseMilliseconds = 3_600_000
const monthsAhead = 3

interface SealedRow {
  tenant: string
  last_number: number
  last_hash: Buffer
  last_entry: string
  sealed: number
}

export interface SealerOptions {
  /** The auditor's login, or one that may do more. */
  pool: Pick<pg.Pool, 'query'>
  /** Folder outside the database in which signed heads are kept. */
  headsDir: string
}

const headFile = (folder: string, tenantId: string): string => join(folder, `${tenantId}.jsonl`)

function keepHeads(headsDir: string, rows: readonly SealedRow[]): void {
  if (rows.length === 0) return
  const key = headKey(installationKey('audit-heads'))
  mkdirSync(headsDir, { recursive: true, mode: 0o700 })
  for (const row of rows) {
    const head = signHead(key, { tenantId: row.tenant, number: row.last_number, hash: row.last_hash.toString('hex'), entryId: row.last_entry, sealedAt: new Date().toISOString() })
    appendFileSync(headFile(headsDir, row.tenant), `${JSON.stringify(head)}\n`, { mode: 0o600 })
  }
}

/** Seals everything that no open transaction can still add to, and writes the signed heads. Returns how many entries it sealed. */
export async function sealAudit({ pool, headsDir }: SealerOptions): Promise<number> {
  let total = 0
  for (;;) {
    const { rows } = await pool.query<SealedRow>('select tenant, last_number, last_hash, last_entry, sealed from kernel.seal_audit($1)', [batch])
    keepHeads(headsDir, rows)
    const sealed = rows.reduce((sum, row) => sum + row.sealed, 0)
    total += sealed
    if (sealed < batch) return total
  }
}

/** The heads of a tenant as they were written, oldest first; a line that is no head is given as it stands. */
export function readHeads(headsDir: string, tenantId: string): SignedHead[] {
  const file = headFile(headsDir, tenantId)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line): SignedHead => {
    try {
      return JSON.parse(line)
    } catch {
      return { tenantId, number: 0, hash: '', entryId: '', sealedAt: '', signature: '' }
    }
  })
}

/** Tenants that have heads outside the database. */
export const tenantsWithHeads = (headsDir: string): string[] => (existsSync(headsDir) ? readdirSync(headsDir).filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -6)) : [])

export interface Sealer {
  stop: () => Promise<void>
}

/** Seals every two seconds while the server runs, and makes the months of the audit ahead. Of several nodes one seals at a time. */
export function startSealer(options: SealerOptions, housekeeping: () => Promise<unknown> = async () => {}): Sealer {
  const state = { isStopped: false, running: Promise.resolve() as Promise<unknown>, keptHouseAt: 0 }
  const round = async () => {
    try {
      await sealAudit(options)
      if (Date.now() - state.keptHouseAt < keepHouseMilliseconds) return
      state.keptHouseAt = Date.now()
      await options.pool.query('select kernel.make_audit_months($1)', [monthsAhead])
      await options.pool.query('select kernel.redact_audit()')
      await housekeeping()
    } catch (error) {
      if (!state.isStopped) log('warn', 'sealing the audit failed', errorFields(error))
    }
  }
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    state.running = round().finally(() => (isBusy = false))
  }, intervalMilliseconds)
  timer.unref()
  return {
    stop: async () => {
      state.isStopped = true
      clearInterval(timer)
      await state.running
    },
  }
}
