import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { instruments } from '#contract/instruments.ts'
import { laboratory } from '#contract/laboratory.ts'
import { organizations } from '#contract/organizations.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
})

const scan = async (number: string, more: object = {}) => (await bench.lab.scan({ body: { facilityId: hospital.facilityId, number, ...more } })).body
const collected = async (codes: string[]) => {
  const order = await bench.order(codes)
  const tubes = await bench.tubesOf(order.id)
  for (const tube of tubes) await bench.lab.collect({ params: { id: tube.id }, body: {} })
  return { order, tubes }
}
const paper = async (path: string) => {
  const answer = await (await hospital.session('lab-technician')).get(`/api/v1${path}`)
  expect(answer.statusCode).toBe(200)
  return (await extractText(await getDocumentProxy(new Uint8Array(answer.rawPayload)), { mergePages: true })).text.normalize('NFKC')
}
const toldOf = async (role: 'doctor' | 'nurse' | 'lab-technician', kind: string, subjectId: string) => (await (await hospital.as(alerts, role)).listAlerts({ query: { mine: 'true', kind, limit: 200 } })).body.items.filter((one) => one.subject.id === subjectId)

describe('a tube that is scanned', () => {
  it('is received at once, and a second time says so and changes nothing', async () => {
    const { tubes: [tube] } = await collected(['K'])
    expect(await scan(` ${tube?.number.toLowerCase()} `, { rack: 'A1', indices: { haemolysis: 2 } })).toMatchObject({ outcome: 'received', specimen: { state: 'received', rack: 'A1', indices: { haemolysis: 2 } } })
    const again = await scan(tube?.number ?? '')
    expect(again).toMatchObject({ outcome: 'already-received', specimen: { rack: 'A1' } })
    expect((await bench.lab.readSpecimen({ params: { id: tube?.id ?? '' } })).body.version).toBe(again.specimen?.version)
  })

  it('says why it is not received: unknown, rejected, cancelled, never collected, of another facility', async () => {
    expect(await scan('NOSUCH')).toEqual({ outcome: 'unknown', specimen: null })
    const { tubes: [bad] } = await collected(['K'])
    await bench.lab.reject({ params: { id: bad?.id ?? '' }, body: { reason: 'clotted', isRecollected: false } })
    expect(await scan(bad?.number ?? '')).toMatchObject({ outcome: 'rejected', specimen: { reason: 'clotted' } })
    const order = await bench.order(['K'])
    const [waiting] = await bench.tubesOf(order.id)
    expect(await scan(waiting?.number ?? '')).toMatchObject({ outcome: 'not-collected', specimen: { state: 'requested' } })
    expect((await bench.lab.scan({ body: { facilityId: hospital.facilityId, number: waiting?.number ?? '', collectedAt: '2099-01-01T00:00:00Z' } })).problem.code).toBe('laboratory.not_in_future')
    const takenAt = new Date(Date.now() - 600_000).toISOString()
    expect(await scan(waiting?.number ?? '', { collectedAt: takenAt })).toMatchObject({ outcome: 'received', specimen: { collectedAt: takenAt, state: 'received' } })
    const other = await bench.order(['K'])
    const [gone] = await bench.tubesOf(other.id)
    await bench.doctor.cancelOrder({ params: { id: other.id }, body: { reason: 'not needed' } })
    expect((await scan(gone?.number ?? '')).outcome).toBe('cancelled')
    const away = await (await hospital.as(organizations, 'admin')).createFacility({ body: { name: 'Second house', code: 'SH2', timeZone: 'Asia/Kolkata', currency: 'INR' } })
    expect((await (await hospital.as(laboratory, 'admin')).scan({ body: { facilityId: away.body.id, number: waiting?.number ?? '' } })).body.outcome).toBe('elsewhere')
  })

  it('by two at the same moment is received once', async () => {
    const { tubes: [tube] } = await collected(['K'])
    const answers = await Promise.all([1, 2, 3].map(() => bench.lab.scan({ body: { facilityId: hospital.facilityId, number: tube?.number ?? '' } })))
    expect(answers.map((one) => one.body.outcome).toSorted()).toEqual(['already-received', 'already-received', 'received'])
  })

  it('by mistake is taken back until something is done with it', async () => {
    const { tubes: [tube] } = await collected(['K'])
    const id = tube?.id ?? ''
    await scan(tube?.number ?? '', { rack: 'B1' })
    expect((await bench.lab.unreceive({ params: { id } })).body).toMatchObject({ state: 'collected', receivedAt: null, rack: '', indices: {} })
    await scan(tube?.number ?? '')
    const { results: [row] } = (await bench.lab.readSpecimen({ params: { id } })).body
    await bench.lab.enterResult({ body: { specimenId: id, testId: row?.testId ?? '', value: '4.1' } })
    expect((await bench.lab.unreceive({ params: { id } })).problem).toMatchObject({ status: 409, code: 'laboratory.undo_late' })
  })
})

describe('how a tube looks', () => {
  it('noted after a value was verified holds it, has it verified again, and stands on the result and the report', async () => {
    const { order, result } = await bench.entered('K', '4.4')
    await bench.lab.verify({ params: { id: result.id }, body: {} })
    const noted = (await bench.lab.noteIndices({ params: { id: result.specimenId }, body: { haemolysis: 3 } })).body
    expect(noted).toMatchObject({ indices: { haemolysis: 3 }, held: [result.name], released: [] })
    const held = (await bench.lab.readResult({ params: { id: result.id } })).body
    expect(held).toMatchObject({ state: 'received', holds: ['haemolysis'], indices: { haemolysis: 3 } })
    expect((await bench.lab.verify({ params: { id: result.id }, body: {} })).problem.code).toBe('laboratory.held')
    await bench.lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })
    await bench.lab.release({ params: { id: result.id }, body: {} })
    const [report] = (await bench.lab.listReports({ query: { orderId: order.id } })).body.items
    expect(await paper(`/lab-reports/${report?.id}/pdf?language=en`)).toContain('Haemolysed +++')
    expect((await bench.lab.noteIndices({ params: { id: result.specimenId }, body: { haemolysis: 0 } })).body.indices).toEqual({ haemolysis: 0 })
    expect((await bench.lab.noteIndices({ params: { id: result.specimenId }, body: { haemolysis: 4 } })).body).toMatchObject({ held: [], released: [] })
  })

  it('names what is out already, reaches what was divided, and is not noted of a tube that is not here', async () => {
    const { result } = await bench.released('K', '4.0')
    expect((await bench.lab.noteIndices({ params: { id: result.specimenId }, body: { haemolysis: 3 } })).body).toMatchObject({ held: [], released: [result.name] })
    expect((await bench.lab.readResult({ params: { id: result.id } })).body).toMatchObject({ state: 'released', indices: { haemolysis: 3 } })
    const { tubes: [tube], results } = await bench.received(['K', 'MG'])
    const part = (await bench.lab.aliquot({ params: { id: tube?.id ?? '' }, body: { container: 'cup', testIds: [results.find((row) => row.code === 'K')?.testId ?? ''] } })).body
    await bench.lab.noteIndices({ params: { id: tube?.id ?? '' }, body: { lipaemia: 2 } })
    expect((await bench.lab.readSpecimen({ params: { id: part.id } })).body.indices).toEqual({ lipaemia: 2 })
    const { tubes: [away] } = await collected(['K'])
    expect((await bench.lab.noteIndices({ params: { id: away?.id ?? '' }, body: { haemolysis: 1 } })).problem.code).toBe('lifecycle.illegal_step')
  })
})

describe('the work-list', () => {
  it('of an instrument is what its driver measures, on the screen and on paper with the values before', async () => {
    const before = await bench.released('K', '3.9')
    const { tubes: [tube], results } = await bench.received(['K', 'CRP'], { patientId: before.order.patientId })
    await bench.lab.store({ params: { id: tube?.id ?? '' }, body: { rack: 'R7-12' } })
    const potassium = results.find((row) => row.code === 'K')
    const analyser = (await (await hospital.as(instruments, 'admin')).createInstrument({ body: { facilityId: hospital.facilityId, name: 'ISE 5000', protocol: 'hl7', codes: [{ code: 'K+', testId: potassium?.testId ?? '' }] } })).body
    const waiting = (await bench.lab.listResults({ query: { facilityId: hospital.facilityId, state: 'pending', instrumentId: analyser.id, limit: 100 } })).body.items
    expect(new Set(waiting.map((row) => row.code))).toEqual(new Set(['K']))
    expect(waiting.map((row) => row.id)).toContain(potassium?.id)
    expect((await bench.lab.listResults({ query: { facilityId: hospital.facilityId, state: 'pending', instrumentId: tube?.id ?? '' } })).status).toBe(404)
    const sheet = await paper(`/results/work-list?facilityId=${hospital.facilityId}&instrumentId=${analyser.id}`)
    for (const said of ['ISE 5000', tube?.number ?? '', 'R7-12', 'Potassium', '3.9']) expect(sheet).toContain(said)
    expect(sheet).not.toContain('C-reactive')
    // What is calculated is measured by nobody.
    await bench.received(['LYTES'])
    expect(await paper(`/results/work-list?facilityId=${hospital.facilityId}&bench=chemistry`)).not.toContain('Anion gap')
    expect((await (await hospital.session('doctor')).get(`/api/v1/results/work-list?facilityId=${hospital.facilityId}`)).statusCode).toBe(403)
  })
})

describe('a rejected tube', () => {
  it('takes along what was divided from it, at another laboratory too: nothing of it goes out, one new tube has all of it', async () => {
    const { order, tubes: [tube], results } = await bench.received(['K', 'MG', 'CRP'])
    const idOf = (code: string) => results.find((row) => row.code === code)?.testId ?? ''
    const divide = async (from: string, code: string) => (await bench.lab.aliquot({ params: { id: from }, body: { container: `cup ${code}`, testIds: [idOf(code)] } })).body
    const away = await divide(tube?.id ?? '', 'K')
    const here = await divide(tube?.id ?? '', 'MG')
    const partner = (await bench.admin.createPartner({ body: { kind: 'send-out', name: 'Reference house' } })).body
    const journey = (await bench.lab.startJourney({ body: { specimenId: away.id, partnerId: partner.id } })).body
    const entered = (await bench.lab.enterResult({ body: { specimenId: here.id, testId: idOf('MG'), value: '2.0' } })).body
    await bench.lab.verify({ params: { id: entered.id }, body: { isHoldAccepted: true } })
    const answer = (await bench.lab.reject({ params: { id: tube?.id ?? '' }, body: { reason: 'wrong patient', cause: 'unlabelled' } })).body
    expect(answer.portions?.toSorted((a, b) => a.number.localeCompare(b.number))).toEqual([{ id: away.id, number: away.number, wasState: 'sent-out', sentTo: 'Reference house' }, { id: here.id, number: here.number, wasState: 'received', sentTo: '' }])
    const states = new Map((await bench.tubesOf(order.id)).map((row) => [row.id, row]))
    for (const id of [away.id, here.id]) expect(states.get(id)).toMatchObject({ state: 'rejected', reason: 'wrong patient', cause: 'unlabelled' })
    const now = await bench.resultsOf(order.id)
    expect(now.map((row) => [row.state, row.value, row.specimenId])).toEqual(now.map(() => ['pending', '', answer.recollection?.id]))
    expect((await bench.lab.release({ params: { id: entered.id }, body: {} })).problem.code).toBe('lifecycle.illegal_step')
    expect((await bench.lab.enterResult({ body: { specimenId: away.id, testId: idOf('K'), value: '4.0' } })).status).toBeGreaterThanOrEqual(400)
    // Lost on its way as well: there is no second new tube.
    expect((await bench.lab.loseJourney({ params: { id: journey.id }, body: { reason: 'never came' } })).status).toBe(200)
    expect((await bench.tubesOf(order.id)).filter((row) => row.state === 'requested')).toHaveLength(1)
  })

  it('that is divided at the same moment leaves no part behind', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { order, tubes: [tube], results } = await bench.received(['K', 'MG'])
      const testIds = [results.find((row) => row.code === 'K')?.testId ?? '']
      const id = tube?.id ?? ''
      const [rejected] = await Promise.all([bench.lab.reject({ params: { id }, body: { reason: 'clotted' } }), bench.lab.aliquot({ params: { id }, body: { container: 'cup', testIds } })])
      expect(rejected.status).toBe(200)
      const now = await bench.tubesOf(order.id)
      expect(now.filter((row) => row.aliquotOf !== null && row.state !== 'rejected')).toEqual([])
      expect((await bench.resultsOf(order.id)).map((row) => row.specimenId)).toEqual(results.map(() => rejected.body.recollection?.id))
    }
  })

  it('that was divided from another asks for what is drawn from the patient', async () => {
    const { tubes: [tube], results } = await bench.received(['K', 'MG'])
    const part = (await bench.lab.aliquot({ params: { id: tube?.id ?? '' }, body: { container: 'cup', testIds: [results[0]?.testId ?? ''] } })).body
    const answer = (await bench.lab.reject({ params: { id: part.id }, body: { reason: 'leaked' } })).body
    expect(answer.recollection).toMatchObject({ container: tube?.container, state: 'requested', contents: part.contents })
    expect((await bench.lab.readSpecimen({ params: { id: tube?.id ?? '' } })).body.state).toBe('received')
  })

  it('is told to whoever ordered and whoever took it, with its reason and that a new one waits, and names no test', async () => {
    const nurse = await hospital.as(laboratory, 'nurse')
    const order = await bench.order(['HIV'])
    const [tube] = await bench.tubesOf(order.id)
    await nurse.collect({ params: { id: tube?.id ?? '' }, body: {} })
    await scan(tube?.number ?? '')
    const answer = (await bench.lab.reject({ params: { id: tube?.id ?? '' }, body: { reason: 'haemolysed ++', cause: 'haemolysed' } })).body
    for (const role of ['doctor', 'nurse'] as const) {
      const [told, ...more] = await toldOf(role, 'specimen-rejected', tube?.id ?? '')
      expect(more).toEqual([])
      expect(told).toMatchObject({ severity: 'warning', patientId: order.patientId, title: expect.stringContaining('haemolysed ++'), detail: expect.stringContaining(answer.recollection?.number ?? '') })
      expect(`${told?.title} ${told?.detail}`).not.toMatch(/HIV/)
    }
  })
})

describe('a failed control', () => {
  it('is told to the head of the laboratory, and not to the wards', async () => {
    const places = await hospital.as(organizations, 'admin')
    await places.createDepartment({ body: { facilityId: hospital.facilityId, name: 'Laboratory', headUserId: hospital.userId('lab-technician') } })
    await places.createDepartment({ body: { facilityId: hospital.facilityId, name: 'Medicine', headUserId: hospital.userId('doctor') } })
    const test = (await bench.admin.listTests({ query: { search: 'NA' } })).body.items.find((one) => one.code === 'NA')
    const lot = (await bench.lab.createLot({ body: { facilityId: hospital.facilityId, testId: test?.id ?? '', material: 'Level 1', lotNumber: 'L1', level: '1', mean: '140', sd: '1', expiresOn: '2099-01-01' } })).body
    const run = (await bench.lab.recordRun({ body: { facilityId: hospital.facilityId, points: [{ lotId: lot.id, value: '150' }] } })).body
    expect(run.state).toBe('rejected')
    expect(await toldOf('lab-technician', 'quality-failed', run.id)).toMatchObject([{ title: expect.stringContaining('Sodium'), detail: expect.stringContaining('1-3s') }])
    expect(await toldOf('doctor', 'quality-failed', run.id)).toEqual([])
    expect(await toldOf('nurse', 'quality-failed', run.id)).toEqual([])
  })
})
