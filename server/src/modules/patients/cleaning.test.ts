import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { type Correction, inconsistencies, patientCleaning } from '#contract/patients-cleaning.ts'
import { makeContext } from '#kernel/context.ts'
import { answered } from '../../testing/answered.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { checkAll } from './checking.ts'
import { judge, type Judged } from './inconsistencies.ts'
import type { PatientRow } from './repo.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
})

const clean: PatientRow = {
  id: 'x', version: 1, facility_id: 'f', mrn: 'M1', given_name: 'Radha', family_name: 'Nair', local_name: '', sex: 'female', birth_date: '1980-01-05', birth_precision: 'day', birth_estimated_on: null,
  phones: ['+919847012345'], email: 'radha@example.org', address: { city: 'Kochi', postcode: '682 001' }, contacts: [], language: null, occupation: '', diet: 'unknown', referral_source: '', is_confidential: false, is_unidentified: false,
  allergy_status: 'not-asked', deceased_at: null, mother_id: null, birth_order: null, merged_into: null, registered_at: new Date('2026-01-01T06:00:00Z'), photo_id: null,
}
const judged = (row: Partial<PatientRow>, rest: Partial<Judged> = {}): string[] =>
  judge({ row: { ...clean, ...row }, today: '2026-11-20', registeredOn: '2026-01-01', deceasedOn: null, region: 'IN', firstVisitOn: null, lastVisitOn: null, hasPregnancy: false, sharesIdentifier: false, ...rest })

describe('a rule', () => {
  it('finds nothing in a good record', () => {
    expect(judged({})).toEqual([])
    expect(judged({ given_name: 'Om', family_name: '', local_name: '' })).toEqual([])
    expect(judged({ birth_precision: 'year', birth_date: '2026-06-01' }, { firstVisitOn: '2026-02-01' })).toEqual([])
    expect(judged({ birth_precision: 'estimated', birth_date: '2026-06-01' })).toEqual([])
    expect(judged({ is_unidentified: true, given_name: 'Unknown 11-20', sex: 'unknown', birth_date: null })).toEqual([])
    expect(judged({ deceased_at: new Date('2026-05-01') }, { deceasedOn: '2026-05-01', lastVisitOn: '2026-05-02' })).toEqual([])
  })

  const wrong: [string, Partial<PatientRow>, Partial<Judged>?][] = [
    ['birth-in-future', { birth_date: '2062-01-05' }],
    ['birth-after-registration', { birth_date: '2026-03-01' }],
    ['death-in-future', {}, { deceasedOn: '2027-01-01' }],
    ['death-before-birth', {}, { deceasedOn: '1979-01-01' }],
    ['visit-before-birth', {}, { firstVisitOn: '1979-12-31' }],
    ['visit-after-death', {}, { deceasedOn: '2026-05-01', lastVisitOn: '2026-05-03' }],
    ['sex-against-pregnancy', { sex: 'male' }, { hasPregnancy: true }],
    ['identifier-shared', {}, { sharesIdentifier: true }],
    ['age-above-120', { birth_date: '1900-01-01' }],
    ['name-doubtful', { given_name: '12345', family_name: '' }],
    ['phone-invalid', { phones: ['+910000098761'] }],
    ['email-invalid', { email: 'radha(at)example' }],
    ['postcode-invalid', { address: { postcode: '012345' } }],
    ['sex-missing', { sex: 'unknown' }],
    ['birth-missing', { birth_date: null, birth_precision: null }],
  ]
  it.each(wrong)('sees %s', (rule, row, rest) => expect(judged(row, rest)).toContain(rule))
  it('has an example of each', () => expect(wrong.map(([rule]) => rule).toSorted()).toEqual([...inconsistencies].toSorted()))
  it('sees test names, and no real ones in them', () => {
    for (const given_name of ['Test', 'TEST2', 'xxx', 'Dummy']) expect(judged({ given_name, family_name: '' })).toEqual(['name-doubtful'])
    for (const family_name of ['Testa', 'Xavier', 'Demonte']) expect(judged({ family_name })).toEqual([])
  })
})

const check = () => checkAll(makeContext({ tenantId: hospital.tenantId, now: new Date() }))
const cleaner = () => hospital.as(patientCleaning, 'receptionist')

async function register(body: object): Promise<{ id: string; version: number }> {
  const answer = await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Radha', familyName: 'Menon', sex: 'female', birthDate: '1980-01-05', ...body } })
  expect(answer.status).toBe(201)
  return answer.body
}
const rulesOf = async (id: string, state: 'open' | 'accepted' = 'open') => (await (await cleaner()).findings({ query: { limit: 200, state } })).body.items.filter((one) => one.patientId === id).map((one) => one.rule).toSorted()

describe('the check', () => {
  it('finds what stands in several records, keeps what was accepted, and forgets what was mended', async () => {
    const first = await register({ identifiers: [{ type: 'national-id', value: '9999 8888 7777' }], address: { postcode: '12' } })
    const second = await register({ givenName: 'Latha', birthDate: '1991-09-09', sex: 'unknown', identifiers: [{ type: 'national-id', value: '999988887777' }] })
    await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: second.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })
    await hospital.query("update patients set deceased_at = now() - interval '10 days' where id = $1", [second.id])
    await hospital.query("insert into diagnoses (tenant_id, id, patient_id, text, coding, kind, recorded_at) values ($1, gen_random_uuid(), $2, 'Pregnancy', $3, 'confirmed', now())", [hospital.tenantId, second.id, JSON.stringify({ system: 'http://hl7.org/fhir/sid/icd-10', code: 'O80' })])
    await check()
    expect(await rulesOf(first.id)).toEqual(['identifier-shared', 'postcode-invalid'])
    expect(await rulesOf(second.id)).toEqual(['identifier-shared', 'sex-missing', 'visit-after-death'])
    const desk = await cleaner()
    const shared = (await desk.findings({ query: { rule: 'identifier-shared' } })).body.items.find((one) => one.patientId === first.id)
    expect((await desk.acceptFinding({ params: { id: shared?.id ?? '' }, body: { reason: 'Twins under one paper' } })).body).toMatchObject({ state: 'accepted', reason: 'Twins under one paper' })
    expect((await desk.acceptFinding({ params: { id: shared?.id ?? '' }, body: { reason: 'again' } })).problem.code).toBe('patients.finding_decided')
    const { version } = (await (await hospital.as(patients, 'receptionist')).read({ params: { id: second.id } })).body
    await (await hospital.as(patients, 'receptionist')).update({ params: { id: second.id }, body: { sex: 'male' }, ifMatch: version })
    expect(await rulesOf(second.id)).toEqual(['identifier-shared', 'sex-against-pregnancy', 'visit-after-death'])
    await check()
    expect(await rulesOf(first.id, 'accepted')).toEqual(['identifier-shared'])
    const counts = (await desk.findingCounts({})).body
    expect(counts.items.find((one) => one.rule === 'identifier-shared')).toEqual({ rule: 'identifier-shared', open: 1, accepted: 1 })
    expect(counts.items.find((one) => one.rule === 'visit-after-death')?.open).toBe(1)
  })

  it('runs once at a time, is for those who clean, and stays in its hospital', async () => {
    const desk = await cleaner()
    const answers = await Promise.all(Array.from({ length: 5 }, () => answered(() => desk.checkRecords({ body: {} }))))
    expect(answers.map((one) => one.status).toSorted()).toEqual([202, 409, 409, 409, 409])
    await check()
    expect((await desk.findingCounts({})).body.check?.finishedAt).not.toBeNull()
    expect((await desk.checkRecords({ body: {} })).status).toBe(202)
    expect((await hospital.anonymous(patientCleaning).findings({})).status).toBe(401)
    expect((await (await hospital.as(patientCleaning, 'doctor')).findings({})).status).toBe(403)
    expect((await (await hospital.as(patientCleaning, 'admin', 'ayurveda')).findings({ query: { limit: 200 } })).body.items).toEqual([])
  })

  it('exports its list, guarded', async () => {
    await register({ givenName: '+12345', familyName: '' })
    await check()
    expect((await (await cleaner()).exportFindings({ body: {} })).status).toBe(403)
    const lines = String((await (await hospital.as(patientCleaning, 'admin')).exportFindings({ body: { rule: 'name-doubtful' } })).body).trim().split('\r\n')
    expect([lines.length, lines[1]?.includes(`"'+12345"`)]).toEqual([2, true])
  })
})

describe('a correction of many', () => {
  const tidy: Correction = { kind: 'tidy-name' }
  const nameOf = async (id: string) => (await hospital.query<{ name: string }>("select given_name || ' ' || family_name as name from patients where id = $1", [id]))[0]?.name

  it('shows what it would do and does exactly that; what changed since is left and told; each record is audited', async () => {
    const desk = await cleaner()
    const [shouted, changed, fine] = [await register({ givenName: 'SUMA  DEVI', familyName: 'KURUP' }), await register({ givenName: 'UMA', familyName: 'KURUP' }), await register({ givenName: 'Rama', familyName: 'McKurup' })]
    const preview = (await desk.previewCorrection({ body: { correction: tidy, patientIds: [shouted.id, changed.id, fine.id] } })).body.items
    expect(preview.map((one) => one.changes)).toEqual([[{ field: 'givenName', before: 'SUMA  DEVI', after: 'Suma Devi' }, { field: 'familyName', before: 'KURUP', after: 'Kurup' }], [{ field: 'givenName', before: 'UMA', after: 'Uma' }, { field: 'familyName', before: 'KURUP', after: 'Kurup' }], []])
    expect(await nameOf(shouted.id)).toBe('SUMA  DEVI KURUP')
    await (await hospital.as(patients, 'receptionist')).update({ params: { id: changed.id }, body: { occupation: 'weaver' }, ifMatch: changed.version })
    const records = preview.map(({ id, version }) => ({ id, version }))
    const done = await desk.correct({ body: { correction: tidy, records, reason: 'Names in capitals from the old system' } })
    expect([done.status, done.body.corrected]).toEqual([201, 1])
    expect(done.body.outcomes).toEqual([{ patientId: shouted.id, outcome: 'corrected' }, { patientId: changed.id, outcome: 'changed-since' }, { patientId: fine.id, outcome: 'unchanged' }])
    expect([await nameOf(shouted.id), await nameOf(changed.id)]).toEqual(['Suma Devi Kurup', 'UMA KURUP'])
    const entries = await hospital.query<{ before: { given_name: string }; after: { given_name: string } }>("select before, after from audit_entries where patient_id = $1 and action = 'row.update'", [shouted.id])
    expect(entries.map((one) => [one.before.given_name, one.after.given_name])).toEqual([['SUMA  DEVI', 'Suma Devi']])
  })

  it('is undone where nothing else changed, once', async () => {
    const desk = await cleaner()
    const [kept, moved] = [await register({ givenName: 'SHEELA', phones: ['+910000098761', '9847011111'] }), await register({ givenName: 'LEELA', phones: ['+910000098761'] })]
    const records = [kept, moved].map(({ id, version }) => ({ id, version }))
    const done = (await desk.correct({ body: { correction: { kind: 'drop-invalid-phones' }, records, reason: 'Not in use' } })).body
    const read = async (id: string) => (await (await hospital.as(patients, 'receptionist')).read({ params: { id } })).body
    expect((await read(kept.id)).phones).toEqual(['+919847011111'])
    const find = async (text: string) => (await (await hospital.as(patients, 'doctor')).search({ body: { text } })).body.items.map((one) => one.id)
    expect(await find('98761')).toEqual([])
    await (await hospital.as(patients, 'receptionist')).update({ params: { id: moved.id }, body: { occupation: 'x' }, ifMatch: (await read(moved.id)).version })
    const answers = await Promise.all([1, 2].map(() => answered(() => desk.undoCorrection({ params: { id: done.id }, body: {} }))))
    expect(answers.map((one) => one.status).toSorted()).toEqual([200, 409])
    expect(answers.find((one) => one.status === 200)?.body).toMatchObject({ state: 'partly-undone', restored: 1 })
    expect([(await read(kept.id)).phones, (await read(moved.id)).phones]).toEqual([['+910000098761', '+919847011111'], []])
    expect(await find('98761')).toEqual([kept.id])
    expect([await rulesOf(kept.id), await rulesOf(moved.id)]).toEqual([['phone-invalid'], []])
    expect((await desk.corrections({})).body.items[0]).toMatchObject({ id: done.id, state: 'partly-undone', corrected: 2, restored: 1 })
  })

  it('loses nothing to an editor at the same moment', async () => {
    const desk = await cleaner()
    const one = await register({ givenName: 'RACING' })
    const editor = await hospital.as(patients, 'receptionist')
    const [batch, edit] = await Promise.all([
      answered(() => desk.correct({ body: { correction: tidy, records: [{ id: one.id, version: one.version }], reason: 'capitals' } })),
      answered(() => editor.update({ params: { id: one.id }, body: { occupation: 'runner' }, ifMatch: one.version })),
    ])
    const outcome = batch.body.outcomes[0]?.outcome
    expect([outcome === 'corrected', edit.status === 200].filter(Boolean)).toHaveLength(1)
    const [row] = await hospital.query<{ given_name: string; occupation: string }>('select given_name, occupation from patients where id = $1', [one.id])
    expect(row).toEqual(outcome === 'corrected' ? { given_name: 'Racing', occupation: '' } : { given_name: 'RACING', occupation: 'runner' })
  })

  it('wants its value, and reaches nobody of another hospital', async () => {
    const desk = await cleaner()
    const one = await register({})
    expect((await desk.previewCorrection({ body: { correction: { kind: 'set-sex' }, patientIds: [one.id] } })).problem).toMatchObject({ code: 'patients.correction_value', errors: [{ path: 'correction.sex' }] })
    const stranger = await hospital.as(patientCleaning, 'admin', 'ayurveda')
    const done = (await stranger.correct({ body: { correction: { kind: 'clear-birth-date' }, records: [{ id: one.id, version: one.version }], reason: 'x' } })).body
    expect(done.outcomes).toEqual([{ patientId: one.id, outcome: 'not-found' }])
    expect((await (await hospital.as(patients, 'receptionist')).read({ params: { id: one.id } })).body.birthDate).toBe('1980-01-05')
  })
})
