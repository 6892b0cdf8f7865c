import type { Sensitivity, TimelineItem } from '#contract/patients.ts'
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

/** Where visits stand: a table with `patient_id`, the column that says when, and which of its rows count. */
export const visitPort = definePort<{ table: string; at: string; counted: string }>('patients.visits')

/** Where coded conditions stand: a table with `patient_id` and `coding`, and which of its rows count. */
export const codingPort = definePort<{ table: string; counted: string }>('patients.codings')

/** Says why two records cannot be merged now (both admitted, both with open bills). */
export const mergeBlockPort = definePort<(tx: Tx, patientId: string, intoPatientId: string) => Promise<string[]>>('patients.merge-block')

/** When a patient was last treated, and last billed: how long the law asks that the record is kept. */
export const retentionPort = definePort<(tx: Tx, patientIds: readonly string[]) => Promise<{ careAt: Date | null; billOn: string | null }>>('patients.retention')

/** Takes out of a module's rows what a patient or another person wrote about a patient who is erased; facts that name nobody stay. */
export const erasurePort = definePort<(tx: Tx, patientIds: readonly string[]) => Promise<void>>('patients.erasure')

/** Whether the user of this context sees patients with a label. */
export const labelSeenPort = definePort<(tx: Tx, label: Sensitivity) => Promise<boolean>>('patients.label-seen')
