import { beforeAll, describe, expect, it } from 'vitest'
import { extractText, getDocumentProxy } from 'unpdf'
import { encounters } from '#contract/encounters.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { foreignInstructions, handOut, matchingAllergies, plainQuantity, remainingLines } from './rules.ts'

let hospital: TestHospital
let patientId = ''
let encounterId = ''
let otherEncounterId = ''
const medicineId = { allopathy: '', ayurveda: '', homeopathy: '' }

const visitOf = async (id: string) => (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id

beforeAll(async () => {
  hospital = await testHospital()
  const desk = await hospital.as(patients, 'receptionist')
  patientId = (await desk.register({ body: { givenName: 'Leela', sex: 'female', ageYears: 44 } })).body.id
  const other = (await desk.register({ body: { givenName: 'Someone', familyName: 'Else', sex: 'male', ageYears: 30 } })).body.id
  encounterId = await visitOf(patientId)
  otherEncounterId = await visitOf(other)
  const pharmacy = await hospital.as(medications, 'pharmacist')
  medicineId.allopathy = (await pharmacy.createMedication({ body: { name: 'Augmentin 625', genericName: 'Amoxicillin + Clavulanic acid', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '625 mg' } } })).body.id
  medicineId.ayurveda = (await pharmacy.createMedication({ body: { name: 'Hingwashtaka Choornam', system: 'ayurveda', systemData: { type: 'choornam', rasa: 'tikta', virya: 'ushna', vipaka: 'katu' } } })).body.id
  medicineId.homeopathy = (await pharmacy.createMedication({ body: { name: 'Nux Vomica', system: 'homeopathy', systemData: { potency: '30C', source: 'plant' } } })).body.id
})

const tablet = () => ({ medicationId: medicineId.allopathy, dosage: '1 tablet', frequency: '1-0-1', durationDays: 5, quantity: '10', instructions: { route: 'oral', timing: 'after food' } })
const powder = () => ({ medicationId: medicineId.ayurveda, dosage: '5 g', frequency: 'once daily', durationDays: 7, quantity: '35.5', instructions: { anupana: 'honey', timing: 'before sunrise' } })
const globules = () => ({ medicationId: medicineId.homeopathy, dosage: '4 pills', frequency: '1-1-1', durationDays: 3, instructions: { potency: '30C', dilution: 'in water', timing: 'empty stomach' } })
const finalized = async () => {
  const doctor = await hospital.as(medications, 'doctor')
  const { body } = await doctor.prescribe({ body: { encounterId, items: [tablet()] } })
  return (await doctor.finalize({ params: { id: body.id }, body: {} })).body
}

describe('the register of medicines', () => {
  it('is written by the pharmacy only, and checks the data of each system', async () => {
    const body = { name: 'X', system: 'ayurveda' as const, systemData: { type: 'gulika' } }
    expect((await hospital.anonymous(medications).createMedication({ body })).status).toBe(401)
    expect((await (await hospital.as(medications, 'doctor')).createMedication({ body })).status).toBe(403)
    const pharmacy = await hospital.as(medications, 'pharmacist')
    const wrong = await pharmacy.createMedication({ body: { ...body, systemData: { type: 'gulika', strength: '5 mg' } } as never })
    expect([wrong.status, wrong.problem.errors?.map((error) => error.path)]).toEqual([422, ['systemData.strength']])
    expect((await pharmacy.createMedication({ body: { name: 'Y', system: 'allopathy', systemData: {} } as never })).problem.errors?.[0]?.path).toBe('systemData.dosageForm')
    expect((await pharmacy.createMedication({ body: { name: 'Y', system: 'unani', systemData: {} } as never })).problem.errors?.[0]?.path).toBe('system')
  })

  it('finds by the beginning of name or generic name, in any script, and pages', async () => {
    const doctor = await hospital.as(medications, 'doctor')
    const find = async (search: string) => (await doctor.listMedications({ query: { search } })).body.items.map((item) => item.id)
    expect(await find('augm')).toContain(medicineId.allopathy)
    expect(await find('AMOXI')).toContain(medicineId.allopathy)
    expect(await find('हिंग')).toContain(medicineId.ayurveda)
    expect(await find('!!')).toEqual([])
    const first = await doctor.listMedications({ query: { limit: 1, isActive: 'true' } })
    const second = await doctor.listMedications({ query: { limit: 1, isActive: 'true', cursor: first.body.nextCursor ?? '' } })
    expect(second.body.items[0]?.id).not.toBe(first.body.items[0]?.id)
    const systems = await doctor.listMedications({ query: { system: 'homeopathy' } })
    expect(new Set(systems.body.items.map((item) => item.system))).toEqual(new Set(['homeopathy']))
  })

  it('changes with If-Match, keeps the system and refuses data of another', async () => {
    const pharmacy = await hospital.as(medications, 'pharmacist')
    const made = (await pharmacy.createMedication({ body: { name: 'Dashamoola', system: 'ayurveda', systemData: { type: 'arishtam' } } })).body
    const params = { id: made.id }
    expect((await pharmacy.updateMedication({ params, body: { name: 'Z' } })).status).toBe(428)
    const wrong = await pharmacy.updateMedication({ params, body: { systemData: { potency: '30C' } }, ifMatch: 1 })
    expect([wrong.status, wrong.problem.errors?.map((error) => error.path).toSorted()]).toEqual([422, ['systemData.potency', 'systemData.type']])
    expect((await pharmacy.updateMedication({ params, body: { isActive: false }, ifMatch: 1 })).body).toMatchObject({ isActive: false, version: 2 })
    expect((await pharmacy.updateMedication({ params, body: { name: 'Z' }, ifMatch: 1 })).status).toBe(412)
    const doctor = await hospital.as(medications, 'doctor')
    const refused = await doctor.prescribe({ body: { encounterId, items: [{ ...powder(), medicationId: made.id }] } })
    expect([refused.status, refused.problem.code, refused.problem.errors?.[0]?.path]).toEqual([422, 'medications.inactive', 'items.0.medicationId'])
  })
})

describe('one visit, three systems', () => {
  it('goes from draft through its number to dispensed, each item in its own grammar', async () => {
    const doctor = await hospital.as(medications, 'doctor')
    const drafted = await doctor.prescribe({ body: { encounterId, items: [tablet(), powder(), globules()] } })
    expect(drafted.status).toBe(201)
    expect(drafted.body).toMatchObject({ state: 'draft', number: null, warnings: [], actions: ['update', 'finalize', 'cancel'] })
    expect(drafted.body.items.map((item) => [item.system, item.quantity])).toEqual([['allopathy', '10'], ['ayurveda', '35.5'], ['homeopathy', '36']])
    expect(drafted.body.items.map((item) => item.instructions)).toEqual([tablet().instructions, powder().instructions, globules().instructions])
    const params = { id: drafted.body.id }
    const pharmacy = await hospital.as(medications, 'pharmacist')
    const early = await pharmacy.dispense({ params, body: {} })
    expect([early.status, early.problem.code, early.problem.allowed]).toEqual([409, 'lifecycle.illegal_step', ['update', 'finalize', 'cancel']])
    expect((await pharmacy.finalize({ params, body: {} })).status).toBe(403)
    const signed = await doctor.finalize({ params, body: {} })
    expect(signed.body).toMatchObject({ state: 'finalized', number: expect.stringMatching(/^RX-GH1-\d{6}$/) })
    expect((await doctor.updatePrescription({ params, body: { items: [tablet()] }, ifMatch: signed.body.version })).status).toBe(409)
    const [first] = signed.body.items
    const part = await pharmacy.dispense({ params, body: { lines: [{ prescriptionItemId: first?.id ?? '', quantity: '4' }] } })
    expect(part.body).toMatchObject({ state: 'partly-dispensed', items: [{ dispensedQuantity: '4' }, { dispensedQuantity: '0' }, { dispensedQuantity: '0' }] })
    const whole = await pharmacy.dispense({ params, body: undefined })
    expect(whole.body).toMatchObject({ state: 'dispensed', items: [{ dispensedQuantity: '10' }, { dispensedQuantity: '35.5' }, { dispensedQuantity: '36' }] })
    const timeline = await (await hospital.as(encounters, 'doctor')).timeline({ params: { id: encounterId } })
    expect(timeline.body.items).toContainEqual(expect.objectContaining({ kind: 'prescription', title: 'Augmentin 625, Hingwashtaka Choornam, Nux Vomica' }))
    const events = await hospital.query<{ name: string }>("select name from events where payload ->> 'prescriptionId' = $1 order by at", [params.id])
    expect(events.map((event) => event.name)).toEqual(['medications.finalized', 'medications.dispensed', 'medications.dispensed'])
    expect(await hospital.query("select action from audit_entries where subject_id = $1 and action = 'medications.dispense:step' and outcome = 'success'", [params.id])).toHaveLength(2)
  })

  it('refuses wrong grammar by field and writes nothing', async () => {
    const doctor = await hospital.as(medications, 'doctor')
    const count = () => hospital.query('select count(*)::int as n from prescription_items')
    const before = await count()
    const wrong = await doctor.prescribe({ body: { encounterId, items: [{ ...tablet(), instructions: { anupana: 'honey' } }, { ...powder(), instructions: { potency: '30C', dilution: 'in water' } }] } })
    expect([wrong.status, wrong.problem.code]).toEqual([422, 'medications.wrong_system'])
    expect(wrong.problem.errors?.map((error) => [error.path, error.code])).toEqual([
      ['items.0.instructions.anupana', 'medications.wrong_system'], ['items.1.instructions.potency', 'medications.wrong_system'], ['items.1.instructions.dilution', 'medications.wrong_system'],
    ])
    const free = await doctor.prescribe({ body: { encounterId, items: [{ ...powder(), quantity: undefined }] } })
    expect([free.status, free.problem.code, free.problem.errors?.[0]?.path]).toEqual([422, 'medications.quantity_required', 'items.0.quantity'])
    const unknown = await doctor.prescribe({ body: { encounterId, items: [{ ...tablet(), medicationId: encounterId }] } })
    expect([unknown.status, unknown.problem.errors?.[0]?.path]).toEqual([422, 'items.0.medicationId'])
    for (const quantity of ['0', '-1', '1.2345', 'ten']) expect((await doctor.prescribe({ body: { encounterId, items: [{ ...tablet(), quantity }] } })).status).toBe(422)
    expect(await count()).toEqual(before)
  })

  it('replaces the items of a draft and repeats for the same patient only', async () => {
    const doctor = await hospital.as(medications, 'doctor')
    const made = (await doctor.prescribe({ body: { encounterId, items: [tablet(), powder()] } })).body
    const params = { id: made.id }
    expect((await doctor.repeat({ params, body: { encounterId } })).problem.code).toBe('lifecycle.illegal_step')
    const changed = await doctor.updatePrescription({ params, body: { items: [globules()] }, ifMatch: 1 })
    expect(changed.body).toMatchObject({ version: 2, items: [{ name: 'Nux Vomica' }] })
    expect((await doctor.updatePrescription({ params, body: { items: [tablet()] }, ifMatch: 1 })).status).toBe(412)
    expect((await doctor.cancel({ params, body: { reason: 'Changed my mind' } })).body).toMatchObject({ state: 'cancelled', cancelReason: 'Changed my mind', actions: ['repeat'] })
    const again = await doctor.repeat({ params, body: { encounterId } })
    expect(again.status).toBe(201)
    expect(again.body).toMatchObject({ state: 'draft', repeatOf: made.id, items: [{ name: 'Nux Vomica', quantity: '36', instructions: { potency: '30C' } }] })
    expect((await doctor.repeat({ params, body: { encounterId: otherEncounterId } })).problem.code).toBe('medications.other_patient')
  })

  it('warns of an active allergy without stopping', async () => {
    const lists = await hospital.as(patients, 'doctor')
    const entry = (await lists.addEntry({ params: { id: patientId }, body: { kind: 'allergy', text: 'Allergic to Amoxicillin', severity: 'severe' } })).body
    const doctor = await hospital.as(medications, 'doctor')
    const warned = await doctor.prescribe({ body: { encounterId, items: [tablet(), powder()] } })
    expect(warned.status).toBe(201)
    expect(warned.body.warnings).toEqual([{ code: 'medications.allergy', medicationId: medicineId.allopathy, medicationName: 'Augmentin 625', allergy: 'Allergic to Amoxicillin', severity: 'severe' }])
    await lists.resolveEntry({ params: { id: entry.id }, body: {} })
    expect((await doctor.prescribe({ body: { encounterId, items: [tablet()] } })).body.warnings).toEqual([])
  })
})

describe('who may', () => {
  it('asks who is there, then what they may do, and hides another hospital', async () => {
    const body = { encounterId, items: [tablet()] }
    expect((await hospital.anonymous(medications).prescribe({ body })).status).toBe(401)
    for (const role of ['cook', 'pharmacist', 'receptionist'] as const) expect((await (await hospital.as(medications, role)).prescribe({ body })).status).toBe(403)
    const { id } = await finalized()
    expect((await (await hospital.as(medications, 'receptionist')).dispense({ params: { id }, body: {} })).status).toBe(403)
    const stranger = await hospital.as(medications, 'doctor', 'ayurveda')
    expect((await stranger.prescribe({ body })).status).toBe(404)
    expect((await stranger.readPrescription({ params: { id } })).status).toBe(404)
    expect((await stranger.dispense({ params: { id }, body: {} })).status).toBe(404)
    expect((await stranger.cancel({ params: { id }, body: { reason: 'x' } })).status).toBe(404)
    expect((await stranger.repeat({ params: { id }, body: { encounterId } })).status).toBe(404)
    expect((await stranger.readMedication({ params: { id: medicineId.allopathy } })).status).toBe(404)
    expect((await stranger.listPrescriptions({ query: { patientId } })).body.items).toEqual([])
  })
})

describe('dispensing', () => {
  it('never gives more than prescribed when ten hands reach for the same remainder', async () => {
    const { id, items } = await finalized()
    const pharmacy = await hospital.as(medications, 'pharmacist')
    const lines = [{ prescriptionItemId: items[0]?.id ?? '', quantity: '6' }]
    const answers = await Promise.all(Array.from({ length: 10 }, () => pharmacy.dispense({ params: { id }, body: { lines } })))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(new Set(answers.filter((answer) => answer.status !== 200).map((answer) => `${answer.problem.code} ${answer.problem.errors?.[0]?.path ?? ''}`))).toEqual(new Set(['medications.over_dispensed lines.0.quantity']))
    const rest = await Promise.all(Array.from({ length: 10 }, () => pharmacy.dispense({ params: { id }, body: {} })))
    expect(rest.map((answer) => answer.status).toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 409)])
    const given = await hospital.query<{ total: string }>('select sum(l.quantity)::text as total from dispense_lines l join dispenses d on d.tenant_id = l.tenant_id and d.id = l.dispense_id where d.prescription_id = $1', [id])
    expect(given).toEqual([{ total: '10.000' }])
    expect((await pharmacy.readPrescription({ params: { id } })).body).toMatchObject({ state: 'dispensed', items: [{ dispensedQuantity: '10' }] })
  })

  it('counts two lines of one item together and refuses a line of another prescription', async () => {
    const { id, items } = await finalized()
    const other = await finalized()
    const pharmacy = await hospital.as(medications, 'pharmacist')
    const line = { prescriptionItemId: items[0]?.id ?? '', quantity: '6' }
    expect((await pharmacy.dispense({ params: { id }, body: { lines: [line, line] } })).problem.errors?.[0]?.path).toBe('lines.1.quantity')
    const foreign = await pharmacy.dispense({ params: { id }, body: { lines: [{ ...line, prescriptionItemId: other.items[0]?.id ?? '' }] } })
    expect([foreign.status, foreign.problem.errors?.[0]?.path]).toEqual([422, 'lines.0.prescriptionItemId'])
    expect((await pharmacy.readPrescription({ params: { id } })).body.items[0]?.dispensedQuantity).toBe('0')
  })

  it('numbers without gaps or doubles, one number a prescription', async () => {
    const doctor = await hospital.as(medications, 'doctor')
    const { body } = await doctor.prescribe({ body: { encounterId, items: [tablet()] } })
    const answers = await Promise.all(Array.from({ length: 5 }, () => doctor.finalize({ params: { id: body.id }, body: {} })))
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409, 409, 409, 409])
    const rows = await hospital.query<{ number: string }>('select number from prescriptions where number is not null and facility_id = $1 order by number', [hospital.facilityId])
    expect(rows.map((row) => Number(row.number.slice(-6)))).toEqual(rows.map((_row, index) => index + 1))
  })
})

describe('the rules', () => {
  it('tells a quantity without what it does not need', () => {
    expect(['10.000', '35.500', '0.125', '100'].map(plainQuantity)).toEqual(['10', '35.5', '0.125', '100'])
  })

  it('knows whose instruction is whose', () => {
    expect(foreignInstructions({ route: 'oral', timing: 'night' }, 'allopathy')).toEqual([])
    expect(foreignInstructions({ anupana: 'ghee' }, 'homeopathy')).toEqual(['anupana'])
    expect(foreignInstructions({ potency: '30C', dilution: 'a', repetition: 'b' }, 'ayurveda')).toEqual(['potency', 'dilution', 'repetition'])
  })

  it('hands out to the last thousandth', () => {
    const items = [{ id: 'a', quantity: '0.300', dispensed_quantity: '0.100' }, { id: 'b', quantity: '1.000', dispensed_quantity: '1.000' }]
    expect(remainingLines(items)).toEqual([{ prescriptionItemId: 'a', quantity: '0.2' }])
    expect(handOut(items, [{ prescriptionItemId: 'a', quantity: '0.1' }, { prescriptionItemId: 'a', quantity: '0.1' }])).toMatchObject({ isComplete: true, over: [], totals: new Map([['a', '0.2']]) })
    expect(handOut(items, [{ prescriptionItemId: 'a', quantity: '0.201' }]).over).toHaveLength(1)
  })

  it('matches an allergy by the words of substances', () => {
    const cases = [['penicillins', 'penicillin v'], ['drug allergy', 'any drug'], ['sulfa', 'paracetamol'], ['aspirin', 'aspirin 75']] as const
    expect(cases.map(([allergy, medicine]) => matchingAllergies([{ folded: allergy }], medicine).length)).toEqual([1, 0, 0, 1])
  })
})

describe('the paper', () => {
  it('is printed once signed, with the grammar of each system, and kept', async () => {
    const doctor = await hospital.as(medications, 'doctor')
    const drafted = (await doctor.prescribe({ body: { encounterId, items: [tablet(), powder(), globules()] } })).body
    const params = { id: drafted.id }
    expect((await doctor.printPrescription({ params })).status).toBe(409)
    const signed = (await doctor.finalize({ params, body: {} })).body
    const first = await doctor.printPrescription({ params })
    expect(first.headers['content-type']).toBe('application/pdf')
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(first.body as never)), { mergePages: true })
    for (const expected of [signed.number ?? '', 'Leela', 'Augmentin 625', 'with honey, before sunrise', '30C, in water, empty stomach', 'Anand Menon']) expect(text.replaceAll(/\s+/g, ' ')).toContain(expected)
    expect(Buffer.from((await doctor.printPrescription({ params })).body as never).equals(Buffer.from(first.body as never))).toBe(true)
    expect((await (await hospital.as(medications, 'doctor', 'ayurveda')).printPrescription({ params })).status).toBe(404)
    expect((await hospital.anonymous(medications).printPrescription({ params })).status).toBe(401)
  })
})

describe('the work-list of the dispensary', () => {
  it('holds what is signed and not wholly handed out, the longest waiting first, outdated too; pages; a number finds one in any state', async () => {
    const pharmacist = await hospital.as(medications, 'pharmacist')
    const [whole, part, late, fresh, drafted] = [await finalized(), await finalized(), await finalized(), await finalized(), (await (await hospital.as(medications, 'doctor')).prescribe({ body: { encounterId, items: [tablet()] } })).body]
    for (const [index, one] of [part, late, fresh].entries()) await hospital.query("update prescriptions set finalized_at = finalized_at - make_interval(hours => $2) where id = $1", [one.id, 90_000 - index])
    await pharmacist.dispense({ params: { id: whole.id }, body: {} })
    await pharmacist.dispense({ params: { id: part.id }, body: { lines: [{ prescriptionItemId: part.items[0]?.id ?? '', quantity: '1' }] } })
    await hospital.query("update prescriptions set valid_until = '2020-01-01' where id = $1", [late.id])
    const { facilityId } = hospital
    const first = await pharmacist.listPrescriptions({ query: { facilityId, due: 'waiting', limit: 2 } })
    const second = await pharmacist.listPrescriptions({ query: { facilityId, due: 'waiting', limit: 100, cursor: first.body.nextCursor ?? '' } })
    const all = [...first.body.items, ...second.body.items].map((one) => one.id)
    expect(all.slice(0, 3)).toEqual([part.id, late.id, fresh.id])
    expect([new Set(all).size, all.includes(whole.id), all.includes(drafted.id)]).toEqual([all.length, false, false])
    expect((await pharmacist.listPrescriptions({ query: { facilityId, due: 'outdated' } })).body.items.map((one) => one.id)).toEqual([late.id])
    const find = async (query: { number: string; facilityId?: string }) => (await pharmacist.listPrescriptions({ query })).body.items.map((one) => one.id)
    expect(await find({ facilityId, number: ` ${whole.number?.toLowerCase()} ` })).toEqual([whole.id])
    expect(await find({ facilityId, number: String(Number(whole.number?.slice(-6))) })).toEqual([whole.id])
    expect(await find({ number: whole.number ?? '' })).toEqual([whole.id])
    expect(await find({ facilityId, number: '999999' })).toEqual([])
  })
})

describe('what the pharmacy will not hand out', () => {
  it('is kept with its reason, is a task of the prescriber, and may be handed out later', async () => {
    const signed = await finalized()
    const pharmacist = await hospital.as(medications, 'pharmacist')
    const params = { id: signed.id }
    expect((await (await hospital.as(medications, 'cashier')).refuse({ params, body: { reason: 'x' } })).status).toBe(403)
    expect((await pharmacist.refuse({ params, body: { reason: '' } })).status).toBe(422)
    expect((await pharmacist.refuse({ params, body: { reason: 'dose looks tenfold' } })).body).toMatchObject({ state: 'finalized', refusedReason: 'dose looks tenfold' })
    const mine = (await (await hospital.as(encounters, 'doctor')).listTasks({ query: { assigneeId: hospital.userId('doctor') } })).body.items
    expect(mine[0]).toMatchObject({ title: expect.stringContaining(signed.number ?? ''), note: 'dose looks tenfold', patientId })
    expect((await pharmacist.dispense({ params, body: {} })).body.state).toBe('dispensed')
    expect((await pharmacist.refuse({ params, body: { reason: 'late' } })).status).toBe(409)
    await expect(hospital.query("update prescription_refusals set reason = 'x'")).rejects.toThrow('is final')
  })

  it('how long a prescription is good is the hospital’s own', async () => {
    const pharmacist = await hospital.as(medications, 'pharmacist')
    const before = (await pharmacist.readPrescriptionSettings({})).body
    expect(before.validDays).toBe(180)
    expect((await (await hospital.as(medications, 'doctor')).updatePrescriptionSettings({ body: { validDays: 30 }, ifMatch: before.version })).status).toBe(403)
    await pharmacist.updatePrescriptionSettings({ body: { validDays: 30 }, ifMatch: before.version })
    const { validUntil, finalizedAt } = await finalized()
    const days = (Date.parse(validUntil ?? '') - Date.parse((finalizedAt ?? '').slice(0, 10))) / 86_400_000
    expect([30, 31]).toContain(days)
  })
})
