import { describe, expect, it } from 'vitest'
import { unitText } from '#contract/common/units.ts'
import { cascaded, namedAsListed } from './microbiology-rules.ts'
import { starterTerms } from './microbiology-starter-rules.ts'
import { cumulativeAntibiogram } from './antibiogram-rules.ts'
import { rangeColumns } from './catalogue.ts'
import { circularCode, expandTests, tubesOf } from './catalogue-rules.ts'
import { calculate, FormulaError, toDecimals } from './formula-rules.ts'
import { ageInDays, rangeGaps, type RangeLike, type RangeSubject, selectRange, strictestLimits } from './range-rules.ts'
import { rangeText, reportStatus } from './report-rules.ts'
import { starterTests } from './starter.ts'
import { convertUnit, isUnit } from './unit-rules.ts'
import { flagOf, isDelta, readValue } from './value-rules.ts'
import { brokenRules, type ControlPoint } from './westgard-rules.ts'

interface Named extends RangeLike {
  name: string
}
const range = (name: string, change: Partial<RangeLike> = {}): Named => ({ name, sex: '', method: '', age_from_days: 0, age_to_days: 60_000, week_from: 0, week_to: 0, ...change })
const year = 365
// Haemoglobin as a laboratory keeps it: neonates in days, children, adults by sex, pregnancy by trimester, one method apart.
const ranges = [
  range('newborn', { age_to_days: 8 }), range('to 4 weeks', { age_from_days: 8, age_to_days: 29 }), range('infant', { age_from_days: 29, age_to_days: 183 }), range('to 2 y', { age_from_days: 183, age_to_days: 730 }), range('child', { age_from_days: 730, age_to_days: 12 * year }),
  range('girl', { sex: 'female', age_from_days: 12 * year, age_to_days: 18 * year }), range('boy', { sex: 'male', age_from_days: 12 * year, age_to_days: 18 * year }), range('woman', { sex: 'female', age_from_days: 18 * year }), range('man', { sex: 'male', age_from_days: 18 * year }),
  range('first trimester', { sex: 'female', week_from: 0, week_to: 14 }), range('second trimester', { sex: 'female', week_from: 14, week_to: 28 }), range('third trimester', { sex: 'female', week_from: 28, week_to: 46 }),
  range('point of care', { method: 'poc', age_from_days: 18 * year }), range('point of care, woman', { method: 'poc', sex: 'female', age_from_days: 18 * year }), range('poc, pregnant', { method: 'poc', sex: 'female', week_from: 0, week_to: 46 }),
]
const who = (sex: string, ageDays: number | null, pregnancyWeek: number | null = null, method = ''): RangeSubject => ({ sex, ageDays, pregnancyWeek, method })
const adult = 40 * year
const sexes = ['female', 'male', 'intersex', 'unknown']
const byDay = (days: readonly number[], expected: string): [RangeSubject, string][] => days.flatMap((day) => sexes.map((sex): [RangeSubject, string] => [who(sex, day), expected]))
const table: [RangeSubject, string | undefined][] = [
  ...byDay([0, 1, 7], 'newborn'), ...byDay([8, 28], 'to 4 weeks'), ...byDay([29, 182], 'infant'), ...byDay([183, 729], 'to 2 y'), ...byDay([730, 12 * year - 1], 'child'),
  [who('female', 12 * year), 'girl'], [who('male', 12 * year), 'boy'], [who('female', 18 * year - 1), 'girl'], [who('male', 18 * year - 1), 'boy'], [who('female', 18 * year), 'woman'], [who('male', 18 * year), 'man'], [who('female', 100 * year), 'woman'], [who('male', 59_999), 'man'], [who('female', 59_999), 'woman'],
  [who('intersex', 13 * year), undefined], [who('unknown', 13 * year), undefined], [who('intersex', adult), undefined], [who('unknown', adult), undefined], [who('', adult), undefined],
  [who('female', adult, 0), 'first trimester'], [who('female', adult, 13), 'first trimester'], [who('female', adult, 14), 'second trimester'], [who('female', adult, 27), 'second trimester'], [who('female', adult, 28), 'third trimester'], [who('female', adult, 45), 'third trimester'], [who('female', adult, 46), 'woman'], [who('male', adult, 20), 'man'], [who('female', 15 * year, 20), 'second trimester'], [who('intersex', adult, 20), undefined],
  [who('female', adult, null, 'poc'), 'point of care, woman'], [who('male', adult, null, 'poc'), 'point of care'], [who('intersex', adult, null, 'poc'), 'point of care'], [who('female', adult, 20, 'poc'), 'poc, pregnant'], [who('female', 5, null, 'poc'), 'newborn'], [who('male', adult, null, 'other'), 'man'],
  [who('female', null), undefined], [who('male', null), undefined], [who('female', null, 20), 'second trimester'], [who('unknown', null, null, 'poc'), undefined], [who('female', 60_000), undefined], [who('male', 60_001), undefined],
]

describe('the range of a person', () => {
  it('is tried on 80 cases', () => expect(table.length).toBeGreaterThanOrEqual(80))
  it.each(table)('%o: %s', (subject, expected) => expect(selectRange(ranges, subject)?.name).toBe(expected))
  it.each([['2026-11-20', '2026-11-20', 0], ['2026-11-20', '2026-11-27', 7], ['2024-02-29', '2025-03-01', 366], ['2026-11-21', '2026-11-20', null], [null, '2026-11-20', null]] as const)('born %s, on %s: %s days', (born, on, days) => expect(ageInDays(born, on)).toBe(days))
  it('alarms who is of unknown age by the strictest limit of any age', () => {
    const limited = (sex: string, from: number, to: number, low: string, high: string) => ({ ...range('x', { sex, age_from_days: from, age_to_days: to }), critical_low: low, critical_high: high })
    const all = [limited('', 0, 5844, '3', '6.5'), limited('', 5844, 60_000, '2.8', '6.2'), limited('male', 0, 60_000, '3.4', '6.6')]
    expect(strictestLimits(all, who('female', null))).toEqual({ critical_low: '3', critical_high: '6.2' })
    expect(strictestLimits(all, who('male', null))).toEqual({ critical_low: '3.4', critical_high: '6.2' })
    expect(strictestLimits(all, who('female', adult))).toBeUndefined()
  })
  it('alarms who is neither female nor male by the strictest limit of both, at that age', () => {
    const limited = (sex: string, from: number, low: string | null, high: string | null) => ({ ...range('x', { sex, age_from_days: from }), critical_low: low, critical_high: high })
    const all = [limited('female', 6574, '7', '20'), limited('male', 6574, '8', null), limited('male', 80 * 365, '9', '19')]
    for (const sex of ['intersex', 'unknown', '']) {
      expect(strictestLimits(all, who(sex, adult))).toEqual({ critical_low: '8', critical_high: '20' })
      expect(strictestLimits(all, who(sex, 100))).toEqual({ critical_low: null, critical_high: null })
      expect(strictestLimits(all, who(sex, null))).toEqual({ critical_low: '9', critical_high: '19' })
    }
  })
  it.each([['HGB', '7', null], ['HCT', '20', '60'], ['CREAT', null, '6']] as const)('%s of the starter catalogue has critical limits for an adult of any sex', (code, low, high) => {
    const own = (starterTests().find((one) => one.code === code)?.ranges ?? []).map(rangeColumns)
    for (const sex of ['intersex', 'unknown']) expect(strictestLimits(own, who(sex, adult))).toEqual({ critical_low: low, critical_high: high })
  })
  it('names the gaps', () => {
    expect(rangeGaps(ranges)).toEqual([])
    expect(rangeGaps([range('woman', { sex: 'female', age_from_days: 100 })])).toEqual([{ sex: 'female', ageFromDays: 0, ageToDays: 100 }, { sex: 'male', ageFromDays: 0, ageToDays: 43_830 }])
    expect(rangeGaps([])).toEqual([])
  })
})

const formulaOf = (code: string): { formula: string; decimals: number } => {
  const test = starterTests().find((one) => one.code === code)
  return { formula: test?.formula ?? '', decimals: test?.decimals ?? 2 }
}
const facts = (sex: 'f' | 'm', age: number) => ({ age, female: sex === 'f' ? 1 : 0, male: sex === 'f' ? 0 : 1 })
const nobody = facts('m', 50)
// eGFR: kidney.org calculator (1.2 mg/dL, 55 y, male: 71) and the equation of Inker 2021; Friedewald 1972; WHO TRS 889 for INR; Payne 1973; Emmett 1977; Matthews 1985.
const calculated: [string, Record<string, number>, { age: number; female: number; male: number }, string | undefined][] = [
  ['EGFR', { CREAT: 1.2 }, facts('m', 55), '71'], ['EGFR', { CREAT: 1 }, facts('m', 50), '92'], ['EGFR', { CREAT: 1 }, facts('f', 50), '69'], ['EGFR', { CREAT: 0.9 }, facts('m', 40), '111'], ['EGFR', { CREAT: 0.7 }, facts('f', 40), '112'], ['EGFR', { CREAT: 0.6 }, facts('f', 30), '124'], ['EGFR', { CREAT: 0.8 }, facts('m', 60), '101'], ['EGFR', { CREAT: 2 }, facts('f', 70), '26'], ['EGFR', { CREAT: 2 }, facts('m', 70), '35'], ['EGFR', { CREAT: 5 }, facts('m', 60), '12'],
  ['LDL', { CHOL: 200, HDL: 50, TG: 150 }, nobody, '120'], ['LDL', { CHOL: 240, HDL: 40, TG: 200 }, nobody, '160'], ['LDL', { CHOL: 180, HDL: 60, TG: 100 }, nobody, '100'], ['LDL', { CHOL: 250, HDL: 35, TG: 399 }, nobody, '135'], ['LDL', { CHOL: 250, HDL: 35, TG: 400 }, nobody, undefined], ['LDL', { CHOL: 250, HDL: 35 }, nobody, undefined],
  ['VLDL', { TG: 150 }, nobody, '30'], ['VLDL', { TG: 450 }, nobody, undefined], ['NONHDL', { CHOL: 200, HDL: 50 }, nobody, '150'], ['CHOLHDL', { CHOL: 200, HDL: 50 }, nobody, '4.0'], ['CHOLHDL', { CHOL: 200, HDL: 0 }, nobody, undefined],
  ['INR', { PT: 24, PTMEAN: 12, ISI: 1 }, nobody, '2.00'], ['INR', { PT: 18, PTMEAN: 12, ISI: 1.2 }, nobody, '1.63'], ['INR', { PT: 12, PTMEAN: 12, ISI: 1.3 }, nobody, '1.00'], ['INR', { PT: 36, PTMEAN: 12, ISI: 1 }, nobody, '3.00'], ['INR', { PT: 20, PTMEAN: 12.5, ISI: 2 }, nobody, '2.56'],
  ['AGAP', { NA: 140, CL: 104, HCO3: 24 }, nobody, '12'], ['AGAP', { NA: 135, CL: 95, HCO3: 10 }, nobody, '30'], ['CACOR', { CA: 8, ALB: 2 }, nobody, '9.6'], ['CACOR', { CA: 9, ALB: 4 }, nobody, '9.0'], ['CACOR', { CA: 10.2, ALB: 4.5 }, nobody, '9.8'],
  ['GLOB', { TP: 7, ALB: 4 }, nobody, '3.0'], ['AGR', { ALB: 4, GLOB: 3 }, nobody, '1.33'], ['IBIL', { TBIL: 1.5, DBIL: 0.5 }, nobody, '1.0'], ['TSAT', { IRON: 100, TIBC: 400 }, nobody, '25'], ['TSAT', { IRON: 30, TIBC: 450 }, nobody, '7'], ['BUN', { UREA: 30 }, nobody, '14.0'], ['BUN', { UREA: 60.056 }, nobody, '28.0'], ['HOMA', { GLUF: 90, INS: 10 }, nobody, '2.22'], ['HOMA', { GLUF: 100, INS: 20 }, nobody, '4.94'], ['ACR', { UALB: 30, UCRE: 100 }, nobody, '30'], ['ACR', { UALB: 10, UCRE: 50 }, nobody, '20'],
]

describe('a calculated test', () => {
  it('is tried on 40 examples', () => expect(calculated.length).toBeGreaterThanOrEqual(40))
  it.each(calculated)('%s of %o for %o is %s', (code, results, person, expected) => {
    const { formula, decimals } = formulaOf(code)
    const value = calculate(formula, { results: new Map(Object.entries(results)), facts: person })
    expect(value === undefined ? undefined : toDecimals(value, decimals)).toBe(expected)
  })
  it('without the sex it needs is not calculated', () => expect(calculate(formulaOf('EGFR').formula, { results: new Map([['CREAT', 1]]), facts: { age: 50, female: undefined, male: undefined } })).toBeUndefined())
  it.each(['', '1 +', '{A', 'foo(1)', 'min(1)', '1 2', '(1', ')', 'age(', 'process', `${'('.repeat(100)}1${')'.repeat(100)}`, '__proto__', 'constructor(1)'])('"%s" is no formula', (text) => expect(() => calculate(text, { results: new Map(), facts: {} })).toThrow(FormulaError))
  it.each([['2+3*4', 14], ['2^3^2', 512], ['-2^2', -4], ['(1+2)*3', 9], ['if(2>1,5,6)', 5], ['max(1,min(5,3))', 3], ['10-2-3', 5], ['8/4/2', 1], ['ln(exp(1))', 1], ['log10(1000)', 3], ['sqrt(16)', 4], ['1/0', undefined]] as const)('%s = %s', (text, value) => {
    const found = calculate(text, { results: new Map(), facts: {} })
    if (value === undefined) expect(found).toBeUndefined()
    else expect(found).toBeCloseTo(value, 12)
  })
})

// Factors: NIST and the AMA Manual of Style conversion table; molar masses from PubChem.
describe('a unit', () => {
  it.each<[number, string, string, number, number?]>([
    [100, 'mg/dL', 'mmol/L', 5.5507, 180.156], [5.5507, 'mmol/L', 'mg/dL', 100, 180.156], [1, 'mg/dL', 'umol/L', 88.402, 113.12], [200, 'mg/dL', 'mmol/L', 5.1726, 386.65], [150, 'mg/dL', 'mmol/L', 1.6941, 885.4], [6, 'mg/dL', 'umol/L', 356.91, 168.11], [10, 'mg/dL', 'mmol/L', 2.4951, 40.078], [1, 'mg/dL', 'umol/L', 17.104, 584.66],
    [14, 'g/dL', 'g/L', 140], [7, '10*3/uL', '10*9/L', 7], [4.5, '10*6/uL', '10*12/L', 4.5], [250, '10*3/mm3', '10*9/L', 250], [40, '%', 'L/L', 0.4], [1, 'U/L', 'nkat/L', 16.6667], [1, 'ng/mL', 'ug/L', 1], [5, 'm[IU]/L', 'u[IU]/mL', 5], [100, 'mm[Hg]', 'kPa', 13.3322], [37, 'Cel', '[degF]', 98.6], [98.6, '[degF]', 'Cel', 37], [1, 'h', 'min', 60],
    [12, 'pg', 'fg', 12_000], [90, 'fL', 'um3', 90], [500, 'ug/L', 'mg/dL', 0.05], [30, 'mg/g', 'ug/mg', 30], [1, 'mosm/kg', 'mmol/kg', 1], [60, '/min', '/s', 1], [1, 'kg', '[lb_av]', 2.20462], [3, '{cells}/uL', '10*6/L', 3], [1, 'g/d', 'mg/h', 41.6667],
  ])('%s %s in %s is %s', (value, from, to, expected, molarMass) => expect((convertUnit(value, from, to, { molarMass }) ?? 0) / expected).toBeCloseTo(1, 4))
  it.each([['mg/dL', 'mmol/L'], ['mg/dL', 'mm[Hg]'], ['U/L', 'mg/dL'], ['[IU]/L', 'U/L'], ['mg', 'mg/dL'], ['parrot', 'mg'], ['mg/', 'mg'], ['', 'mg'], ['mmol/L', '10*9/L'], ['meq/L', 'mmol/L'], ['mmol/mol', '%'], ['%', 'mol/mol'], ['umol/L', '/L'], ['mg/(24.h)', 'mg/d'], ['mmol/(L.s)', 'mmol/L']])('%s is no %s', (from, to) => expect(convertUnit(1, from, to)).toBeUndefined())
  // Valences: Na, K, Cl, HCO3 one, Ca and Mg two (IUPAC); HbA1c by the IFCC/NGSP master equation (ngsp.org/ifcc.asp), whose own table gives 48 as 6.5, 53 as 7.0 and 86 as 10.0.
  const rulesOf = (code: string) => starterTests().find((one) => one.code === code)
  it.each([['NA', 140, 'meq/L', 140], ['K', 4.5, 'meq/L', 4.5], ['CL', 104, 'meq/L', 104], ['HCO3', 24, 'meq/L', 24], ['CA', 4.6, 'meq/L', 9.2179], ['CA', 2.3, 'mmol/L', 9.2179], ['MG', 2, 'meq/L', 2.4305], ['HBA1C', 48, 'mmol/mol', 6.543], ['HBA1C', 53, 'mmol/mol', 7.0], ['HBA1C', 86, 'mmol/mol', 10.019], ['HBA1C', 20, 'mmol/mol', 3.982]] as const)('%s %s %s is %s in its own', (code, value, unit, expected) => {
    const test = rulesOf(code)
    expect((convertUnit(value, unit, test?.unit ?? '', test?.rules) ?? 0) / expected).toBeCloseTo(1, 3)
  })
  it.each([[4.6, 'meq/L', 'mmol/L', 2, 2.3], [2.3, 'mmol/L', 'meq/L', 2, 4.6], [140, 'meq/L', 'mmol/L', 1, 140]] as const)('%s %s in %s by valence %s is %s', (value, from, to, valence, expected) => expect(convertUnit(value, from, to, { valence })).toBeCloseTo(expected, 9))
  it('of the starter catalogue can be read', () => expect(starterTests().filter((test) => !isUnit(test.unit ?? '')).map((test) => test.code)).toEqual([]))
})

// Westgard JO, westgard.com «Westgard rules»: a run of two levels unless said; z scores, oldest run first.
const runs = (...all: readonly (readonly number[])[]): ControlPoint[] => all.flatMap((zs, run) => zs.map((z, index) => ({ run, level: String(index + 1), z })))
describe('Westgard', () => {
  it.each<[string, ControlPoint[], string]>([
    ['in control', runs([0.5, -0.4], [1.1, -0.9]), ''], ['one beyond 2s is a warning', runs([0.1, 0.1], [2.3, 0.4]), '1-2s'], ['one beyond 3s', runs([0, 0], [3.2, 0.1]), '1-2s 1-3s'], ['exactly 2s is within', runs([2, -2]), ''], ['exactly 3s is no 1-3s', runs([3, 0]), '1-2s'],
    ['2-2s across materials', runs([0, 0], [2.2, 2.4]), '1-2s 2-2s'], ['2-2s within a material', runs([2.1, 0.3], [2.2, -0.4]), '1-2s 2-2s'], ['2-2s needs one side', runs([2.1, 0.3], [-2.2, 0.4]), '1-2s'], ['R-4s within a run', runs([2.1, -2.1]), '1-2s R-4s'], ['no R-4s between runs', runs([2.1, 0], [0, -2.1]), '1-2s'],
    ['4-1s across materials', runs([1.2, 1.3], [1.1, 1.5]), '4-1s'], ['4-1s within a material', runs([1.2, 0], [1.3, -0.2], [1.1, 0.1], [1.4, -0.3]), '4-1s'], ['three are not four', runs([1.2, 0], [1.3, 0], [1.4, 0]), ''], ['4-1s below', runs([-1.2, -1.3], [-1.1, -1.5]), '4-1s'],
    ['10-x across materials', runs([0.1, 0.2], [0.3, 0.1], [0.5, 0.4], [0.2, 0.6], [0.1, 0.3]), '10-x'], ['10-x within a material', runs(...Array.from({ length: 10 }, (_value, index) => [0.3, index % 2 === 0 ? 0.2 : -0.2])), '10-x'], ['nine are not ten', runs(...Array.from({ length: 9 }, (_value, index) => [0.3, index % 2 === 0 ? 0.2 : -0.2])), ''], ['all at once', runs([3.5, 3.5], [3.5, -3.5]), '1-2s 1-3s 2-2s R-4s'],
  ])('%s', (_name, points, expected) => expect(brokenRules(points).join(' ')).toBe(expected))
})

describe('a value', () => {
  it.each([['5.4', '5.4', ''], ['<0.01', '0.01', '<'], ['> 1000', '1000', '>'], ['≤5', '5', '<='], ['4,2', '4.2', ''], ['+3', '3', ''], ['-1.5', '-1.5', ''], ['+++', null, ''], ['haemolysed', null, ''], ['1e5', null, ''], ['', null, ''], ['5.4 H', null, ''], ['12,500', null, ''], ['<1,000', null, ''], ['-2,345', null, ''], ['1,234,567', null, ''], ['0,125', '0.125', ''], ['12,50', '12.50', ''], ['12500', '12500', ''], ['1234,567', '1234.567', '']] as const)('%s is %s %s', (text, number, comparator) => expect(readValue(text)).toMatchObject({ number, comparator }))
  const limits = { low: '3.5', high: '5', criticalLow: '2.5', criticalHigh: '6.5' }
  it.each([['3.5', 'N'], ['5', 'N'], ['5.0', 'N'], ['3.4999', 'L'], ['5.0001', 'H'], ['2.5', 'LL'], ['2.51', 'L'], ['6.5', 'HH'], ['<2.5', 'LL'], ['<3.5', 'L'], ['<4', ''], ['>6.5', 'HH'], ['>5', 'H'], ['>4', ''], ['haemolysed', '']] as const)('%s against 3.5–5, 2.5/6.5 is %s', (text, flag) => expect(flagOf(readValue(text), limits)).toBe(flag))
  it.each([['4', '3', 2, true], ['4', '3', 8, false], ['4', '3.5', 2, false], ['<4', '3', 2, false]] as const)('%s after %s, %s days ago: delta %s', (now, before, daysAgo, expected) => expect(isDelta(readValue(now), { number: before, comparator: '', daysAgo }, { deltaAbsolute: '0.9', deltaDays: 7 })).toBe(expected))
})

describe('the rest', () => {
  it.each([['10*6/uL', '10⁶/µL'], ['10*3/uL', '10³/µL'], ['umol/L', 'µmol/L'], ['ug/dL', 'µg/dL'], ['mm[Hg]', 'mmHg'], ['[IU]/mL', 'IU/mL'], ['m[IU]/L', 'mIU/L'], ['{ratio}', 'ratio'], ['mL/min/{1.73_m2}', 'mL/min/1.73 m²'], ['kg/m2', 'kg/m²'], ['mg/dL', 'mg/dL'], ['U/L', 'U/L'], ['fL', 'fL'], ['', '']])('%s is written %s', (ucum, written) => expect(unitText(ucum)).toBe(written))
  it('panels open up once, with what formulas need before them', () => {
    const test = (code: string, kind: string, formula = '') => ({ id: code, code, kind, formula })
    const all = [test('A', 'analyte'), test('B', 'analyte'), test('C', 'calculated', '{A}+{B}'), test('P', 'panel'), test('Q', 'panel')]
    const members = [{ panel_id: 'P', member_id: 'C' }, { panel_id: 'P', member_id: 'A' }, { panel_id: 'Q', member_id: 'P' }, { panel_id: 'P', member_id: 'Q' }]
    expect(expandTests(all.filter((one) => one.code === 'Q'), all, members).map((one) => one.code)).toEqual(['A', 'B', 'C'])
    expect(circularCode([{ code: 'A', uses: ['B'] }, { code: 'B', uses: ['C'] }, { code: 'C', uses: [] }])).toBeUndefined()
    expect(circularCode([{ code: 'A', uses: ['B'] }, { code: 'B', uses: ['A'] }])).toBeDefined()
  })
  it('tubes are by material, container and time', () => expect(tubesOf([{ specimen_type: 's', container: 'g', timepoint: '' }, { specimen_type: 's', container: 'g', timepoint: '1 h' }, { specimen_type: 's', container: 'g', timepoint: '' }]).map((tube) => tube.length)).toEqual([2, 1]))
  it('the cascade hides the second tier until the first is resistant', () => {
    const isolate = (first: 'S' | 'R') => ({ stage: 'final' as const, isolates: [{ organism: 'E. coli', susceptibilities: [{ antibiotic: 'Ampicillin', method: 'disk' as const, interpretation: first, tier: 1 }, { antibiotic: 'Meropenem', method: 'disk' as const, interpretation: 'S' as const, tier: 2 }] }] })
    expect(cascaded(isolate('S')).isolates[0]?.susceptibilities.map((one) => one.antibiotic)).toEqual(['Ampicillin'])
    expect(cascaded(isolate('R')).isolates[0]?.susceptibilities.map((one) => one.antibiotic)).toEqual(['Ampicillin', 'Meropenem'])
  })
  it.each([
    [{ Ampicillin: 'R', Ceftriaxone: 'S', Gentamicin: 'S', Meropenem: 'S' }, false], [{ Ampicillin: 'R', Ceftriaxone: 'R', Gentamicin: 'S', Meropenem: 'S' }, true], [{ Gentamicin: 'R', Ceftriaxone: 'S', Meropenem: 'S' }, false], [{ Gentamicin: 'S', Meropenem: 'S' }, false],
  ] as const)('the cascade goes by class: %j shows meropenem: %s', (tested, isShown) => {
    const susceptibilities = Object.entries(tested).map(([antibiotic, interpretation]) => ({ antibiotic, method: 'disk' as const, interpretation, tier: antibiotic === 'Meropenem' ? 2 : 1 }))
    expect(cascaded({ stage: 'final', isolates: [{ organism: 'E. coli', susceptibilities }] }).isolates[0]?.susceptibilities.some((one) => one.antibiotic === 'Meropenem')).toBe(isShown)
  })
  it.each([['e.coli', 'Escherichia coli'], ['ESCHERICHIA  COLI', 'Escherichia coli'], ['C. koseri', 'Citrobacter koseri'], ['Unheard of', 'Unheard of']])('%s is kept as %s', (said, name) => expect(namedAsListed({ stage: 'final', isolates: [{ organism: said, susceptibilities: [{ antibiotic: 'Piperacillin/tazobactam', method: 'disk', interpretation: 'S' }] }] }, starterTerms).isolates[0]).toMatchObject({ organism: name, susceptibilities: [{ antibiotic: 'Piperacillin-tazobactam', class: 'beta-lactam-inhibitor' }] }))
  it('the antibiogram is not split by spelling', () => {
    const culture = (patient: string, organism: string) => ({ patient_id: patient, detail: { stage: 'final', isolates: [{ organism, susceptibilities: [{ antibiotic: patient === '1' ? 'Co-trimoxazole' : 'cotrimoxazole', interpretation: 'S' }] }] } })
    expect(cumulativeAntibiogram([culture('1', 'E. coli'), culture('2', 'escherichia coli'), culture('2', 'Escherichia  Coli')], starterTerms)).toMatchObject([{ organism: 'Escherichia coli', antibiotic: 'Cotrimoxazole', isolates: 2 }])
  })
  it('the antibiogram counts the first isolate of a patient', () => {
    const culture = (patient: string, interpretation: 'S' | 'R') => ({ patient_id: patient, detail: { stage: 'final', isolates: [{ organism: 'E. coli', susceptibilities: [{ antibiotic: 'Ampicillin', interpretation }] }] } })
    expect(cumulativeAntibiogram([culture('1', 'S'), culture('1', 'R'), culture('2', 'R'), culture('3', 'S')])).toEqual([{ organism: 'E. coli', antibiotic: 'Ampicillin', isolates: 3, susceptible: 2, percentSusceptible: '66.7', isFew: true }])
  })
  it.each([[[], 'final'], [['released final 1'], 'final'], [['released final 1', 'pending  0'], 'preliminary'], [['released preliminary 1'], 'preliminary'], [['released amended 2', 'pending  0'], 'amended'], [['released corrected 2', 'released amended 2'], 'corrected'], [['entered-in-error final 1'], 'corrected'], [['released final 1', 'cancelled  0'], 'final']] as const)('%o is %s', (rows, expected) => expect(reportStatus(rows.map((row) => { const [state = '', status = '', version = '0'] = row.split(' '); return { state, status, result_version: Number(version) } }))).toBe(expected))
  it.each([['1', '2', '', '1 – 2'], ['60', null, '', '≥ 60'], [null, '5', '', '≤ 5'], [null, null, 'none', 'none'], ['1', '2', 'adults', '1 – 2 adults']])('%s %s %s is %s', (low, high, words, expected) => expect(rangeText(low, high, words)).toBe(expected))
})
