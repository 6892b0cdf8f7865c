import type { DispenseBody, DispenseLineBody } from '#contract/medications.ts'
import type { CountedIn } from '#contract/medications-quantity.ts'
import type { Override, SafetyAlert } from '#contract/safety-alerts.ts'
import type { Tx } from '#kernel/db.ts'
import { definePort } from '#kernel/module.ts'
import type { ItemRow, PrescriptionRow } from './repo.ts'

/** A line whose prescribed item is known. */
export interface ResolvedLine {
  prescriptionItemId: string
  quantity: string
  itemId?: string | undefined
  lotId?: string | undefined
  reason?: string | undefined
  hasConsent?: boolean | undefined
  /** What the named item of stock is by the register, which need not be what was prescribed. */
  given?: { medicationId: string | null; name: string } | undefined
}

export interface HandOver {
  dispenseId: string
  prescription: PrescriptionRow
  items: readonly ItemRow[]
  storeId: string
  lines: readonly ResolvedLine[]
  body: DispenseBody
}

/** What left the store, lot by lot, and what is to be written once the dispense stands. */
export interface Taken {
  lines: readonly { prescriptionItemId: string; quantity: string; lotId?: string | undefined }[]
  keep: () => Promise<void>
}

/** What takes goods from a store when a prescription is handed out: finds the prescribed line of an item, then the lots, which it returns one by one. */
export interface StockOut {
  resolve: (tx: Tx, items: readonly ItemRow[], lines: readonly DispenseLineBody[]) => Promise<ResolvedLine[]>
  takeOut: (tx: Tx, handOver: HandOver) => Promise<Taken>
  /** What the items of stock of each medicine are counted in. */
  countedIn: (tx: Tx, medicationIds: readonly string[]) => Promise<ReadonlyMap<string, readonly Required<CountedIn>[]>>
}
export const stockOutPort = definePort<StockOut>('medications.stock-out')

/** What medicines are counted in where they are in stock; of others nothing is known. */
export async function countedIn(tx: Tx, medicationIds: readonly string[]): Promise<(medicationId: string) => readonly Required<CountedIn>[]> {
  const [stock] = stockOutPort.all()
  const known = stock === undefined || medicationIds.length === 0 ? undefined : await stock.countedIn(tx, [...new Set(medicationIds)])
  return (medicationId) => known?.get(medicationId) ?? []
}

export interface SafetyQuestion {
  stage: 'order' | 'verify' | 'dispense' | 'administration'
  patientId: string
  subject: { type: string; id: string } | null
  /** What is not in the register is asked about by name; what shares a `line` is one treatment, whatever brands it is made up of. */
  medications: readonly { medicationId?: string | undefined; name?: string | undefined; dosage: string; frequency: string; line?: string | undefined }[]
  /** Medicines of the same prescription that were asked about before: only what goes ill with them is told. */
  beside?: readonly string[] | undefined
  overrides: readonly Override[]
  /** Whether what stops or warns must have a reason now (409 `safety.override_required`). */
  isBinding: boolean
}
/** Checks what a patient is about to get. */
export const safetyPort = definePort<(tx: Tx, question: SafetyQuestion) => Promise<SafetyAlert[]>>('medications.safety')

/** Asks every checker there is. */
export async function checkSafety(tx: Tx, question: SafetyQuestion): Promise<SafetyAlert[]> {
  const answers = []
  for (const check of safetyPort.all()) answers.push(...(await check(tx, question)))
  return answers
}
