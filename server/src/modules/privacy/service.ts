import { removeFiles } from '#kernel/files.ts'
import type { Ctx } from '#kernel/context.ts'

export * as breaches from './breaches.ts'
export * as exports from './exports.ts'
export * as letters from './letters.ts'
export * as requests from './requests.ts'

/** Job: what was taken out of the register goes from the store. */
export const removeErased = async (_ctx: Ctx, { keys }: { keys: string }): Promise<void> => removeFiles(keys.split(',').filter(Boolean))
