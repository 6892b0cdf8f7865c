import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { laboratory } from '#contract/laboratory.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
})

const corrected = { reason: 'typing error', status: 'corrected' as const }
const settings = async (body: { isTwoPerson?: boolean; needsApproval?: boolean }) => bench.admin.updateSettings({ ifMatch: (await bench.admin.readSettings({})).body.version, body })

describe('what is out', () => {
  it('is changed by the laboratory, not by the ward', async () => {
    const { result } = await bench.released('ALB', '4.0')
    const doctor = await hospital.as(laboratory, 'doctor')
    const params = { id: result.id }
    expect([(await doctor.amend({ params, body: { ...corrected, value: '1.0' } })).status, (await doctor.resultInError({ params, body: { reason: 'x' } })).status]).toEqual([403, 403])
    expect((await bench.lab.readResult({ params })).body).toMatchObject({ value: '4.0', resultVersion: 1 })
  })

  it.each([{ isTwoPerson: true }, { needsApproval: true }])('waits for another person where the hospital asks: %j', async (asked) => {
    const { result } = await bench.released('ALB', '4.0')
    const params = { id: result.id }
    await settings(asked)
    const waiting = (await bench.lab.amend({ params, body: { ...corrected, value: '3.0' } })).body
    expect(waiting).toMatchObject({ value: '4.0', resultVersion: 1, amendment: { value: '3.0 g/dL', reason: 'typing error', byId: hospital.userId('lab-technician') } })
    expect((await (await hospital.as(laboratory, 'nurse')).readResult({ params })).body.amendment).toBeNull()
    expect((await bench.lab.confirmAmendment({ params, body: {} })).problem.code).toBe('laboratory.second_person')
    expect((await bench.admin.confirmAmendment({ params, ifMatch: result.version, body: {} })).status).toBe(412)
    expect((await bench.admin.confirmAmendment({ params, body: {} })).body).toMatchObject({ value: '3.0', resultVersion: 2, status: 'corrected', amendment: null })
    expect((await bench.admin.confirmAmendment({ params, body: {} })).problem).toMatchObject({ code: 'lifecycle.illegal_step', allowed: ['amend'] })
    await bench.lab.amend({ params, body: { ...corrected, value: '2.0' } })
    expect((await bench.lab.declineAmendment({ params, body: {} })).body).toMatchObject({ value: '3.0', resultVersion: 2, amendment: null })
    await bench.lab.amend({ params, body: { ...corrected, value: '2.0' } })
    expect((await bench.lab.resultInError({ params, body: { reason: 'wrong tube' } })).body).toMatchObject({ state: 'entered-in-error', amendment: null })
    await settings({ isTwoPerson: false, needsApproval: false })
  })
})

describe('a correction that is declined', () => {
  const tasksOf = async (patientId: string) => (await (await hospital.as(encounters, 'lab-technician')).listTasks({ query: { patientId } })).body.items.map((task) => [task.assigneeId, task.title, task.note])

  it('takes a reason, which whoever entered it hears; one’s own is taken back without', async () => {
    await settings({ isTwoPerson: true })
    const { order, result } = await bench.entered('ALB', '4.0')
    const params = { id: result.id }
    await bench.lab.verify({ params, body: { isHoldAccepted: true } })
    await bench.admin.release({ params, body: {} })
    await bench.lab.amend({ params, body: { ...corrected, value: '3.0' } })
    expect((await bench.admin.declineAmendment({ params, body: {} })).problem).toMatchObject({ code: 'laboratory.reason_required', errors: [{ path: 'reason' }] })
    expect((await bench.lab.readResult({ params })).body.amendment).not.toBeNull()
    expect((await bench.admin.declineAmendment({ params, body: { reason: 'the tube was right' } })).body).toMatchObject({ value: '4.0', resultVersion: 1, amendment: null })
    const heard = [[hospital.userId('lab-technician'), 'Correction declined: Albumin stays 4.0 g/dL, was to be 3.0 g/dL', 'the tube was right']]
    expect(await tasksOf(order.patientId)).toEqual(heard)
    await bench.lab.amend({ params, body: { ...corrected, value: '3.0' } })
    expect((await bench.lab.declineAmendment({ params, body: {} })).body.amendment).toBeNull()
    expect(await tasksOf(order.patientId)).toEqual(heard)
    await settings({ isTwoPerson: false })
  })

  it('of a sensitive test names neither it nor what it says', async () => {
    await settings({ isTwoPerson: true })
    const { order, result } = await bench.entered('HIV', 'negative')
    const params = { id: result.id }
    await bench.lab.verify({ params, body: { isHoldAccepted: true } })
    await bench.admin.release({ params, body: {} })
    await bench.lab.amend({ params, body: { ...corrected, value: 'reactive' } })
    await bench.admin.declineAmendment({ params, body: { reason: 'not confirmed' } })
    expect(JSON.stringify(await tasksOf(order.patientId))).not.toMatch(/HIV|reactive|confirmed/)
    await settings({ isTwoPerson: false })
  })
})

describe('a correction of a comment', () => {
  it('asks nothing of the value: neither whether it can be, nor whether its control was good', async () => {
    const { tubes, results } = await bench.received(['K'])
    const [row] = results
    await bench.lab.enterResult({ body: { specimenId: tubes[0]?.id ?? '', testId: row?.testId ?? '', value: '30', isConfirmed: true } })
    const params = { id: row?.id ?? '' }
    await bench.lab.verify({ params, body: { isHoldAccepted: true } })
    expect((await bench.lab.release({ params, body: {} })).status).toBe(200)
    const lot = (await bench.lab.createLot({ body: { facilityId: hospital.facilityId, testId: row?.testId ?? '', material: 'Control', lotNumber: 'A1', level: 'high', mean: '6', sd: '0.1', expiresOn: '2099-12-31' } })).body
    const run = (value: string) => bench.lab.recordRun({ body: { facilityId: hospital.facilityId, points: [{ lotId: lot.id, value }] } })
    await run('9')
    expect((await bench.lab.amend({ params, body: { ...corrected, comment: 'haemolysed', value: '30' } })).body).toMatchObject({ resultVersion: 2, comment: 'haemolysed', value: '30' })
    expect((await bench.lab.amend({ params, body: { ...corrected, comment: 'said by telephone' } })).body.resultVersion).toBe(3)
    expect((await bench.lab.amend({ params, body: { ...corrected, value: '4.1' } })).problem.code).toBe('laboratory.quality_blocks')
    await run('6')
    expect((await bench.lab.amend({ params, body: { ...corrected, value: '31' } })).problem.errors?.[0]).toMatchObject({ path: 'value', code: 'laboratory.absurd_value' })
    expect((await bench.lab.amend({ params, body: { ...corrected, value: '31', isConfirmed: true } })).body).toMatchObject({ resultVersion: 4, value: '31' })
  })
})

describe('a culture', () => {
  it('goes on after a preliminary report: what grew and what it is sensitive to are versions', async () => {
    const { results } = await bench.received(['URCUL'])
    const params = { id: results[0]?.id ?? '' }
    await bench.lab.enterDetail({ params, body: { detail: { stage: 'gram', gram: 'Gram-negative rods', isolates: [] } } })
    await bench.lab.verify({ params, body: { isHoldAccepted: true } })
    await bench.lab.release({ params, body: { status: 'preliminary' } })
    const grown = (await bench.lab.amend({ params, body: { status: 'final', reason: 'identified', detail: { stage: 'final', gram: 'Gram-negative rods', isolates: [{ organism: 'Escherichia coli', susceptibilities: [{ antibiotic: 'Amikacin', method: 'disk', value: '22', interpretation: 'S' }] }] } } })).body
    expect(grown).toMatchObject({ resultVersion: 2, status: 'final', value: 'Escherichia coli', flag: 'A', versions: [{ detail: { isolates: [{ susceptibilities: [{ antibiotic: 'Amikacin' }] }] } }, { status: 'preliminary', value: 'Gram-negative rods' }] })
  })
})

describe('an order that was never true', () => {
  it('takes back what is out of it: not in the trend, its report corrected, its readers told once', async () => {
    const { order, result } = await bench.released('CA', '9.1')
    const nurse = await hospital.as(laboratory, 'nurse')
    await nurse.readResult({ params: { id: result.id } })
    expect((await bench.doctor.orderInError({ params: { id: order.id }, body: { reason: 'wrong patient' } })).body.state).toBe('entered-in-error')
    expect((await bench.lab.readResult({ params: { id: result.id } })).body).toMatchObject({ state: 'entered-in-error', reason: 'wrong patient', versions: [{ value: '9.1' }] })
    expect((await bench.lab.cumulative({ params: { id: order.patientId } })).body.tests).toEqual([])
    expect((await bench.lab.listReports({ query: { orderId: order.id } })).body.items[0]?.status).toBe('corrected')
    const office = await hospital.as(alerts, 'admin')
    const told = (await office.listAlerts({ query: { kind: 'amended-result', patientId: order.patientId } })).body.items
    expect(told).toHaveLength(1)
    expect((await office.readAlert({ params: { id: told[0]?.id ?? '' } })).body.recipients.map((one) => one.userId)).toContain(hospital.userId('nurse'))
  })

  it('also when it was revised after its results were out', async () => {
    const { order, result } = await bench.released('CA', '9.1')
    const more = (await bench.doctor.placeOrder({ body: { encounterId: order.encounterId, items: [{ kind: 'laboratory', code: 'CA' }, { kind: 'laboratory', code: 'K' }] } })).body
    expect(more.warnings).toHaveLength(1)
    const two = await bench.received(['CA', 'K'])
    const calcium = two.results.find((row) => row.code === 'CA')
    await bench.lab.enterResult({ body: { specimenId: calcium?.specimenId ?? '', testId: calcium?.testId ?? '', value: '9.0' } })
    await bench.lab.verify({ params: { id: calcium?.id ?? '' }, body: {} })
    await bench.lab.release({ params: { id: calcium?.id ?? '' }, body: {} })
    const revised = (await bench.doctor.reviseOrder({ params: { id: two.order.id }, body: { reason: 'sodium too', items: [{ kind: 'laboratory', code: 'CA' }, { kind: 'laboratory', code: 'K' }, { kind: 'laboratory', code: 'NA' }] } })).body
    await bench.doctor.orderInError({ params: { id: revised.id }, body: { reason: 'wrong patient' } })
    expect((await bench.lab.readResult({ params: { id: calcium?.id ?? '' } })).body.state).toBe('entered-in-error')
    expect((await bench.lab.readResult({ params: { id: result.id } })).body.state).toBe('released')
  })
})

describe('what will not be done', () => {
  it('ends with its tube, is not owed, and its order goes on with the rest', async () => {
    const money = await hospital.as(billing, 'admin')
    const serviceId = (await money.createService({ body: { code: 'LAB-MG', name: 'Magnesium', price: { amount: '150.00', currency: 'INR' } } })).body.id
    const test = (await bench.admin.listTests({ query: { search: 'MG' } })).body.items.find((one) => one.code === 'MG')
    await bench.admin.updateTest({ params: { id: test?.id ?? '' }, ifMatch: test?.version ?? 0, body: { serviceId } })
    const { order, tubes } = await bench.received(['MG'])
    const charges = async () => (await money.listCharges({ query: { encounterId: order.encounterId } })).body.items.filter((charge) => charge.service.code === 'LAB-MG').map((charge) => charge.state)
    expect(await charges()).toEqual(['open'])
    await bench.lab.reject({ params: { id: tubes[0]?.id ?? '' }, body: { reason: 'clotted', isRecollected: false } })
    expect((await bench.doctor.readOrder({ params: { id: order.id } })).body).toMatchObject({ state: 'discontinued', reason: 'clotted', items: [{ state: 'discontinued' }] })
    expect(await charges()).toEqual(['cancelled'])
  })

  it('leaves what is out complete', async () => {
    const { order, results } = await bench.received(['MG', 'K'])
    const of = (code: string) => results.find((row) => row.code === code)
    await bench.lab.enterResult({ body: { specimenId: of('K')?.specimenId ?? '', testId: of('K')?.testId ?? '', value: '4.1' } })
    await bench.lab.verify({ params: { id: of('K')?.id ?? '' }, body: {} })
    await bench.lab.release({ params: { id: of('K')?.id ?? '' }, body: {} })
    await bench.lab.cancelResult({ params: { id: of('MG')?.id ?? '' }, body: { reason: 'no reagent' } })
    const now = (await bench.doctor.readOrder({ params: { id: order.id } })).body
    expect([now.state, now.items.map((item) => item.state)]).toEqual(['completed', ['discontinued', 'completed']])
  })
})

describe('the names a culture is written with', () => {
  it('are those of the list, which the laboratory makes longer', async () => {
    const list = async (kind: 'antibiotic' | 'organism') => (await bench.lab.listMicrobiology({ query: { kind } })).body.items
    expect((await list('antibiotic')).find((one) => one.name === 'Amikacin')).toEqual({ kind: 'antibiotic', name: 'Amikacin', class: 'aminoglycoside', aware: 'access', tier: 1, isActive: true, isOwn: false })
    expect((await bench.lab.setMicrobiology({ body: { kind: 'organism', name: 'Elizabethkingia anophelis' } })).status).toBe(403)
    expect((await bench.admin.setMicrobiology({ body: { kind: 'organism', name: 'Elizabethkingia anophelis' } })).body.isOwn).toBe(true)
    await bench.admin.setMicrobiology({ body: { kind: 'antibiotic', name: 'amikacin', tier: 2 } })
    await bench.admin.setMicrobiology({ body: { kind: 'antibiotic', name: 'Amikacin', isActive: true } })
    expect((await list('antibiotic')).filter((one) => one.name.toLowerCase() === 'amikacin')).toMatchObject([{ name: 'Amikacin', tier: 2, class: 'aminoglycoside', isOwn: true }])
    const { results } = await bench.received(['URCUL'])
    const kept = (await bench.lab.enterDetail({ params: { id: results[0]?.id ?? '' }, body: { detail: { stage: 'final', isolates: [{ organism: 'e. anophelis', susceptibilities: [{ antibiotic: 'Piperacillin / tazobactam', method: 'disk', value: '22', interpretation: 'S' }] }] } } })).body
    expect(kept).toMatchObject({ value: 'Elizabethkingia anophelis', detail: { isolates: [{ susceptibilities: [{ antibiotic: 'Piperacillin-tazobactam', class: 'beta-lactam-inhibitor' }] }] } })
  })
})
