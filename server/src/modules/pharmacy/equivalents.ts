import type { Tx } from '#kernel/db.ts'
import { foldText } from '#kernel/text.ts'
import { type MedicationRow, medicationsBeginning } from '../medications/index.ts'
import { namesOf } from '../safety/index.ts'

/** What says whether two medicines may stand for each other. */
export interface Composition {
  system: string
  genericName: string
  /** As the register keeps it: `dosageForm` and `strength`, or `potency`. */
  systemData: Readonly<Record<string, string>>
}

interface Ingredient {
  base: string
  /** Empty where the register names none. */
  salt: string
}

const separators = /[+/,;&]|\s(?:and|with)\s/i

/** The ingredients of a generic name, in one order whatever the order of the text. */
function ingredientsOf(genericName: string): Ingredient[] {
  const named = genericName.replaceAll(/\d[\d.,]*\s*(?:mg|mcg|µg|ug|g|ml|iu|units?|%)?(?:\s*\/\s*[\d.]*\s*(?:ml|dose|g))?/gi, ' ')
  return named.split(separators).flatMap((part) => {
    const names = namesOf(part)
    const [whole, base = whole] = names
    return whole === undefined || base === undefined ? [] : [{ base, salt: whole === base ? '' : whole }]
  }).toSorted((a, b) => (a.base < b.base ? -1 : 1))
}

const forms: Readonly<Record<string, string>> = { tab: 'tablet', tabs: 'tablet', tablets: 'tablet', cap: 'capsule', caps: 'capsule', capsules: 'capsule', syp: 'syrup', syr: 'syrup', inj: 'injection', injections: 'injection', drops: 'drop', oint: 'ointment', susp: 'suspension', soln: 'solution' }
// A film coat changes nothing of how a tablet gives off its drug; an enteric coat and slow release do, and stay in the name.
const withoutMeaning = new Set(['film', 'coated', 'uncoated', 'oral', 'ip', 'bp', 'usp'])

function formOf(text: string): string {
  const words = foldText(text).split(' ').map((word) => forms[word] ?? word)
  const isFilm = words.includes('film')
  return words.filter((word) => word !== '' && !(withoutMeaning.has(word) && (word !== 'coated' || isFilm))).toSorted().join(' ')
}

const micrograms: Readonly<Record<string, number>> = { mcg: 1, ug: 1, µg: 1, mg: 1000, g: 1_000_000 }
const strengthPart = /(\d+(?:\.\d+)?)\s*(mg|mcg|µg|ug|g|ml|iu|units?|%)?(?:\s*\/\s*(\d+(?:\.\d+)?)?\s*(ml|dose|g))?/gi

/** The strengths in a text in one unit and order: `0.5 g` is `500 mg`, `250 mg/5 ml` is `50 mg/ml`. */
function strengthOf(text: string): string {
  const parts = [...text.toLowerCase().replaceAll(',', '').matchAll(strengthPart)].map(([, amount = '0', unit = 'mg', of = '1', per = '']) => {
    const known = micrograms[unit]
    const value = (Number(amount) * (known ?? 1)) / Number(of || '1')
    return `${Number(value.toPrecision(9))} ${known === undefined ? unit.replace(/s$/, '') : 'mcg'}${per === '' ? '' : `/${per}`}`
  })
  return parts.toSorted().join(' + ')
}

const saysSame = (one: Ingredient, other: Ingredient): boolean => one.base === other.base && (one.salt === '' || other.salt === '' || one.salt === other.salt)

/**
 * Whether one medicine may be given for another without asking the prescriber: the same ingredients in any order, spelling of salt and separator, the same strength in any unit, the same form; of remedies the same potency.
 * What either does not say is not taken as the same, but for the salt of an ingredient: strengths are told as the base where no salt is named.
 */
export function isSameMedicine(one: Composition, other: Composition): boolean {
  if (one.system !== other.system) return false
  const [own, others] = [ingredientsOf(one.genericName), ingredientsOf(other.genericName)]
  if (own.length === 0 || own.length !== others.length || !own.every((part, index) => saysSame(part, others[index] ?? { base: '', salt: '' }))) return false
  if (one.system === 'homeopathy') return (one.systemData['potency'] ?? '') !== '' && foldText(one.systemData['potency'] ?? '') === foldText(other.systemData['potency'] ?? '')
  const [strength, form] = [strengthOf(one.systemData['strength'] || one.genericName), formOf(one.systemData['dosageForm'] ?? '')]
  return strength !== '' && form !== '' && strength === strengthOf(other.systemData['strength'] || other.genericName) && form === formOf(other.systemData['dosageForm'] ?? '')
}

/** A medicine of the register as it is compared. */
export const compositionOf = (row: MedicationRow): Composition => ({ system: row.system, genericName: row.generic_name, systemData: row.system_data })

/** For each of these medicines the others of the register that may be given for it without asking: one statement for each system. */
export async function equivalentsOf(tx: Tx, medicines: readonly MedicationRow[]): Promise<Map<string, MedicationRow[]>> {
  const bySystem = Map.groupBy(medicines.filter((one) => one.generic_name !== ''), (one) => one.system)
  const register = (await Promise.all([...bySystem].map(([system, own]) => medicationsBeginning(tx, system, [...new Set(own.flatMap((one) => ingredientsOf(one.generic_name).map((part) => part.base)))])))).flat()
  return new Map(medicines.map((one) => [one.id, register.filter((other) => other.id !== one.id && isSameMedicine(compositionOf(one), compositionOf(other)))]))
}
