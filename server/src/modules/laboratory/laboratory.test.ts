import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { laboratory } from '#contract/laboratory.ts'
import { orders } from '#contract/orders.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
})

describe('the catalogue', () => {
  it('starts with 120 tests and more, each range with its source', async () => {
    const rows = await hospital.query<{ tests: number; bare: number }>("select (select count(*)::int from lab_tests where tenant_id = $1) as tests, (select count(*)::int from lab_ranges where tenant_id = $1 and source = '' and (low is not null or high is not null or critical_low is not null)) as bare", [hospital.tenantId])
    expect(rows[0]?.tests).toBeGreaterThanOrEqual(120)
    expect(rows[0]?.bare).toBe(0)
    expect((await bench.admin.addStarter({ body: {} })).body).toEqual({ created: 0, updated: 0 })
  })

  it('goes out and comes back as CSV unchanged', async () => {
    const csv = Buffer.from((await bench.admin.exportTests({})).body as unknown as Uint8Array).toString('utf8')
    const potassium = (await bench.lab.listTests({ query: { search: 'K', limit: 200 } })).body.items.find((test) => test.code === 'K')
    expect(potassium?.names).toEqual({ hi: 'पोटैशियम', ar: 'بوتاسيوم' })
    const before = await hospital.query('select code, name, names, formula, unit from lab_tests where tenant_id = $1 order by code', [hospital.tenantId])
    expect((await bench.admin.importTests({ body: { csv } })).body).toMatchObject({ created: 0 })
    expect(await hospital.query('select code, name, names, formula, unit from lab_tests where tenant_id = $1 order by code', [hospital.tenantId])).toEqual(before)
  })

  it('is found by a name in any of its languages, from any word on, written or spelt', async () => {
    const found = async (search: string) => (await bench.lab.listTests({ query: { search, limit: 200 } })).body.items.map((test) => test.code)
    for (const search of ['haemoglobin', 'हीमोग्लोबिन', 'हीमो', 'himoglobin', 'هيموغلوبين', 'هيمو']) expect(await found(search), search).toContain('HGB')
    for (const search of ['कोलेस्ट्रॉल', 'कुल कोलेस्ट्रॉल', 'الكوليسترول', 'كوليسترول', 'cholesterol']) expect(await found(search), search).toContain('CHOL')
    expect(await found('पूर्ण रक्त')).toEqual(['CBC'])
    expect(await found('हृदय')).toEqual([])
    for (const code of ['K', 'NA']) expect((await bench.lab.listTests({ query: { search: code } })).body.items.map((test) => test.code)).toContain(code)
    const first = (await bench.lab.listTests({ query: { search: 'रक्त', limit: 2 } })).body
    const rest = (await bench.lab.listTests({ query: { search: 'रक्त', limit: 200, cursor: first.nextCursor ?? '' } })).body
    expect([...first.items, ...rest.items].map((test) => test.code)).toEqual(await found('रक्त'))
    const read = async () => (await bench.admin.listTests({ query: { search: 'VDRL' } })).body.items[0]
    const before = await read()
    const renamed = await bench.admin.updateTest({ params: { id: before?.id ?? '' }, ifMatch: before?.version ?? 0, body: { names: { hi: 'उपदंश की जाँच', ar: 'فحص الزهري' } } })
    expect([renamed.status, await found('उपदंश'), await found('زهري'), await found('الزهري')]).toEqual([200, ['VDRL'], ['VDRL'], ['VDRL']])
    await bench.admin.updateTest({ params: { id: before?.id ?? '' }, ifMatch: renamed.body.version, body: { names: { hi: 'VDRL', ar: 'VDRL' } } })
    expect(await found('उपदंश')).toEqual([])
  })

  it('has keys for the names of an older catalogue: those the migration makes find it as it is written', async () => {
    const migration = readFileSync(new URL('../../../migrations/0188-laboratory-test-names.sql', import.meta.url), 'utf8')
    const filling = migration.slice(migration.indexOf('insert into lab_test_names'))
    await hospital.query('delete from lab_test_names where tenant_id = $1', [hospital.tenantId])
    await hospital.query(filling.replace("where variant <> ''", "where variant <> '' on conflict do nothing"))
    const found = async (search: string) => (await bench.lab.listTests({ query: { search } })).body.items.map((test) => test.code)
    for (const search of ['कोलेस्ट्रॉल', 'كوليسترول', 'الكوليسترول']) expect(await found(search), search).toContain('CHOL')
  })

  it('refuses what cannot be: overlap, circle, formula, unit, a code twice', async () => {
    const base = { category: 'x', bench: 'x', specimenType: 'serum', container: 'gel', turnaroundMinutes: 60 }
    const range = { ageFromDays: 0, ageToDays: 100, low: '1', high: '2' }
    expect((await bench.admin.createTest({ body: { ...base, code: 'OVER', name: 'Over', ranges: [range, { ...range, ageFromDays: 99, ageToDays: 200 }] } })).problem.code).toBe('laboratory.range_overlap')
    expect((await bench.admin.createTest({ body: { ...base, code: 'GAP', name: 'Gap', ranges: [range, { ...range, ageFromDays: 200, ageToDays: 50_000 }] } })).body.gaps).toEqual([{ sex: 'female', ageFromDays: 100, ageToDays: 200 }, { sex: 'male', ageFromDays: 100, ageToDays: 200 }])
    expect((await bench.admin.createTest({ body: { ...base, code: 'BAD', name: 'Bad', kind: 'calculated', formula: '{NA} +' } })).problem.code).toBe('laboratory.bad_formula')
    expect((await bench.admin.createTest({ body: { ...base, code: 'MISS', name: 'Miss', kind: 'calculated', formula: '{NOPE} + 1' } })).problem.errors?.[0]?.path).toBe('formula')
    expect((await bench.admin.createTest({ body: { ...base, code: 'UNI', name: 'Unit', unit: 'mg/parrot' } })).problem.errors?.[0]?.path).toBe('unit')
    expect((await bench.admin.createTest({ body: { ...base, code: 'NA', name: 'Again' } })).status).toBe(409)
    const one = (await bench.admin.createTest({ body: { ...base, code: 'P1', name: 'Panel one', kind: 'panel', members: ['NA'] } })).body
    await bench.admin.createTest({ body: { ...base, code: 'P2', name: 'Panel two', kind: 'panel', members: ['P1'] } })
    expect((await bench.admin.updateTest({ params: { id: one.id }, ifMatch: one.version, body: { members: ['P2'] } })).problem.code).toBe('laboratory.circular')
  })
})

describe('names by language', () => {
  it('are changed by the columns of a table, emptied by empty ones, and left where it has none', async () => {
    const namesOf = async () => (await hospital.query<{ names: object }>("select names from lab_tests where tenant_id = $1 and code = 'K'", [hospital.tenantId]))[0]?.names
    const row = 'Potassium,analyte,numeric,chemistry,chemistry,serum,serum gel,mmol/L,240'
    const head = 'code,name,kind,valueKind,category,bench,specimenType,container,unit,turnaroundMinutes'
    expect((await bench.admin.importTests({ body: { csv: `${head}\nK,${row}\n` } })).body).toEqual({ created: 0, updated: 1 })
    expect(await namesOf()).toEqual({ hi: 'पोटैशियम', ar: 'بوتاسيوم' })
    await bench.admin.importTests({ body: { csv: `${head},nameHi,nameAr,nameFr\nK,${row},,بوتاسيوم الدم,Potassium\n` } })
    expect(await namesOf()).toEqual({ ar: 'بوتاسيوم الدم', fr: 'Potassium' })
  })
})

describe('from order to report', () => {
  it('one tube takes many tests, one order many tubes', async () => {
    const order = await bench.order(['CBC', 'LYTES', 'UA', 'OGTT'])
    const tubes = await bench.tubesOf(order.id)
    expect(tubes.map((tube) => `${tube.container} ${tube.timepoint}`.trim()).toSorted()).toEqual(['EDTA', 'fluoride 0 h', 'fluoride 1 h', 'fluoride 2 h', 'serum gel', 'urine cup'])
    expect(tubes.every((tube) => tube.state === 'requested' && tube.number.startsWith('GH1S'))).toBe(true)
    expect((await bench.resultsOf(order.id)).length).toBe(20 + 5 + 12 + 3)
  })

  it('is collected, received, entered, verified and released; the order follows', async () => {
    const { order, tubes } = await bench.received(['LYTES'])
    expect((await bench.doctor.readOrder({ params: { id: order.id } })).body).toMatchObject({ state: 'in-progress', items: [{ state: 'in-progress' }] })
    const results = await bench.resultsOf(order.id)
    const value: Record<string, string> = { NA: '140', K: '3.2', CL: '104', HCO3: '24' }
    const entries = results.filter((row) => row.code in value).map((row) => ({ testId: row.testId, value: value[row.code] ?? '' }))
    const entered = (await bench.lab.enterResults({ params: { id: tubes[0]?.id ?? '' }, body: { entries } })).body.items
    const of = (code: string) => entered.find((row) => row.code === code)
    expect(of('K')).toMatchObject({ value: '3.2', flag: 'L', range: { low: '3.5', high: '5' }, state: 'received' })
    expect(of('AGAP')).toMatchObject({ value: '12', flag: 'N' })
    const ids = entered.map((row) => row.id)
    expect((await bench.lab.releaseMany({ body: { ids } })).status).toBe(409)
    expect((await bench.lab.verifyMany({ body: { ids } })).status).toBe(200)
    const out = await bench.lab.releaseMany({ body: { ids } })
    expect(out.body.items.every((row) => row.state === 'released' && row.resultVersion === 1 && row.status === 'final')).toBe(true)
    expect((await bench.doctor.readOrder({ params: { id: order.id } })).body).toMatchObject({ state: 'completed', items: [{ state: 'completed' }] })
    const [report] = (await bench.lab.listReports({ query: { orderId: order.id } })).body.items
    expect(report).toMatchObject({ status: 'final', version: 1 })
    expect((await bench.lab.readReport({ params: { id: report?.id ?? '' } })).body.results).toHaveLength(5)
  })

  it('keeps what was reported and flags what can be said', async () => {
    for (const [code, value, flag] of [['TSH', '<0.01', 'L'], ['TSH', '>100', 'H'], ['CRP', '<5', 'N'], ['AMY', '<60', ''], ['K', 'haemolysed', ''], ['K', '6.5', 'HH'], ['K', '2.8', 'LL'], ['K', '2.9', 'L'], ['UPRO', '+++', 'A'], ['HIV', 'negative', 'N'], ['K', '4,2', 'N']] as const) {
      const { answer } = await bench.entered(code, value)
      expect([code, value, answer.status, answer.body.value, answer.body.flag]).toEqual([code, value, 201, value, flag])
    }
  })

  it('converts a unit that measures the same, keeps what was said, and refuses another', async () => {
    const { results } = await bench.received(['CREAT'])
    const row = results.find((one) => one.code === 'CREAT')
    const body = { specimenId: row?.specimenId ?? '', testId: row?.testId ?? '', value: '88.4' }
    expect((await bench.lab.enterResult({ body: { ...body, unit: 'umol/L' } })).body).toMatchObject({ value: '1.00', unit: 'mg/dL', reportedUnit: 'umol/L', detail: { reported: { value: '88.4', unit: 'umol/L' } } })
    expect((await bench.lab.enterResult({ body: { ...body, unit: 'mm[Hg]' } })).problem.code).toBe('laboratory.unit_unknown')
  })

  it('asks about an absurd value, and holds a delta until it is accepted', async () => {
    const patientId = await bench.person()
    const first = await bench.received(['K'], { patientId })
    const row = first.results[0]
    expect((await bench.lab.enterResult({ body: { specimenId: row?.specimenId ?? '', testId: row?.testId ?? '', value: '55' } })).problem.errors?.[0]).toMatchObject({ path: 'value', code: 'laboratory.absurd_value' })
    await bench.released('NA', '140', { patientId })
    const { result } = await bench.entered('NA', '126', { patientId })
    expect(result.holds).toEqual(['delta'])
    expect((await bench.lab.verify({ params: { id: result.id }, body: {} })).problem).toMatchObject({ code: 'laboratory.held', missing: ['delta'] })
    expect((await bench.lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })).body.state).toBe('verified')
  })

  it('the range is frozen: a new one does not judge old results again', async () => {
    const { result } = await bench.released('AMY', '120')
    const test = (await bench.admin.readTest({ params: { id: result.testId } })).body
    await bench.admin.updateTest({ params: { id: test.id }, ifMatch: test.version, body: { ranges: [{ low: '1', high: '50', source: 'a new method' }] } })
    expect((await bench.lab.readResult({ params: { id: result.id } })).body).toMatchObject({ flag: 'N', range: { low: '25', high: '125' } })
    expect((await bench.lab.amend({ params: { id: result.id }, body: { value: '126', reason: 'typing error', status: 'corrected' } })).body).toMatchObject({ flag: 'H', resultVersion: 2, range: { high: '125' } })
    expect((await bench.entered('AMY', '120')).result.flag).toBe('H')
  })
})

describe('versions', () => {
  it('an amendment is version 2, the first stays readable, and whoever read it is told', async () => {
    const { order, result } = await bench.released('CA', '9.1')
    const nurse = await hospital.as(laboratory, 'nurse')
    await nurse.readResult({ params: { id: result.id } })
    await (await hospital.as(laboratory, 'pharmacist')).seeResults({ body: { ids: [result.id] } })
    const amended = await bench.lab.amend({ params: { id: result.id }, body: { value: '8.1', reason: 'wrong tube', status: 'corrected' } })
    expect(amended.body).toMatchObject({ resultVersion: 2, status: 'corrected', value: '8.1', flag: 'L', versions: [{ resultVersion: 2, value: '8.1' }, { resultVersion: 1, value: '9.1', status: 'final' }] })
    const told = (await (await hospital.as(alerts, 'admin')).listAlerts({ query: { kind: 'amended-result', patientId: order.patientId } })).body.items[0]
    const recipients = (await (await hospital.as(alerts, 'admin')).readAlert({ params: { id: told?.id ?? '' } })).body.recipients.map((one) => one.userId)
    expect(recipients).toEqual(expect.arrayContaining([hospital.userId('doctor'), hospital.userId('nurse'), hospital.userId('pharmacist')]))
    expect((await bench.lab.listReports({ query: { orderId: order.id } })).body.items[0]).toMatchObject({ status: 'corrected', version: 2 })
  })

  it('what was calculated follows what it was calculated from: out as a version of its own, else to be verified again, never true where it cannot be', async () => {
    const { tubes, results } = await bench.received(['LYTES'])
    const of = (code: string) => results.find((row) => row.code === code)?.id ?? ''
    const entries = results.filter((row) => row.code !== 'AGAP').map((row) => ({ testId: row.testId, value: { NA: '140', K: '4.0', CL: '104', HCO3: '24' }[row.code] ?? '1' }))
    await bench.lab.enterResults({ params: { id: tubes[0]?.id ?? '' }, body: { entries } })
    await bench.lab.verifyMany({ body: { ids: results.map((row) => row.id), isHoldAccepted: true } })
    await bench.lab.releaseMany({ body: { ids: results.map((row) => row.id).filter((id) => id !== of('AGAP')) } })
    await bench.lab.amend({ params: { id: of('CL') }, body: { value: '100', reason: 'typing error', status: 'corrected' } })
    expect((await bench.lab.readResult({ params: { id: of('AGAP') } })).body).toMatchObject({ state: 'received', value: '16', flag: 'H', reason: 'Calculated again: Chloride was changed' })
    await bench.lab.verify({ params: { id: of('AGAP') }, body: { isHoldAccepted: true } })
    await bench.lab.release({ params: { id: of('AGAP') }, body: {} })
    await bench.lab.amend({ params: { id: of('NA') }, body: { value: '138', reason: 'typing error', status: 'corrected' } })
    expect((await bench.lab.readResult({ params: { id: of('AGAP') } })).body).toMatchObject({ state: 'released', resultVersion: 2, status: 'corrected', value: '14', versions: [{ value: '14' }, { value: '16' }] })
    await bench.lab.resultInError({ params: { id: of('HCO3') }, body: { reason: 'wrong tube' } })
    expect((await bench.lab.readResult({ params: { id: of('AGAP') } })).body).toMatchObject({ state: 'entered-in-error', reason: 'Calculated again: Bicarbonate was changed' })
  })

  it('what was released does not change, whoever asks', async () => {
    const { result } = await bench.released('MG', '2.0')
    await expect(hospital.query("update results set value_text = '9' where id = $1", [result.id])).rejects.toThrow('immutable')
    await expect(hospital.query("update result_versions set value_text = '9' where result_id = $1", [result.id])).rejects.toThrow('append only')
    await expect(hospital.query('delete from result_versions where result_id = $1', [result.id])).rejects.toThrow('append only')
  })
})

describe('critical results', () => {
  it('raise one alert at verification, closed only by a named clinician who reads back', async () => {
    const { order, result } = await bench.entered('K', '7.1')
    await bench.lab.verify({ params: { id: result.id }, body: {} })
    const office = await hospital.as(alerts, 'doctor')
    const [alert] = (await office.listAlerts({ query: { kind: 'critical-result', patientId: order.patientId, mine: 'true' } })).body.items
    expect(alert).toMatchObject({ state: 'open', needsReadBack: true, title: 'Critical: Potassium 7.1 mmol/L' })
    const params = { id: alert?.id ?? '' }
    expect((await office.acknowledge({ params, body: {} })).problem.code).toBe('alerts.read_back_required')
    const technician = await hospital.as(alerts, 'lab-technician')
    expect((await technician.acknowledge({ params, body: { readBack: 'K 7.1' } })).problem.code).toBe('alerts.clinician_required')
    expect((await technician.acknowledge({ params, body: { readBack: 'K 7.1', toldUserId: hospital.userId('doctor') } })).body).toMatchObject({ state: 'acknowledged', readBack: 'K 7.1' })
    expect((await office.acknowledge({ params, body: { readBack: 'again' } })).problem).toMatchObject({ code: 'lifecycle.illegal_step', allowed: [] })
  })
})

describe('two persons', () => {
  it('where the tenant asks: who verified does not release', async () => {
    const settings = (await bench.admin.readSettings({})).body
    expect((await bench.admin.updateSettings({ ifMatch: settings.version, body: { isTwoPerson: true, accreditation: 'NABL M(EL)T-00000' } })).body.isTwoPerson).toBe(true)
    const { result } = await bench.entered('ALB', '4.0')
    await bench.lab.verify({ params: { id: result.id }, body: {} })
    expect((await bench.lab.release({ params: { id: result.id }, body: {} })).problem.code).toBe('laboratory.second_person')
    expect((await bench.admin.release({ params: { id: result.id }, body: {} })).body.state).toBe('released')
    await bench.admin.updateSettings({ ifMatch: (await bench.admin.readSettings({})).body.version, body: { isTwoPerson: false } })
  })
})

describe('rejection', () => {
  it('asks for a new tube and the results wait on it; without one they are cancelled', async () => {
    const { order, tubes, results } = await bench.received(['K', 'NA'])
    const answer = await bench.lab.reject({ params: { id: tubes[0]?.id ?? '' }, body: { reason: 'haemolysed' } })
    expect(answer.body).toMatchObject({ state: 'rejected', recollection: { state: 'requested', recollectionOf: tubes[0]?.id } })
    const now = await bench.resultsOf(order.id)
    expect(now.map((row) => [row.state, row.specimenId])).toEqual(results.map(() => ['pending', answer.body.recollection?.id]))
    const other = await bench.received(['K'])
    await bench.lab.reject({ params: { id: other.tubes[0]?.id ?? '' }, body: { reason: 'clotted', isRecollected: false } })
    expect((await bench.resultsOf(other.order.id))[0]?.state).toBe('cancelled')
  })
})

describe('who may', () => {
  it('401, 403, 404, another tenant', async () => {
    const { result } = await bench.entered('K', '4.1')
    expect((await hospital.anonymous(laboratory).listResults({})).status).toBe(401)
    expect((await (await hospital.as(laboratory, 'receptionist')).listResults({})).status).toBe(403)
    expect((await (await hospital.as(laboratory, 'nurse')).verify({ params: { id: result.id }, body: {} })).status).toBe(403)
    expect((await (await hospital.as(laboratory, 'admin', 'ayurveda')).readResult({ params: { id: result.id } })).status).toBe(404)
    expect((await (await hospital.as(orders, 'receptionist')).placeOrder({ body: { encounterId: result.encounterId ?? '', items: [{ kind: 'laboratory', code: 'K' }] } })).status).toBe(403)
  })

  it('a stale tab does not write', async () => {
    const { result } = await bench.entered('K', '4.1')
    await bench.lab.verify({ params: { id: result.id }, ifMatch: result.version, body: {} })
    expect((await bench.lab.release({ params: { id: result.id }, ifMatch: result.version, body: {} })).status).toBe(412)
  })
})

describe('a further tube', () => {
  it('takes the tests along that are named; the tube they left is not taken for nothing', async () => {
    const order = await bench.order(['NA', 'HGB'])
    const [serum] = (await bench.tubesOf(order.id)).filter((tube) => tube.container === 'serum gel')
    const sodium = (await bench.resultsOf(order.id)).find((row) => row.code === 'NA')
    const made = (await bench.lab.addSpecimen({ body: { orderId: order.id, container: 'heparin', testIds: [sodium?.testId ?? ''] } })).body
    expect(made).toMatchObject({ state: 'requested', container: 'heparin', type: expect.any(String), contents: 'NA' })
    expect((await bench.lab.readSpecimen({ params: { id: made.id } })).body.results.map((row) => row.code)).toEqual(['NA'])
    expect((await bench.lab.readSpecimen({ params: { id: serum?.id ?? '' } })).body.state).toBe('cancelled')
    const spare = (await bench.lab.addSpecimen({ body: { orderId: order.id } })).body
    expect(new Set([spare.number, made.number, serum?.number]).size).toBe(3)
    expect((await bench.lab.addSpecimen({ body: { orderId: order.id, testIds: [order.id] } })).problem.errors?.[0]).toMatchObject({ path: 'testIds.0', code: 'laboratory.no_such_test' })
    await bench.doctor.cancelOrder({ params: { id: order.id }, body: { reason: 'not needed' } })
    expect((await bench.lab.addSpecimen({ body: { orderId: order.id } })).problem.code).toBe('lifecycle.illegal_step')
  })
})

describe('a call-back by hand', () => {
  it('is raised of what is verified, once at a time, and ends like any other: with a named clinician and read back', async () => {
    const { result } = await bench.entered('NA', '140')
    const call = (reason = 'was 128 an hour ago') => bench.lab.callBack({ params: { id: result.id }, body: { reason } })
    expect([(await call()).problem.code, (await call()).problem.allowed]).toEqual(['lifecycle.illegal_step', ['verify']])
    await bench.lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })
    expect((await (await hospital.as(laboratory, 'nurse')).callBack({ params: { id: result.id }, body: { reason: 'x' } })).status).toBe(403)
    const both = await Promise.all([call(), call()])
    expect(both.map((answer) => answer.status).toSorted()).toEqual([200, 409])
    expect(both.find((answer) => answer.status === 409)?.problem.code).toBe('laboratory.already_called')
    const doctor = await hospital.as(alerts, 'doctor')
    const [alert] = (await doctor.listAlerts({ query: { kind: 'critical-result', patientId: result.patientId } })).body.items
    expect(alert).toMatchObject({ severity: 'critical', needsReadBack: true, state: 'open', title: expect.stringContaining('140'), detail: 'was 128 an hour ago', subject: { type: 'result', id: result.id } })
    const id = alert?.id ?? ''
    expect((await doctor.readAlert({ params: { id } })).body.recipients.map((one) => one.userId)).toContain(hospital.userId('doctor'))
    expect((await doctor.acknowledge({ params: { id }, body: {} })).problem.code).toBe('alerts.read_back_required')
    expect((await doctor.acknowledge({ params: { id }, body: { readBack: 'sodium 140, was 128' } })).body.state).toBe('acknowledged')
    expect((await call('again')).status).toBe(200)
  })
})
