import type { Instructions } from '#contract/medications.ts'

export interface FieldError {
  path: string
  code: string
}

export type System = 'allopathy' | 'ayurveda' | 'homeopathy'

const onlyIn: Partial<Record<keyof Instructions, System>> = { anupana: 'ayurveda', potency: 'homeopathy', dilution: 'homeopathy', repetition: 'homeopathy' }

/** The instructions that the system of a medicine does not know. */
export function foreignInstructions(instructions: Instructions, system: string): string[] {
  return Object.entries(onlyIn).flatMap(([key, owner]) => (Object.hasOwn(instructions, key) && owner !== system ? [key] : []))
}

/** A quantity in thousandths: the exact whole number behind a `numeric(14,3)`. */
export function toThousandths(quantity: string): number {
  const [whole = '0', decimals = ''] = quantity.split('.')
  return Number(whole) * 1000 + Number(decimals.slice(0, 3).padEnd(3, '0'))
}

/** `10500` is `10.5`, `10000` is `10`. */
export function fromThousandths(amount: number): string {
  const decimals = String(amount % 1000).padStart(3, '0').replace(/0+$/, '')
  return `${Math.floor(amount / 1000)}${decimals === '' ? '' : `.${decimals}`}`
}

export const plainQuantity = (quantity: string): string => fromThousandths(toThousandths(quantity))

export interface Remainder {
  id: string
  quantity: string
  dispensed_quantity: string
}

export interface DispenseLine {
  prescriptionItemId: string
  quantity: string
  lotId?: string | undefined
}

const left = (item: Remainder): number => toThousandths(item.quantity) - toThousandths(item.dispensed_quantity)

/** Everything that is left, as lines. */
export const remainingLines = (items: readonly Remainder[]): DispenseLine[] => items.filter((item) => left(item) > 0).map((item) => ({ prescriptionItemId: item.id, quantity: fromThousandths(left(item)) }))

export interface Handout {
  /** Item id → how much in all lines together. */
  totals: Map<string, string>
  unknown: FieldError[]
  over: FieldError[]
  /** Whether nothing is left afterwards. */
  isComplete: boolean
}

/** What lines hand out of which items; a line of another prescription or above the remainder is named by its field. */
export function handOut(items: readonly Remainder[], lines: readonly DispenseLine[]): Handout {
  const remaining = new Map(items.map((item) => [item.id, left(item)]))
  const unknown: FieldError[] = []
  const over: FieldError[] = []
  for (const [index, line] of lines.entries()) {
    const before = remaining.get(line.prescriptionItemId)
    if (before === undefined) unknown.push({ path: `lines.${index}.prescriptionItemId`, code: 'reference.unknown' })
    else if (before < toThousandths(line.quantity)) over.push({ path: `lines.${index}.quantity`, code: 'medications.over_dispensed' })
    else remaining.set(line.prescriptionItemId, before - toThousandths(line.quantity))
  }
  const taken = items.map((item) => ({ id: item.id, amount: left(item) - (remaining.get(item.id) ?? 0) })).filter(({ amount }) => amount > 0)
  return { totals: new Map(taken.map(({ id, amount }) => [id, fromThousandths(amount)])), unknown, over, isComplete: [...remaining.values()].every((amount) => amount === 0) }
}

const tooCommon = new Set(['allergy', 'allergic', 'and', 'drug', 'drugs', 'for', 'medicine', 'medicines', 'tablet', 'tablets', 'the', 'to', 'with'])
const singular = (word: string): string => (word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word)

/** The words of a folded text that tell substances apart. */
export const substanceWords = (folded: string): string[] => folded.split(' ').filter((word) => word.length >= 3 && !tooCommon.has(word)).map(singular)

/** The allergies that share a word with a medicine's folded name or generic name. */
export function matchingAllergies<A extends { folded: string }>(allergies: readonly A[], medicineFolded: string): A[] {
  const words = new Set(substanceWords(medicineFolded))
  return allergies.filter((allergy) => substanceWords(allergy.folded).some((word) => words.has(word)))
}

/** The number on paper: the code of the facility and a running number without gaps. */
export const formatNumber = (facilityCode: string, running: number): string => `RX-${facilityCode}-${String(running).padStart(6, '0')}`

/** A number as it was typed or scanned: of a known facility its running number is enough. */
export function numberOf(typed: string, facilityCode: string | undefined): string {
  const text = typed.trim().toUpperCase()
  return facilityCode !== undefined && /^\d{1,9}$/.test(text) ? formatNumber(facilityCode, Number(text)) : text
}

/** How long, in the language of a paper: Arabic has its own word for one, two, a few and many. */
export const daysText = (days: number, locale: string): string => new Intl.NumberFormat(`${locale}-u-nu-latn`, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(days)
