// A part of the Unified Code for Units of Measure (UCUM 2.1, ucum.org/ucum): the units that laboratories report in.

type Dimensions = Readonly<Record<string, number>>
interface Unit {
  factor: number
  dimensions: Dimensions
}

const prefixes: Readonly<Record<string, number>> = { Y: 1e24, Z: 1e21, E: 1e18, P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, h: 1e2, da: 1e1, d: 1e-1, c: 1e-2, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15, a: 1e-18 }
const of = (factor: number, dimensions: Dimensions = {}): Unit => ({ factor, dimensions })

/**
 * Metric atoms take prefixes. Base: gram, metre, second, kelvin, mole, equivalent, and arbitrary units that convert to nothing else.
 * UCUM counts the things in a mole; here amounts and counts are apart, since a concentration is no cell count, and so are equivalents, which need a valence.
 */
const metric: Readonly<Record<string, Unit>> = {
  g: of(1, { g: 1 }), m: of(1, { m: 1 }), s: of(1, { s: 1 }), K: of(1, { K: 1 }), mol: of(1, { mol: 1 }), L: of(1e-3, { m: 3 }), l: of(1e-3, { m: 3 }), eq: of(1, { eq: 1 }), osm: of(1, { mol: 1 }), Pa: of(1000, { g: 1, m: -1, s: -2 }), kat: of(1, { mol: 1, s: -1 }), U: of(1e-6 / 60, { mol: 1, s: -1 }),
  '[iU]': of(1, { iu: 1 }), '[IU]': of(1, { iu: 1 }), bar: of(1e8, { g: 1, m: -1, s: -2 }), 'm[Hg]': of(133_322_000, { g: 1, m: -1, s: -2 }), Da: of(1.660_539_066_60e-24, { g: 1 }),
}
const plain: Readonly<Record<string, Unit>> = {
  '%': of(1e-2), '[ppth]': of(1e-3), '[ppm]': of(1e-6), '[ppb]': of(1e-9), min: of(60, { s: 1 }), h: of(3600, { s: 1 }), d: of(86_400, { s: 1 }), wk: of(604_800, { s: 1 }), a: of(31_557_600, { s: 1 }), '10*': of(10), '10^': of(10), '[pH]': of(1, { ph: 1 }),
  '[HPF]': of(1, { hpf: 1 }), '[LPF]': of(1, { lpf: 1 }), '[CFU]': of(1, { cfu: 1 }), '[arb\'U]': of(1, { arb: 1 }), '[USP\'U]': of(1, { usp: 1 }), '[GPL\'U]': of(1, { gpl: 1 }), '[MPL\'U]': of(1, { mpl: 1 }), '[in_i]': of(0.0254, { m: 1 }), '[lb_av]': of(453.592_37, { g: 1 }),
}

function atom(text: string): Unit | undefined {
  const own = Object.hasOwn(plain, text) ? plain[text] : Object.hasOwn(metric, text) ? metric[text] : undefined
  if (own !== undefined) return own
  for (const length of [1, 2]) {
    const prefix = text.slice(0, length)
    const rest = text.slice(length)
    const base = Object.hasOwn(metric, rest) ? metric[rest] : undefined
    const factor = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined
    if (base !== undefined && factor !== undefined) return of(base.factor * factor, base.dimensions)
  }
  return undefined
}

function raised(unit: Unit, exponent: number): Unit {
  return of(unit.factor ** exponent, Object.fromEntries(Object.entries(unit.dimensions).map(([name, power]) => [name, power * exponent])))
}

function times(a: Unit, b: Unit): Unit {
  const names = new Set([...Object.keys(a.dimensions), ...Object.keys(b.dimensions)])
  const sums = [...names].map((name): [string, number] => [name, (a.dimensions[name] ?? 0) + (b.dimensions[name] ?? 0)])
  return of(a.factor * b.factor, Object.fromEntries(sums.filter(([, power]) => power !== 0)))
}

/** One component: a number, an atom with exponent, an annotation such as `{cells}`. */
function component(text: string): Unit | undefined {
  const bare = text.replace(/\{[^{}]*\}$/, '')
  if (bare === '') return text === '' ? undefined : of(1)
  if (/^\d+$/.test(bare)) return of(Number(bare))
  const starred = /^10[*^](-?\d{1,2})$/.exec(bare)
  if (starred !== null) return of(10 ** Number(starred[1]))
  const [, name = '', exponent = '1'] = /^(.*?[^\d+-])([+-]?\d{1,2})?$/.exec(bare) ?? []
  const unit = atom(name)
  return unit === undefined ? undefined : raised(unit, Number(exponent))
}

/** Reads a UCUM expression without parentheses; undefined where it holds what is not known here. */
export function readUnit(text: string): Unit | undefined {
  const parts = text.match(/[./]?(?:\[[^\]]*\]|\{[^}]*\}|[^./[\]{}])+|[./]/g) ?? []
  if (text === '' || parts.join('') !== text) return undefined
  let whole = of(1)
  for (const part of parts) {
    const sign = part.startsWith('/') ? -1 : 1
    const unit = component(part.replace(/^[./]/, ''))
    if (unit === undefined) return undefined
    whole = times(whole, raised(unit, sign))
  }
  return whole
}

const sameDimensions = (a: Dimensions, b: Dimensions): boolean => [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => (a[name] ?? 0) === (b[name] ?? 0))

const temperatures: Readonly<Record<string, { toKelvin: (v: number) => number; fromKelvin: (k: number) => number }>> = {
  Cel: { toKelvin: (v) => v + 273.15, fromKelvin: (k) => k - 273.15 },
  '[degF]': { toKelvin: (v) => (v + 459.67) / 1.8, fromKelvin: (k) => k * 1.8 - 459.67 },
  K: { toKelvin: (v) => v, fromKelvin: (k) => k },
}

/** What is known of an analyte by which its units convert. */
export interface Conversion {
  /** In g/mol: mass and amount of substance. */
  molarMass?: number | undefined
  /** Equivalents and amount of substance. */
  valence?: number | undefined
  /** Units that stand in a line to the unit of the test: value × factor + offset. */
  conversions?: readonly { unit: string; factor: number; offset: number }[] | undefined
}

/**
 * A value in another unit; undefined where the two do not measure the same.
 * Mass and amount of substance convert by the molar mass, equivalents and substance by the valence, where they are given.
 */
export function convertUnit(value: number, from: string, to: string, by: Conversion = {}): number | undefined {
  const line = by.conversions?.find((one) => one.unit === from)
  const exact = from === to ? value : line === undefined ? convertExactly(value, { from, to, by }) : value * line.factor + line.offset
  return exact === undefined ? undefined : Number(exact.toPrecision(12))
}

/** A ratio of amounts (`mmol/mol`) says another thing than a share by mass, volume or count, though both are numbers. */
const isOfAmounts = (text: string): boolean => /(mol|eq|osm)/.test(text.replaceAll(/\{[^}]*\}/g, ''))

/** A unit with its equivalents as amounts of substance, and its amounts as masses, as far as the analyte lets them. */
function waysOf(unit: Unit, { molarMass, valence }: Conversion): Unit[] {
  const exponent = unit.dimensions['eq'] ?? 0
  const asMoles = exponent === 0 || valence === undefined ? unit : times(unit, raised({ factor: 1 / valence, dimensions: { mol: 1, eq: -1 } }, exponent))
  const moles = asMoles.dimensions['mol'] ?? 0
  return [unit, asMoles, ...(molarMass === undefined || moles === 0 ? [] : [times(asMoles, raised({ factor: molarMass, dimensions: { g: 1, mol: -1 } }, moles))])]
}

function convertExactly(value: number, { from, to, by }: { from: string; to: string; by: Conversion }): number | undefined {
  const [a, b] = [temperatures[from], temperatures[to]]
  if (a !== undefined && b !== undefined) return b.fromKelvin(a.toKelvin(value))
  const [source, target] = [readUnit(from), readUnit(to)]
  if (source === undefined || target === undefined) return undefined
  if (isPure(source) && isPure(target) && isOfAmounts(from) !== isOfAmounts(to)) return undefined
  const pairs = waysOf(source, by).flatMap((one) => waysOf(target, by).map((other) => [one, other] as const))
  const [same] = pairs.filter(([one, other]) => sameDimensions(one.dimensions, other.dimensions))
  return same === undefined ? undefined : (value * same[0].factor) / same[1].factor
}

const isPure = (unit: Unit): boolean => Object.values(unit.dimensions).every((power) => power === 0)

/** Parentheses are UCUM and not read here: they are refused by name, never passed over. */
export const hasParentheses = (text: string): boolean => /[()]/.test(text.replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ''))

/** Whether a text is a unit that can be read here. */
export const isUnit = (text: string): boolean => text === '' || Object.hasOwn(temperatures, text) || readUnit(text) !== undefined
