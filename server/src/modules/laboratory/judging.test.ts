import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { laboratory } from '#contract/laboratory.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
})

const alertsOf = async (patientId: string) => (await (await hospital.as(alerts, 'nurse')).listAlerts({ query: { patientId } })).body.items
/** Entered in a unit of its own. */
async function entered(code: string, value: string, about: { unit?: string; patientId?: string } = {}) {
  const { results } = await bench.received([code], about.patientId === undefined ? {} : { patientId: about.patientId })
  const row = results.find((one) => one.code === code)
  return bench.lab.enterResult({ body: { specimenId: row?.specimenId ?? '', testId: row?.testId ?? '', value, isConfirmed: true, ...(about.unit === undefined ? {} : { unit: about.unit }) } })
}

describe('a value in another unit', () => {
  it.each([['HBA1C', '48', 'mmol/mol', '6.5', 'H'], ['CA', '4.6', 'meq/L', '9.2', 'N'], ['CA', '2.3', 'mmol/L', '9.2', 'N'], ['NA', '140', 'meq/L', '140', 'N']])('%s %s %s is %s, %s', async (code, value, unit, expected, flag) => {
    expect((await entered(code, value, { unit })).body).toMatchObject({ value: expected, flag, detail: { reported: { value, unit } } })
  })

  it('that measures another thing is refused, and one in parentheses by name', async () => {
    for (const [code, unit] of [['PHOS', 'meq/L'], ['WBC', 'mmol/L'], ['HCT', 'mmol/mol']] as const) expect((await entered(code, '5', { unit })).problem.errors?.[0], code).toMatchObject({ path: 'unit', code: 'laboratory.unit_unknown' })
    expect((await entered('CREAT', '5', { unit: 'mg/(24.h)' })).problem.errors?.[0]).toMatchObject({ path: 'unit', code: 'laboratory.unit_parentheses' })
    expect((await bench.admin.createTest({ body: { code: 'U24', name: 'Urine creatinine, 24 h', category: 'x', bench: 'x', specimenType: 'urine', container: 'can', turnaroundMinutes: 60, unit: 'mg/(24.h)' } })).problem.errors?.[0]).toMatchObject({ path: 'unit', code: 'laboratory.unit_parentheses' })
  })
})

describe('«12,500»', () => {
  it('is asked about at its field, and says how to write it', async () => {
    expect((await entered('WBC', '12,500')).problem.errors?.[0]).toMatchObject({ path: 'value', code: 'laboratory.ambiguous_number', message: expect.stringContaining('12500') })
    expect((await entered('WBC', '12,5')).body).toMatchObject({ value: '12,5', flag: 'H' })
  })
})

describe('critical limits', () => {
  it.each([['HGB', '6.5', 'LL'], ['HCT', '65', 'HH'], ['CREAT', '7', 'HH'], ['HGB', '13', '']] as const)('%s %s of an adult of unknown sex is %s', async (code, value, flag) => {
    const patientId = await bench.person()
    await hospital.query("update patients set sex = 'unknown' where id = $1", [patientId])
    expect((await entered(code, value, { patientId })).body).toMatchObject({ flag, isCritical: flag !== '' })
  })

  it('are told as they are reported, with their unit', async () => {
    const { order, result } = await bench.entered('WBC', '0.8')
    await bench.lab.verify({ params: { id: result.id }, body: {} })
    expect((await alertsOf(order.patientId))[0]).toMatchObject({ title: 'Critical: White cell count 0.8 10³/µL', detail: 'Critical below 1 10³/µL or above 50 10³/µL. Tell the clinician and have it read back.' })
  })
})

describe('what grows', () => {
  const write = (id: string, detail: object) => bench.lab.enterDetail({ params: { id }, body: { detail: { stage: 'gram', isolates: [], ...detail } } })
  it('in blood or cerebrospinal fluid is critical and called, before it has a name; in urine it is abnormal', async () => {
    for (const [code, detail, flag] of [['BLCUL', { gram: 'Gram-positive cocci in clusters', isGrowth: true }, 'AA'], ['CSFCUL', { stage: 'final', isolates: [{ organism: 'Neisseria meningitidis' }] }, 'AA'], ['URCUL', { stage: 'final', isolates: [{ organism: 'Escherichia coli' }] }, 'A'], ['BLCUL', { stage: 'growth-24h', growth: 'No growth' }, '']] as const) {
      const { order, results } = await bench.received([code])
      const id = results[0]?.id ?? ''
      expect((await write(id, detail)).body, code).toMatchObject({ flag, isCritical: flag === 'AA' })
      await bench.lab.verify({ params: { id }, body: {} })
      expect((await alertsOf(order.patientId)).map((alert) => [alert.kind, alert.severity])).toEqual(flag === 'AA' ? [['critical-result', 'critical']] : [])
    }
  })

  it('after «no growth» was out is called too', async () => {
    const { order, results } = await bench.received(['BLCUL'])
    const id = results[0]?.id ?? ''
    await write(id, { stage: 'growth-24h', growth: 'No growth' })
    await bench.lab.verify({ params: { id }, body: {} })
    await bench.lab.release({ params: { id }, body: { status: 'preliminary' } })
    await bench.lab.amend({ params: { id }, body: { status: 'final', reason: 'growth', detail: { stage: 'identification', isolates: [{ organism: 'Staphylococcus aureus', susceptibilities: [] }] } } })
    expect(await alertsOf(order.patientId)).toMatchObject([{ kind: 'critical-result', title: 'Critical: Blood culture Staphylococcus aureus', detail: expect.any(String) }])
  })
})

describe('an alert of a sensitive test', () => {
  it('says neither which test nor what it says, whoever reads it', async () => {
    const { order, result } = await bench.released('HIV', 'reactive')
    await (await hospital.as(laboratory, 'nurse')).readResult({ params: { id: result.id } })
    await bench.lab.amend({ params: { id: result.id }, body: { value: 'negative', reason: 'HIV was negative', status: 'corrected' } })
    await bench.lab.callBack({ params: { id: result.id }, body: { reason: 'tell of the HIV result' } })
    await bench.lab.resultInError({ params: { id: result.id }, body: { reason: 'HIV of another patient' } })
    const told = await alertsOf(order.patientId)
    expect(told.map((alert) => alert.title).toSorted()).toEqual(['Changed: a sensitive result', 'To be known now: a sensitive result', 'Withdrawn: a sensitive result was never true'])
    expect(JSON.stringify(told)).not.toMatch(/HIV|negative|reactive/)
  })
})

describe('before a result is out', () => {
  it('what was there before stands beside it, and by how much it changed: at the bench, on the work-list, at the result', async () => {
    const patientId = await bench.person()
    await bench.released('NA', '140', { patientId })
    const { result, order } = await bench.entered('NA', '126', { patientId })
    const previous = { value: '140', unit: 'mmol/L', at: expect.any(String), change: '-14' }
    expect((await bench.lab.readResult({ params: { id: result.id } })).body).toMatchObject({ holds: ['delta'], previous })
    expect((await bench.lab.readSpecimen({ params: { id: result.specimenId } })).body.results[0]).toMatchObject({ previous })
    const list = (await bench.lab.listResults({ query: { facilityId: hospital.facilityId, state: 'received', limit: 200 } })).body.items
    expect(list.find((row) => row.id === result.id)).toMatchObject({ previous })
    expect((await bench.resultsOf(order.id))[0]).not.toHaveProperty('previous')
    expect((await bench.entered('NA', '126')).result).not.toHaveProperty('previous')
  })

  it('of a sensitive test it is for those who may see it', async () => {
    const patientId = await bench.person()
    await bench.released('HIV', 'negative', { patientId })
    const { result } = await bench.entered('HIV', 'reactive', { patientId })
    expect((await bench.lab.readResult({ params: { id: result.id } })).body).toMatchObject({ previous: { value: 'negative', change: null } })
    expect((await (await hospital.as(laboratory, 'nurse')).readResult({ params: { id: result.id } })).body).not.toHaveProperty('previous')
  })

  it('a comment can be written; afterwards it is an amendment', async () => {
    const { result, order } = await bench.entered('CA', '9.1')
    const comment = (text: string) => bench.lab.commentResult({ params: { id: result.id }, body: { comment: text } })
    expect((await comment('slightly icteric')).body).toMatchObject({ comment: 'slightly icteric', state: 'received' })
    expect((await (await hospital.as(laboratory, 'nurse')).commentResult({ params: { id: result.id }, body: { comment: 'x' } })).status).toBe(403)
    await bench.lab.verify({ params: { id: result.id }, body: {} })
    expect((await comment('icteric')).body).toMatchObject({ comment: 'icteric', state: 'verified' })
    expect((await bench.lab.release({ params: { id: result.id }, body: {} })).body).toMatchObject({ comment: 'icteric', versions: [{ comment: 'icteric' }] })
    expect((await comment('late')).problem).toMatchObject({ code: 'lifecycle.illegal_step', allowed: ['amend'] })
    const waiting = (await bench.received(['CA'], { patientId: order.patientId })).results[0]
    expect((await bench.lab.commentResult({ params: { id: waiting?.id ?? '' }, body: { comment: 'x' } })).problem.allowed).toEqual(['enter'])
  })
})
