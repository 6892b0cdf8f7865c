import { extractText, getDocumentProxy } from 'unpdf'
import { beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { answered } from '../../testing/answered.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})

const walkIn = { givenName: 'Rāmesh', familyName: 'Sharma', localName: 'रमेश शर्मा', sex: 'male' as const, ageYears: 40, phones: ['98470 12345'] }

describe('registering', () => {
  it('asks who is there, then what they may do', async () => {
    expect((await hospital.anonymous(patients).register({ body: walkIn })).status).toBe(401)
    const cook = await hospital.as(patients, 'cook')
    expect((await cook.register({ body: walkIn })).status).toBe(403)
  })

  it('names each field that does not fit and writes nothing', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const before = await hospital.query('select count(*)::int as n from patients')
    const answer = await desk.register({ body: { ...walkIn, givenName: 'x'.repeat(200), colour: 'red', phones: ['12'] } as never })
    expect(answer.status).toBe(422)
    expect(answer.problem.errors?.map((error) => error.path).toSorted()).toEqual(['colour', 'givenName'])
    expect((await desk.register({ body: { ...walkIn, phones: ['12'] } })).problem.errors?.[0]?.path).toBe('phones.0')
    expect((await desk.register({ body: { givenName: 'A', sex: 'male' } })).problem.code).toBe('patients.birth_required')
    expect(await hospital.query('select count(*)::int as n from patients')).toEqual(before)
  })

  it('gives an MRN, keeps an estimated birth date to itself, and audits', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const answer = await desk.register({ body: { ...walkIn, identifiers: [{ type: 'abha', value: '91-1234-5678' }] } })
    expect(answer.status).toBe(201)
    expect(answer.headers['etag']).toBe('"1"')
    expect(answer.body).toMatchObject({ birthDate: null, birthPrecision: 'estimated', ageText: '~40 y', phone: '+919847012345' })
    const rows = await hospital.query<{ action: string }>('select action from audit_entries where patient_id = $1 or subject_id = $1', [answer.body.id])
    expect(rows.map((row) => row.action).toSorted()).toEqual(['patients.register:create', 'row.insert', 'row.insert'])
    const sealed = await hospital.query<{ value: string }>("select encode(value_sealed, 'escape') as value from patient_identifiers where patient_id = $1", [answer.body.id])
    expect(sealed[0]?.value).not.toContain('1234')
  })

  it('warns of a likely duplicate without stopping', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const first = await desk.register({ body: { givenName: 'Parvati', familyName: 'Kurup', sex: 'female', birthDate: '1970-05-01', phones: ['9847099999'] } })
    const second = await desk.register({ body: { givenName: 'Parvathi', familyName: 'Kurup', sex: 'female', birthDate: '1970-05-01', phones: ['9847099999'] } })
    expect(second.status).toBe(201)
    expect(second.body.warnings[0]).toMatchObject({ patientId: first.body.id })
  })

  it('makes one patient of thirty requests with one key', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const body = { ...walkIn, givenName: 'Once' }
    const answers = await Promise.all(Array.from({ length: 30 }, () => answered(() => desk.register({ body, idempotencyKey: 'thirty' }))))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]))
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect((await desk.register({ body: { ...body, givenName: 'Twice' }, idempotencyKey: 'thirty' })).problem.code).toBe('kernel.idempotency_reused')
  })
})

describe('finding', () => {
  const find = async (text: string) => {
    const doctor = await hospital.as(patients, 'doctor')
    const answer = await doctor.search({ body: { text } })
    return answer.body.items.map((item) => item.givenName)
  }

  it('finds by name in any order, script and with a typing error, by phone in any form, by MRN and identifier', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const made = await desk.register({ body: { givenName: 'Sudhakaran', familyName: 'Vadakkedath', localName: 'सुधाकरन', sex: 'male', ageYears: 61, phones: ['+91 94950 55555'], identifiers: [{ type: 'national-id', value: '5555 6666 7777' }] } })
    const texts = ['vadakkedath sudhakaran', 'sudhakarn vadakedath', 'सुधाकरन', '9495055555', '55555', '094950-55555', made.body.mrn.toLowerCase(), '555566667777', 'vadak']
    for (const text of texts) expect(await find(text)).toContain('Sudhakaran')
  })

  it('refuses a text too short to search', async () => {
    const doctor = await hospital.as(patients, 'doctor')
    expect((await doctor.search({ body: { text: 'a' } })).problem.code).toBe('patients.search_too_short')
  })
})

describe('changing', () => {
  it('lets one of fifty editors win', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const { body } = await desk.register({ body: { ...walkIn, givenName: 'Race' } })
    expect((await desk.update({ params: { id: body.id }, body: { occupation: 'tailor' } })).status).toBe(428)
    const answers = await Promise.all(Array.from({ length: 50 }, (_value, index) => answered(() => desk.update({ params: { id: body.id }, body: { occupation: `trade ${index}` }, ifMatch: 1 }))))
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(49)
  })

  it('keeps three states of allergies', async () => {
    const doctor = await hospital.as(patients, 'doctor')
    const { body } = await doctor.register({ body: { ...walkIn, givenName: 'Allergic' } })
    expect(body.allergyStatus).toBe('not-asked')
    expect((await doctor.setAllergyStatus({ params: { id: body.id }, body: {} })).body.allergyStatus).toBe('none-known')
    await doctor.addEntry({ params: { id: body.id }, body: { kind: 'allergy', text: 'Penicillin', severity: 'severe' } })
    expect((await doctor.read({ params: { id: body.id } })).body.allergyStatus).toBe('recorded')
  })
})

describe('merging', () => {
  it('moves everything, answers the survivor, refuses writes, and comes back whole', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const doctor = await hospital.as(patients, 'doctor')
    const a = (await desk.register({ body: { ...walkIn, givenName: 'Goes' } })).body
    const b = (await desk.register({ body: { ...walkIn, givenName: 'Stays' } })).body
    await doctor.addEntry({ params: { id: a.id }, body: { kind: 'problem', text: 'Asthma' } })
    await doctor.addEntry({ params: { id: b.id }, body: { kind: 'problem', text: 'Gout' } })
    expect((await desk.merge({ params: { id: a.id }, body: { intoPatientId: b.id } })).body.id).toBe(b.id)
    const read = await desk.read({ params: { id: a.id } })
    expect(read.body).toMatchObject({ id: b.id, mergedFrom: [a.id] })
    expect((await desk.update({ params: { id: a.id }, body: { occupation: 'x' }, ifMatch: 2 })).problem.code).toBe('patients.merged')
    expect((await doctor.listEntries({ params: { id: b.id } })).body.items).toHaveLength(2)
    expect((await desk.unmerge({ params: { id: a.id }, body: {} })).body.id).toBe(a.id)
    expect((await doctor.listEntries({ params: { id: a.id } })).body.items.map((item) => item.text)).toEqual(['Asthma'])
    expect((await doctor.listEntries({ params: { id: b.id } })).body.items.map((item) => item.text)).toEqual(['Gout'])
  })
})

describe('another hospital', () => {
  it('sees nothing of it', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const { body } = await desk.register({ body: { ...walkIn, givenName: 'Secretive', familyName: 'Zyxwvut' } })
    const stranger = await hospital.as(patients, 'receptionist', 'ayurveda')
    expect((await stranger.read({ params: { id: body.id } })).status).toBe(404)
    expect((await stranger.update({ params: { id: body.id }, body: { occupation: 'x' }, ifMatch: 1 })).status).toBe(404)
    expect((await stranger.search({ body: { text: 'zyxwvut' } })).body.items).toEqual([])
    expect((await stranger.merge({ params: { id: body.id }, body: { intoPatientId: body.id } })).status).toBe(422)
  })
})

describe('a wristband, label and card', () => {
  it('have their exact size, the name in both scripts and the record number, and the print is audited', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const { body: one } = await desk.register({ body: { givenName: 'Narayanan', familyName: 'Venkataraman-Subramaniam', localName: 'नारायणन', sex: 'male', birthDate: '1960-02-29' } })
    const sizes = { wristband: [708.66, 70.87], label: [141.73, 70.87], card: [242.65, 153.01] } as const
    for (const kind of ['wristband', 'label', 'card'] as const) {
      const printed = await desk.printLabel({ params: { id: one.id }, query: { kind } })
      expect([printed.status, printed.headers['content-type']]).toEqual([200, 'application/pdf'])
      const document = await getDocumentProxy(new Uint8Array(printed.body as never))
      const [, , width = 0, height = 0] = (await document.getPage(1)).view
      expect([Math.round(width * 100) / 100, Math.round(height * 100) / 100, document.numPages]).toEqual([...sizes[kind], 1])
      const { text } = await extractText(document, { mergePages: true })
      for (const expected of ['Narayanan', one.mrn, '1960-02-29']) expect(text).toContain(expected)
    }
    expect(await hospital.query("select 1 from audit_entries where subject_id = $1 and action = 'patients.printLabel:print'", [one.id])).toHaveLength(3)
    expect((await (await hospital.as(patients, 'doctor', 'ayurveda')).printLabel({ params: { id: one.id } })).status).toBe(404)
  })
})
