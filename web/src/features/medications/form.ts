import type { PrescriptionItemBody } from '#contract/medications.ts'
import type { Prescription, System } from './queries.ts'

export const instructionNames = ['route', 'timing', 'anupana', 'potency', 'dilution', 'repetition'] as const
export type InstructionName = (typeof instructionNames)[number]

/** The grammar of each system of medicine, in the order it is spoken. */
export const grammar: Readonly<Record<System, readonly InstructionName[]>> = {
  allopathy: ['route', 'timing'],
  ayurveda: ['anupana', 'timing'],
  homeopathy: ['potency', 'dilution', 'repetition', 'timing'],
}

/** What is usually said; anything else may be typed. */
export const usual: Readonly<Record<System, Partial<Record<InstructionName | 'dosage' | 'frequency', readonly string[]>>>> = {
  allopathy: { dosage: ['1 tablet', '2 tablets', '5 ml', '10 ml', '1 puff'], frequency: ['1-0-0', '1-0-1', '1-1-1', '0-0-1', '1-1-1-1'], route: ['oral', 'inhalation', 'topical', 'eye', 'ear'], timing: ['after food', 'before food', 'at bedtime', 'when needed'] },
  ayurveda: { dosage: ['5 g', '10 g', '15 ml', '30 ml', '1 gulika', '2 gulika'], frequency: ['1-0-1', '1-1-1', 'once daily', '1-0-0'], anupana: ['honey', 'warm water', 'milk', 'ghee', 'buttermilk'], timing: ['before sunrise', 'before food', 'after food', 'at bedtime'] },
  homeopathy: { dosage: ['4 pills', '2 drops', '5 drops'], frequency: ['1-0-0', '1-1-1', 'once a week', 'single dose'], potency: ['6C', '30C', '200C', '1M'], dilution: ['in water', 'dry on tongue'], repetition: ['every 2 hours', 'stop when better', 'do not repeat'], timing: ['empty stomach', 'at bedtime'] },
}

export interface Line {
  medicationId: string
  name: string
  system: System
  dosage: string
  frequency: string
  durationDays: string
  quantity: string
  instructions: Partial<Record<InstructionName, string>>
}

export const newLine = (medicine: { id: string; name: string; system: System; systemData: Record<string, string> }): Line => ({
  medicationId: medicine.id, name: medicine.name, system: medicine.system, dosage: usual[medicine.system].dosage?.[0] ?? '', frequency: '', durationDays: '5', quantity: '',
  instructions: { ...(medicine.systemData['route'] === undefined ? {} : { route: medicine.systemData['route'] }), ...(medicine.system === 'homeopathy' && medicine.systemData['potency'] !== undefined ? { potency: medicine.systemData['potency'] } : {}) },
})

/** Lines as the contract wants them; what is empty is left out. */
export const toItems = (lines: readonly Line[]): PrescriptionItemBody[] =>
  lines.map((line) => ({
    medicationId: line.medicationId, dosage: line.dosage, frequency: line.frequency, durationDays: Number(line.durationDays), ...(line.quantity.trim() === '' ? {} : { quantity: line.quantity.trim() }),
    instructions: Object.fromEntries(grammar[line.system].flatMap((name) => { const value = line.instructions[name]?.trim() ?? ''; return value === '' ? [] : [[name, value]] })),
  }))

/** A saved draft as lines to go on with. */
export const toLines = (prescription: Prescription): Line[] =>
  prescription.items.map((item) => ({ medicationId: item.medicationId, name: item.name, system: item.system, dosage: item.dosage, frequency: item.frequency, durationDays: String(item.durationDays), quantity: item.quantity, instructions: item.instructions }))
