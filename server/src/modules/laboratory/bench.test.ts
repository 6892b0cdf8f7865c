import { beforeAll, describe, expect, it } from 'vitest'
import { laboratory } from '#contract/laboratory.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { inventory } from '#contract/inventory.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { sealOf } from './documents.ts'
import { breakpointFor, interpret } from './breakpoint-rules.ts'
import { tellDue } from './reports.ts'
import { patientDueAt } from './report-rules.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
let nurse: TestClient<typeof laboratory>
const tellNow = () => withContext(makeContext({ tenantId: hospital.tenantId, now: new Date() }), tellDue)
const testId = async (code: string) => (await bench.admin.listTests({ query: { search: code } })).body.items.find((test) => test.code === code)?.id ?? ''

beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  nurse = await hospital.as(laboratory, 'nurse')
})

describe('a sensitive result', () => {
  it('is there for everybody, and says what it says to those who may see it', async () => {
    const { order, result } = await bench.released('HIV', 'negative')
    expect((await nurse.readResult({ params: { id: result.id } })).body).toMatchObject({ name: 'HIV 1/2 antigen and antibody', isHidden: true, value: '', flag: '', versions: [] })
    expect((await nurse.patientResults({ params: { id: order.patientId } })).body.items[0]).toMatchObject({ isHidden: true, value: '', detail: {} })
    const doctor = await hospital.as(laboratory, 'doctor')
    expect((await doctor.readResult({ params: { id: result.id } })).body).toMatchObject({ isHidden: false, value: 'negative' })
    const [report] = (await nurse.listReports({ query: { orderId: order.id } })).body.items
    expect((await nurse.printReport({ params: { id: report?.id ?? '' } })).problem.code).toBe('laboratory.sensitive')
    expect((await nurse.readReport({ params: { id: report?.id ?? '' } })).body.results[0]?.value).toBe('')
  })
})

describe('the code on a report', () => {
  it('proves it to whoever scans it, in their language, and says nothing of the patient', async () => {
    const { order, result } = await bench.released('CA', '9.1')
    const [report] = (await bench.lab.listReports({ query: { orderId: order.id } })).body.items
    const seal = sealOf(hospital.tenantId, { id: report?.id ?? '', version: 1 })
    const scan = (language: string) => hospital.app.inject({ url: `/api/v1/lab-reports/check/${seal}/page`, headers: { accept: 'text/html', 'accept-language': language } })
    const page = await scan('hi')
    expect([page.statusCode, page.headers['content-type'], page.headers['content-security-policy']]).toEqual([200, 'text/html; charset=utf-8', expect.stringContaining("default-src 'none'")])
    expect(page.body).toContain('यह रिपोर्ट असली है')
    expect(page.body).toContain(report?.number)
    for (const secret of [order.patientName, order.patientMrn, 'Calcium', '9.1']) expect(page.body).not.toContain(secret)
    await bench.lab.amend({ params: { id: result.id }, body: { value: '9.3', reason: 'typing error' } })
    expect((await scan('en')).body).toContain('a newer version stands')
    expect((await hospital.anonymous(laboratory).checkReport({ params: { seal } })).body).toMatchObject({ isCurrent: false, reportVersion: 1, currentVersion: 2 })
    expect((await hospital.anonymous(laboratory).checkReport({ params: { seal: `${seal.slice(0, -4)}AAAA` } })).problem.code).toBe('laboratory.bad_seal')
  })
})

describe('the patient hears', () => {
  it.each([[[{}], 0], [[{ patientDelayHours: 48 }, {}], 48], [[{ patientRelease: 'by-hand' as const }, {}], null], [[{ patientRelease: 'at-once' as const }], 0]])('%j: after %s hours', (rules, hours) => {
    const now = new Date('2026-11-20T10:00:00Z')
    expect(patientDueAt(now, rules.map((one) => ({ isSensitive: false, rules: one })))).toEqual(hours === null ? null : new Date(now.getTime() + hours * 3_600_000))
  })
  it('of a test that waits when its time has come, by the job', async () => {
    const test = (await bench.admin.readTest({ params: { id: await testId('TSH') } })).body
    await bench.admin.updateTest({ params: { id: test.id }, ifMatch: test.version, body: { rules: { ...test.rules, patientDelayHours: 24 } } })
    const { order } = await bench.released('TSH', '2.0')
    const of = async () => (await bench.lab.listReports({ query: { orderId: order.id } })).body.items[0]
    expect(await of()).toMatchObject({ patientToldAt: null, patientDueAt: expect.any(String) })
    await tellNow()
    expect((await of())?.patientToldAt).toBeNull()
    await hospital.query("update lab_reports set patient_due_at = now() - interval '1 minute' where order_id = $1", [order.id])
    await tellNow()
    expect((await of())?.patientToldAt).not.toBeNull()
  })
})

describe('breakpoints', () => {
  const mic = { method: 'mic', susceptible: '8', resistant: '16' }
  const disk = { method: 'disk', susceptible: '22', resistant: '18' }
  it.each([[mic, '8', 'S'], [mic, '16', 'I'], [mic, '16.1', 'R'], [mic, '<=0.5', 'S'], [mic, '<16', undefined], [mic, '>16', 'R'], [mic, '>8', undefined], [mic, '>=32', 'R'], [mic, '>=16', undefined], [disk, '22', 'S'], [disk, '21', 'I'], [disk, '18', 'I'], [disk, '17', 'R'], [disk, '<18', undefined], [mic, 'growth', undefined]] as const)('%j: %s is %s', (limits, value, expected) => expect(interpret(value, limits)).toBe(expected))
  it('are those of the organism, else of its genus, else of all', () => {
    const row = (organism: string) => ({ organism, organism_folded: organism, antibiotic_folded: 'ampicillin', method: 'mic', susceptible: '8', resistant: '8', tier: 1, source: 'x' })
    const rows = [row('*'), row('escherichia'), row('escherichia coli')]
    const of = (organism: string) => breakpointFor(rows, { organism, antibiotic: 'ampicillin', method: 'mic' })?.organism
    expect([of('escherichia coli'), of('escherichia fergusonii'), of('klebsiella oxytoca'), breakpointFor(rows, { organism: 'x', antibiotic: 'other', method: 'mic' })]).toEqual(['escherichia coli', 'escherichia', '*', undefined])
  })

  it('read what was measured; the second tier is the laboratory’s until the first is resistant; what none reads is asked for', async () => {
    const csv = 'organism,antibiotic,method,susceptible,resistant,tier\nEscherichia,Ampicillin,mic,8,8,1\nEscherichia,Meropenem,mic,2,8,2\n'
    expect((await bench.lab.importBreakpoints({ body: { source: 'Laboratory, v1', csv } })).status).toBe(403)
    expect((await bench.admin.importBreakpoints({ body: { source: 'Laboratory, v1', csv } })).body).toEqual({ imported: 2 })
    expect((await bench.admin.importBreakpoints({ body: { source: 'x', csv: csv.replace('8,8,1', '8,4,1') } })).problem.errors?.[0]).toMatchObject({ path: 'rows.0.resistant', code: 'laboratory.breakpoint_order' })
    expect((await bench.admin.importBreakpoints({ body: { source: 'x', csv: 'a,b\n1,2\n' } })).problem.code).toBe('laboratory.csv_columns')
    const { results } = await bench.received(['URCUL'])
    const id = results[0]?.id ?? ''
    const write = (susceptibilities: { antibiotic: string; method: 'mic'; value: string; interpretation?: 'S' | 'I' | 'R' }[]) => bench.lab.enterDetail({ params: { id }, body: { detail: { stage: 'final', isolates: [{ organism: 'Escherichia coli', susceptibilities }] } } })
    expect((await write([{ antibiotic: 'Colistin', method: 'mic', value: '1' }])).problem.errors?.[0]).toMatchObject({ path: 'detail.isolates.0.susceptibilities.0.interpretation', code: 'laboratory.no_breakpoint' })
    const kept = (await write([{ antibiotic: 'Ampicillin', method: 'mic', value: '4' }, { antibiotic: 'Meropenem', method: 'mic', value: '0.25' }, { antibiotic: 'Colistin', method: 'mic', value: '1', interpretation: 'S' }])).body
    expect(kept.detail).toMatchObject({ isolates: [{ susceptibilities: [{ interpretation: 'S', tier: 1, breakpoint: 'Escherichia: S ≤ 8, R > 8 mg/L (Laboratory, v1)' }, { interpretation: 'S', tier: 2 }, { interpretation: 'S', tier: 1 }] }] })
    const shown = (await nurse.readResult({ params: { id } })).body.detail
    expect(JSON.stringify(shown)).not.toContain('Meropenem')
    await write([{ antibiotic: 'Ampicillin', method: 'mic', value: '>32' }, { antibiotic: 'Meropenem', method: 'mic', value: '0.25' }])
    expect(JSON.stringify((await nurse.readResult({ params: { id } })).body.detail)).toContain('Meropenem')
    expect((await nurse.listBreakpoints({})).body.items.map((row) => [row.antibiotic, row.susceptible]).toSorted()).toEqual([['Ampicillin', '8'], ['Meropenem', '2']])
  })
})

describe('a lot of reagent', () => {
  const body = async (change: object = {}) => ({ facilityId: hospital.facilityId, name: 'Magnesium reagent', lotNumber: 'R1', expiresOn: '2099-12-31', onBoardDays: 30, tests: 2, testIds: [await testId('MG')], ...change })
  it('is opened, counts what is measured, and holds results when its days are over', async () => {
    const lot = (await bench.lab.createReagent({ body: await body() })).body
    expect(lot).toMatchObject({ state: 'waiting', testsLeft: 2, isUsable: true, tests: [{ code: 'MG' }], actions: ['open', 'discard'] })
    const opened = (await bench.lab.openReagent({ params: { id: lot.id }, body: {} })).body
    expect(opened).toMatchObject({ state: 'in-use', onBoardUntil: expect.any(String), actions: ['finish', 'discard'] })
    expect((await bench.entered('MG', '2.0')).result.holds).toEqual([])
    const of = async () => (await bench.lab.listReagents({ query: { facilityId: hospital.facilityId } })).body.items.find((one) => one.id === lot.id)
    expect((await of())?.testsLeft).toBe(1)
    await hospital.query("update reagent_lots set on_board_until = '2020-01-01' where id = $1", [lot.id])
    expect((await bench.entered('MG', '2.0')).result.holds).toEqual(['reagent'])
    expect(await of()).toMatchObject({ testsLeft: 0, isUsable: false })
    expect((await bench.lab.finishReagent({ params: { id: lot.id }, body: {} })).body.state).toBe('finished')
    expect((await bench.lab.openReagent({ params: { id: lot.id }, body: {} })).problem).toMatchObject({ code: 'lifecycle.illegal_step', allowed: [] })
    expect((await nurse.createReagent({ body: await body() })).status).toBe(403)
  })
  it('past its expiry is not opened; what is opened comes out of stock, once', async () => {
    const old = (await bench.lab.createReagent({ body: await body({ expiresOn: '2020-01-01' }) })).body
    expect((await bench.lab.openReagent({ params: { id: old.id }, body: {} })).problem.code).toBe('laboratory.reagent_expired')
    expect((await bench.lab.discardReagent({ params: { id: old.id }, body: { reason: 'expired' } })).body.state).toBe('discarded')
    const stock = await hospital.as(inventory, 'admin')
    const store = (await stock.createStore({ body: { facilityId: hospital.facilityId, name: 'Laboratory store', code: 'LAB', kind: 'main' } })).body
    const item = (await stock.createItem({ body: { sku: 'RMG', name: 'Magnesium reagent', kind: 'reagent', baseUnit: 'kit' } })).body
    const booked = await stock.bookDocument({ body: { kind: 'opening', storeId: store.id, lines: [{ itemId: item.id, quantity: '1', lot: { batch: 'R2', expiresOn: '2099-12' } }] } })
    expect(booked.status).toBe(201)
    const first = (await bench.lab.createReagent({ body: await body({ storeId: store.id, itemId: item.id, lotNumber: 'R2' }) })).body
    expect((await bench.lab.openReagent({ params: { id: first.id }, body: {} })).body.state).toBe('in-use')
    const second = (await bench.lab.createReagent({ body: await body({ storeId: store.id, itemId: item.id, lotNumber: 'R2' }) })).body
    expect((await bench.lab.openReagent({ params: { id: second.id }, body: {} })).problem.code).toBe('inventory.insufficient_stock')
    expect((await bench.lab.listReagents({ query: { state: 'waiting' } })).body.items.map((one) => one.id)).toEqual([second.id])
  })
})

describe('another laboratory', () => {
  it('gets a tube, reports; a tube that is lost is asked for again', async () => {
    const partner = (await bench.admin.createPartner({ body: { kind: 'send-out', name: 'Reference laboratory', turnaroundHours: 48 } })).body
    expect((await bench.admin.createPartner({ body: { kind: 'send-out', name: 'reference  LABORATORY' } })).problem.code).toBe('laboratory.partner_taken')
    const { tubes } = await bench.received(['VITD'])
    const specimenId = tubes[0]?.id ?? ''
    const sent = (await bench.lab.startJourney({ body: { specimenId, partnerId: partner.id, courier: 'Express', temperature: '2–8 °C' } })).body
    expect(sent).toMatchObject({ direction: 'out', state: 'on-the-way', partnerName: 'Reference laboratory', isLate: false, actions: ['arrive', 'report', 'lose'] })
    expect((await bench.lab.readSpecimen({ params: { id: specimenId } })).body).toMatchObject({ state: 'sent-out', sentTo: 'Reference laboratory' })
    expect((await bench.lab.startJourney({ body: { specimenId, partnerId: partner.id } })).problem.code).toBe('lifecycle.illegal_step')
    expect((await bench.lab.reportJourney({ params: { id: sent.id }, body: { theirReference: 'X-17' } })).body).toMatchObject({ state: 'reported', theirReference: 'X-17', actions: [] })
    const again = await bench.received(['VITD'])
    const lost = (await bench.lab.startJourney({ body: { specimenId: again.tubes[0]?.id ?? '', partnerId: partner.id } })).body
    expect((await bench.lab.loseJourney({ params: { id: lost.id }, body: { reason: 'broken in transport' } })).body.state).toBe('lost')
    expect((await bench.tubesOf(again.order.id)).map((tube) => tube.state).toSorted()).toEqual(['rejected', 'requested'])
    const unhurried = (await bench.admin.updatePartner({ params: { id: partner.id }, ifMatch: partner.version, body: { turnaroundHours: null, address: 'Station road 4' } })).body
    expect(unhurried).toMatchObject({ turnaroundHours: null, address: 'Station road 4', name: 'Reference laboratory' })
    await bench.admin.updatePartner({ params: { id: partner.id }, ifMatch: unhurried.version, body: { isActive: false } })
    expect((await bench.lab.startJourney({ body: { specimenId, partnerId: partner.id } })).problem.code).toBe('laboratory.partner_inactive')
  })
  it('a collecting centre sends a tube, which is received when it is here', async () => {
    const centre = (await bench.admin.createPartner({ body: { kind: 'collecting-centre', name: 'Market road' } })).body
    const order = await bench.order(['K'])
    const [tube] = await bench.tubesOf(order.id)
    expect((await bench.lab.startJourney({ body: { specimenId: tube?.id ?? '', partnerId: centre.id } })).problem.code).toBe('lifecycle.illegal_step')
    await bench.lab.collect({ params: { id: tube?.id ?? '' }, body: {} })
    const way = (await bench.lab.startJourney({ body: { specimenId: tube?.id ?? '', partnerId: centre.id } })).body
    expect(way).toMatchObject({ direction: 'in', actions: ['arrive', 'lose'] })
    expect((await bench.lab.startJourney({ body: { specimenId: tube?.id ?? '', partnerId: centre.id } })).problem.code).toBe('laboratory.journey_open')
    expect((await bench.lab.arriveJourney({ params: { id: way.id }, body: {} })).body).toMatchObject({ state: 'arrived', actions: [] })
    expect((await bench.tubesOf(order.id))[0]?.state).toBe('received')
    expect((await bench.lab.listJourneys({ query: { facilityId: hospital.facilityId, state: 'arrived' } })).body.items.map((one) => one.id)).toEqual([way.id])
  })
})
