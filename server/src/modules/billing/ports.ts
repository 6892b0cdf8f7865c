import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'
import type { TakingsRow } from './payments-repo.ts'

/** Money other modules took at a till of the facility on a day: it counts in the cashier's takings. */
export const takingsPort = definePort<(tx: Tx, facilityId: string, on: string) => Promise<TakingsRow[]>>('billing.takings')
