import { beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
})

const lytes = { NA: '140', K: '4.0', CL: '104', HCO3: '24' }

/** An order, received, with these values entered. */
async function entered(codes: string[], values: Record<string, string>, about: Parameters<Bench['received']>[1] = {}) {
  const { order, results } = await bench.received(codes, about)
  const rows = new Map(results.map((row) => [row.code, row]))
  const enter = async (some: Record<string, string>) => {
    for (const [code, value] of Object.entries(some)) {
      const row = rows.get(code)
      const answer = await bench.lab.enterResult({ body: { specimenId: row?.specimenId ?? '', testId: row?.testId ?? '', value } })
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.problem))
    }
  }
  await enter(values)
  const id = (code: string) => rows.get(code)?.id ?? ''
  const of = async (code: string) => (await bench.lab.readResult({ params: { id: id(code) } })).body
  const verify = (...some: string[]) => bench.lab.verifyMany({ body: { ids: some.map(id), isHoldAccepted: true } })
  const release = (...some: string[]) => bench.lab.releaseMany({ body: { ids: some.map(id) } })
  const report = async () => (await bench.lab.listReports({ query: { orderId: order.id } })).body.items[0]
  return { order, rows, enter, id, of, verify, release, report }
}

describe('what is calculated from a result that changes before it is out', () => {
  it('says why there is no value where the input is none, and is to be verified', async () => {
    const { enter, of, verify } = await entered(['LYTES'], lytes)
    expect(await of('AGAP')).toMatchObject({ value: '12', state: 'received' })
    await verify('AGAP')
    await enter({ CL: 'haemolysed' })
    expect(await of('AGAP')).toMatchObject({ value: 'not calculated', state: 'received', flag: '', comment: 'Not calculated: Chloride is haemolysed' })
    await enter({ CL: '90' })
    expect(await of('AGAP')).toMatchObject({ value: '26', state: 'received', comment: '' })
  })

  it('is to be verified again when an input is measured again, and has the new value then', async () => {
    const { id, enter, of, verify } = await entered(['LYTES'], lytes)
    await verify('NA', 'CL', 'AGAP')
    await bench.lab.returnResult({ params: { id: id('CL') }, body: { reason: 'bubble' } })
    expect(await of('AGAP')).toMatchObject({ value: '12', state: 'received', reason: 'To be verified again: Chloride is measured again' })
    await verify('AGAP')
    await enter({ CL: '90' })
    expect(await of('AGAP')).toMatchObject({ value: '26', flag: 'H', state: 'received', verifiedAt: null, reason: 'Calculated again: Chloride was changed' })
  })

  it('is not done where an input is not done', async () => {
    const { id, of, verify } = await entered(['LYTES'], lytes)
    await verify('AGAP')
    await bench.lab.cancelResult({ params: { id: id('CL') }, body: { reason: 'no reagent' } })
    expect(await of('AGAP')).toMatchObject({ state: 'cancelled', reason: 'Not calculated: Chloride was not done' })
  })

  it('waits anew where the tube of an input is rejected and taken again, and is not done without', async () => {
    const { rows, of, verify } = await entered(['HOMA'], { INS: '10', GLUF: '90' })
    expect(await of('HOMA')).toMatchObject({ value: '2.22' })
    await verify('HOMA')
    const glucose = rows.get('GLUF')?.specimenId ?? ''
    expect(glucose).not.toBe(rows.get('HOMA')?.specimenId)
    const { body } = await bench.lab.reject({ params: { id: glucose }, body: { reason: 'clotted' } })
    expect(await of('HOMA')).toMatchObject({ state: 'pending', value: '', verifiedAt: null, reason: 'Calculated again: Glucose, fasting was changed' })
    await bench.lab.collect({ params: { id: body.recollection?.id ?? '' }, body: {} })
    await bench.lab.receive({ params: { id: body.recollection?.id ?? '' }, body: {} })
    await bench.lab.enterResult({ body: { specimenId: body.recollection?.id ?? '', testId: rows.get('GLUF')?.testId ?? '', value: '180', isConfirmed: true } })
    expect(await of('HOMA')).toMatchObject({ state: 'received', value: '4.44' })
    await bench.lab.reject({ params: { id: body.recollection?.id ?? '' }, body: { reason: 'wrong patient', isRecollected: false } })
    expect(await of('HOMA')).toMatchObject({ state: 'cancelled' })
  })

  it('and out already is corrected by a version of its own', async () => {
    const { id, enter, of, verify, release } = await entered(['LYTES'], lytes)
    await verify('NA', 'K', 'CL', 'HCO3', 'AGAP')
    await release('AGAP')
    await bench.lab.returnResult({ params: { id: id('CL') }, body: { reason: 'bubble' } })
    await enter({ CL: '90' })
    expect(await of('AGAP')).toMatchObject({ state: 'released', status: 'corrected', value: '26', resultVersion: 2 })
    await enter({ CL: '<60' })
    expect(await of('AGAP')).toMatchObject({ state: 'released', status: 'corrected', value: 'not calculated', resultVersion: 3, comment: 'Not calculated: Chloride is <60' })
  })

  it('follows through what is calculated in between', async () => {
    const { enter, of } = await entered(['TP', 'ALB', 'GLOB', 'AGR'], { TP: '7', ALB: '4' })
    expect([(await of('GLOB')).value, (await of('AGR')).value]).toEqual(['3.0', '1.33'])
    await enter({ TP: 'insufficient' })
    expect([(await of('GLOB')).comment, (await of('AGR')).comment]).toEqual(['Not calculated: Protein, total is insufficient', 'Not calculated: Globulin is not calculated'])
  })
})

describe('a report does not wait for what will never come', () => {
  it('where an input was below what is measured: the calculated test is reported, with why', async () => {
    const { of, verify, release, report, order } = await entered(['LYTES'], { ...lytes, CL: '<60' })
    expect(await of('AGAP')).toMatchObject({ state: 'received', value: 'not calculated' })
    await verify('NA', 'K', 'CL', 'HCO3', 'AGAP')
    await release('NA', 'K', 'CL', 'HCO3', 'AGAP')
    expect(await report()).toMatchObject({ status: 'final', patientToldAt: expect.any(String) })
    expect((await bench.doctor.readOrder({ params: { id: order.id } })).body.state).toBe('completed')
  })

  it.each(['cancel', 'reject', 'discontinue the order'] as const)('%s what is left: it is final, and the patient hears', async (way) => {
    const { order, rows, id, verify, release, report } = await entered(['NA', 'HGB'], { NA: '140' })
    await verify('NA')
    await release('NA')
    expect(await report()).toMatchObject({ status: 'preliminary', patientToldAt: null })
    if (way === 'cancel') await bench.lab.cancelResult({ params: { id: id('HGB') }, body: { reason: 'no reagent' } })
    if (way === 'reject') await bench.lab.reject({ params: { id: rows.get('HGB')?.specimenId ?? '' }, body: { reason: 'clotted', isRecollected: false } })
    if (way === 'discontinue the order') await bench.doctor.discontinueOrder({ params: { id: order.id }, body: { reason: 'not needed' } })
    expect(await report()).toMatchObject({ status: 'final', version: 2, patientToldAt: expect.any(String) })
  })
})

describe('eGFR', () => {
  it('is calculated from 18 years on: a child’s says why it is not', async () => {
    const of = async (ageYears: number, value: string) => {
      const { of: read } = await entered(['EGFR'], { CREAT: value }, { patientId: await bench.person({ ageYears }) })
      return read('EGFR')
    }
    expect(await of(5, '0.4')).toMatchObject({ value: 'not calculated', state: 'received', comment: 'Not calculated: the formula holds from 18 years of age on' })
    expect((await of(44, '1')).value).toMatch(/^\d+$/)
  })
})
