import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { orders } from '#contract/orders.ts'
import { patients } from '#contract/patients.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart } from '../../testing/multipart.ts'
import { type Bench, openBench } from '../laboratory/testing/bench.ts'
import { starterOrderables } from './orderables-transfer.ts'
import { isSame, mayBePregnant } from './rules.ts'

let hospital: TestHospital
let bench: Bench
let admin: TestClient<typeof orders>
let doctor: TestClient<typeof orders>
let money: TestClient<typeof billing>
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  admin = await hospital.as(orders, 'admin')
  doctor = await hospital.as(orders, 'doctor')
  money = await hospital.as(billing, 'admin')
  await admin.addStarterOrderables({ body: {} })
})

const visitOf = async (about: { sex?: 'female' | 'male'; ageYears?: number } = {}) => {
  const patientId = await bench.person(about)
  return { patientId, encounterId: await bench.visit(patientId) }
}
const form = (csv: string, isDry = false) => multipart(isDry ? { dryRun: 'true' } : {}, [{ name: 'orderables.csv', bytes: Buffer.from(csv) }])
const wrong = (answer: { status: number; problem: { errors?: { path: string; code: string }[] | undefined } }) => [answer.status, (answer.problem.errors ?? []).map((one) => `${one.path} ${one.code}`)]

describe('the catalogue of what may be ordered', () => {
  it('begins with common things, each with its names; a second start adds nothing', async () => {
    const bodies = await starterOrderables()
    const count = (kind: string) => bodies.filter((body) => body.kind === kind).length
    expect(['imaging', 'procedure', 'diet', 'nursing'].map(count).map((n, at) => n >= ([40, 40, 15, 25][at] ?? 0))).toEqual([true, true, true, true])
    expect(bodies.filter((body) => !/[\u0900-\u097f]/.test(body.names?.hi ?? '') || !/[\u0600-\u06ff]/.test(body.names?.ar ?? ''))).toEqual([])
    expect((await admin.addStarterOrderables({ body: {} })).body).toEqual({ created: 0 })
  })

  it('is searched by the beginning of a code or of any word, in every language', async () => {
    const find = async (search: string, kind?: 'imaging' | 'diet') => (await doctor.listOrderables({ query: { search, isActive: 'true', limit: 12, ...(kind === undefined ? {} : { kind }) } })).body.items.map((item) => item.code)
    expect(await find('XR-CHEST-2')).toEqual(['XR-CHEST-2V'])
    expect(await find('brain without')).toEqual(['MR-BRAIN'])
    expect(await find('नरम')).toEqual(['DIET-SOFT'])
    expect(await find('هولتر')).toEqual(['HOLTER'])
    expect(await find('soft', 'imaging')).toEqual([])
    expect((await find('ct')).every((code) => code.startsWith('CT'))).toBe(true)
  })

  it('is kept by who may, and refused to others; what is out of use is not ordered', async () => {
    const body = { kind: 'procedure' as const, code: 'CUPPING', name: 'Cupping', names: { hi: 'कपिंग', ar: 'حجامة' } }
    expect((await doctor.createOrderable({ body })).status).toBe(403)
    expect((await hospital.anonymous(orders).createOrderable({ body })).status).toBe(401)
    const made = (await admin.createOrderable({ body })).body
    expect((await admin.createOrderable({ body })).problem.code).toBe('orders.code_taken')
    expect((await doctor.listOrderables({ query: { search: 'حجامة' } })).body.items.map((item) => item.id)).toEqual([made.id])
    const changed = (await admin.updateOrderable({ params: { id: made.id }, ifMatch: made.version, body: { name: 'Wet cupping', isActive: false } })).body
    expect(changed).toMatchObject({ name: 'Wet cupping', isActive: false, service: null })
    expect((await doctor.listOrderables({ query: { search: 'wet' } })).body.items).toHaveLength(1)
    expect((await admin.updateOrderable({ params: { id: made.id }, ifMatch: made.version, body: { name: 'x' } })).status).toBe(412)
    const { encounterId } = await visitOf()
    expect((await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'procedure', catalogueId: made.id }] } })).problem.code).toBe('orders.inactive')
    expect((await (await hospital.as(orders, 'doctor', 'ayurveda')).readOrderable({ params: { id: made.id } })).status).toBe(404)
  })

  it('comes from a table: tried without writing, good rows go in, bad ones are named; what is saved reads back', async () => {
    const csv = 'kind,code,name,nameHi,nameAr,contrast,serviceCode\nimaging,XR-SKULL,X-ray skull,खोपड़ी,جمجمة,,\nimaging,XR-BAD,Bad,,,water,NOPE\nsurgery,X,Y,,,,\ndiet,DIET-SOFT,Soft again,,,,\n'
    const tried = (await admin.importOrderables(form(csv, true))).body
    expect([tried.counts, tried.errors.map((one) => `${one.line} ${one.path}`)]).toEqual([{ read: 4, created: 1, unchanged: 1, failed: 2 }, ['3 contrast', '3 serviceCode', '4 kind']])
    expect((await doctor.listOrderables({ query: { search: 'XR-SKULL' } })).body.items).toEqual([])
    expect((await admin.importOrderables(form(csv))).body.counts.created).toBe(1)
    expect((await doctor.importOrderables(form(csv))).status).toBe(403)
    const saved = await (await hospital.session('admin')).get('/api/v1/orderables/export')
    expect(saved.body).toContain('imaging,XR-SKULL,X-ray skull,,खोपड़ी,جمجمة')
    expect((await admin.importOrderables(form(saved.body))).body).toMatchObject({ counts: { created: 0, failed: 0 } })
  })
})

describe('an order from the catalogue', () => {
  it('carries name, code, when and how; what is in words alone is flagged', async () => {
    const { encounterId } = await visitOf()
    const placed = (await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'diet', code: 'DIET-SOFT', timing: 'from supper', instructions: 'no chillies' }, { kind: 'nursing', name: 'Sing to him', quantity: '3' }] } })).body
    expect(placed.items).toMatchObject([{ code: 'DIET-SOFT', name: 'Soft diet', timing: 'from supper', instructions: 'no chillies', isOther: false }, { name: 'Sing to him', quantity: '3', isOther: true, catalogueId: null }])
    const unknown = await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'diet', catalogueId: hospital.facilityId, name: 'Soft diet' }] } })
    expect(wrong(unknown)).toEqual([422, ['items.0 orders.unknown_item']])
  })

  it('is charged by its service, and follows by difference', async () => {
    const service = (await money.createService({ body: { code: 'PHY', name: 'Physiotherapy', price: { amount: '300.00', currency: 'INR' } } })).body
    const [physio] = (await admin.listOrderables({ query: { search: 'PHYSIOTHERAPY' } })).body.items
    await admin.updateOrderable({ params: { id: physio?.id ?? '' }, ifMatch: physio?.version ?? 0, body: { serviceId: service.id } })
    const { encounterId } = await visitOf()
    const owed = async () => (await money.listCharges({ query: { encounterId } })).body.items.filter((charge) => charge.service.code === 'PHY').map((charge) => [charge.state, charge.amount.amount])
    const order = (await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'procedure', code: 'PHYSIOTHERAPY', quantity: '5' }] } })).body
    expect(await owed()).toEqual([['open', '1500.00']])
    const fewer = (await doctor.reviseOrder({ params: { id: order.id }, body: { reason: 'better', items: [{ kind: 'procedure', catalogueId: physio?.id, quantity: '2' }] } })).body
    expect(await owed()).toEqual([['open', '600.00']])
    await doctor.cancelOrder({ params: { id: fewer.id }, body: { reason: 'not needed' } })
    expect(await owed()).toEqual([['cancelled', '600.00']])
  })

  it('is refused until side, pregnancy and contrast are answered, and says before what it asks and what is known', async () => {
    const { patientId, encounterId } = await visitOf({ sex: 'female', ageYears: 30 })
    await (await hospital.as(patients, 'doctor')).addEntry({ params: { id: patientId }, body: { kind: 'allergy', text: 'Iohexol' } })
    await hospital.query("insert into observations (tenant_id, id, patient_id, encounter_id, code, display, value_number, value_text, unit, occurred_at, recorded_at) values ($1, gen_random_uuid(), $2, $3, '2160-0', 'Creatinine', 2.4, '2.4', 'mg/dL', now(), now())", [hospital.tenantId, patientId, encounterId])
    const items = [{ kind: 'imaging' as const, code: 'XR-KNEE' }, { kind: 'imaging' as const, code: 'CT-ABD-C' }, { kind: 'imaging' as const, code: 'US-ABD' }]
    const asks = (await doctor.checkOrder({ body: { patientId, items } })).body.asks
    expect(asks).toMatchObject([{ index: 0, side: true, pregnancy: true, contrast: 'none', allergies: [] }, { index: 1, side: false, pregnancy: true, contrast: 'iodinated', allergies: ['Iohexol'], creatinine: { mgPerDl: 2.4, at: expect.any(String) } }])
    const refused = await doctor.placeOrder({ body: { encounterId, items } })
    expect(wrong(refused)).toEqual([422, ['items.0.side orders.side_required', 'items.0.pregnancy orders.pregnancy_unasked', 'items.1.pregnancy orders.pregnancy_unasked', 'items.1.isContrastChecked orders.contrast_unchecked']])
    const answered = [{ ...items[0], kind: 'imaging' as const, side: 'left' as const, pregnancy: 'no' as const }, { ...items[1], kind: 'imaging' as const, pregnancy: 'no' as const, isContrastChecked: true }]
    const placed = (await doctor.placeOrder({ body: { encounterId, items: answered } })).body
    expect(placed.items).toMatchObject([{ side: 'left', pregnancy: 'no', isContrastChecked: false }, { side: null, pregnancy: 'no', isContrastChecked: true }])
    expect(wrong(await doctor.reviseOrder({ params: { id: placed.id }, body: { reason: 'x', items: [items[0] ?? { kind: 'imaging' }] } }))[0]).toBe(422)
    const other = await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'imaging', code: 'XR-KNEE', side: 'right', pregnancy: 'no' }] } })
    expect([other.status, other.body.warnings]).toEqual([201, []])
    const again = await doctor.placeOrder({ body: { encounterId, items: [{ kind: 'imaging', code: 'XR-KNEE', side: 'bilateral', pregnancy: 'no' }] } })
    expect(again.body.warnings.map((one) => one.name)).toEqual(['X-ray knee', 'X-ray knee'])
  })

  it('asks nobody of pregnancy whom the hospital’s ages leave out', async () => {
    const place = async (about: { sex?: 'female' | 'male'; ageYears?: number }) => (await doctor.placeOrder({ body: { encounterId: (await visitOf(about)).encounterId, items: [{ kind: 'imaging', code: 'XR-ABD' }] } })).status
    expect([await place({ sex: 'male', ageYears: 30 }), await place({ sex: 'female', ageYears: 70 }), await place({ sex: 'female', ageYears: 30 })]).toEqual([201, 201, 422])
    const settings = (await admin.readOrderSettings({})).body
    expect(settings).toMatchObject({ signatureHours: 24, pregnancyFromYears: 12, pregnancyToYears: 55 })
    expect((await doctor.updateOrderSettings({ ifMatch: settings.version, body: { pregnancyToYears: 50 } })).status).toBe(403)
    expect((await admin.updateOrderSettings({ ifMatch: settings.version, body: { pregnancyToYears: 50 } })).body.pregnancyToYears).toBe(50)
    expect(await place({ sex: 'female', ageYears: 53 })).toBe(201)
  })

  it('a set carries the catalogue and never one patient’s answers', async () => {
    const made = (await doctor.createSet({ body: { name: 'Knee pain', items: [{ kind: 'imaging', code: 'XR-KNEE', side: 'left', pregnancy: 'no', isContrastChecked: true, timing: 'today' }] } })).body
    expect(made.items).toEqual([{ kind: 'imaging', code: 'XR-KNEE', name: 'X-ray knee', side: 'left', quantity: '1', timing: 'today' }])
    expect(wrong(await doctor.createSet({ body: { name: 'Nothing', items: [{ kind: 'diet', catalogueId: hospital.facilityId }] } }))).toEqual([422, ['items.0 orders.unknown_item']])
  })
})

describe('rules', () => {
  it.each([['male', 30, false], ['female', 11, false], ['female', 12, true], ['female', 55, true], ['female', 56, false], ['unknown', 30, true], ['other', null, true]] as const)('%s of %s is asked: %s', (sex, age, expected) => expect(mayBePregnant({ sex, age, from: 12, to: 55 })).toBe(expected))
  it.each([['left', 'right', false], ['left', 'left', true], ['left', 'bilateral', true], ['', 'right', true]] as const)('%s and %s are the same: %s', (one, other, expected) => {
    const knee = { kind: 'imaging', code: 'XR-KNEE', name: 'X-ray knee', covers: [] }
    expect(isSame({ ...knee, side: one }, { ...knee, side: other })).toBe(expected)
  })
})
