import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { encounters } from '#contract/encounters.ts'
import { laboratory } from '#contract/laboratory.ts'
import { patients } from '#contract/patients.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { inRoundOrder, type Stop } from './round-rules.ts'
import { type Bench, openBench } from './testing/bench.ts'

let hospital: TestHospital
let bench: Bench
let nurse: TestClient<typeof laboratory>
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  nurse = await hospital.as(laboratory, 'nurse')
})

const list = async (query: { ward?: string; place?: 'ward' | 'home' | 'outpatient'; collectorId?: string; from?: string; to?: string } = {}) => (await nurse.listCollections({ query: { facilityId: hospital.facilityId, limit: 200, ...query } })).body.items
const paper = async (path: string, role: 'nurse' | 'lab-technician' = 'nurse') => {
  const answer = await (await hospital.session(role)).get(`/api/v1${path}`)
  expect(answer.statusCode).toBe(200)
  return (await extractText(await getDocumentProxy(new Uint8Array(answer.rawPayload)), { mergePages: true })).text.normalize('NFKC')
}
const inpatient = async (patientId: string) => (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'inpatient', practitionerId: hospital.userId('doctor') } })).body.id
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

describe('a round', () => {
  const stop = (place: string, ward: string, bed: string, more: Partial<Stop> = {}): Stop => ({ place, ward, bed, postcode: '', address: '', patient: '', number: '', ...more })
  it('goes by ward and bed as they are counted, then by area and address, then by name', () => {
    const homes = [stop('home', '', '', { postcode: '682001', address: '9 Hill Road' }), stop('home', '', '', { postcode: '682001', address: '12 Hill Road' }), stop('home', '', '', { postcode: '682020', address: '1 Beach Road' })]
    const wards = [stop('ward', 'East', ''), stop('ward', 'East', '2'), stop('ward', 'East', '10'), stop('ward', 'West', '1')]
    const queue = [stop('outpatient', '', '', { patient: 'Anil' }), stop('outpatient', '', '', { patient: 'Zoya' })]
    const all = [...wards, ...homes, ...queue]
    expect(inRoundOrder(all.toReversed())).toEqual(all)
  })

  it('is planned by ward, bed, time and collector, and the next order of the visit knows the bed', async () => {
    const patientId = await bench.person()
    const encounterId = await inpatient(patientId)
    const order = await bench.order(['K'], { patientId, encounterId })
    const [tube] = await bench.tubesOf(order.id)
    const at = soon(60)
    const planned = await nurse.planCollection({ body: { ids: [tube?.id ?? ''], ward: 'Meera ward', bed: '12', at, collectorId: hospital.userId('nurse') } })
    expect(planned.body.items[0]?.plan).toMatchObject({ ward: 'Meera ward', bed: '12', at, collectorId: hospital.userId('nurse'), collectorName: expect.stringMatching(/\S/), attempts: 0, missed: null, address: '' })
    const [next] = await bench.tubesOf((await bench.order(['MG'], { patientId, encounterId })).id)
    expect((await list({ ward: 'Meera ward' })).map((row) => row.id).toSorted()).toEqual([tube?.id, next?.id].toSorted())
    expect((await list({ collectorId: hospital.userId('nurse') })).map((row) => row.id)).toEqual([tube?.id])
    expect((await list({ ward: 'Meera ward', from: soon(30), to: soon(90) })).map((row) => row.id)).toEqual([tube?.id])
    expect(await list({ ward: 'Meera ward', from: soon(90) })).toEqual([])
  })

  it('is not planned backwards, by nobody known, or of what is taken', async () => {
    const [tube] = await bench.tubesOf((await bench.order(['K'])).id)
    const plan = (body: object) => nurse.planCollection({ body: { ids: [tube?.id ?? ''], ...body } })
    expect((await plan({ at: soon(60), until: soon(30) })).problem).toMatchObject({ status: 422, code: 'laboratory.window_order' })
    expect((await plan({ until: soon(30) })).problem.code).toBe('laboratory.window_order')
    expect((await plan({ collectorId: tube?.id })).status).toBe(422)
    await bench.lab.collect({ params: { id: tube?.id ?? '' }, body: {} })
    expect((await plan({ ward: 'x' })).problem.code).toBe('lifecycle.illegal_step')
    expect((await (await hospital.as(laboratory, 'pharmacist')).listCollections({ query: { facilityId: hospital.facilityId } })).status).toBe(403)
  })

  it('at home shows where the patient lives and their telephone, or what was said instead; elsewhere neither', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const patientId = (await desk.register({ body: { givenName: 'Home', familyName: 'Visit', sex: 'female', ageYears: 70, phones: ['+919845012345'], address: { lines: '4 Temple Street', city: 'Kochi', postcode: '682001' } } })).body.id
    const [tube] = await bench.tubesOf((await bench.order(['K'], { patientId })).id)
    const planOf = async () => (await list()).find((row) => row.id === tube?.id)?.plan
    expect(await planOf()).toMatchObject({ address: '', phone: '' })
    await nurse.planCollection({ body: { ids: [tube?.id ?? ''], place: 'home', at: soon(60), until: soon(120) } })
    expect(await planOf()).toMatchObject({ address: '4 Temple Street, Kochi, 682001', phone: '+919845012345', postcode: '682001' })
    const sheet = await paper(`/lab-collections/pdf?facilityId=${hospital.facilityId}&place=home`)
    for (const said of ['4 Temple Street', '+919845012345', 'Home Visit', tube?.number ?? '']) expect(sheet).toContain(said)
    await nurse.planCollection({ body: { ids: [tube?.id ?? ''], address: 'At her son’s, 9 Hill Road', phone: '0484-222' } })
    expect(await planOf()).toMatchObject({ address: 'At her son’s, 9 Hill Road', phone: '0484-222' })
  })

  it('on paper goes by ward and bed, each tube with its number', async () => {
    const placed = await Promise.all(['10', '2'].map(async (bed) => {
      const patientId = await bench.person({ givenName: `Bed${bed}` })
      const [tube] = await bench.tubesOf((await bench.order(['K'], { patientId, encounterId: await inpatient(patientId) })).id)
      await nurse.planCollection({ body: { ids: [tube?.id ?? ''], ward: 'Paper ward', bed } })
      return tube?.number ?? ''
    }))
    const sheet = await paper(`/lab-collections/pdf?facilityId=${hospital.facilityId}&ward=Paper%20ward`)
    expect(sheet).toContain('Paper ward')
    expect(sheet.indexOf('Bed2')).toBeGreaterThan(-1)
    expect(sheet.indexOf('Bed2')).toBeLessThan(sheet.indexOf('Bed10'))
    for (const number of placed) expect(sheet).toContain(number)
  })
})

describe('what could not be taken', () => {
  it('stays to be taken at another time; a refusal is told to whoever ordered', async () => {
    const [tube] = await bench.tubesOf((await bench.order(['K'])).id)
    const doctor = await hospital.as(alerts, 'doctor')
    const told = async () => (await doctor.listAlerts({ query: { mine: 'true', kind: 'specimen-missed', limit: 200 } })).body.items.filter((one) => one.subject.id === tube?.id)
    const ids = [tube?.id ?? '']
    expect((await nurse.missCollection({ body: { ids, cause: 'absent', at: '2020-01-01T00:00:00Z' } })).problem.code).toBe('laboratory.past_time')
    const at = soon(120)
    expect((await nurse.missCollection({ body: { ids, cause: 'absent', at } })).body.items[0]).toMatchObject({ state: 'requested', plan: { attempts: 1, at, missed: { cause: 'absent' } } })
    expect(await told()).toEqual([])
    await nurse.missCollection({ body: { ids, cause: 'refused', note: 'wants to speak to the doctor' } })
    expect((await list()).find((row) => row.id === tube?.id)?.plan).toMatchObject({ attempts: 2, at: null, missed: { cause: 'refused', note: 'wants to speak to the doctor' } })
    expect((await told()).map((one) => one.title)).toEqual([expect.stringContaining('Refused: wants to speak to the doctor')])
  })
})
