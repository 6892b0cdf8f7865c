import { rawInTenant, type Tx } from './db.ts'

export interface TableRows {
  table: string
  rows: Record<string, unknown>[]
}

interface Link {
  table: string
  column: string
  parent: string
}

/** Foreign keys of one column (beside the tenant): which rows hang on which. */
const linksOf = (tx: Tx): Promise<Link[]> =>
  rawInTenant<Link>(
    tx,
    `select c.relname as table, a.attname as column, p.relname as parent
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
     where k.contype = 'f' and k.connamespace = 'public'::regnamespace and array_length(k.conkey, 1) = 2 and not c.relispartition and a.attname <> 'tenant_id' order by 1, 2`,
    [],
  )

async function rowsOf(tx: Tx, table: string, column: string, ids: readonly string[]): Promise<Record<string, unknown>[]> {
  const rows = await rawInTenant<{ row: Record<string, unknown> }>(tx, `select to_jsonb(t) - 'tenant_id' as row from "${table}" t where t.tenant_id = $1 and t."${column}" = any($2::uuid[])`, [tx.ctx.tenantId, ids])
  return rows.map((one) => one.row)
}

const keyOf = (row: Record<string, unknown>): string => (typeof row['id'] === 'string' ? row['id'] : JSON.stringify(row))

/**
 * Every row that is about somebody: of the tables that name the person, and of those whose rows belong to such a row, found by
 * the foreign keys. What people and places have in common with others (users, facilities, catalogues) is not walked into.
 */
export async function gatherRows(tx: Tx, roots: readonly { table: string; column: string }[], ids: readonly string[]): Promise<TableRows[]> {
  const found = new Map<string, Map<string, Record<string, unknown>>>()
  const keep = (table: string, rows: readonly Record<string, unknown>[]): string[] => {
    const known = found.get(table) ?? new Map<string, Record<string, unknown>>()
    const fresh = rows.filter((row) => !known.has(keyOf(row)))
    for (const row of fresh) known.set(keyOf(row), row)
    if (known.size > 0) found.set(table, known)
    return fresh.flatMap((row) => (typeof row['id'] === 'string' ? [row['id']] : []))
  }
  const waiting: [string, string[]][] = []
  for (const root of roots) waiting.push([root.table, keep(root.table, await rowsOf(tx, root.table, root.column, ids))])
  const named = new Set(roots.map((root) => root.table))
  const links = (await linksOf(tx)).filter((link) => !named.has(link.table))
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [parent, fresh] = next
    if (fresh.length === 0) continue
    for (const link of links.filter((one) => one.parent === parent)) waiting.push([link.table, keep(link.table, await rowsOf(tx, link.table, link.column, fresh))])
  }
  return [...found].map(([table, rows]) => ({ table, rows: [...rows.values()] }))
}
