import type { BinaryReply } from '#contract/define.ts'
import type { Ctx } from './context.ts'
import { withContext } from './db.ts'
import { putFile, readFile } from './files.ts'

/** Which print of which version of a record. */
export interface DocumentKey {
  subjectType: string
  subjectId: string
  version: number
  copy: 'original' | 'duplicate'
  /** The reader's language: each has its own print. */
  language: string
}

/**
 * A printed document that is made once per version, copy and language, and kept: later prints come from the store, byte for byte.
 * Two first prints at once: the one that was kept first is the document.
 */
export async function keptDocument(ctx: Ctx, key: DocumentKey, name: string, make: () => Promise<Uint8Array>): Promise<BinaryReply> {
  const known = await keptFile(ctx, key)
  if (known !== undefined) return replyOf(ctx, known)
  const fileId = await putFile(ctx, { name, contentType: 'application/pdf', bytes: await make(), subjectType: key.subjectType, subjectId: key.subjectId })
  await withContext(ctx, (tx) =>
    tx.db
      .insertInto('kept_documents')
      .values({ subject_type: key.subjectType, subject_id: key.subjectId, version: key.version, copy: key.copy, language: key.language, file_id: fileId, created_at: ctx.now })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'subject_type', 'subject_id', 'version', 'copy', 'language']).doNothing())
      .execute(),
  )
  return replyOf(ctx, (await keptFile(ctx, key)) ?? fileId)
}

async function keptFile(ctx: Ctx, key: DocumentKey): Promise<string | undefined> {
  const row = await withContext(ctx, (tx) =>
    tx.db
      .selectFrom('kept_documents')
      .select(['file_id'])
      .where('subject_type', '=', key.subjectType)
      .where('subject_id', '=', key.subjectId)
      .where('version', '=', key.version)
      .where('copy', '=', key.copy)
      .where('language', '=', key.language)
      .executeTakeFirst(),
  )
  return row?.file_id
}

async function replyOf(ctx: Ctx, fileId: string): Promise<BinaryReply> {
  const file = await readFile(ctx, fileId)
  return { contentType: file.contentType, filename: file.name, body: file.bytes, isInline: true }
}
