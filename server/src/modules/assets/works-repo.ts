import type { Tx } from '#kernel/db.ts'
import { newId } from '#kernel/ids.ts'
import type { PageRequest } from '#kernel/page.ts'
import { afterCursor } from '#kernel/paging.ts'

const workColumns = ['id', 'asset_id', 'plan_id', 'kind', 'result', 'done_on', 'done_by', 'vendor_id', 'findings', 'parts', 'currency', 'parts_cost', 'labour_cost', 'certificate_number', 'valid_until', 'counter_reading', 'created_at', 'created_by'] as const

export interface WorkRow {
  id: string
  asset_id: string
  plan_id: string | null
  kind: string
  result: string
  done_on: string
  done_by: string
  vendor_id: string | null
  findings: string
  parts: string
  currency: string
  parts_cost: string
  labour_cost: string
  certificate_number: string
  valid_until: string | null
  counter_reading: string | null
  created_at: Date
  created_by: string | null
}

export function insertWork(tx: Tx, row: Omit<WorkRow, 'id' | 'created_at' | 'created_by'> & { facility_id: string }): Promise<WorkRow> {
  return tx.db.insertInto('asset_works').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(workColumns).executeTakeFirstOrThrow()
}

export function worksOf(tx: Tx, assetId: string, page: PageRequest): Promise<WorkRow[]> {
  const query = tx.db.selectFrom('asset_works').select(workColumns).where('asset_id', '=', assetId).orderBy('done_on', 'desc').orderBy('id').limit(page.limit + 1)
  return afterCursor(query, page.after, 'done_on', { order: 'desc' }).execute()
}

const contractColumns = ['id', 'version', 'asset_id', 'vendor_id', 'kind', 'number', 'from_on', 'until_on', 'currency', 'cost'] as const

export interface ContractRow {
  id: string
  version: number
  asset_id: string
  vendor_id: string
  kind: string
  number: string
  from_on: string
  until_on: string
  currency: string
  cost: string
}

export function insertContract(tx: Tx, row: Omit<ContractRow, 'id' | 'version'>): Promise<ContractRow> {
  return tx.db.insertInto('asset_contracts').values({ ...row, id: newId(), created_at: tx.ctx.now, created_by: tx.ctx.userId }).returning(contractColumns).executeTakeFirstOrThrow()
}

const mostContracts = 200

export function contractsOf(tx: Tx, assetId: string): Promise<ContractRow[]> {
  return tx.db.selectFrom('asset_contracts').select(contractColumns).where('asset_id', '=', assetId).orderBy('from_on', 'desc').orderBy('id').limit(mostContracts).execute()
}
