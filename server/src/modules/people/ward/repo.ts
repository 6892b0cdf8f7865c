import { rawInTenant, type Tx, withSystem } from '#kernel/db.ts'

export const readPin = (tx: Tx, userId: string) => tx.db.selectFrom('quick_pins').select('pin_hash').where('user_id', '=', userId).executeTakeFirst()

export const writePin = (tx: Tx, hash: string) =>
  tx.db.insertInto('quick_pins').values({ user_id: tx.ctx.userId, pin_hash: hash, set_at: tx.ctx.now }).onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doUpdateSet((eb) => ({ pin_hash: eb.ref('excluded.pin_hash'), set_at: eb.ref('excluded.set_at') }))).execute()

export const removePin = (tx: Tx, userId: string) => tx.db.deleteFrom('quick_pins').where('user_id', '=', userId).execute()

/** A full sign-in on a computer: the shift and the tries begin anew. */
export const noteFullSignIn = (tx: Tx, one: { device_hash: string; user_id: string; has_second_factor: boolean }) =>
  tx.db
    .insertInto('ward_sign_ins')
    .values({ ...one, signed_in_at: tx.ctx.now })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'device_hash', 'user_id']).doUpdateSet((eb) => ({ signed_in_at: eb.ref('excluded.signed_in_at'), has_second_factor: eb.ref('excluded.has_second_factor'), tries: 0 })))
    .execute()

/** Who may come back on a computer; a deactivated user, and one without a PIN, may not. */
export const colleaguesOf = (tx: Tx, deviceHash: string, since: Date) =>
  tx.db
    .selectFrom('ward_sign_ins')
    .innerJoin('users', 'users.id', 'ward_sign_ins.user_id')
    .innerJoin('quick_pins', 'quick_pins.user_id', 'ward_sign_ins.user_id')
    .select(['ward_sign_ins.user_id', 'users.display_name'])
    .where('ward_sign_ins.device_hash', '=', deviceHash)
    .where('ward_sign_ins.signed_in_at', '>', since)
    .where('users.is_active', '=', true)
    .orderBy('users.display_name')
    .limit(9)
    .execute()

/** Counts a try before anything is compared; undefined when there was no full sign-in, or too many tries. */
export const takeTry = (tx: Tx, one: { deviceHash: string; userId: string; since: Date; most: number }) =>
  tx.db
    .updateTable('ward_sign_ins')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('device_hash', '=', one.deviceHash)
    .where('user_id', '=', one.userId)
    .where('signed_in_at', '>', one.since)
    .where('tries', '<', one.most)
    .returning(['signed_in_at', 'has_second_factor'])
    .executeTakeFirst()

export const forgetTries = (tx: Tx, deviceHash: string, userId: string) => tx.db.updateTable('ward_sign_ins').set({ tries: 0 }).where('device_hash', '=', deviceHash).where('user_id', '=', userId).execute()

/** Ends what a user has on shared computers: a new password or lost factors ask for a full sign-in everywhere. */
export const endWardSignIns = (tx: Tx, userId: string) => tx.db.deleteFrom('ward_sign_ins').where('user_id', '=', userId).execute()

/** Ends the session that this computer had before. */
export const endOther = (tx: Tx, sessionId: string) => tx.db.updateTable('sessions').set({ ended_at: tx.ctx.now }).where('id', '=', sessionId).where('ended_at', 'is', null).execute()

export const originsOf = (tenantId: string): Promise<string[]> => withSystem(async (query) => (await query('select origin from allowed_origins where tenant_id = $1 order by origin', [tenantId])).rows.map((row) => String(row.origin)))
export const hospitalsOf = (origin: string): Promise<string[]> => withSystem(async (query) => (await query('select tenant_id from allowed_origins where origin = $1', [origin])).rows.map((row) => String(row.tenant_id)))

export async function replaceOrigins(tx: Tx, origins: readonly string[]): Promise<void> {
  await rawInTenant(tx, 'delete from allowed_origins where tenant_id = $1', [tx.ctx.tenantId])
  await rawInTenant(tx, 'insert into allowed_origins (tenant_id, origin) select $1, o from unnest($2::text[]) as o', [tx.ctx.tenantId, origins])
}
