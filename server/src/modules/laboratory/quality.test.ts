import { beforeAll, describe, expect, it } from 'vitest'
import { instruments } from '#contract/instruments.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { enterFromInstrument } from './from-instrument.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
let analyserId = ''
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  const admin = await hospital.as(instruments, 'admin')
  analyserId = (await admin.createInstrument({ body: { name: 'Analyser', protocol: 'astm', facilityId: hospital.facilityId, codes: [] } })).body.id
})

const testIdOf = async (code: string) => (await bench.admin.listTests({ query: { search: code } })).body.items.find((test) => test.code === code)?.id ?? ''

/** Two levels of a control of a test, 100 ± 1 each. */
async function controlOf(code: string) {
  const testId = await testIdOf(code)
  const lots = new Map<string, string>()
  for (const level of ['low', 'high']) lots.set(level, (await bench.lab.createLot({ body: { facilityId: hospital.facilityId, testId, material: 'Control', lotNumber: 'L1', level, mean: '100', sd: '1', expiresOn: '2099-12-31' } })).body.id)
  const run = (values: Record<string, string>, about: { instrumentId?: string; measuredAt?: string } = {}) => bench.lab.recordRun({ body: { facilityId: hospital.facilityId, points: Object.entries(values).map(([level, value]) => ({ lotId: lots.get(level) ?? '', value })), ...about } })
  const blocks = async () => (await bench.lab.listBlocked({ query: { facilityId: hospital.facilityId } })).body.items.filter((one) => one.testId === testId).map((one) => [one.instrumentId, one.levels])
  return { testId, run, blocks }
}

const release = async (code: string, value: string) => {
  const { result } = await bench.entered(code, value)
  await bench.lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })
  return bench.lab.release({ params: { id: result.id }, body: {} })
}

describe('a rejected control', () => {
  it('stays open until the same level is good, whatever another level says', async () => {
    const { run, blocks } = await controlOf('NA')
    expect((await run({ low: '100', high: '106' })).body.state).toBe('rejected')
    expect((await run({ low: '100.5' })).body.state).toBe('accepted')
    expect(await blocks()).toEqual([[null, ['high']]])
    expect((await release('NA', '140')).problem.code).toBe('laboratory.quality_blocks')
    expect((await run({ high: '100.5' })).body.state).toBe('accepted')
    expect(await blocks()).toEqual([])
    expect((await release('NA', '140')).status).toBe(200)
  })

  it('on an instrument is put right there alone, and stops what verifies itself', async () => {
    const { testId, run, blocks } = await controlOf('K')
    await bench.admin.updateTest({ params: { id: testId }, ifMatch: (await bench.admin.readTest({ params: { id: testId } })).body.version, body: { rules: { isAutoVerified: true } } })
    const measured = async () => {
      const { order, tubes } = await bench.received(['K'])
      await withContext(makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('admin') }), (tx) => enterFromInstrument(tx, { specimenNumbers: [tubes[0]?.number ?? ''], patientIds: [], instrumentId: analyserId, entries: [{ testId, value: '4.1', unit: '', comment: '' }] }))
      return (await bench.resultsOf(order.id)).map((row) => [row.state, row.holds])
    }
    expect(await measured()).toEqual([['verified', []]])
    await run({ low: '100', high: '106' }, { instrumentId: analyserId })
    await run({ low: '100', high: '100' })
    expect(await blocks()).toEqual([[analyserId, ['high', 'low']]])
    expect(await measured()).toEqual([['received', ['quality']]])
    await run({ low: '100', high: '100' }, { instrumentId: analyserId })
    expect(await measured()).toEqual([['verified', []]])
  })

  it('cannot be outrun by a run of tomorrow', async () => {
    const { run, blocks } = await controlOf('CL')
    const refused = await run({ low: '100', high: '100' }, { measuredAt: new Date(Date.now() + 5 * 365 * 86_400_000).toISOString() })
    expect([refused.status, refused.problem.errors?.[0]]).toMatchObject([422, { path: 'measuredAt', code: 'laboratory.not_in_future' }])
    expect((await run({ low: '100', high: '100' }, { measuredAt: new Date(Date.now() + 60_000).toISOString() })).status).toBe(201)
    await run({ low: '106', high: '106' }, { measuredAt: new Date(Date.now() + 120_000).toISOString() })
    expect(await blocks()).toHaveLength(1)
  })
})
