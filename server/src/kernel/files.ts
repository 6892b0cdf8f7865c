import { createHash } from 'node:crypto'
import { mkdir, readFile as readDisk, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Ctx } from './context.ts'
import { rawInTenant, type Tx, withContext } from './db.ts'
import { AppError, found } from './errors.ts'
import { newId } from './ids.ts'
import { unsealBytes, sealBytes } from './seal.ts'

const store: { root?: string } = {}

/** Says where files are kept: a folder outside the web root. */
export function openStore(root: string): void {
  store.root = root
}

const pathOf = (key: string): string => {
  if (store.root === undefined || !/^[0-9a-f-]{36}\/\d{4}\/[0-9a-f-]{36}$/.test(key)) throw new AppError(kernelErrors.unavailable)
  return join(store.root, key)
}

export interface NewFile {
  name: string
  contentType: string
  bytes: Uint8Array
  subjectType: string
  subjectId: string
}

/** Keeps a file sealed; its name stands only in the row. Returns the file's id. */
export async function putFile(ctx: Ctx, file: NewFile): Promise<string> {
  const id = newId()
  const key = `${ctx.tenantId}/${ctx.now.getUTCFullYear()}/${id}`
  const path = pathOf(key)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, sealBytes(ctx.tenantId, `files.${id}`, file.bytes), { mode: 0o600 })
  const sha256 = createHash('sha256').update(file.bytes).digest('hex')
  await withContext(ctx, (tx) =>
    tx.db
      .insertInto('files')
      .values({ id, key, name: file.name, content_type: file.contentType, size_bytes: file.bytes.length, sha256, subject_type: file.subjectType, subject_id: file.subjectId, created_at: ctx.now, created_by: ctx.userId })
      .execute(),
  )
  return id
}

/** Files of a subject, newest first. */
export function filesOf(ctx: Ctx, subjectType: string, subjectId: string) {
  return withContext(ctx, (tx) =>
    tx.db.selectFrom('files').select(['id', 'name', 'content_type', 'size_bytes', 'created_at']).where('subject_type', '=', subjectType).where('subject_id', '=', subjectId).orderBy('created_at', 'desc').limit(100).execute(),
  )
}

/** A file's content; 404 when it is not there or another tenant's. The hash is checked. */
export async function readFile(ctx: Ctx, id: string): Promise<{ bytes: Uint8Array; name: string; contentType: string }> {
  const row = found(await withContext(ctx, (tx) => tx.db.selectFrom('files').select(['key', 'name', 'content_type', 'sha256']).where('id', '=', id).executeTakeFirst()))
  const bytes = unsealBytes(ctx.tenantId, `files.${id}`, await readDisk(pathOf(row.key)))
  if (createHash('sha256').update(bytes).digest('hex') !== row.sha256) throw new AppError(kernelErrors.internal)
  return { bytes, name: row.name, contentType: row.content_type }
}

/** Takes files out of the register, with the prints they are; returns their keys, for `removeFiles` once this is committed. */
export async function forgetFiles(tx: Tx, which: { ids: readonly string[]; subjectIds: readonly string[] }): Promise<string[]> {
  const values = [tx.ctx.tenantId, which.ids, which.subjectIds]
  await rawInTenant(tx, 'delete from kept_documents where tenant_id = $1 and (file_id = any($2::uuid[]) or subject_id = any($3::uuid[]))', values)
  const rows = await rawInTenant<{ key: string }>(tx, 'delete from files where tenant_id = $1 and (id = any($2::uuid[]) or subject_id = any($3::uuid[])) returning key', values)
  return rows.map((row) => row.key)
}

/** Removes files from the store; those that are gone already are no error. */
export async function removeFiles(keys: readonly string[]): Promise<void> {
  for (const key of keys) await rm(pathOf(key), { force: true })
}
