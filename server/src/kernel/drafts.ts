import type { Tx } from './db.ts'

/** What a user is typing in a form about a subject; null when there is none. */
export async function readDraft(tx: Tx, form: string, subject: string): Promise<{ content: unknown; updatedAt: string } | null> {
  const row = await tx.db.selectFrom('drafts').select(['content', 'updated_at']).where('user_id', '=', tx.ctx.userId).where('form', '=', form).where('subject', '=', subject).executeTakeFirst()
  return row === undefined ? null : { content: row.content, updatedAt: row.updated_at.toISOString() }
}

/** Keeps a draft; null content forgets it. */
export async function writeDraft(tx: Tx, form: string, subject: string, content: unknown): Promise<void> {
  if (content === null) {
    await tx.db.deleteFrom('drafts').where('user_id', '=', tx.ctx.userId).where('form', '=', form).where('subject', '=', subject).execute()
    return
  }
  await tx.db
    .insertInto('drafts')
    .values({ user_id: tx.ctx.userId, form, subject, content: JSON.stringify(content), updated_at: tx.ctx.now })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id', 'form', 'subject']).doUpdateSet((eb) => ({ content: eb.ref('excluded.content'), updated_at: eb.ref('excluded.updated_at') })))
    .execute()
}
