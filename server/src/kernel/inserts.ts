import { rawInTenant, type Tx } from './db.ts'

type ColumnType = 'uuid' | 'text' | 'int' | 'numeric' | 'boolean' | 'timestamptz' | 'date'

/** Rows of one table; `columns` names each column with its SQL type. */
export interface TableRows {
  readonly table: string
  readonly columns: Readonly<Record<string, ColumnType>>
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

function insertOf({ table, columns }: TableRows, first: number): string {
  const names = Object.keys(columns).map((name) => `"${name}"`).join(', ')
  const arrays = Object.values(columns).map((type, index) => `$${first + index}::${type}[]`).join(', ')
  return `insert into "${table}" (tenant_id, ${names}) select $1::uuid, u.* from unnest(${arrays}) as u(${names})`
}

/** Inserts rows of several tables with one statement, whose text varies only with which tables have rows; what refers to each other may come together. */
export async function insertTogether(tx: Tx, parts: readonly TableRows[]): Promise<void> {
  const filled = parts.filter((part) => part.rows.length > 0)
  const values: unknown[] = [tx.ctx.tenantId]
  const texts = filled.map((part) => {
    const text = insertOf(part, values.length + 1)
    for (const name of Object.keys(part.columns)) values.push(part.rows.map((row) => row[name] ?? null))
    return text
  })
  const last = texts.pop()
  if (last === undefined) return
  const before = texts.map((text, index) => `w${index} as (${text})`).join(', ')
  await rawInTenant(tx, before === '' ? last : `with ${before} ${last}`, values)
}
