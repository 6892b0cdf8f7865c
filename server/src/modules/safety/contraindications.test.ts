import { beforeAll, describe, expect, it } from 'vitest'
import { clinical } from '#contract/clinical.ts'
import { encounters } from '#contract/encounters.ts'
import { medications } from '#contract/medications.ts'
import { patients } from '#contract/patients.ts'
import { safety } from '#contract/safety.ts'
import { makeContext } from '#kernel/context.ts'
import { demoPassword } from '../../seed/seed.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart } from '../../testing/multipart.ts'
import { conditionOf, contraindicationAlerts, contraindicationsOf } from './contraindication-rules.ts'
import { contraindicationRows } from './lists.ts'
import { type Medicine, type Person, substancesOf } from './rules.ts'
import { storeList } from './service.ts'
import { starterContraindications } from './starter-contraindication-rules.ts'

const icd10 = 'http://hl7.org/fhir/sid/icd-10'
const snomed = 'http://snomed.info/sct'
const medicine = (name: string, more: Partial<Medicine> = {}): Medicine => ({ id: null, name, system: 'allopathy', substances: substancesOf(name), strengthMg: null, singleMg: null, dailyMg: null, isLocal: false, isNew: true, ...more })
const person = (...conditions: Parameters<typeof conditionOf>[0][]): Person => ({ ageYears: 50, weightKg: null, isWeightOld: false, weightAgeDays: null, creatinineMgPerDl: null, creatinineAgeDays: null, isFemale: true, isPregnant: false, isLactating: false, allergies: [], conditions: conditions.map(conditionOf) })
const say = (key: string, values: Record<string, string | number> = {}) => `${key} ${Object.values(values).join(' ')}`
const keysOf = (medicines: Medicine[], who: Person) => contraindicationAlerts(medicines, who, [], say).map((one) => one.key)

describe('the starter set', () => {
  const rows = starterContraindications.flatMap((one) => one.substances.flatMap((substance) => [...one.icd10.map((code) => ({ substance, severity: one.severity, system: icd10, code })), ...one.snomed.map((code) => ({ substance, severity: one.severity, system: snomed, code }))]))

  it('names for every row the label it stands on', () => {
    expect(rows.length).toBeGreaterThan(150)
    for (const { source } of starterContraindications) expect(source.name).toMatch(/^US prescribing information \(DailyMed\), .+: (contraindications|warnings)/)
  })

  it('finds every listed pair, however the medicine is written and however deep the code, and none for another condition', () => {
    for (const { substance, system, code } of rows) {
      const deeper = system === icd10 ? `${code.slice(0, 3).toLowerCase()}.${code.slice(3)}9` : code
      const found = contraindicationAlerts([medicine(`${substance.toUpperCase()} 10 mg`)], person({ text: 'known', coding: { system, code: deeper } }), [], say)
      expect([substance, code, found.some((one) => one.kind === 'contraindication' && one.key.startsWith(`contraindication:${substance}:`) && one.why !== '')]).toEqual([substance, code, true])
      expect(keysOf([medicine(substance)], person({ text: 'Dandruff', coding: { system: icd10, code: 'L21.0' } }))).toEqual([])
    }
  })

  it('is silent for what is not listed: another medicine, a shorter or other code, a text alone, a cream, what is taken already', () => {
    const asthma = { text: 'Asthma', coding: { system: icd10, code: 'J45.9' } }
    expect(keysOf([medicine('Propranolol')], person(asthma))).toEqual(['contraindication:propranolol:J459'])
    for (const [one, who] of [[medicine('Paracetamol'), asthma], [medicine('Atenolol'), asthma], [medicine('Propranolol'), { text: 'Cough', coding: { system: icd10, code: 'J4' } }], [medicine('Propranolol'), { text: 'no asthma' }], [medicine('Propranolol'), { text: 'Asthma', coding: { system: 'http://loinc.org', code: 'J45' } }], [medicine('Propranolol', { isNew: false }), asthma], [medicine('Diclofenac gel', { isLocal: true, substances: ['diclofenac'] }), { text: 'Ulcer', coding: { system: icd10, code: 'K25' } }]] as const) expect(keysOf([one], person(who))).toEqual([])
    expect(keysOf([medicine('Timolol eye drops', { isLocal: true, substances: ['timolol'] })], person(asthma))).toEqual(['contraindication:timolol:J459'])
  })
})

describe('a table of contraindications', () => {
  it('is read by its columns: codes of ICD-10 and SNOMED CT, several in a cell, or a term alone; the gravest of doubles', () => {
    const rows = contraindicationRows('Drug,ICD10,SNOMED,Condition,Severity,Description,Source\nDrugx Hydrochloride,J45.9;L20,,Asthma,precaution,,Leaflet\nDRUGX hydrochloride,j45.9,,Asthma,contraindicated,Spasm,Leaflet\nDrugy,,195967001,Asthma,,,\nDrugz,,,Hay  Fever,,,\nbad,##,,,,,\n', 'warn')
    expect(rows?.map((one) => [one.substance, one.system, one.code, one.severity])).toEqual([['drugx hydrochloride', 'icd-10', 'J459', 'stop'], ['drugx hydrochloride', 'icd-10', 'L20', 'warn'], ['drugy', 'snomed', '195967001', 'warn'], ['drugz', 'term', 'hay fever', 'warn']])
    expect(contraindicationRows('drug,colour\na,b', 'warn')).toBeUndefined()
    expect(contraindicationsOf({ substance: 'x', icd10: 'J45', snomed: '', term: '', severity: 'warn', text: '', source: '' })).toEqual([])
  })
})

describe('who has a condition', () => {
  let hospital: TestHospital
  let checker: TestClient<typeof safety>
  let doctor: TestClient<typeof medications>
  let patientId = ''
  let encounterId = ''
  let propranolol = ''
  const ctx = () => makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('admin'), now: new Date() })
  const alertsOf = async (name: string, more: object = {}) => (await checker.checkSafety({ body: { patientId, medications: [{ name }], ...more } })).body.alerts.filter((one) => one.kind === 'contraindication')
  const written = async () => (await doctor.prescribe({ body: { encounterId, items: [{ medicationId: propranolol, dosage: '1 tablet', frequency: '1-0-1', durationDays: 5, quantity: '10', instructions: {} }] } })).body

  beforeAll(async () => {
    hospital = await testHospital({ patients: 2 })
    checker = await hospital.as(safety, 'doctor')
    doctor = await hospital.as(medications, 'doctor')
    patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Wheezing', sex: 'male', ageYears: 50 } })).body.id
    encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
    propranolol = (await (await hospital.as(medications, 'pharmacist')).createMedication({ body: { name: 'Betablock 40', genericName: 'Propranolol Hydrochloride', system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '40 mg' } } })).body.id
  })

  it('is warned by a diagnosis of a visit that stands, not by one that is a mere possibility or has ended', async () => {
    const visit = await hospital.as(clinical, 'doctor')
    const diagnose = async (kind: 'differential' | 'confirmed') => (await visit.addDiagnosis({ params: { id: encounterId }, body: { text: 'Heart failure', kind, coding: { system: icd10, code: 'I50.0' } } })).body.id
    await diagnose('differential')
    expect(await alertsOf('Cilostazol')).toEqual([])
    const id = await diagnose('confirmed')
    expect((await alertsOf('Cilostazol')).map((one) => [one.severity, one.key, one.message])).toEqual([['stop', 'contraindication:cilostazol:I500', 'Cilostazol, condition: Heart failure']])
    await visit.resolveDiagnosis({ params: { id }, body: {} })
    expect(await alertsOf('Cilostazol')).toEqual([])
  })

  it('gets what is contraindicated only with a reason, which is kept and not asked for again; the alert explains itself and names its source', async () => {
    await (await hospital.as(patients, 'doctor')).addEntry({ params: { id: patientId }, body: { kind: 'problem', text: 'Asthma since childhood', coding: { system: icd10, code: 'J45.0' } } })
    const draft = await written()
    const own = draft.alerts.filter((one) => one.kind === 'contraindication')
    expect(own).toMatchObject([{ severity: 'stop', key: 'contraindication:propranolol:J450', message: 'Betablock 40, condition: Asthma since childhood', why: 'the label contraindicates propranolol in this condition', source: { name: expect.stringContaining('Inderal'), version: '2026-11' } }])
    const bare = await doctor.finalize({ params: { id: draft.id }, body: { overrides: [] } })
    expect([bare.status, bare.problem.code]).toEqual([409, 'safety.override_required'])
    const overrides = draft.alerts.map(({ key }) => ({ key, reason: 'no other works, watched' }))
    expect((await doctor.finalize({ params: { id: draft.id }, body: { overrides } })).status).toBe(200)
    expect(await hospital.query('select 1 from safety_overrides where subject_id = $1 and alert_key = $2 and kind = $3', [draft.id, 'contraindication:propranolol:J450', 'contraindication'])).toHaveLength(1)
    expect((await (await hospital.as(medications, 'pharmacist')).dispense({ params: { id: draft.id }, body: {} })).status).toBe(200)
  })

  it('is checked against a loaded list, by code, SNOMED CT or term, with its text, source and version; a retired list is silent', async () => {
    const conditions = [{ text: 'Coded deeper', coding: { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'L20.81' } }, { text: 'By SNOMED', coding: { system: snomed, code: '24079001' } }, { text: 'hay FEVER' }]
    const csv = 'drug,icd10,snomed,condition,severity,description,source\nListedine,L20,,Eczema,stop,Makes it worse,Leaflet 4.3\nSnomedine,,24079001,Eczema,warn,,\nTermine,,,Hay fever,inform,,\n'
    const list = await storeList(ctx(), { name: 'Own', listVersion: '7', source: '', contraindications: contraindicationRows(csv, 'warn') ?? [] })
    expect([list.kind, list.pairs]).toEqual(['contraindications', 3])
    const facts = { facts: { conditions } }
    expect(await alertsOf('LISTEDINE', facts)).toMatchObject([{ severity: 'stop', why: 'Makes it worse', source: { name: 'Own: Leaflet 4.3', version: '7' } }])
    expect((await alertsOf('Snomedine', facts)).map((one) => one.severity)).toEqual(['warn'])
    expect((await alertsOf('Termine', facts)).map((one) => one.severity)).toEqual(['inform'])
    expect([...(await alertsOf('Unlisted', facts)), ...(await alertsOf('Listedine', { facts: { conditions: [{ text: 'Eczema of old', coding: { system: icd10, code: 'L2' } }] } }))]).toEqual([])
    const admin = await hospital.as(safety, 'admin')
    await admin.retireList({ params: { id: list.id }, body: {}, ifMatch: list.version })
    expect(await alertsOf('Listedine', facts)).toEqual([])
  })

  it('a file of contraindications is loaded as one of interactions is; what is no such table is refused', async () => {
    const answer = await hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'admin@general.example', password: demoPassword } })
    const [cookie] = answer.cookies
    const load = async (text: string, fields: Record<string, string>) => {
      const form = multipart({ name: 'Up', severity: 'warn', ...fields }, [{ name: 'list.csv', bytes: Buffer.from(text) }])
      return hospital.app.inject({ method: 'POST', url: '/api/v1/interaction-lists', headers: { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': answer.json().csrfToken, ...form.headers }, payload: form.body })
    }
    const loaded = await load('drug,icd10\nUploadine,M10\n', { kind: 'contraindications' })
    expect([loaded.statusCode, loaded.json().kind, loaded.json().pairs]).toEqual([201, 'contraindications', 1])
    expect((await alertsOf('Uploadine', { facts: { conditions: [{ text: 'Gout', coding: { system: icd10, code: 'M10.9' } }] } })).map((one) => one.severity)).toEqual(['warn'])
    expect([(await load('drug,icd10\nA,B\n', { kind: 'contraindications' })).statusCode, (await load('drug,icd10\nUploadine,M10\n', {})).statusCode, (await load('drug,icd10\nUploadine,M10\n', { kind: 'colours' })).statusCode]).toEqual([422, 422, 422])
  })
})
