import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { clinical } from '#contract/clinical.ts'
import { type ImportRun, interop } from '#contract/interop.ts'
import { patients } from '#contract/patients.ts'
import { makeContext } from '#kernel/context.ts'
import { slowness } from '../../testing/faults/installation.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart, type UploadPart } from '../../testing/multipart.ts'
import { runImport } from './running.ts'
import { data, expectCounted, expectKept, folders, hasData, keptByType, namesIn, part, partsOf, resourcesOf } from './testing/synthea.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'

let hospital: TestHospital
let admin: TestClient<typeof interop>
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  admin = await hospital.as(interop, 'admin')
})

const start = (fields: Record<string, string>, files: readonly UploadPart[]) => admin.startImport(multipart(fields, files) as never)
const run = (id: string) => runImport(makeContext({ tenantId: hospital.tenantId }), { importId: id, userId: hospital.userId('admin') })

async function imported(files: readonly UploadPart[], fields: Record<string, string> = { kind: 'fhir' }): Promise<ImportRun> {
  const started = await start(fields, files)
  expect(started.status).toBe(202)
  await run(started.body.id)
  return (await admin.readImport({ params: { id: started.body.id } })).body
}

const json = (name: string, content: unknown): UploadPart => ({ name, bytes: Buffer.from(JSON.stringify(content)) })

describe.runIf(hasData)('whole patients of Synthea', () => {
  let linked = 0
  for (const folder of folders) {
    it(`${folder}: every resource is counted, none fails, and a second import adds nothing`, async () => {
      const parts = partsOf(folder, true)
      const resources = resourcesOf(parts)
      const before = await keptByType(hospital)
      const done = await imported(parts)
      expect([done.state, done.errorCount, done.errors]).toEqual(['done', 0, []])
      expectCounted(done, parts)
      expectKept(before, await keptByType(hospital), parts)
      for (const type of Object.keys(done.counts)) {
        const { [type]: _dropped, ...counts } = done.counts
        expect(() => expectCounted({ counts }, parts), `a count without ${type}`).toThrow()
      }
      for (const type of ['Patient', 'Encounter', 'Condition', 'Observation', 'Immunization', 'Procedure', 'MedicationRequest']) expect([type, done.counts[type]?.created]).toEqual([type, resources.filter((one) => one.resourceType === type).length])
      const rows = async () => (await hospital.query<{ n: number }>('select (select count(*) from patients) + (select count(*) from observations) + (select count(*) from kept_resources) + (select count(*) from encounters) + (select count(*) from external_ids) as n'))[0]?.n
      const visits = resources.filter((one) => one.resourceType === 'Encounter' && one.participant?.[0]?.individual !== undefined).length
      expect(await hospital.query('select count(*)::int as n from encounters where practitioner_id is not null and created_by = $1 and opened_at < $2', [hospital.userId('admin'), new Date('2026-01-01')])).toEqual([{ n: visits + linked }])
      linked += visits
      const stood = await rows()
      const again = await imported(parts)
      expect(await rows()).toEqual(stood)
      expect(Object.values(again.counts).every((counts) => counts.unchanged === counts.read)).toBe(true)
    })
  }

  it('are found by name, and their visits, observations and practitioner are there', async () => {
    const [name = ''] = namesIn('synthea-fhir-r4')
    const [given = '', family = ''] = name.split('_')
    const found = await (await hospital.as(patients, 'doctor')).search({ body: { text: `${family} ${given}` } })
    const patientId = found.body.items[0]?.id ?? ''
    const bundle = JSON.parse(gunzipSync(part('synthea-fhir-r4', name).bytes).toString('utf8'))
    const expected = bundle.entry.filter((entry: { resource: { resourceType: string } }) => entry.resource.resourceType === 'Observation').length
    expect(await hospital.query('select count(*)::int as n from observations where patient_id = $1', [patientId])).toEqual([{ n: expected }])
    expect((await hospital.query<{ n: number }>('select count(*)::int as n from encounters where patient_id = $1 and practitioner_id is not null', [patientId]))[0]?.n).toBeGreaterThan(0)
    const observations = await (await hospital.as(clinical, 'doctor')).listObservations({ params: { id: patientId }, query: { limit: 200 } })
    expect(observations.status).toBe(200)
    expect((await (await hospital.as(patients, 'doctor')).timeline({ params: { id: patientId }, query: { limit: 50 } })).status).toBe(200)
    const stranger = await (await hospital.as(patients, 'doctor', 'ayurveda')).read({ params: { id: patientId } })
    expect(stranger.status).toBe(404)
  })
})

const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, name: [{ family: 'Kaimal', given: ['Indira'] }], gender: 'female', birthDate: '1970-05', ...more })
const observation = (id: string, reference: string) => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'Heart rate', coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, subject: { reference }, effectiveDateTime: '2020-02-02T10:00:00Z', valueQuantity: { value: 71, unit: '/min', comparator: '<' } })

describe('files', () => {
  it('are NDJSON, gzipped or in an archive, in any order', async () => {
    const lines = [observation('o1', 'Patient/zip-1'), { resourceType: 'Basic', id: 'b1', subject: { reference: 'Patient/zip-1' } }].map((one) => JSON.stringify(one)).join('\n')
    const archive = zipSync({ 'a.ndjson': Buffer.from(lines), 'b/patient.json.gz': gzipSync(JSON.stringify(patient('zip-1'))) })
    const done = await imported([{ name: 'all.zip', bytes: archive }])
    expect(done.counts).toEqual({ Patient: { read: 1, created: 1, unchanged: 0, kept: 0, failed: 0 }, Observation: { read: 1, created: 1, unchanged: 0, kept: 0, failed: 0 }, Basic: { read: 1, created: 0, unchanged: 0, kept: 1, failed: 0 } })
    expect(await hospital.query("select value_number, value_text, unit from observations o join external_ids e on e.internal_id = o.id where e.value = 'o1'")).toEqual([{ value_number: null, value_text: '<71', unit: '/min' }])
    expect(await hospital.query("select birth_precision, birth_date from patients p join external_ids e on e.internal_id = p.id where e.value = 'zip-1'")).toEqual([{ birth_precision: 'month', birth_date: '1970-05-01' }])
    expect(await hospital.query("select k.type, k.patient_id is not null as owned from kept_resources k join external_ids e on e.internal_id = k.id where e.value = 'b1'")).toEqual([{ type: 'Basic', owned: true }])
  })

  it('find what they name by identifier, and name what they cannot find', async () => {
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [
      { fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111', resource: { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'urn:uuid:22222222-2222-4222-8222-222222222222' }, participant: [{ individual: { reference: 'Practitioner?identifier=npi|77' } }], period: { start: '2021-03-04T09:00:00Z' } } },
      { fullUrl: 'urn:uuid:22222222-2222-4222-8222-222222222222', resource: { ...patient('cond-1') } },
      { resource: { resourceType: 'Practitioner', id: 'pr-77', identifier: [{ system: 'npi', value: '77' }], name: [{ family: 'Varma', given: ['Ravi'], prefix: ['Dr.'] }] } },
      { resource: observation('o-lost', 'Patient/nobody') },
      { resource: { ...observation('o-bad', 'Patient/cond-1'), code: 7 } },
      { resource: { id: 'no-type' } },
    ] }
    const done = await imported([json('mixed.json', bundle)])
    expect([done.state, done.counts['Encounter']?.created, done.counts['Observation']]).toEqual(['done', 1, { read: 2, created: 0, unchanged: 0, kept: 0, failed: 2 }])
    expect(done.errors.map((error) => [error.file, error.path, error.code]).toSorted()).toEqual([
      ['mixed.json', 'Observation/o-bad.code', 'interop.invalid_resource'], ['mixed.json', 'Observation/o-lost.subject', 'interop.unresolved_reference'], ['mixed.json', 'entry.5.resource.resourceType', 'interop.not_a_resource'],
    ])
    expect(await hospital.query("select u.display_name, u.is_active from encounters e join users u on u.id = e.practitioner_id join external_ids x on x.internal_id = e.id where x.value like '11111111%'")).toEqual([{ display_name: 'Ravi Varma', is_active: false }])
    const file = await admin.importErrors({ params: { id: done.id } })
    expect(Buffer.from(file.body as never).toString('utf8')).toContain('"Observation/o-lost.subject","interop.unresolved_reference"')
  })

  it('of another content under a known id are kept beside; the record stays', async () => {
    await imported([json('a.json', patient('twice'))])
    const done = await imported([json('a.json', patient('twice', { gender: 'male' }))])
    expect(done.counts['Patient']).toEqual({ read: 1, created: 0, unchanged: 0, kept: 1, failed: 0 })
    expect(await hospital.query("select p.sex from patients p join external_ids e on e.internal_id = p.id where e.value = 'twice'")).toEqual([{ sex: 'female' }])
    expect((await imported([json('a.json', patient('twice', { gender: 'male' }))])).counts['Patient']?.unchanged).toBe(1)
  })

  it('leave no number of a person in the clear', async () => {
    await imported([json('ssn.json', patient('ssn', { identifier: [{ system: 'http://hl7.org/fhir/sid/us-ssn', value: '999-41-7723' }] }))])
    const clear = await hospital.query("select 1 from kept_resources where resource::text like '%999-41-7723%' union all select 1 from external_ids where value like '%999-41-7723%' union all select 1 from audit_entries where after::text like '%999-41-7723%'")
    expect(clear).toEqual([])
    expect((await imported([json('visit.json', { resourceType: 'Encounter', id: 'by-ssn', status: 'finished', subject: { reference: 'Patient?identifier=http://hl7.org/fhir/sid/us-ssn|999-41-7723' } })])).counts['Encounter']?.created).toBe(1)
  })

  it.runIf(hasData)('that are malformed are named and never a 5xx', async () => {
    const folder = `${data}bad-input`
    const names = readdirSync(folder, { recursive: true }).map(String).filter((name) => /\.(json|csv|txt)$/.test(name)).slice(0, 400)
    const parts = names.map((name) => ({ name: name.split('/').at(-1) ?? name, bytes: readFileSync(`${folder}/${name}`) }))
    for (const kind of ['fhir', 'patients-csv']) {
      const done = await imported(parts, { kind })
      expect(done.state).toBe('done')
    }
    const bomb = zipSync({ 'zeros.json': new Uint8Array(200 * 2 ** 20) })
    expect((await imported([{ name: 'bomb.zip', bytes: bomb }])).errors.map((error) => error.code)).toEqual(['interop.unreadable'])
    expect((await imported([{ name: 'broken.json', bytes: Buffer.from('{"resourceType": "Patient",\n "id": ') }])).errors.map((error) => error.code)).toEqual(['interop.malformed_json'])
  })
})

describe('a run', () => {
  it('that died goes on where it stopped, and a cancelled one stops', async () => {
    const many = Array.from({ length: 6 }, (_value, index) => json(`p${index}.json`, patient(`resume-${index}`)))
    const started = await start({ kind: 'fhir' }, many)
    const ctx = makeContext({ tenantId: hospital.tenantId })
    let read = 0
    const dying = many.map((file) => ({ name: file.name, read: async () => { read += 1; if (read > 3) throw new Error('the machine went away'); return file.bytes } }))
    await runImport(ctx, { importId: started.body.id, userId: hospital.userId('admin') }, dying)
    expect((await admin.readImport({ params: { id: started.body.id } })).body).toMatchObject({ state: 'failed', errors: [{ code: 'interop.interrupted' }] })
    await hospital.query("update imports set state = 'queued', finished_at = null where id = $1", [started.body.id])
    await run(started.body.id)
    const done = (await admin.readImport({ params: { id: started.body.id } })).body
    expect([done.state, done.counts['Patient'], done.progress]).toEqual(['done', { read: 6, created: 6, unchanged: 0, kept: 0, failed: 0 }, { filesDone: 6, filesTotal: 6 }])
    const other = await start({ kind: 'fhir' }, [json('x.json', patient('never'))])
    expect((await admin.cancelImport({ params: { id: other.body.id }, body: {} })).body.state).toBe('cancelled')
    await run(other.body.id)
    expect(await hospital.query("select 1 from external_ids where value = 'never'")).toEqual([])
    expect((await admin.cancelImport({ params: { id: other.body.id }, body: {} })).status).toBe(409)
  })

  it('needs the permission, a kind and a file', async () => {
    const upload = multipart({ kind: 'fhir' }, [json('a.json', patient('x'))]) as never
    expect((await hospital.anonymous(interop).startImport(upload)).status).toBe(401)
    expect((await (await hospital.as(interop, 'receptionist')).startImport(upload)).status).toBe(403)
    const wrong = await start({ kind: 'hl7' }, [json('a.json', {})])
    expect([wrong.status, wrong.problem.code, wrong.problem.errors?.[0]?.path]).toEqual([422, 'interop.unknown_kind', 'kind'])
    expect((await start({ kind: 'fhir' }, [])).problem.code).toBe('interop.no_files')
    expect((await start({ kind: 'fhir', facilityId: hospital.tenantId }, [json('a.json', {})])).status).toBe(403)
    const mine = await start({ kind: 'fhir' }, [json('a.json', patient('y'))])
    expect((await (await hospital.as(interop, 'admin', 'ayurveda')).readImport({ params: { id: mine.body.id } })).status).toBe(404)
  })
})

const tableOf = (rows: number, bad: number): string => {
  const lines = Array.from({ length: rows }, (_value, index) => (index % (rows / bad) === 0 ? `R${index},Bad${index},Row,${index % 2 === 0 ? 'female' : 'x'},${index % 2 === 0 ? '31/02/1980' : '1980-01-01'},9847012345` : `R${index},Given${index},Family${index % 97},${index % 2 === 0 ? 'F' : 'male'},${String(1 + (index % 28)).padStart(2, '0')}/0${1 + (index % 9)}/19${50 + (index % 50)},98470${String(10_000 + (index % 90_000))}`))
  return ['Registration number,First Name,Last name,Gender,DOB,Mobile', ...lines].join('\n')
}

describe('a table of patients', () => {
  it('brings in the good rows, names the bad ones by line and field, and a second run adds none', async () => {
    const rows = isFull ? 10_000 : 2000
    const bad = rows / 20
    const file = { name: 'patients.csv', bytes: Buffer.from(tableOf(rows, bad)) }
    const known = () => hospital.query("select count(*)::int as n from external_ids where source = 'patients-csv'")
    const stood = await known()
    const dry = await imported([{ name: 'trial.csv', bytes: Buffer.from(tableOf(1000, 50)) }], { kind: 'patients-csv', dryRun: 'true' })
    expect([dry.state, dry.counts['Patient'], dry.errorCount]).toEqual(['done', { read: 1000, created: 950, unchanged: 0, kept: 0, failed: 50 }, 50])
    expect(await known()).toEqual(stood)
    const before = performance.now()
    const done = await imported([file], { kind: 'patients-csv' })
    // A bound for a machine that does other work too; alone it is a tenth.
    expect(performance.now() - before).toBeLessThan(150_000 * slowness())
    expect([done.counts['Patient'], done.errorCount]).toEqual([{ read: rows, created: rows - bad, unchanged: 0, kept: 0, failed: bad }, bad])
    expect(done.errors[0]).toMatchObject({ file: 'patients.csv', line: 2, path: 'birthDate' })
    const again = await imported([file], { kind: 'patients-csv' })
    expect(again.counts['Patient']).toEqual({ read: rows, created: 0, unchanged: rows - bad, kept: 0, failed: bad })
  }, 900_000)

  it('may be in UTF-16 with semicolons, with a BOM and quotes', async () => {
    const text = '\uFEFFName;Sex;Age;Phone\r\n"O""Hara; Liam";m;44;+44 20 7946 0958\r\nसीता;f;30;\r\n'
    const done = await imported([{ name: 'a.csv', bytes: Buffer.from(text, 'utf16le') }, { name: 'b.csv', bytes: Buffer.from('\uFEFFfirst name\tgender\tage\nTab\tf\t20\n') }], { kind: 'patients-csv' })
    expect(done.counts['Patient']).toEqual({ read: 3, created: 3, unchanged: 0, kept: 0, failed: 0 })
    expect((await hospital.query<{ given_name: string }>("select given_name from patients where given_name like 'O%Hara%'"))[0]?.given_name).toBe('O"Hara; Liam')
  })
})
