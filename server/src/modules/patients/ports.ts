import type { TimelineItem } from '#contract/patients.ts'
import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'

export interface TimelineRequest {
  /** Only items before this instant. */
  before: Date | null
  limit: number
}

/** Later modules say what happened to a patient. */
export const timelinePort = definePort<(tx: Tx, patientId: string, request: TimelineRequest) => Promise<TimelineItem[]>>('patients.timeline')

/** Every table that names a patient, so that a merge reaches it. A catalogue test fails when one is missing. */
export const mergePort = definePort<{ table: string; column: string }>('patients.merge')

/** Says why two records cannot be merged now (both admitted, both with open bills). */
export const mergeBlockPort = definePort<(tx: Tx, patientId: string, intoPatientId: string) => Promise<string[]>>('patients.merge-block')
