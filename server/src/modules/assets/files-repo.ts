import type { Tx } from '#kernel/db.ts'

const columns = ['id', 'asset_id', 'kind', 'name', 'content_type', 'size_bytes', 'created_at'] as const

export interface FileRow {
  id: string
  asset_id: string
  kind: string
  name: string
  content_type: string
  size_bytes: number
  created_at: Date
}

export function insertFile(tx: Tx, row: Omit<FileRow, 'created_at'>): Promise<FileRow> {
  return tx.db.insertInto('asset_files').values({ ...row, created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(columns).executeTakeFirstOrThrow()
}

const mostShown = 200

export function filesOfAsset(tx: Tx, assetId: string): Promise<FileRow[]> {
  return tx.db.selectFrom('asset_files').select(columns).where('asset_id', '=', assetId).orderBy('created_at', 'desc').orderBy('id').limit(mostShown).execute()
}

export function fileById(tx: Tx, id: string): Promise<FileRow | undefined> {
  return tx.db.selectFrom('asset_files').select(columns).where('id', '=', id).executeTakeFirst()
}
