import { insertMany, type Tx } from '#kernel/db.ts'

export interface ImportedPractitioner {
  id: string
  name: string
  title: string
}

/** Practitioners known from elsewhere: named on records, without sign-in, and not offered for booking. */
export async function importPractitioners(tx: Tx, rows: readonly ImportedPractitioner[]): Promise<void> {
  const types = { id: 'uuid', email: 'text', display_name: 'text', title: 'text', is_practitioner: 'boolean', is_active: 'boolean', created_at: 'timestamptz', created_by: 'uuid' } as const
  await insertMany(tx, 'users', types, rows.map((row) => ({ id: row.id, email: '', display_name: row.name, title: row.title, is_practitioner: true, is_active: false, created_at: tx.ctx.now, created_by: tx.ctx.userId })))
}
