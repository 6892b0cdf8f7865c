import type { Ctx } from '#kernel/context.ts'
import type { Tx } from '#kernel/db.ts'
import { defineEvent, emit } from '#kernel/events.ts'
import { forgetFiles, removeFiles } from '#kernel/files.ts'
import * as repo from './repo.ts'

/** Files of old imports were taken out of the register; `keys` joined by commas. */
export const importFilesForgotten = defineEvent<{ keys: string }>('interop.files-forgotten')

/** How long an import keeps what was uploaded, in days: set by this project, so that a wrong one can be looked into. Its counts and errors stay, and every resource is kept with its record. */
export const daysKept = 30

/** Job: an import that ended long ago gives up its uploaded files. Safe to run twice. */
export async function forgetUploads(tx: Tx): Promise<void> {
  const old = await repo.lockEndedBefore(tx, new Date(tx.ctx.now.getTime() - daysKept * 86_400_000))
  if (old.length === 0) return
  const keys = await forgetFiles(tx, { ids: old.flatMap((row) => row.files.map((file) => file.id)), subjectIds: [] })
  await repo.forgetFilesOf(tx, old.map((row) => row.id))
  await emit(tx, importFilesForgotten, { keys: keys.join(',') })
}

/** What was taken out of the register goes from the store. */
export const removeUploads = async (_ctx: Ctx, { keys }: { keys: string }): Promise<void> => removeFiles(keys.split(',').filter(Boolean))
