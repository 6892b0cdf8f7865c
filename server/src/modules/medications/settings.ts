import type { RouteInput } from '#contract/define.ts'
import type { medications } from '#contract/medications.ts'
import type { Ctx } from '#kernel/context.ts'
import { checkVersion, type Tx, withContext } from '#kernel/db.ts'
import * as repo from './refusals-repo.ts'

// How long what is left may be handed out when nobody says otherwise; no law gives a term, half a year is usual.
const usualValidDays = 180

const present = (row: repo.SettingsRow | undefined) => ({ version: row?.version ?? 1, validDays: row?.valid_days ?? usualValidDays })

/** How long a prescription of this hospital is good when its prescriber does not say. */
export const validDaysOf = async (tx: Tx): Promise<number> => present(await repo.readSettings(tx)).validDays

export const readPrescriptionSettings = (ctx: Ctx) => withContext(ctx, async (tx) => present(await repo.readSettings(tx)))

export function updatePrescriptionSettings(ctx: Ctx, { body, ifMatch }: RouteInput<(typeof medications)['updatePrescriptionSettings']>) {
  return withContext(ctx, async (tx) => {
    const before = await repo.readSettings(tx)
    checkVersion(present(before), ifMatch)
    return present(before === undefined ? await repo.insertSettings(tx, body.validDays) : await repo.updateSettings(tx, before, body.validDays))
  })
}
