import { computedQuantity, type CountedIn } from '#contract/medications-quantity.ts'
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
  /** What its items of stock are counted in. */
  countedIn: readonly CountedIn[]
  /** As typed; undefined while it follows dose, frequency and days. */
  quantity?: string | undefined
  instructions: Partial<Record<InstructionName, string>>
}

const maxLengths: Partial<Record<InstructionName, number>> = { route: 60, potency: 30 }
export const maxLengthOf = (name: InstructionName): number => maxLengths[name] ?? 120

/** Only where the form of the medicine says the unit of a dose; elsewhere the prescriber does. */
const firstDose: Readonly<Record<string, string>> = { tablet: '1 tablet', capsule: '1 capsule', inhaler: '1 puff', arishtam: '15 ml', kashayam: '15 ml', choornam: '5 g', gulika: '1 gulika' }

/** What the server computes; empty where dose and frequency do not say it. */
export const computedOf = ({ dosage, frequency, durationDays, countedIn }: Line): string => computedQuantity({ dosage, frequency, durationDays: Number(durationDays) }, countedIn)?.quantity ?? ''

/** What the quantity counts, where it is known. */
export const quantityUnitOf = (line: Line): string => computedQuantity({ dosage: line.dosage, frequency: line.frequency, durationDays: Number(line.durationDays) }, line.countedIn)?.unit ?? line.countedIn[0]?.unit ?? ''

export const quantityOf = (line: Line): string => line.quantity ?? computedOf(line)

export function newLine({ id, name, system, systemData, countedIn }: { id: string; name: string; system: System; systemData: Record<string, string>; countedIn: readonly CountedIn[] }): Line {
  const { route, potency, dosageForm, type } = systemData
  const instructions = { ...(route === undefined ? {} : { route }), ...(system === 'homeopathy' && potency !== undefined ? { potency } : {}) }
  return { medicationId: id, name, system, countedIn, dosage: firstDose[(dosageForm ?? type ?? '').toLowerCase()] ?? '', frequency: '', durationDays: '5', instructions }
}

/** Lines as the contract wants them; what is empty is left out. */
export const toItems = (lines: readonly Line[]): PrescriptionItemBody[] =>
  lines.map((line) => ({
    medicationId: line.medicationId, dosage: line.dosage, frequency: line.frequency, durationDays: Number(line.durationDays), ...((line.quantity ?? '') === '' ? {} : { quantity: line.quantity }),
    instructions: Object.fromEntries(grammar[line.system].flatMap((name) => { const value = line.instructions[name]?.trim() ?? ''; return value === '' ? [] : [[name, value]] })),
  }))

function toLine(item: Prescription['items'][number]): Line {
  const line = { medicationId: item.medicationId, name: item.name, system: item.system, dosage: item.dosage, frequency: item.frequency, durationDays: String(item.durationDays), countedIn: item.unit === '' ? [] : [{ unit: item.unit }], instructions: item.instructions }
  return computedOf(line) === item.quantity ? line : { ...line, quantity: item.quantity }
}

/** A saved draft as lines to go on with. */
export const toLines = (prescription: Prescription): Line[] => prescription.items.map(toLine)
