import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type pg from 'pg'
import { type ChainEntry, chainColumns } from './audit-chain.ts'
import { isUuid } from './ids.ts'
import { sealBytes, unsealBytes } from './seal.ts'

// The audit outlives the keys of its hospital: neither a rotation nor their end takes it away. The first archives were sealed by the hospital's.
const ownerOf = (tenantId: string): string => `audit:${tenantId}`

/** Opens the file of a month. */
export const openArchive = (tenantId: string, month: string, bytes: Uint8Array): Buffer => unsealBytes(bytes[0] === 1 ? tenantId : ownerOf(tenantId), `audit-archive.${month}`, bytes)

export interface ArchiveOptions {
  /** The auditor's login. */
  pool: Pick<pg.Pool, 'connect'>
  archiveDir: string
  tenantId: string
}

export interface ArchivedMonth {
  month: string
  entries: number
}

interface OldMonth {
  month: string
}

async function oldMonths(client: pg.PoolClient, tenantId: string): Promise<string[]> {
  const { rows } = await client.query<OldMonth>(
    // The edge is asked for once: in the condition itself it would be computed for every entry there is.
    `select date_trunc('month', at at time zone 'UTC')::date::text as month from audit_entries
     where tenant_id = $1 and at < (select date_trunc('month', (now() - make_interval(months => kernel.audit_kept_months($1))) at time zone 'UTC') at time zone 'UTC') group by 1 order by 1`,
    [tenantId],
  )
  return rows.map((row) => row.month)
}

async function archiveMonth(client: pg.PoolClient, { archiveDir, tenantId }: ArchiveOptions, month: string): Promise<number> {
  const { rows } = await client.query<ChainEntry>(
    `select ${chainColumns} from audit_seals s join audit_entries e on e.tenant_id = s.tenant_id and e.at = s.at and e.id = s.id
     where s.tenant_id = $1 and s.at >= $2::timestamp at time zone 'UTC' and s.at < ($2::date + interval '1 month') at time zone 'UTC' order by s.number`,
    [tenantId, month],
  )
  const bytes = sealBytes(ownerOf(tenantId), `audit-archive.${month}`, gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')))
  const file = join(tenantId, `${month.slice(0, 7)}.ndjson.gz.sealed`)
  mkdirSync(join(archiveDir, tenantId), { recursive: true, mode: 0o700 })
  writeFileSync(join(archiveDir, file), bytes, { mode: 0o600, flush: true })
  await client.query('select kernel.archive_audit($1, $2, $3, $4, $5)', [tenantId, month, rows.length, file, createHash('sha256').update(bytes).digest('hex')])
  return rows.length
}

/**
 * Moves months that are older than the tenant keeps (three years at least) from the table to sealed files.
 * Nothing is lost: the seals stay, and the verification reads the files.
 */
export async function archiveAudit(options: ArchiveOptions): Promise<ArchivedMonth[]> {
  if (!isUuid(options.tenantId)) throw new Error('not a tenant')
  const client = await options.pool.connect()
  const done: ArchivedMonth[] = []
  try {
    await client.query(`begin; set local app.context = '${options.tenantId}||||'`)
    for (const month of await oldMonths(client, options.tenantId)) done.push({ month, entries: await archiveMonth(client, options, month) })
    await client.query('commit')
    return done
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
