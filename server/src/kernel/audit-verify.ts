import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type pg from 'pg'
import { type ChainEntry, chainColumns, contentHash, firstHash, headKey, isSigned, sealOf, type SignedHead } from './audit-chain.ts'
import { readHeads, tenantsWithHeads } from './audit-sealer.ts'
import { openArchive } from './audit-archive.ts'
import { installationKey } from './seal.ts'

/** What was done to the audit, at the first place where it shows. */
export interface Finding {
  kind: 'changed' | 'deleted' | 'inserted' | 'reordered' | 'moved' | 'cut' | 'rewritten' | 'head' | 'archive'
  /** Place in the tenant's chain. */
  number: number | null
  entryId: string | null
  detail: string
}

export interface TenantVerdict {
  tenantId: string
  sealed: number
  /** Written in the last seconds and not sealed yet. */
  unsealed: number
  finding: Finding | null
}

export interface Verdict {
  isWhole: boolean
  tenants: TenantVerdict[]
}

export interface VerifyOptions {
  /** A login that reads every tenant's audit: the owner's. */
  client: Pick<pg.Client, 'query'>
  headsDir: string
  archiveDir: string
}

interface SealedRow extends ChainEntry {
  number: number
  sealed_id: string
  sealed_at: string
  content_hash: Buffer
  hash: Buffer
  is_there: boolean
}

const page = 2000
const nobody = '00000000-0000-0000-0000-000000000000'

function readPage(client: VerifyOptions['client'], tenantId: string, after: number): Promise<pg.QueryResult<SealedRow>> {
  return client.query<SealedRow>(
    `select s.number, s.id as sealed_id, (extract(epoch from s.at) * 1000000)::bigint::text as sealed_at, s.content_hash, s.hash, e.id is not null as is_there, ${chainColumns}
     from audit_seals s left join audit_entries e on e.tenant_id = s.tenant_id and e.at = s.at and e.id = s.id
     where s.tenant_id = $1 and s.number > $2 order by s.number, s.id limit ${page}`,
    [tenantId, after],
  )
}

type Archived = Map<string, ChainEntry>

/** Patients who were erased by law: of their entries who and when stay, what they held is blacked out. */
async function redactedPatients({ client }: VerifyOptions, tenantId: string): Promise<Set<string>> {
  const { rows } = await client.query<{ patient_id: string }>(
    `select r.patient_id from audit_redactions r where r.tenant_id = $1
       and exists (select 1 from audit_entries e join audit_seals s on s.tenant_id = e.tenant_id and s.at = e.at and s.id = e.id where e.tenant_id = $1 and e.subject_id = r.id and e.action = 'row.insert' and e.subject_type = 'audit_redactions')`,
    [tenantId],
  )
  return new Set(rows.map((row) => row.patient_id))
}

interface ArchiveRow {
  month: string
  file: string
  sha256: string
}

/** The entries that stand in sealed files, or which file is not as it was kept. */
async function readArchives({ client, archiveDir }: VerifyOptions, tenantId: string): Promise<{ entries: Archived } | { broken: string }> {
  const { rows } = await client.query<ArchiveRow>('select month::text, file, sha256 from audit_archives where tenant_id = $1 order by month', [tenantId])
  const entries: Archived = new Map()
  for (const row of rows) {
    try {
      const bytes = readFileSync(join(archiveDir, row.file))
      if (createHash('sha256').update(bytes).digest('hex') !== row.sha256) return { broken: row.file }
      for (const line of gunzipSync(openArchive(tenantId, row.month, bytes)).toString('utf8').split('\n').filter(Boolean)) {
        const entry: ChainEntry = JSON.parse(line)
        entries.set(entry.id, entry)
      }
    } catch {
      return { broken: row.file }
    }
  }
  return { entries }
}

const comesBefore = (a: ChainEntry, b: ChainEntry): boolean => (a.written_xid === b.written_xid ? a.id < b.id : BigInt(a.written_xid) < BigInt(b.written_xid))

async function missing({ client }: VerifyOptions, tenantId: string, row: SealedRow): Promise<Finding> {
  const { rows } = await client.query<{ tenant_id: string }>('select tenant_id from audit_entries where id = $1 limit 1', [row.sealed_id])
  const [elsewhere] = rows
  const at = { number: row.number, entryId: row.sealed_id }
  if (elsewhere === undefined) return { kind: 'deleted', ...at, detail: 'the entry is gone' }
  if (elsewhere.tenant_id !== tenantId) return { kind: 'moved', ...at, detail: `the entry stands with tenant ${elsewhere.tenant_id}` }
  return { kind: 'changed', ...at, detail: 'the time of the entry is another' }
}

interface Walk {
  number: number
  hash: Buffer
  /** Hashes by number, of those that a head outside names. */
  named: Map<number, string>
  redacted: ReadonlySet<string>
  finding: Finding | null
}

const isBlackedOut = (entry: ChainEntry, redacted: ReadonlySet<string>): boolean => entry.patient_id !== null && redacted.has(entry.patient_id) && entry.details === null && entry.before === null && entry.after === null

function judge(row: SealedRow, entry: ChainEntry, walk: Walk, next: SealedRow | undefined): Finding | null {
  const at = { number: row.number, entryId: row.sealed_id }
  const content = contentHash(entry)
  if (!content.equals(row.content_hash) && !isBlackedOut(entry, walk.redacted)) return { kind: 'changed', ...at, detail: 'before, after or details are not what was sealed' }
  if (sealOf(walk.hash, entry, row.content_hash).equals(row.hash)) return null
  const isOutOfOrder = next?.is_there === true && comesBefore(next, entry)
  return isOutOfOrder ? { kind: 'reordered', ...at, detail: 'the entry stands before one that is older' } : { kind: 'changed', ...at, detail: 'the entry is not what was sealed' }
}

async function step(options: VerifyOptions, walk: Walk, { row, next, archived, tenantId }: { row: SealedRow; next: SealedRow | undefined; archived: Archived; tenantId: string }): Promise<void> {
  if (row.number !== walk.number + 1) {
    walk.finding = { kind: 'deleted', number: walk.number + 1, entryId: null, detail: 'the seal of this number is gone' }
    return
  }
  const entry = row.is_there ? row : archived.get(row.sealed_id)
  walk.finding = entry === undefined ? await missing(options, tenantId, row) : judge(row, entry, walk, next)
  walk.number = row.number
  walk.hash = row.hash
  if (walk.named.has(row.number)) walk.named.set(row.number, row.hash.toString('hex'))
}

async function walkChain(options: VerifyOptions, tenantId: string, archived: Archived, heads: readonly SignedHead[]): Promise<Walk> {
  const walk: Walk = { number: 0, hash: firstHash(tenantId), named: new Map(heads.map((head) => [head.number, ''])), redacted: await redactedPatients(options, tenantId), finding: null }
  for (;;) {
    const { rows } = await readPage(options.client, tenantId, walk.number)
    for (const [index, row] of rows.entries()) {
      await step(options, walk, { row, next: rows[index + 1], archived, tenantId })
      if (walk.finding !== null) return walk
    }
    if (rows.length < page) return walk
  }
}

/** What the heads outside the database say of a chain that is whole in itself. */
function againstHeads(heads: readonly SignedHead[], walk: Walk): Finding | null {
  const key = headKey(installationKey('audit-heads'))
  for (const head of heads) {
    if (!isSigned(key, head)) return { kind: 'head', number: head.number, entryId: head.entryId, detail: 'a head outside the database was not signed by this installation' }
    if (head.number > walk.number) return { kind: 'cut', number: walk.number + 1, entryId: head.entryId, detail: `the chain ends at ${walk.number}; at ${head.sealedAt} it had ${head.number} entries, the last of them this one` }
    if (walk.named.get(head.number) !== head.hash) return { kind: 'rewritten', number: head.number, entryId: head.entryId, detail: `at ${head.sealedAt} this number had another seal: the chain was written anew` }
  }
  if (walk.number > 0 && heads.length === 0) return { kind: 'head', number: null, entryId: null, detail: 'there is no head of this tenant outside the database' }
  return null
}

/** The first entry that stands among the sealed ones without a seal. */
async function inserted({ client }: VerifyOptions, tenantId: string): Promise<Finding | null> {
  const { rows } = await client.query<{ id: string }>(
    `select e.id from audit_entries e join audit_heads h on h.tenant_id = $2
     where e.tenant_id = $1 and ((e.written_xid, e.id) <= (h.written_xid, h.entry_id) or e.written_xid >= pg_snapshot_xmax(pg_current_snapshot()))
       and not exists (select 1 from audit_seals s where s.tenant_id = e.tenant_id and s.at = e.at and s.id = e.id) order by e.written_xid, e.id limit 1`,
    [tenantId, nobody],
  )
  const [row] = rows
  return row === undefined ? null : { kind: 'inserted', number: null, entryId: row.id, detail: 'the entry was never sealed, though later ones are' }
}

async function verifyTenant(options: VerifyOptions, tenantId: string): Promise<TenantVerdict> {
  const heads = readHeads(options.headsDir, tenantId)
  const archives = await readArchives(options, tenantId)
  if ('broken' in archives) return { tenantId, sealed: 0, unsealed: 0, finding: { kind: 'archive', number: null, entryId: null, detail: `the file ${archives.broken} is not as it was kept` } }
  const walk = await walkChain(options, tenantId, archives.entries, heads)
  const { rows } = await options.client.query<{ n: number }>(
    `select count(*)::int as n from audit_entries e where e.tenant_id = $1 and e.written_xid >= coalesce((select h.written_xid from audit_heads h where h.tenant_id = $2), '0')
       and not exists (select 1 from audit_seals s where s.tenant_id = e.tenant_id and s.at = e.at and s.id = e.id)`,
    [tenantId, nobody],
  )
  return { tenantId, sealed: walk.number, unsealed: rows[0]?.n ?? 0, finding: walk.finding ?? (await inserted(options, tenantId)) ?? againstHeads(heads, walk) }
}

/** Walks every tenant's chain from its first entry, calculating each seal anew, and compares it with the signed heads outside the database. */
export async function verifyAudit(options: VerifyOptions): Promise<Verdict> {
  const { rows } = await options.client.query<{ tenant_id: string }>('select tenant_id from audit_seals group by 1 union select tenant_id from audit_entries group by 1 union select id from tenants')
  const ids = [...new Set([...rows.map((row) => row.tenant_id), ...tenantsWithHeads(options.headsDir)])].filter((id) => id !== nobody).toSorted()
  const tenants: TenantVerdict[] = []
  for (const tenantId of ids) tenants.push(await verifyTenant(options, tenantId))
  return { isWhole: tenants.every((one) => one.finding === null), tenants }
}
