import type { SafetyAlert } from '#contract/safety-alerts.ts'
import { foldText } from '#kernel/text.ts'
import type { Condition } from './contraindication-rules.ts'
import { duplicateGroups, groupSource } from './duplicate-rules.ts'
import { ageLimits, classes, doseLimits, inLactation, inPregnancy, metalWords, renalLimits, type Source, sources, type StarterPair, starterPairs } from './starter-rules.ts'

/** A sentence of the module in the reader's language: `safety.KEY`, filled from values. */
export type Say = (key: string, values?: Record<string, string | number>) => string

/** A medicine with the substances in it, folded. */
export interface Medicine {
  id: string | null
  name: string
  system: string
  substances: readonly string[]
  strengthMg: number | null
  singleMg: number | null
  dailyMg: number | null
  /** Acts only where it is put: it is not a therapy twice with what is swallowed. */
  isLocal: boolean
  /** Medicines of one line are one treatment: they neither double nor meet each other. */
  line?: string | undefined
  /** Only what is asked about raises alerts, together with what the patient takes already. */
  isNew: boolean
}

export interface Person {
  ageYears: number | null
  weightKg: number | null
  isWeightOld: boolean
  /** Null where it was said with the question, or is not known. */
  weightAgeDays: number | null
  creatinineMgPerDl: number | null
  /** Null where it was said with the question, or is not known. */
  creatinineAgeDays: number | null
  isFemale: boolean
  isPregnant: boolean
  isLactating: boolean
  allergies: readonly { text: string; isSevere: boolean }[]
  conditions: readonly Condition[]
}

// Salts and forms of a name; where the salt is the medicine (potassium chloride), it stays.
const salts = new Set(['hydrochloride', 'hcl', 'sodium', 'potassium', 'calcium', 'sulfate', 'sulphate', 'maleate', 'besylate', 'besilate', 'mesylate', 'tartrate', 'succinate', 'fumarate', 'phosphate', 'acetate', 'citrate', 'nitrate', 'hydrobromide', 'bromide', 'dihydrate', 'trihydrate', 'monohydrate', 'anhydrous', 'magnesium', 'chloride', 'disodium', 'medoxomil', 'axetil'])
const minerals = new Set(['sodium', 'potassium', 'calcium', 'magnesium', 'ferrous', 'zinc', 'lithium', 'aluminium', 'aluminum', 'silver', 'iron', 'ammonium'])
const noise = /^\d|^(mg|mcg|ug|g|ml|iu|units?|w|v|tablet|tablets|capsule|capsules|syrup|injection|suspension|cream|ointment|ip|bp|usp)$/

/** The names a substance is known by: as written, and without its salt. */
export function namesOf(substance: string): string[] {
  const words = foldText(substance).split(' ').filter((word) => word !== '' && !noise.test(word))
  const whole = words.join(' ')
  const kept = minerals.has(words[0] ?? '') ? words : words.filter((word, index) => index === 0 || !salts.has(word))
  return [...new Set([whole, kept.join(' ')])].filter((name) => name.length > 1)
}

/** The substances of a generic name such as `Amoxicillin 500 mg + Clavulanic acid`; each with its names. */
export function substancesOf(genericName: string): string[] {
  return [...new Set(genericName.split(/[+/,;&]|\s(?:and|with)\s/i).flatMap(namesOf))]
}

/** A pair as it is kept: the lesser first. */
export const pairOf = (one: string, other: string): [string, string] => (one <= other ? [one, other] : [other, one])

const milligrams: Readonly<Record<string, number>> = { mg: 1, g: 1000, mcg: 0.001, ug: 0.001, µg: 0.001 }

/** Milligrams in a text such as `500 mg`, `0.5 g`, `100 mcg/dose`; null when it says none. */
export function milligramsIn(text: string): number | null {
  const found = /(\d+(?:\.\d+)?)\s*(mg|mcg|µg|ug|g)\b/i.exec(text)
  return found === null ? null : Number(found[1]) * (milligrams[(found[2] ?? '').toLowerCase()] ?? 1)
}

const perDayWords: Readonly<Record<string, number>> = { od: 1, qd: 1, once: 1, hs: 1, stat: 1, bd: 2, bid: 2, twice: 2, tds: 3, tid: 3, thrice: 3, qid: 4, qds: 4 }

/** How many times a day and how much at most at once, in doses: `1-0-1` is two of one; null when the text is another. */
export function dosesOf(frequency: string): { single: number; daily: number } | null {
  const form = frequency.replaceAll(/\s/g, '')
  if (/^\d+(\.\d+)?(-\d+(\.\d+)?){1,3}$/.test(form)) {
    const parts = form.split('-').map(Number)
    return { single: Math.max(...parts), daily: parts.reduce((all, part) => all + part, 0) }
  }
  const word = perDayWords[foldText(frequency).split(' ')[0] ?? '']
  if (word !== undefined) return { single: 1, daily: word }
  const hours = /^(?:q|every)\s*(\d{1,2})\s*h/i.exec(frequency.trim())
  return hours === null || Number(hours[1]) === 0 ? null : { single: 1, daily: Math.floor(24 / Number(hours[1])) }
}

/** What is taken at once and in a day, when dose, strength and frequency say it. */
export function doseOf(input: { dosage: string; frequency: string; strengthMg: number | null }): { singleMg: number | null; dailyMg: number | null } {
  const times = dosesOf(input.frequency)
  const said = milligramsIn(input.dosage)
  const count = /^(\d+(?:\.\d+)?)/.exec(input.dosage.trim())
  const each = said ?? (input.strengthMg === null ? null : input.strengthMg * (count === null ? 1 : Number(count[1])))
  if (each === null) return { singleMg: null, dailyMg: null }
  return { singleMg: times === null ? each : each * times.single, dailyMg: times === null ? null : each * times.daily }
}

/** Creatinine clearance in ml/min: Cockcroft and Gault, Nephron 1976; 16: 31–41. Adults only. */
export function clearance(person: Pick<Person, 'ageYears' | 'weightKg' | 'creatinineMgPerDl' | 'isFemale'>): number | null {
  const { ageYears, weightKg, creatinineMgPerDl } = person
  if (ageYears === null || ageYears < 18 || weightKg === null || creatinineMgPerDl === null) return null
  return ((140 - ageYears) * weightKg * (person.isFemale ? 0.85 : 1)) / (72 * creatinineMgPerDl)
}

const daysAMonth = 365.25 / 12

/**
 * After how many days a creatinine says too little for a dose: a year (KDIGO 2024 on chronic kidney disease: at least yearly);
 * half a year from 75 years, and at a clearance of 60 ml/min or less a tenth of it in months (EHRA Practical Guide 2021, Europace 23: 1612–1676).
 */
export function creatinineIsOldAfterDays(ageYears: number, mlPerMin: number): number {
  const months = Math.min(12, ageYears >= 75 ? 6 : 12, mlPerMin <= 60 ? mlPerMin / 10 : 12)
  return Math.round(months * daysAMonth)
}

type Draft = Pick<SafetyAlert, 'kind' | 'severity' | 'message' | 'why'> & { of: readonly Medicine[]; key: string; source: Source }

export const alert = (draft: Draft): SafetyAlert => ({ key: draft.key, kind: draft.kind, severity: draft.severity, message: draft.message, why: draft.why, source: draft.source, medications: draft.of.map(({ id, name }) => ({ id, name })), alternatives: [] })
const record = (say: Say): Source => ({ name: say('source.record'), version: '' })
export const has = (medicine: Medicine, substance: string): boolean => medicine.substances.includes(substance)

const singular = (word: string): string => (word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word)

/** Substances an allergy means: the text itself and the members of a class it names or is a member of. */
export function allergens(allergy: string): { exact: Set<string>; byClass: Map<string, string> } {
  const words = foldText(allergy).split(' ').map(singular)
  const folded = words.join(' ')
  const byClass = new Map<string, string>()
  for (const [name, members] of Object.entries(classes)) {
    const isNamed = folded.includes(name) || (name === 'sulfonamide' && (words.includes('sulfa') || words.includes('sulpha')))
    const isMember = members.some((member) => folded === member || words.includes(member))
    if (isNamed || isMember) for (const member of members) byClass.set(member, name)
  }
  return { exact: new Set([folded, ...words.filter((word) => word.length >= 4)]), byClass }
}

export function allergyAlerts(medicines: readonly Medicine[], person: Person, say: Say): SafetyAlert[] {
  return person.allergies.flatMap((allergy) => {
    const { exact, byClass } = allergens(allergy.text)
    return medicines.filter((medicine) => medicine.isNew).flatMap((medicine) => {
      const direct = medicine.substances.find((substance) => exact.has(substance) || substance.split(' ').some((word) => exact.has(word) && word.length >= 5))
      const related = direct === undefined ? medicine.substances.find((substance) => byClass.has(substance)) : undefined
      const substance = direct ?? related
      if (substance === undefined) return []
      return [alert({ kind: 'allergy', severity: allergy.isSevere ? 'stop' : 'warn', key: `allergy:${foldText(allergy.text)}:${substance}`, message: say('alert.allergy', { name: medicine.name, allergy: allergy.text }), why: direct === undefined ? say('why.allergy-class', { substance, group: say(`class.${(byClass.get(substance) ?? '').replaceAll(' ', '-')}`) }) : say('why.allergy-named', { substance }), of: [medicine], source: related === undefined ? record(say) : sources.label })]
    })
  })
}

const isOneTreatment = (one: Medicine, other: Medicine): boolean => one.line !== undefined && one.line === other.line

/** Two medicines that may be one therapy: of one system, not of one line, at least one of them new. */
const twos = (medicines: readonly Medicine[]): [Medicine, Medicine][] =>
  medicines.flatMap((one, index) => medicines.slice(index + 1).filter((other) => (one.isNew || other.isNew) && one.system === other.system && !isOneTreatment(one, other)).map((other): [Medicine, Medicine] => [one, other]))

/** The same substance twice. */
const sameSubstance = (one: Medicine, other: Medicine, say: Say): SafetyAlert[] => {
  const same = one.substances.find((substance) => has(other, substance))
  return same === undefined ? [] : [alert({ kind: 'duplicate', severity: 'warn', key: `duplicate:${same}`, message: say('alert.duplicate', { one: one.name, other: other.name, substance: same }), why: say('why.duplicate'), of: [one, other], source: record(say) })]
}

/** Different substances of one therapeutic group; what shares a substance of the group is told as that. */
const sameGroup = (one: Medicine, other: Medicine, say: Say): SafetyAlert[] =>
  one.isLocal || other.isLocal ? [] : duplicateGroups.flatMap((group) => {
    const [first, second] = [one, other].map((medicine) => medicine.substances.filter((substance) => group.substances.includes(substance)))
    if (first?.[0] === undefined || second?.[0] === undefined || first.some((substance) => second.includes(substance))) return []
    const [a, b] = pairOf(first[0], second[0])
    return [alert({ kind: 'duplicate', severity: 'warn', key: `duplicate:${group.key}:${a}:${b}`, message: say('alert.duplicate-group', { one: one.name, other: other.name, group: say(`group.${group.key}`) }), why: say('why.duplicate-group', { atc: group.atc }), of: [one, other], source: groupSource })]
  })

/** One therapy twice: the same substance, or two of one therapeutic group. */
export const duplicateAlerts = (medicines: readonly Medicine[], say: Say): SafetyAlert[] => twos(medicines).flatMap(([one, other]) => [...sameSubstance(one, other, say), ...sameGroup(one, other, say)])

export function doseAlerts(medicines: readonly Medicine[], person: Person, say: Say): SafetyAlert[] {
  const { ageYears, weightKg } = person
  if (ageYears === null) return []
  return medicines.filter((medicine) => medicine.isNew).flatMap((medicine) =>
    doseLimits.filter((limit) => has(medicine, limit.substance) && ageYears >= limit.fromYears && ageYears < limit.toYears).flatMap((limit) => {
      const kilos = weightKg ?? 0
      const least = (...values: (number | null)[]): number | null => values.reduce((min, value) => (value !== null && (min === null || value < min) ? value : min), null)
      const single = least(limit.maxSingleMg, limit.maxSingleMgPerKg === null || kilos === 0 ? null : limit.maxSingleMgPerKg * kilos)
      const daily = least(limit.maxDailyMg, limit.maxDailyMgPerKg === null || kilos === 0 ? null : limit.maxDailyMgPerKg * kilos)
      const perKilo = limit.maxDailyMgPerKg !== null
      const over = (what: 'single' | 'daily', given: number | null, most: number | null) =>
        given === null || most === null || given <= most ? [] : [alert({ kind: 'maximum-dose', severity: given > most * 2 ? 'stop' : 'warn', key: `dose:${what}:${limit.substance}`, message: say(`alert.dose-${what}`, { name: medicine.name, given: Math.round(given * 100) / 100, most: Math.round(most * 100) / 100 }), why: perKilo ? say('why.dose-by-weight', { perKilo: (what === 'single' ? limit.maxSingleMgPerKg : limit.maxDailyMgPerKg) ?? 0, kilos }) : say(`why.dose-${what}`, { years: limit.fromYears }), of: [medicine], source: sources.who })]
      const stale = perKilo && (weightKg === null || person.isWeightOld) ? [alert({ kind: 'stale-weight', severity: 'inform', key: `weight:${limit.substance}`, message: say(weightKg === null ? 'alert.weight-unknown' : 'alert.weight-old', { name: medicine.name, days: person.weightAgeDays ?? 0 }), why: say('why.weigh'), of: [medicine], source: sources.who })] : []
      return [...over('single', medicine.singleMg, single), ...over('daily', medicine.dailyMg, daily), ...stale]
    }))
}

/** What the kidney forbids or lessens, by which creatinine; and that what it was reckoned from is old, whatever it says. */
function renalAlerts(own: readonly Medicine[], person: Person, say: Say): SafetyAlert[] {
  const ml = clearance(person)
  if (ml === null) return []
  const { ageYears, creatinineMgPerDl, creatinineAgeDays, weightKg, isWeightOld, weightAgeDays } = person
  const most = creatinineIsOldAfterDays(ageYears ?? 0, ml)
  const measured = { creatinine: Math.round((creatinineMgPerDl ?? 0) * 100) / 100, days: creatinineAgeDays ?? 0, kilos: weightKg ?? 0 }
  const by = say(creatinineAgeDays === null ? 'why.renal-told' : 'why.renal-dated', measured)
  return own.flatMap((medicine) => renalLimits.filter((one) => has(medicine, one.substance)).flatMap((one) => [
    ...(ml < one.belowMlPerMin ? [alert({ kind: 'renal', severity: one.severity, key: `renal:${one.substance}`, message: say('alert.renal', { name: medicine.name, ml: Math.round(ml), below: one.belowMlPerMin }), why: `${say(`why.${one.why}`)}; ${by}`, of: [medicine], source: sources.label })] : []),
    ...(creatinineAgeDays !== null && creatinineAgeDays > most ? [alert({ kind: 'renal', severity: 'inform', key: `creatinine:${one.substance}`, message: say('alert.creatinine-old', { name: medicine.name, days: creatinineAgeDays }), why: say('why.creatinine-old', { ml: Math.round(ml), most }), of: [medicine], source: sources.kidney })] : []),
    ...(isWeightOld ? [alert({ kind: 'stale-weight', severity: 'inform', key: `weight:${one.substance}`, message: say('alert.weight-old-renal', { name: medicine.name, days: weightAgeDays ?? 0 }), why: say('why.weight-old-renal', measured), of: [medicine], source: sources.kidney })] : []),
  ]))
}

export function conditionAlerts(medicines: readonly Medicine[], person: Person, say: Say): SafetyAlert[] {
  const own = medicines.filter((medicine) => medicine.isNew)
  const caution = (kind: 'pregnancy' | 'lactation', list: typeof inPregnancy) =>
    own.flatMap((medicine) => list.filter((one) => has(medicine, one.substance)).map((one) => alert({ kind, severity: one.severity, key: `${kind}:${one.substance}`, message: say(`alert.${kind}`, { name: medicine.name }), why: say(`why.${one.why}`), of: [medicine], source: sources.label })))
  return [
    ...(person.isPregnant ? caution('pregnancy', inPregnancy) : []),
    ...(person.isLactating ? caution('lactation', inLactation) : []),
    ...own.flatMap((medicine) => ageLimits.filter((one) => person.ageYears !== null && person.ageYears < one.belowYears && has(medicine, one.substance)).map((one) => alert({ kind: 'age', severity: one.severity, key: `age:${one.substance}`, message: say('alert.age', { name: medicine.name, years: one.belowYears }), why: say(`why.${one.why}`), of: [medicine], source: sources.label }))),
    ...renalAlerts(own, person, say),
    ...own.filter((medicine) => medicine.system === 'ayurveda' && foldText(medicine.name).split(' ').some((word) => metalWords.includes(word))).map((medicine) => {
      const isTender = person.isPregnant || person.isLactating || (person.ageYears !== null && person.ageYears < 12)
      return alert({ kind: 'heavy-metal', severity: isTender ? 'warn' : 'inform', key: `metal:${foldText(medicine.name)}`, message: say('alert.metal', { name: medicine.name }), why: say('why.metal'), of: [medicine], source: sources.metals })
    }),
  ]
}

/** Every two different medicines with a pair of their names, at least one of them new. */
export function candidatePairs(medicines: readonly Medicine[]): { one: Medicine; other: Medicine; a: string; b: string }[] {
  return medicines.flatMap((one, index) =>
    medicines.slice(index + 1).filter((other) => (one.isNew || other.isNew) && !isOneTreatment(one, other)).flatMap((other) =>
      one.substances.flatMap((first) => other.substances.filter((second) => second !== first).map((second) => {
        const [a, b] = pairOf(first, second)
        return { one, other, a, b }
      }))))
}

const starterByPair = new Map<string, StarterPair>(starterPairs.map((pair) => [pairOf(pair.a, pair.b).join('\n'), pair]))

export interface FoundPair {
  a: string
  b: string
  severity: string
  text: string
  list_name: string
  list_version: string
}

const severities = ['stop', 'warn', 'inform'] as const

/** Alerts of pairs found in lists, and of the starter set; one a pair, the gravest. */
export function pairAlerts(candidates: ReturnType<typeof candidatePairs>, found: readonly FoundPair[], say: Say): SafetyAlert[] {
  const listed = Map.groupBy(found, (pair) => `${pair.a}\n${pair.b}`)
  const alerts = candidates.flatMap(({ one, other, a, b }) => {
    const starter = starterByPair.get(`${a}\n${b}`)
    const own = listed.get(`${a}\n${b}`) ?? []
    const make = (kind: StarterPair['kind'], severity: SafetyAlert['severity'], why: string, source: Source) => alert({ kind, severity, key: `${kind}:${a}:${b}`, message: say('alert.pair', { one: one.name, other: other.name }), why, of: [one, other], source })
    return [
      ...own.map((pair) => make('interaction', severities.find((severity) => severity === pair.severity) ?? 'inform', pair.text === '' ? say('why.pair', { a, b }) : pair.text, { name: pair.list_name, version: pair.list_version })),
      ...(starter === undefined ? [] : [make(starter.kind, starter.severity, say(`why.${starter.why}`), starter.source)]),
    ]
  })
  return gravest(alerts)
}

/** One alert a key: the gravest; stop before warn before inform. */
export function gravest(alerts: readonly SafetyAlert[]): SafetyAlert[] {
  const rank = (one: SafetyAlert): number => severities.indexOf(one.severity)
  const byKey = Map.groupBy(alerts, (one) => one.key)
  return [...byKey.values()].flatMap((same) => same.toSorted((a, b) => rank(a) - rank(b)).slice(0, 1)).toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1))
}

const byWord: readonly [RegExp, 'stop' | 'warn' | 'inform'][] = [[/contra|stop|never|severe|major|do not/i, 'stop'], [/take into account|inform|minor|monitor|non-interruptive/i, 'inform'], [/not recommended|precaution|warn|moderate|caution/i, 'warn']]

/** The severity a list's own word means. */
export const severityOf = (word: string, usual: 'stop' | 'warn' | 'inform'): 'stop' | 'warn' | 'inform' => byWord.find(([pattern]) => pattern.test(word))?.[1] ?? usual
