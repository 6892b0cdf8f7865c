import { beforeAll, describe, expect, it } from 'vitest'
import { instruments } from '#contract/instruments.ts'
import { laboratory } from '#contract/laboratory.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'
import { brokenByPoint } from './westgard-rules.ts'

let hospital: TestHospital
let bench: Bench
let analyserId = ''
const month = '2025-03'
const lots = { low: '', high: '' }

beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  analyserId = (await (await hospital.as(instruments, 'admin')).createInstrument({ body: { name: 'Analyser 1', protocol: 'astm', facilityId: hospital.facilityId, codes: [] } })).body.id
  const testId = (await bench.admin.listTests({ query: { search: 'NA' } })).body.items.find((test) => test.code === 'NA')?.id ?? ''
  for (const level of ['low', 'high'] as const) lots[level] = (await bench.lab.createLot({ body: { facilityId: hospital.facilityId, testId, material: 'Multiqual', lotNumber: 'L7', level, mean: level === 'low' ? '100' : '150', sd: level === 'low' ? '1' : '2', expiresOn: '2099-12-31' } })).body.id
  // Day of March 2025, noon in India; the last two lie a minute before the month and a minute after it there.
  const run = (at: string, low: string, high?: string, about: { action?: string } = {}) => bench.lab.recordRun({ body: { facilityId: hospital.facilityId, instrumentId: analyserId, measuredAt: at, points: [{ lotId: lots.low, value: low }, ...(high === undefined ? [] : [{ lotId: lots.high, value: high }])], ...about } })
  await run('2025-02-28T18:29:00.000Z', '100')
  await run('2025-02-28T18:30:00.000Z', '99', '150')
  await run('2025-03-04T06:30:00.000Z', '101.5', '151')
  await run('2025-03-06T06:30:00.000Z', '100.4', '148.5')
  await run('2025-03-08T06:30:00.000Z', '98.7', '152')
  await run('2025-03-10T06:30:00.000Z', '102.2', '149')
  const rejected = await run('2025-03-12T06:30:00.000Z', '104', '150.5')
  await bench.lab.noteAction({ params: { id: rejected.body.id }, ifMatch: rejected.body.version, body: { action: 'Recalibrated' } })
  await run('2025-03-31T18:30:00.000Z', '100')
  await bench.lab.recordRun({ body: { facilityId: hospital.facilityId, measuredAt: '2025-03-20T06:30:00.000Z', points: [{ lotId: lots.low, value: '103.5' }] } })
})

const read = async (about: { instrumentId?: string; withRejected?: 'true' } = {}) => (await bench.lab.qualityMonth({ query: { facilityId: hospital.facilityId, month, ...about } })).body
const figures = (line: Awaited<ReturnType<typeof read>>['items'][number] | undefined) => [line?.level, line?.n, line?.measured, line?.mean, line?.sd, line?.cvPercent, line?.target, line?.bias, line?.biasPercent, line?.rejected]

describe('the month of quality control', () => {
  // Worked out apart with the statistics module of Python: mean, stdev (n − 1).
  it('sums up each level of a lot on an instrument, rejected runs left out or counted', async () => {
    const { items, runs, rejected } = await read({ instrumentId: analyserId })
    expect([runs, rejected]).toEqual([6, 1])
    expect(items.map(figures)).toEqual([
      ['low', 5, 6, '100.36', '1.52', '1.52', '100', '0.36', '0.36', 1],
      ['high', 5, 6, '150.10', '1.43', '0.95', '150', '0.10', '0.07', 1],
    ])
    expect(items.map((line) => line.violations)).toEqual([[{ rule: '1-2s', count: 2 }, { rule: '1-3s', count: 1 }, { rule: '2-2s', count: 1 }], []])
    expect((await read({ instrumentId: analyserId, withRejected: 'true' })).items.map(figures)).toEqual([
      ['low', 6, 6, '100.97', '2.02', '2.00', '100', '0.97', '0.97', 1],
      ['high', 6, 6, '150.17', '1.29', '0.86', '150', '0.17', '0.11', 1],
    ])
  })

  it('keeps instruments apart, and one value has no deviation', async () => {
    expect((await read()).items.map((line) => [line.instrumentName, line.level, line.n])).toEqual([['Analyser 1', 'low', 5], ['Analyser 1', 'high', 5], ['', 'low', 0]])
    const [line] = (await read({ instrumentId: 'by-hand', withRejected: 'true' })).items
    expect(figures(line)).toEqual(['low', 1, 1, '103.50', null, null, '100', '3.50', '3.50', 1])
  })

  it('lists what broke a rule with what was done about it', async () => {
    expect((await read({ instrumentId: analyserId })).events.map((event) => [event.measuredAt.slice(0, 10), event.state, event.broken, event.action])).toEqual([['2025-03-10', 'warning', ['1-2s'], ''], ['2025-03-12', 'rejected', ['1-2s', '1-3s', '2-2s'], 'Recalibrated']])
  })

  it('judges what was measured by the target of its day', async () => {
    const lot = (await bench.lab.listLots({ query: { facilityId: hospital.facilityId } })).body.items.find((one) => one.id === lots.high)
    await bench.lab.updateLot({ params: { id: lots.high }, ifMatch: lot?.version ?? 0, body: { mean: '155' } })
    await bench.lab.recordRun({ body: { facilityId: hospital.facilityId, instrumentId: analyserId, measuredAt: '2025-03-25T06:30:00.000Z', points: [{ lotId: lots.high, value: '154' }] } })
    expect((await read({ instrumentId: analyserId })).items.filter((line) => line.level === 'high').map((line) => [line.target, line.n, line.bias])).toEqual([['150', 5, '0.10'], ['155', 1, '-1.00']])
  })

  it('is printed and saved, and asked for by whoever may read', async () => {
    const query = { facilityId: hospital.facilityId, month } as const
    expect(Buffer.from((await bench.lab.printQualityMonth({ query })).body as never).subarray(0, 5).toString('latin1')).toBe('%PDF-')
    const csv = Buffer.from((await bench.lab.exportQualityMonth({ query })).body as never).toString()
    expect(csv).toContain('NA,Sodium,mmol/L,Analyser 1,Multiqual,L7,low,6,5,100.36,1.52,1.52,100,1,0.36,0.36,2,1,1,0,0,0,1\r\n')
    expect(csv).toContain(',high,1,1,154.00,,,155,2,-1.00,-0.65,')
    const desk = await hospital.as(laboratory, 'receptionist')
    expect([(await desk.qualityMonth({ query })).status, (await desk.printQualityMonth({ query })).status, (await desk.exportQualityMonth({ query })).status]).toEqual([403, 403, 403])
    expect((await bench.lab.qualityMonth({ query: { ...query, month: '2025-13' } })).status).toBe(422)
  })
})

describe('a rule that a run breaks', () => {
  it('is counted at the levels that take part in it', () => {
    const before = [{ run: 0, level: 'low', z: 2.3 }, { run: 0, level: 'high', z: 0 }]
    expect(brokenByPoint([...before, { run: 1, level: 'low', z: 2.2 }, { run: 1, level: 'high', z: -2.4 }])).toEqual([['1-2s', '2-2s', 'R-4s'], ['1-2s', 'R-4s']])
    expect(brokenByPoint([{ run: 1, level: 'low', z: 2.2 }, { run: 1, level: 'high', z: 2.4 }])).toEqual([['1-2s', '2-2s'], ['1-2s', '2-2s']])
    expect(brokenByPoint([{ run: 1, level: 'low', z: 0.2 }, { run: 1, level: 'high', z: 3.4 }])).toEqual([[], ['1-2s', '1-3s']])
  })
})
