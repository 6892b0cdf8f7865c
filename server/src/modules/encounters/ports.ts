import type { TimelineItem } from '#contract/patients.ts'
import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'
import type { EncounterRow } from './repo.ts'

/** Later modules say what a visit still lacks before it may close: short names such as `note`, `diagnosis`. */
export const closeRulePort = definePort<(tx: Tx, encounter: EncounterRow) => Promise<string[]>>('encounters.close-rule')

/** Later modules say what happened in a visit. */
export const encounterTimelinePort = definePort<(tx: Tx, encounterId: string) => Promise<TimelineItem[]>>('encounters.timeline')
