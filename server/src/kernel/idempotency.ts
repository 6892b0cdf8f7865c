import { createHash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Beside } from './audit.ts'
import type { Ctx } from './context.ts'
import { rawInTenant, type Tx, withContext } from './db.ts'
import { AppError, mapConstraint } from './errors.ts'
import { sealBytes, unsealBytes } from './seal.ts'

export interface StoredAnswer {
  status: number
  body: string
  location: string | null
  etag: string | null
}

const oldPlace = 'idempotency_keys.answer'
const placeOf = (ctx: Ctx, key: string): string => `${oldPlace}.${ctx.userId}.${key}`
const keptMilliseconds = 24 * 3_600_000

// What is encrypted can be compressed by nobody after: an answer of twenty results wrote its 30 kB to the table, the log and the archive.
const plainBytes = 1024
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

function packed(body: string): Buffer {
  const bytes = Buffer.from(body)
  return bytes.length <= plainBytes ? bytes : zstdCompressSync(bytes)
}

// No JSON begins with these bytes, which are no UTF-8.
const unpacked = (bytes: Buffer): string => (bytes.subarray(0, zstdMagic.length).equals(zstdMagic) ? zstdDecompressSync(bytes) : bytes).toString('utf8')

/** Fingerprint of a request: the same key with another one is refused. */
export const fingerprint = (method: string, url: string, body: unknown): string => createHash('sha256').update(`${method} ${url}\n${JSON.stringify(body ?? null)}`).digest('base64url')

/** The first answer to this key, if there is one; 422 when the request was another. Kept 24 h, per tenant and user. */
export async function replay(ctx: Ctx, key: string, requestHash: string): Promise<StoredAnswer | undefined> {
  const rows = await withContext(ctx, (tx) =>
    rawInTenant<{ request_hash: string; status: number; answer: Buffer; location: string | null; etag: string | null }>(
      tx,
      'select request_hash, status, answer, location, etag from idempotency_keys where tenant_id = $1 and user_id = $2 and key = $3 and created_at > $4',
      [ctx.tenantId, ctx.userId, key, new Date(ctx.now.getTime() - keptMilliseconds)],
    ),
  )
  const row = rows[0]
  if (row === undefined) return undefined
  if (row.request_hash !== requestHash) throw new AppError(kernelErrors.idempotency_reused)
  return { status: row.status, body: unpacked(unsealBytes(ctx.tenantId, placeOf(ctx, key), row.answer, oldPlace)), location: row.location, etag: row.etag }
}

/** What losing the race for a key means inside the kernel: the first answer is replayed, nobody sees this. */
export const keyTaken = { code: 'kernel.idempotency_taken', status: 409 }
mapConstraint('idempotency_keys_pkey', keyTaken)

const columns = ['tenant_id', 'user_id', 'key', 'request_hash', 'status', 'answer', 'location', 'etag', 'created_at']

/**
 * Key and answer, to be stored with the last statement of the transaction. A parallel duplicate waits on the unique key, finds it
 * taken and is rolled back.
 */
export function remembered(ctx: Ctx, kept: { key: string; requestHash: string; answer: StoredAnswer }): Beside {
  const { key, requestHash, answer } = kept
  return {
    text: (first) => `insert into idempotency_keys (${columns.join(', ')}) values (${columns.map((_name, index) => `$${first + index}`).join(', ')})`,
    values: [ctx.tenantId, ctx.userId, key, requestHash, answer.status, sealBytes(ctx.tenantId, placeOf(ctx, key), packed(answer.body)), answer.location, answer.etag, ctx.now],
  }
}

/** Frees a key that was used longer than a day ago; false when there is none. */
export async function freeOldKey(ctx: Ctx, key: string): Promise<boolean> {
  const rows = await withContext(ctx, (tx) =>
    rawInTenant(tx, 'delete from idempotency_keys where tenant_id = $1 and user_id = $2 and key = $3 and created_at <= $4 returning key', [ctx.tenantId, ctx.userId, key, new Date(ctx.now.getTime() - keptMilliseconds)]),
  )
  return rows.length > 0
}

/** Takes away keys that count no more. */
export async function purgeKeys(tx: Tx): Promise<void> {
  await rawInTenant(tx, 'delete from idempotency_keys where tenant_id = $1 and created_at <= $2', [tx.ctx.tenantId, new Date(tx.ctx.now.getTime() - keptMilliseconds)])
}
