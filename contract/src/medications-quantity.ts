/** A quantity that follows from dose, times and days, in the unit it is handed out in. */
export interface Computed {
  quantity: string
  unit: string
}

/** How a medicine is counted in stock; without it a dose that is counted itself tells the unit. */
export interface CountedIn {
  unit: string
  packs?: readonly { unit: string; factor: string }[]
  isDivisible?: boolean
}

const spellings: Readonly<Record<string, readonly string[]>> = {
  tablet: ['tablets', 'tab', 'tabs'], capsule: ['capsules', 'cap', 'caps'], pill: ['pills', 'globule', 'globules'], gulika: ['gulikas', 'gutika', 'vati'], ml: ['mls', 'millilitre', 'millilitres', 'milliliter', 'milliliters', 'cc'], l: ['litre', 'litres', 'liter', 'liters'], g: ['gm', 'gms', 'gram', 'grams'], mg: ['milligram', 'milligrams'], kg: ['kilogram', 'kilograms'],
  sachet: ['sachets'], suppository: ['suppositories'], pessary: ['pessaries'], ampoule: ['ampoules', 'amp', 'amps', 'ampule', 'ampules'], vial: ['vials'], patch: ['patches'], lozenge: ['lozenges'], drop: ['drops'], puff: ['puffs'], piece: ['pieces', 'pcs', 'nos'],
}
const nameOf = new Map(Object.entries(spellings).flatMap(([name, others]) => [name, ...others].map((one) => [one, name])))

/** A unit as it is compared: one word for its spellings. */
const unitOf = (text: string): string => {
  const word = text.trim().toLowerCase().replace(/\.$/, '')
  return nameOf.get(word) ?? word
}

/** What is handed out as it is taken, so that without stock its count is what is handed out. Drops and puffs come in bottles and inhalers. */
const counted = new Set(['tablet', 'capsule', 'pill', 'gulika', 'ml', 'g', 'sachet', 'suppository', 'pessary', 'ampoule', 'vial', 'patch', 'lozenge'])
/** Thousandths of the gram and of the litre. */
const measures: readonly Readonly<Record<string, number>>[] = [{ mg: 1, g: 1000, kg: 1_000_000 }, { ml: 1, l: 1000 }]

interface Fraction {
  over: bigint
  under: bigint
}

/** A decimal as a fraction over thousandths; the contract allows no finer. */
const fraction = (decimal: string): Fraction => {
  const [whole = '0', decimals = ''] = decimal.split('.')
  return { over: BigInt(whole || '0') * 1_000_000n + BigInt(decimals.slice(0, 6).padEnd(6, '0')), under: 1_000_000n }
}
const times = (one: Fraction, other: Fraction): Fraction => ({ over: one.over * other.over, under: one.under * other.under })

const vulgar: Readonly<Record<string, string>> = { '½': '0.5', '¼': '0.25', '¾': '0.75' }
// One amount and one unit, and perhaps what that is in brackets: a range or a mixture says no one quantity.
const doseForm = /^(?:(\d{1,6}(?:\.\d{1,3})?)|(\d{1,2})\/(\d{1,2})|(\d{0,3})\s*([½¼¾]))\s*([^\d\s½¼¾()+/,;:–-][^\d()+/,;:–-]*?)\s*(?:\([^()]*\))?$/

function doseOf(dosage: string): { amount: Fraction; unit: string } | undefined {
  const [, decimal, over, under, whole, part, unit = ''] = doseForm.exec(dosage.trim()) ?? []
  if (unit === '' || under === '0' || /^0+$/.test(under ?? '')) return undefined
  if (decimal !== undefined) return { amount: fraction(decimal), unit: unitOf(unit) }
  if (over !== undefined && under !== undefined) return { amount: { over: BigInt(over), under: BigInt(under) }, unit: unitOf(unit) }
  const added = fraction(vulgar[part ?? ''] ?? '0')
  return { amount: { over: added.over + BigInt(whole || '0') * added.under, under: added.under }, unit: unitOf(unit) }
}

/** How many of the counted unit one of the dose's unit is; undefined where nothing says it. */
function factorOf(unit: string, { unit: base, packs = [] }: CountedIn): Fraction | undefined {
  const to = unitOf(base)
  if (unit === to) return fraction('1')
  const pack = packs.find((one) => unitOf(one.unit) === unit)
  if (pack !== undefined) return fraction(pack.factor)
  const measure = measures.find((one) => one[unit] !== undefined && one[to] !== undefined)
  return measure === undefined ? undefined : { over: BigInt(measure[unit] ?? 0), under: BigInt(measure[to] ?? 1) }
}

interface Dosed {
  dosage: string
  frequency: string
  durationDays: number
}

const dailyForm = /^\d{1,3}(\.\d{1,2})?(-\d{1,3}(\.\d{1,2})?){1,3}$/

/** Doses of a day of a frequency such as `1-0-1` or `0.5-0-1-0`. */
function dailyOf(frequency: string): Fraction | undefined {
  const form = frequency.replaceAll(/\s/g, '')
  if (!dailyForm.test(form)) return undefined
  return { over: form.split('-').reduce((sum, one) => sum + fraction(one).over, 0n), under: fraction('1').under }
}

const most = 999_999_999_999n

/** Thousandths as a decimal: `10500` is `10.5`. */
const decimalOf = (thousandths: bigint): string => {
  const decimals = String(thousandths % 1000n).padStart(3, '0').replace(/0+$/, '')
  return `${thousandths / 1000n}${decimals === '' ? '' : `.${decimals}`}`
}

/**
 * Dose × times a day × days in the unit the medicine is handed out in, the first of its items of stock that the dose can be counted in; rounded up so that nothing is short; undefined where dose, frequency or unit do not say it: then the prescriber does.
 */
export function computedQuantity(item: Dosed, stocked: readonly CountedIn[] = []): Computed | undefined {
  if (stocked.length === 0) return computedIn(item, undefined)
  return stocked.map((countedIn) => computedIn(item, countedIn)).find((computed) => computed !== undefined)
}

function computedIn(item: Dosed, countedIn: CountedIn | undefined): Computed | undefined {
  const dose = doseOf(item.dosage)
  const daily = dailyOf(item.frequency)
  if (dose === undefined || daily === undefined || !Number.isInteger(item.durationDays)) return undefined
  if (countedIn === undefined && !counted.has(dose.unit)) return undefined
  const factor = countedIn === undefined ? fraction('1') : factorOf(dose.unit, countedIn)
  if (factor === undefined) return undefined
  const whole = times(times(dose.amount, daily), times(factor, { over: BigInt(item.durationDays), under: 1n }))
  const step = countedIn?.isDivisible === false ? 1n : 1000n
  const steps = (whole.over * step + whole.under - 1n) / whole.under
  const thousandths = (steps * 1000n) / step
  return thousandths <= 0n || thousandths > most ? undefined : { quantity: decimalOf(thousandths), unit: countedIn?.unit ?? dose.unit }
}
