import { assetFileErrors, type assets } from '#contract/assets.ts'
import { assetFileKind } from '#contract/assets-shapes.ts'
import type { RouteInput } from '#contract/define.ts'
import type { Ctx } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { found, invalidField } from '#kernel/errors.ts'
import { putFile, readFile as readKept } from '#kernel/files.ts'
import { cleanImage } from '#kernel/images.ts'
import * as repo from './files-repo.ts'
import { assetFor } from './service.ts'

type Input<K extends keyof typeof assets> = RouteInput<(typeof assets)[K]>

const presentFile = (row: repo.FileRow) => ({ id: row.id, assetId: row.asset_id, kind: assetFileKind.parse(row.kind), name: row.name, contentType: row.content_type, sizeBytes: Number(row.size_bytes), createdAt: row.created_at.toISOString() })

export function listFiles(ctx: Ctx, { params }: Input<'listFiles'>) {
  return withContext(ctx, async (tx) => ({ items: (await repo.filesOfAsset(tx, (await assetFor(tx, params.id)).id)).map(presentFile), nextCursor: null }))
}

// A nameplate is read at this width.
const widest = 2000
const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-'
const nameOf = (filename: string): string => (filename.replaceAll(/[\p{Cc}/\\]/gu, ' ').trim().slice(-120) || 'file')

/** A PDF as it came, a picture drawn anew: nothing else is kept. */
export async function addFile(ctx: Ctx, { params, upload }: Input<'addFile'>) {
  const [file] = upload.files
  if (file === undefined) throw invalidField('file', 'required')
  const kind = assetFileKind.safeParse(upload.fields['kind'] ?? 'other')
  if (!kind.success) throw invalidField('kind', 'assets.file_kind', assetFileErrors.file_kind)
  const asset = await withContext(ctx, (tx) => assetFor(tx, params.id, 'assets.maintain'))
  const kept = isPdf(file.bytes) ? { bytes: file.bytes, contentType: 'application/pdf' } : await cleanImage(file.bytes, { widest, field: 'file' })
  const name = nameOf(file.filename)
  const id = await putFile(ctx, { name, contentType: kept.contentType, bytes: kept.bytes, subjectType: 'asset', subjectId: asset.id })
  return withContext(ctx, async (tx) => presentFile(await repo.insertFile(tx, { id, asset_id: asset.id, kind: kind.data, name, content_type: kept.contentType, size_bytes: kept.bytes.length })))
}

export async function readFile(ctx: Ctx, { params }: Input<'readFile'>) {
  const row = await withContext(ctx, async (tx) => {
    const one = found(await repo.fileById(tx, params.id))
    await assetFor(tx, one.asset_id)
    return one
  })
  const { bytes } = await readKept(ctx, row.id)
  return { contentType: row.content_type, filename: row.name, body: bytes, isInline: row.content_type !== 'application/pdf' }
}
