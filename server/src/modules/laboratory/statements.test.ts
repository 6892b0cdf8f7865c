import { beforeAll, describe, expect, it } from 'vitest'
import { laboratory } from '#contract/laboratory.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { least, statementsOf } from '../../testing/statements.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  // The first of each kind fills what is kept in memory: catalogue, facility, numbers.
  await bench.released('NA', '140')
})

const counted = (work: () => Promise<{ status: number }>) => statementsOf(async () => expect((await work()).status).toBeLessThan(300))

const entriesOf = (results: readonly { testId: string }[]) => results.map((row) => ({ testId: row.testId, value: '5.1', isConfirmed: true }))

/** How many statements a panel of so many analytes takes to be entered. */
async function entering(code: string): Promise<number> {
  const { tubes, results } = await bench.received([code])
  return counted(() => bench.lab.enterResults({ params: { id: tubes[0]?.id ?? '' }, body: { entries: entriesOf(results.filter((row) => row.specimenId === tubes[0]?.id)) } }))
}

describe('what a bench waits for', () => {
  it('an order asks before and writes after: twelve statements, whatever is ordered', async () => {
    const patientId = await bench.person()
    const place = (codes: string[]) => () => bench.doctor.placeOrder({ body: { patientId, facilityId: hospital.facilityId, priority: 'routine', items: codes.map((code) => ({ kind: 'laboratory' as const, code })) } })
    for (const codes of [['NA'], ['CBC', 'LYTES', 'HGB']]) expect(await least(() => counted(place(codes)))).toBeLessThanOrEqual(12)
  })

  it('a panel of twenty is entered with as many statements as one test', async () => {
    const one = await least(() => entering('NA'))
    expect(one).toBeLessThanOrEqual(13)
    expect(await least(() => entering('CBC'))).toBe(one)
  })

  it('a result is let out with twenty statements, and many with as many', async () => {
    const releasingOne = async () => {
      const one = await bench.entered('NA', '140')
      await bench.lab.verify({ params: { id: one.result.id }, body: { isHoldAccepted: true } })
      return counted(() => bench.lab.release({ params: { id: one.result.id }, body: {} }))
    }
    const releasingMany = async () => {
      const { tubes, results } = await bench.received(['CBC'])
      const ids = results.map((row) => row.id)
      await bench.lab.enterResults({ params: { id: tubes[0]?.id ?? '' }, body: { entries: entriesOf(results) } })
      await bench.lab.verifyMany({ body: { ids, isHoldAccepted: true } })
      return counted(() => bench.lab.releaseMany({ body: { ids } }))
    }
    for (const releasing of [releasingOne, releasingMany]) expect(await least(releasing)).toBeLessThanOrEqual(20)
  })

  it('the work-list takes two, the cumulative view one', async () => {
    const { order } = await bench.released('K', '4.1')
    const list = () => bench.lab.listSpecimens({ query: { facilityId: hospital.facilityId, state: 'received', limit: 25 } })
    expect(await least(() => counted(list))).toBeLessThanOrEqual(2)
    const view = () => bench.lab.cumulative({ params: { id: order.patientId } })
    expect(await least(() => counted(view))).toBe(1)
  })
})

describe('the cumulative view', () => {
  it('has a row a test, newest first, and goes on where the page ended', async () => {
    const patientId = await bench.person()
    for (const value of ['138', '141']) await bench.released('NA', value, { patientId })
    const { result } = await bench.released('HIV', 'reactive', { patientId })
    const { body } = await bench.lab.cumulative({ params: { id: patientId } })
    const sodium = body.tests.find((test) => test.code === 'NA')
    expect(sodium).toMatchObject({ unit: 'mmol/L', isHidden: false, range: { low: '136', high: '145' } })
    expect(sodium?.values.map((value) => value.value)).toEqual(['141', '138'])
    expect(sodium?.values[0]).not.toHaveProperty('unit')
    expect(body.nextCursor).toBeNull()
    const first = (await bench.lab.cumulative({ params: { id: patientId }, query: { limit: 2 } })).body
    const rest = (await bench.lab.cumulative({ params: { id: patientId }, query: { limit: 2, cursor: first.nextCursor ?? '' } })).body
    const ids = [...first.tests, ...rest.tests].flatMap((test) => test.values.map((value) => value.id))
    expect(new Set(ids).size).toBe(3)
    expect(ids).toContain(result.id)
  })

  it('says of a sensitive test only that there is a result', async () => {
    const patientId = await bench.person()
    await bench.released('HIV', 'reactive', { patientId })
    const nurse = await hospital.as(laboratory, 'nurse')
    expect((await nurse.cumulative({ params: { id: patientId } })).body.tests[0]).toMatchObject({ isHidden: true, values: [{ value: '', flag: '' }] })
  })
})
