import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'
import type { PageRequest } from '#kernel/page.ts'
import type { TakingsRow } from './payments-repo.ts'
import type { EntryRow } from './shifts-repo.ts'

/** Money other modules took at a till of the facility on a day: it counts in the cashier's takings. */
export const takingsPort = definePort<(tx: Tx, facilityId: string, on: string) => Promise<TakingsRow[]>>('billing.takings')

/** Money other modules took into a cashier's shift: by method, and each payment newest first. */
export const shiftMoneyPort = definePort<{ takings: (tx: Tx, shiftId: string) => Promise<TakingsRow[]>; entries: (tx: Tx, shiftId: string, page: PageRequest) => Promise<EntryRow[]> }>('billing.shift-money')
