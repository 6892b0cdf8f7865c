import { describe, expect, it } from 'vitest'
import { creditLine, fiscalYearOf, type LineInput, priceLine, type PricedLine, totals } from './rules.ts'

const plain: LineInput = { unitPrice: '100', quantity: '1', discount: '0', taxRatePercent: '18', isTaxIncluded: false, regime: 'gst', isInterState: false }
const amounts = ['gross', 'discount', 'taxable', 'cgst', 'sgst', 'igst', 'tax', 'total'] as const
const list = (line: PricedLine): string => amounts.map((name) => line[name]).join(' ')

describe('a line', () => {
  it.each<[string, Partial<LineInput>, string]>([
    ['exclusive', {}, '100.00 0.00 100.00 9.00 9.00 0.00 18.00 118.00'],
    ['to another state', { isInterState: true }, '100.00 0.00 100.00 0.00 0.00 18.00 18.00 118.00'],
    ['inclusive', { unitPrice: '105', taxRatePercent: '12', isTaxIncluded: true }, '105.00 0.00 93.74 5.63 5.63 0.00 11.26 105.00'],
    ['halves that round apart from the whole', { unitPrice: '0.30', taxRatePercent: '5' }, '0.30 0.00 0.30 0.01 0.01 0.00 0.02 0.32'],
    ['discounted', { quantity: '3', discount: '50.005' }, '300.00 50.01 249.99 22.50 22.50 0.00 45.00 294.99'],
    ['a VAT inside the price', { unitPrice: '113', taxRatePercent: '13', isTaxIncluded: true, regime: 'vat' }, '113.00 0.00 100.00 0.00 0.00 0.00 13.00 113.00'],
    ['untaxed, whatever the rate', { regime: 'none' }, '100.00 0.00 100.00 0.00 0.00 0.00 0.00 100.00'],
    ['free', { discount: '100' }, '100.00 100.00 0.00 0.00 0.00 0.00 0.00 0.00'],
    ['part of a unit', { unitPrice: '7.77', quantity: '0.333', regime: 'none' }, '2.59 0.00 2.59 0.00 0.00 0.00 0.00 2.59'],
    ['three decimals', { unitPrice: '1.2345', regime: 'vat', taxRatePercent: '5', decimals: 3 }, '1.235 0.000 1.235 0.000 0.000 0.000 0.062 1.297'],
  ])('%s', (_name, change, expected) => expect(list(priceLine({ ...plain, ...change }))).toBe(expected))
  it.each<Partial<LineInput>>([{ discount: '100.01' }, { discount: '-1' }, { quantity: '-1' }, { taxRatePercent: '-5' }, { unitPrice: 'x' }])('%o is refused', (change) => expect(() => priceLine({ ...plain, ...change })).toThrow(RangeError))
})

describe('totals', () => {
  const lines = [priceLine({ ...plain, unitPrice: '99.75' }), priceLine({ ...plain, unitPrice: '105', taxRatePercent: '12', isTaxIncluded: true, discount: '5' })]
  it('add up with the round-off as a line', () => expect(totals(lines)).toEqual({ subtotal: '194.03', discount: '5.00', taxable: '189.03', cgst: '14.34', sgst: '14.34', igst: '0.00', tax: '28.68', roundOff: '0.29', total: '218.00' }))
  it('stay exact where the whole unit is large', () => expect(totals(lines, { isRoundedOff: false })).toMatchObject({ roundOff: '0.00', total: '217.71' }))
  it('of nothing are nothing', () => expect(totals([])).toMatchObject({ subtotal: '0.00', roundOff: '0.00', total: '0.00' }))
})

describe('a credit', () => {
  const strip = { ...priceLine({ ...plain, unitPrice: '10.50', quantity: '10', taxRatePercent: '12', isTaxIncluded: true }), quantity: '10' }
  it('of one tablet is its price', () => expect(list(creditLine(strip, '0', '1'))).toBe('10.50 0.00 9.38 0.56 0.56 0.00 1.12 10.50'))
  it('of all is the stored line', () => expect(list(creditLine(strip, '0', '10.000'))).toBe(list(strip)))
  it.each([['0', '11'], ['9', '2'], ['0', '0'], ['5', '-1'], ['-1', '1']])('of %s and %s is refused', (already, quantity) => expect(() => creditLine(strip, already, quantity)).toThrow(RangeError))
})

it.each([['2026-03-31', 4, '2025-26'], ['2026-04-01', 4, '2026-27'], ['2026-11-21', 4, '2026-27'], ['2026-11-21', 1, '2026'], ['1999-12-31', 7, '1999-00'], ['2026-07-15', 7, '2026-27']])('%s from month %i is %s', (date, month, label) => {
  expect(fiscalYearOf(date, month)).toBe(label)
})
it.each([['2026-13-01', 4], ['2026-01-01', 0], ['21.11.2026', 4]])('%s from month %i is refused', (date, month) => expect(() => fiscalYearOf(date, month)).toThrow(RangeError))

// mulberry32: small, seeded, the same on every machine.
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const minor = (amount: string): bigint => BigInt(amount.replace('.', ''))
const halfUp = (over: bigint, under: bigint): bigint => (2n * over + under) / (2n * under)
const rates = ['0', '3', '5', '12', '18', '28', '40']
const regimes = ['gst', 'gst', 'vat', 'none'] as const

const text = (units: number): string => (units / 100).toFixed(2)

function randomLine(next: (below: number) => number): LineInput & { pieces: number } {
  const pieces = 1 + next(20)
  const paise = next(4) === 0 ? next(300) : next(5_000_000)
  const discount = next(2) === 0 ? 0 : next(paise * pieces + 1)
  return { pieces, unitPrice: text(paise), quantity: String(pieces), discount: text(discount), taxRatePercent: rates[next(rates.length)] ?? '0', isTaxIncluded: next(2) === 0, regime: regimes[next(4)] ?? 'none', isInterState: next(3) === 0 }
}

// The same sums a second time, in whole paise.
function expectedTax(input: LineInput): bigint {
  const net = minor(input.unitPrice) * BigInt(input.quantity) - minor(input.discount)
  const rate = BigInt(input.taxRatePercent)
  const base = input.isTaxIncluded ? 100n + rate : 100n
  if (input.regime === 'none') return 0n
  return input.regime === 'gst' && !input.isInterState ? 2n * halfUp(net * rate, 2n * base) : halfUp(net * rate, base)
}

function faultOfLine(input: LineInput, line: PricedLine): string | undefined {
  const [gross = 0n, discount = 0n, taxable = 0n, cgst = 0n, sgst = 0n, igst = 0n, tax = 0n, total = 0n] = amounts.map((name) => minor(line[name]))
  if (gross !== minor(input.unitPrice) * BigInt(input.quantity)) return 'gross'
  if (tax !== expectedTax(input)) return 'tax'
  if (taxable + tax !== total) return 'parts'
  if (gross - discount !== (input.isTaxIncluded ? total : taxable)) return 'net'
  if (cgst !== sgst || (input.regime === 'gst' && cgst + sgst + igst !== tax)) return 'halves'
  return taxable < 0n ? 'negative' : undefined
}

function faultOfCredits(input: LineInput & { pieces: number }, line: PricedLine, next: (below: number) => number): string | undefined {
  const stored = { ...line, quantity: input.quantity }
  const left = new Map(amounts.map((name) => [name, minor(line[name])]))
  for (let done = 0; done < input.pieces; ) {
    const step = 1 + next(input.pieces - done)
    const credit = creditLine(stored, String(done), String(step))
    for (const name of amounts) left.set(name, (left.get(name) ?? 0n) - minor(credit[name]))
    if (minor(credit.taxable) + minor(credit.tax) !== minor(credit.total)) return 'credit parts'
    if (minor(credit.total) < 0n || minor(credit.discount) < 0n || minor(credit.tax) < 0n || credit.cgst !== credit.sgst) return 'credit sign'
    done += step
  }
  return [...left.values()].some((rest) => rest !== 0n) ? 'credits do not add up' : undefined
}

function faultOfTotals(lines: readonly PricedLine[]): string | undefined {
  const all = totals(lines)
  const off = minor(all.roundOff)
  if (minor(all.subtotal) - minor(all.discount) + minor(all.tax) + off !== minor(all.total)) return 'totals'
  if (lines.reduce((total, line) => total + minor(line.total), 0n) + off !== minor(all.total)) return 'lines'
  return minor(all.total) % 100n !== 0n || off > 50n || off < -49n ? 'round-off' : undefined
}

const bills = process.env['TRIVENI_FULL'] === '1' ? 100_000 : 20_000

it(`holds for ${bills} random bills`, () => {
  const next = random(20_261_121)
  const faults: string[] = []
  for (let bill = 0; bill < bills && faults.length < 5; bill += 1) {
    const inputs = Array.from({ length: 1 + next(3) }, () => randomLine(next))
    const lines = inputs.map((input) => priceLine(input))
    const found = [faultOfTotals(lines), ...inputs.flatMap((input, index) => lines.slice(index, index + 1).flatMap((line) => [faultOfLine(input, line), index === 0 && bill % 4 === 0 ? faultOfCredits(input, line, next) : undefined]))]
    for (const fault of found) if (fault !== undefined) faults.push(`${fault} ${JSON.stringify(inputs)}`)
  }
  expect(faults).toEqual([])
})
