import { beforeAll, describe, expect, it } from 'vitest'
import { type ImportRun, interop } from '#contract/interop.ts'
import { patients } from '#contract/patients.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { unseal } from '#kernel/seal.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart, type UploadPart } from '../../testing/multipart.ts'
import { daysKept, forgetUploads, removeUploads } from './forgetting.ts'
import { openImport } from './index.ts'
import { resumeStalled } from './queue.ts'
import { runImport } from './running.ts'

let hospital: TestHospital
let admin: TestClient<typeof interop>
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  admin = await hospital.as(interop, 'admin')
})

const context = () => makeContext({ tenantId: hospital.tenantId, userId: hospital.userId('admin') })
const run = (importId: string, files?: Parameters<typeof runImport>[2]) => runImport(context(), { importId, userId: hospital.userId('admin') }, files)
const read = async (id: string): Promise<ImportRun> => (await admin.readImport({ params: { id } })).body

async function imported(files: readonly UploadPart[], fields: Record<string, string> = { kind: 'fhir' }): Promise<ImportRun> {
  const started = await admin.startImport(multipart(fields, files) as never)
  expect([started.status, started.problem.code]).toEqual([202, undefined])
  await run(started.body.id)
  return read(started.body.id)
}

const json = (name: string, ...resources: readonly object[]): UploadPart => ({ name, bytes: Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) })) })
const csv = (text: string): UploadPart => ({ name: 'patients.csv', bytes: Buffer.from(text) })
const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, name: [{ family: 'Menon', given: ['Latha'] }], gender: 'female', birthDate: '1961-05-06', ...more })
const of = (type: string, id: string, patientId: string, more: object) => ({ resourceType: type, id, [type === 'AllergyIntolerance' || type === 'Immunization' ? 'patient' : 'subject']: { reference: `Patient/${patientId}` }, ...more })
const snomed = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code, display: code }] })
const idOf = async (value: string, type = 'Patient') => (await hospital.query<{ id: string }>('select internal_id as id from external_ids where value = $1 and type = $2', [value, type]))[0]?.id ?? ''
const total = { read: 1, created: 0, unchanged: 0, kept: 0, failed: 0 }

describe('a patient who was merged since', () => {
  it('is found under the survivor: what comes later is seen there', async () => {
    await imported([json('two.json', patient('gone'), patient('stays'))])
    const [gone, stays] = [await idOf('gone'), await idOf('stays')]
    const merged = await (await hospital.as(patients, 'admin')).merge({ params: { id: gone }, body: { intoPatientId: stays } })
    expect(merged.status).toBe(200)
    const done = await imported([json('later.json', patient('gone', { active: true }), of('Observation', 'after-merge', 'gone', { status: 'final', code: { text: 'Pulse' }, valueInteger: 71 }), of('Procedure', 'p-after', 'gone', { status: 'completed', code: { text: 'Biopsy' } }), of('Basic', 'b-after', 'gone', {}))])
    expect(done.errors).toEqual([])
    const rows = await hospital.query("select patient_id from observations where id = $1 union all select patient_id from patient_lists where id = $2 union all select patient_id from kept_resources where id = any($3::uuid[])", [await idOf('after-merge', 'Observation'), await idOf('p-after', 'Procedure'), [await idOf('after-merge', 'Observation'), await idOf('b-after', 'Basic')]])
    expect(rows.map((row) => row['patient_id'])).toEqual([stays, stays, stays, stays])
    expect(await hospital.query("select patient_id from kept_resources where type = 'Patient' and resource->>'active' = 'true'")).toEqual([{ patient_id: stays }])
  })
})

describe('what says that something is not so', () => {
  it('makes no row that says the opposite, and is kept whole', async () => {
    const denials = [
      of('Procedure', 'not-1', 'no', { status: 'not-done', code: { text: 'Amputation' } }), of('Immunization', 'not-2', 'no', { status: 'not-done', vaccineCode: { text: 'BCG' } }),
      of('MedicationRequest', 'not-3', 'no', { status: 'active', doNotPerform: true, medicationCodeableConcept: { text: 'Aspirin' } }), of('Condition', 'not-4', 'no', { code: { text: 'Epilepsy' }, verificationStatus: { coding: [{ code: 'refuted' }] } }),
      of('AllergyIntolerance', 'not-5', 'no', { code: snomed('716186003') }),
    ]
    const file = json('no.json', patient('no'), ...denials, of('Procedure', 'not-lost', 'nobody', { status: 'not-done', code: { text: 'Biopsy' } }))
    const done = await imported([file])
    expect(['Immunization', 'MedicationRequest', 'Condition', 'AllergyIntolerance'].map((type) => done.counts[type])).toEqual(Array.from({ length: 4 }, () => ({ ...total, kept: 1 })))
    expect([done.counts['Procedure'], done.errors.map((error) => [error.path, error.code])]).toEqual([{ ...total, read: 2, kept: 1, failed: 1 }, [['Procedure/not-lost.subject', 'interop.unresolved_reference']]])
    const id = await idOf('no')
    expect(await hospital.query('select (select count(*)::int from patient_lists where patient_id = $1) as lists, (select count(*)::int from diagnoses where patient_id = $1) as diagnoses, (select count(*)::int from kept_resources where patient_id = $1) as kept, (select allergy_status from patients where id = $1) as allergies', [id])).toEqual([{ lists: 0, diagnoses: 0, kept: 6, allergies: 'none-known' }])
    await imported([json('allergic.json', of('AllergyIntolerance', 'yes', 'no', { code: { text: 'Penicillin' } }))])
    await imported([json('none.json', of('AllergyIntolerance', 'none-again', 'no', { code: snomed('716186003') }))])
    expect(await hospital.query('select allergy_status from patients where id = $1', [id])).toEqual([{ allergy_status: 'recorded' }])
    expect((await imported([file])).counts['Immunization']).toEqual({ ...total, unchanged: 1 })
  })

  it('of who has died is not lost with the date', async () => {
    await imported([json('dead.json', patient('dead-1', { deceasedBoolean: true }), patient('dead-2', { deceasedDateTime: 'last spring' }), patient('alive', { deceasedBoolean: false }))])
    expect(await hospital.query("select e.value, p.deceased_at is not null as dead from patients p join external_ids e on e.internal_id = p.id where e.value = any(array['dead-1', 'dead-2', 'alive']) order by e.value")).toEqual([{ value: 'alive', dead: false }, { value: 'dead-1', dead: true }, { value: 'dead-2', dead: true }])
  })
})

describe('an order of a medicine', () => {
  it('is called as the medicine it names, in whatever file that stands', async () => {
    const order = (id: string, reference: string) => of('MedicationRequest', id, 'pills', { status: 'active', medicationReference: { reference } })
    await imported([json('1.json', order('order-1', 'Medication/cis'), order('order-2', 'Medication?identifier=shop|9')), json('2.json', patient('pills'), { resourceType: 'Medication', id: 'cis', identifier: [{ system: 'shop', value: '9' }], code: { text: 'Cisplatin 50 mg' } })])
    await imported([json('3.json', order('order-3', 'Medication/cis'))])
    expect(await hospital.query('select text from patient_lists where patient_id = $1', [await idOf('pills')])).toEqual(Array.from({ length: 3 }, () => ({ text: 'Cisplatin 50 mg' })))
  })
})

describe('a row of a table', () => {
  const head = 'Patient ID,First Name,Gender,Age,Ward'
  it('with another content under a known id is kept beside, not lost; so are columns that nobody knows', async () => {
    const first = await imported([csv(`${head}\nT-1,Asha,f,40,North\nT-1,Binu,m,20,\n`)], { kind: 'patients-csv' })
    expect(first.counts['Patient']).toEqual({ ...total, read: 2, created: 1, kept: 1 })
    const id = await idOf('T-1')
    const rows = async () => (await hospital.query<{ resource: { sealed: string } }>("select resource from kept_resources where type = 'patients-csv' and patient_id = $1 order by recorded_at, id = $1 desc", [id])).map(({ resource }) => JSON.parse(unseal(hospital.tenantId, 'kept_resources.patients-csv', Buffer.from(resource.sealed, 'base64'))))
    expect(await rows()).toEqual([{ externalId: 'T-1', givenName: 'Asha', sex: 'f', ageYears: '40', Ward: 'North' }, { externalId: 'T-1', givenName: 'Binu', sex: 'm', ageYears: '20' }])
    expect((await imported([csv(`${head}\nT-1,Asha,f,40,North\nT-1,Binu,m,20,\n`)], { kind: 'patients-csv' })).counts['Patient']).toEqual({ ...total, read: 2, unchanged: 2 })
    expect((await imported([csv(`${head}\n,Same,f,40,A\n,Same,f,40,B\n`)], { kind: 'patients-csv' })).counts['Patient']).toEqual({ ...total, read: 2, created: 2 })
    expect((await rows()).length).toBe(2)
    const trial = await imported([csv(`${head}\nT-9,Asha,f,40,North\nT-9,Binu,m,20,\nT-9,Binu,m,20,\n`)], { kind: 'patients-csv', dryRun: 'true' })
    expect(trial.counts['Patient']).toEqual({ ...total, read: 3, created: 1, kept: 1, unchanged: 1 })
    expect(await idOf('T-9')).toBe('')
  })

  it('in another encoding is refused by line, not guessed', async () => {
    const done = await imported([{ name: 'latin.csv', bytes: Buffer.from('First Name,Gender,Age\nJos\u00e9,m,40\nAna,f,41\n', 'latin1') }], { kind: 'patients-csv' })
    expect([done.counts['Patient'], done.errors.map((error) => [error.line, error.path, error.code])]).toEqual([{ ...total, read: 2, created: 1, failed: 1 }, [[2, 'givenName', 'text.malformed']]])
  })
})

describe('errors as a file', () => {
  it('hold no formula, whatever a file or a record is called', async () => {
    const done = await imported([{ name: '=cmd|calc.json', bytes: Buffer.from('{') }, json('+x.json', { ...patient('-1'), gender: 5 }), json('@y,"z.json', of('Observation', '=1+1', 'nobody', { status: 'final', code: { text: 'x' } }))])
    const answer = await admin.importErrors({ params: { id: done.id } })
    const text = Buffer.from(answer.body as never).toString('utf8')
    expect([answer.status, answer.headers['content-disposition']]).toEqual([200, expect.stringContaining('attachment')])
    expect(text.split('\r\n')).toHaveLength(4)
    expect([...text.matchAll(/(?:^|,)"?([=+\-@\t\r][^,]*)/gm)].map((match) => match[1])).toEqual([])
    expect(text).toContain(`"'=cmd|calc.json"`)
    expect((await (await hospital.as(interop, 'admin', 'ayurveda')).importErrors({ params: { id: done.id } })).status).toBe(404)
    expect((await (await hospital.as(interop, 'doctor')).importErrors({ params: { id: done.id } })).status).toBe(403)
    expect((await (await hospital.as(interop, 'admin', 'ayurveda')).listImports({ query: { limit: 100 } })).body.items).toEqual([])
  })
})

describe('an import of the command line', () => {
  it('is never run by a worker that has not its files, and waits its turn', async () => {
    const before = await admin.startImport(multipart({ kind: 'fhir' }, [json('before.json', patient('before'))]) as never)
    const id = await openImport(context(), { facilityId: hospital.facilityId, source: '', files: 1 })
    await hospital.query("update imports set state = 'running', heartbeat_at = $2 where id = $1", [before.body.id, new Date()])
    const mine = [{ name: 'mine.json', read: async () => json('', patient('by-command')).bytes }]
    await hospital.query("update imports set created_at = created_at - interval '3 minutes' where id = $1", [id])
    await run(id, mine)
    await withContext(context(), resumeStalled)
    expect((await read(id)).state).toBe('queued')
    await hospital.query("update imports set state = 'done' where id = $1", [before.body.id])
    await run(id)
    expect((await read(id)).state).toBe('queued')
    await run(id, mine)
    expect([(await read(id)).state, (await read(id)).counts['Patient']?.created]).toEqual(['done', 1])
  })
})

describe('uploaded files', () => {
  it('are gone a month after the import ended; its counts stay', async () => {
    const { id } = await imported([json('old.json', patient('of-last-month'))])
    const [file] = await hospital.query<{ id: string; key: string }>('select f.id, f.key from files f join imports i on f.id::text = i.files -> 0 ->> $2 where i.id = $1', [id, 'id'])
    await withContext(context(), forgetUploads)
    expect(await hospital.query('select 1 from files where id = $1', [file?.id])).toHaveLength(1)
    await hospital.query('update imports set finished_at = finished_at - make_interval(days => $2) where id = $1', [id, daysKept + 1])
    await withContext(context(), forgetUploads)
    expect(await hospital.query('select 1 from files where id = $1', [file?.id])).toEqual([])
    const [told] = await hospital.query<{ keys: string }>("select payload ->> 'keys' as keys from events where name = 'interop.files-forgotten'")
    expect(told?.keys).toBe(file?.key)
    await removeUploads(context(), { keys: told?.keys ?? '' })
    expect((await read(id)).counts['Patient']?.created).toBe(1)
  })
})
