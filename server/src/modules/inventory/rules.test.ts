import { describe, expect, it } from 'vitest'
import { compare, sum } from '#kernel/money.ts'
import { randomFrom } from '../../seed/random.ts'
import { priceLine, creditLine, totals } from '../billing/index.ts'
import { basePrice, type Candidate, classOf, expiryDay, isGtin, movingAverage, packShare, pickFirstExpiry, readGs1, toBase } from './rules.ts'

const tablet = { base_unit: 'tablet', is_divisible: false, packs: [{ unit: 'strip', factor: '10' }, { unit: 'box', factor: '100' }, { unit: 'half-strip', factor: '5' }] }
const syrup = { base_unit: 'ml', is_divisible: true, packs: [{ unit: 'bottle', factor: '60' }, { unit: 'dose', factor: '2.5' }] }

describe('golden: units', () => {
  it.each<[string, string | undefined, typeof tablet, string]>([
    ['1', undefined, tablet, '1'], ['7', 'tablet', tablet, '7'], ['2', 'strip', tablet, '20'], ['3', 'box', tablet, '300'], ['0.5', 'strip', tablet, '5'], ['0.1', 'strip', tablet, '1'], ['0.25', 'box', tablet, '25'], ['1.5', 'half-strip', tablet, 'indivisible'],
    ['0.5', undefined, tablet, 'indivisible'], ['0.33', 'strip', tablet, 'indivisible'], ['1', 'crate', tablet, 'unknown_unit'], ['12.5', undefined, syrup, '12.5'], ['2', 'bottle', syrup, '120'], ['3', 'dose', syrup, '7.5'], ['0.001', undefined, syrup, '0.001'], ['0.0001', 'bottle', syrup, '0.006'], ['0.00001', 'bottle', syrup, 'too_fine'],
  ])('%s %s is %s', (quantity, unit, item, expected) => expect(toBase(quantity, unit, item)).toBe(expected))
})

describe('golden: the price of loose units of a pack', () => {
  it.each<[string, string, string, string]>([
    ['45.50', '10', '10', '45.50'], ['45.50', '10', '7', '31.85'], ['45.50', '10', '1', '4.55'], ['100.00', '3', '1', '33.33'], ['100.00', '3', '2', '66.67'], ['100.00', '3', '3', '100.00'], ['45.50', '15', '15', '45.50'], ['45.50', '15', '7', '21.23'], ['0.99', '10', '1', '0.10'], ['1.00', '30', '1', '0.03'], ['1250.00', '1', '2', '2500.00'], ['12.34', '60', '7.5', '1.54'],
  ])('of %s for %s, %s cost %s', (price, pack, quantity, expected) => {
    expect(packShare(price, pack, quantity, 2)).toBe(expected)
    // The bill prices by unit with six decimals: the same to the paisa.
    expect(priceLine({ unitPrice: basePrice(price, pack), quantity, discount: '0', taxRatePercent: '0', isTaxIncluded: true, regime: 'none', isInterState: false }).gross).toBe(expected)
  })
})

const line = { unitPrice: '100', quantity: '1', discount: '0', taxRatePercent: '12', isTaxIncluded: true, regime: 'gst' as const, isInterState: false }
const said = (one: ReturnType<typeof priceLine>): string => `${one.taxable} ${one.cgst} ${one.sgst} ${one.igst} ${one.total}`

describe('golden: GST on goods, by the Acts', () => {
  it.each<[string, Partial<typeof line>, string]>([
    ['MRP 112 holds 12: 6 and 6', { unitPrice: '112' }, '100.00 6.00 6.00 0.00 112.00'], ['MRP 105 at 5 %', { unitPrice: '105', taxRatePercent: '5' }, '100.00 2.50 2.50 0.00 105.00'], ['MRP 118 at 18 %', { unitPrice: '118', taxRatePercent: '18' }, '100.00 9.00 9.00 0.00 118.00'], ['MRP 128 at 28 %', { unitPrice: '128', taxRatePercent: '28' }, '100.00 14.00 14.00 0.00 128.00'],
    ['to another state the same is IGST', { unitPrice: '112', isInterState: true }, '100.00 0.00 0.00 12.00 112.00'], ['IGST at 5 %', { unitPrice: '105', taxRatePercent: '5', isInterState: true }, '100.00 0.00 0.00 5.00 105.00'], ['exempt', { unitPrice: '50', taxRatePercent: '0' }, '50.00 0.00 0.00 0.00 50.00'],
    ['before tax', { isTaxIncluded: false }, '100.00 6.00 6.00 0.00 112.00'], ['before tax, IGST', { isTaxIncluded: false, isInterState: true }, '100.00 0.00 0.00 12.00 112.00'], ['before tax at 5 %, three', { isTaxIncluded: false, taxRatePercent: '5', quantity: '3' }, '300.00 7.50 7.50 0.00 315.00'],
    ['halves round alike: 0.125 up', { unitPrice: '5', isTaxIncluded: false, taxRatePercent: '5' }, '5.00 0.13 0.13 0.00 5.26'], ['IGST of the same rounds once', { unitPrice: '5', isTaxIncluded: false, taxRatePercent: '5', isInterState: true }, '5.00 0.00 0.00 0.25 5.25'], ['seven of a strip at 45.50', { unitPrice: '4.55', quantity: '7' }, '28.43 1.71 1.71 0.00 31.85'],
    ['a discount before tax', { discount: '12', unitPrice: '112' }, '89.28 5.36 5.36 0.00 100.00'], ['all of it', { discount: '100' }, '0.00 0.00 0.00 0.00 0.00'], ['a paisa', { unitPrice: '0.01' }, '0.01 0.00 0.00 0.00 0.01'],
  ])('%s', (_name, change, expected) => expect(said(priceLine({ ...line, ...change }))).toBe(expected))
})

describe('golden: round-off and returns', () => {
  const priced = (unitPrice: string, quantity: string, discount = '0') => ({ ...priceLine({ ...line, unitPrice, quantity, discount }), quantity })
  it.each<[string[], string, string]>([
    [['83.00'], '0.00', '83.00'], [['82.50'], '0.50', '83.00'], [['82.49'], '-0.49', '82.00'], [['0.50'], '0.50', '1.00'], [['0.49'], '-0.49', '0.00'], [['31.85', '45.50'], '-0.35', '77.00'], [['33.33', '33.33', '33.34'], '0.00', '100.00'],
  ])('%s rounds by %s to %s', (prices, off, total) => {
    const sums = totals(prices.map((price) => priceLine({ ...line, unitPrice: price })))
    expect([sums.roundOff, sums.total]).toEqual([off, total])
  })
  it.each<[string, string, string, string, string]>([
    ['4.55', '10', '0', '3', '13.65'], ['4.55', '10', '5.50', '5', '20.00'], ['33.333333', '3', '0', '1', '33.33'], ['33.333333', '3', '10', '1', '30.00'], ['112', '1', '12', '1', '100.00'], ['1.00', '30', '0.10', '7', '6.98'],
  ])('of %s × %s less %s, %s come back as %s, and the rest to the paisa', (unitPrice, quantity, discount, back, expected) => {
    const sold = priced(unitPrice, quantity, discount)
    const first = creditLine(sold, '0', back)
    expect(first.total).toBe(expected)
    const rest = compare(back, quantity) === 0 ? [] : [creditLine(sold, back, String(Number(quantity) - Number(back)))]
    for (const field of ['total', 'taxable', 'cgst', 'sgst', 'discount', 'tax'] as const) expect(compare(sum([first, ...rest].map((one) => one[field])), sold[field])).toBe(0)
  })
})

describe('golden: expiry, codes, cost', () => {
  it.each([['2028-02', '2028-02-29'], ['2027-02', '2027-02-28'], ['2026-12', '2026-12-31'], ['2026-04-05', '2026-04-05'], [undefined, '9999-12-31'], ['2026-13', undefined], ['2026-02-30', undefined], ['2026-00', undefined]])('%s is %s', (given, expected) => expect(expiryDay(given)).toBe(expected))
  it.each([['4006381333931', true], ['4006381333932', false], ['96385074', true], ['036000291452', true], ['00012345600012', true], ['123', false], ['abcdefghijklm', false]])('GTIN %s: %s', (code, expected) => expect(isGtin(code)).toBe(expected))
  it.each<[string, string | undefined]>([
    [']d20104006381333931172806301012AB', '4006381333931 12AB 2028-06-30'], ['(01)04006381333931(17)280600(10)12AB', '4006381333931 12AB 2028-06-30'], ['010400638133393110AB\u001d17260229', undefined], ['010400638133393110AB\u001d17280229', '4006381333931 AB 2028-02-29'], ['010400638133393117991231', '4006381333931  1999-12-31'], ['4006381333931', undefined], ['', undefined], ['01040063813339', undefined],
  ])('%s', (scanned, expected) => {
    const read = readGs1(scanned, 2026)
    if (scanned.includes('260229')) return expect(read?.expiresOn).toBe('')
    expect(read === undefined ? undefined : `${read.gtin.replace(/^0+/, '')} ${read.batch} ${read.expiresOn}`).toBe(expected)
  })
  it.each([['0', '0', '100', '3', '3.000000'], ['100', '3', '100', '4', '3.500000'], ['10', '2.5', '5', '10', '5.000000'], ['3', '1', '0.5', '8', '2.000000']])('%s at %s and %s at %s is %s', (onHand, average, received, cost, expected) => expect(movingAverage(onHand, average, received, cost)).toBe(expected))
  it('ABC: the first 80 %, the next 15 %, the rest', () => expect(['0', '700', '850', '950', '980'].map((before) => classOf(before, '1000'))).toEqual(['A', 'A', 'B', 'C', 'C']))
})

describe('first expiry first, over 20,000 random stores', () => {
  it('never picks what is expired or held, adds up to what was asked, and takes the earliest', () => {
    const wrong: unknown[] = []
    const random = randomFrom(7)
    const on = '2026-11-20'
    for (let round = 0; round < 20_000; round += 1) {
      const lots: Candidate[] = Array.from({ length: Math.floor(random() * 8) }, (_value, index) => ({ lotId: `l${index}`, expiresOn: `20${25 + Math.floor(random() * 4)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-15`, quantity: String(Math.floor(random() * 40) / (random() < 0.3 ? 8 : 1)), isHeld: random() < 0.2 }))
      const asked = String(1 + Math.floor(random() * 60))
      const { picks, short } = pickFirstExpiry(lots, asked, on)
      const lotOf = new Map(lots.map((lot) => [lot.lotId, lot]))
      const taken = picks.map((pick) => ({ ...pick, lot: lotOf.get(pick.lotId) }))
      const isRight =
        compare(sum([...picks.map((pick) => pick.quantity), short]), asked) === 0 && compare(short, '0') >= 0 &&
        taken.every(({ lot, quantity }) => lot !== undefined && !lot.isHeld && lot.expiresOn >= on && compare(quantity, lot.quantity) <= 0 && compare(quantity, '0') > 0) &&
        new Set(picks.map((pick) => pick.lotId)).size === picks.length
      const untouched = lots.filter((lot) => !lot.isHeld && lot.expiresOn >= on && compare(lot.quantity, '0') > 0 && !picks.some((pick) => pick.lotId === lot.lotId))
      const isEarliest = taken.every(({ lot }) => untouched.every((other) => other.expiresOn >= (lot?.expiresOn ?? '')))
      const isGreedy = compare(short, '0') === 0 || untouched.length === 0
      if (!isRight || !isEarliest || !isGreedy) wrong.push({ round, lots, asked, picks, short })
    }
    expect(wrong).toEqual([])
  })
})
