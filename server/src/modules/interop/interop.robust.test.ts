import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ImportRun, interop } from '#contract/interop.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { multipart, type UploadPart } from '../../testing/multipart.ts'
import { dateOf } from './csv-rules.ts'
import { runImport } from './running.ts'
import { resumeStalled } from './queue.ts'

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url))

let hospital: TestHospital
let admin: TestClient<typeof interop>
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
  admin = await hospital.as(interop, 'admin')
})

const start = (fields: Record<string, string>, files: readonly UploadPart[]) => admin.startImport(multipart(fields, files) as never)
const run = (id: string) => runImport(makeContext({ tenantId: hospital.tenantId }), { importId: id, userId: hospital.userId('admin') })
const read = async (id: string): Promise<ImportRun> => (await admin.readImport({ params: { id } })).body

async function imported(files: readonly UploadPart[], fields: Record<string, string> = { kind: 'fhir' }): Promise<ImportRun> {
  const started = await start(fields, files)
  expect([started.status, started.problem.code]).toEqual([202, undefined])
  await run(started.body.id)
  return read(started.body.id)
}

const json = (name: string, content: unknown): UploadPart => ({ name, bytes: Buffer.from(JSON.stringify(content)) })
const bundle = (...resources: readonly object[]) => ({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) })
const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, name: [{ family: 'Kaimal', given: ['Indira'] }], gender: 'female', birthDate: '1970-05-06', ...more })
const observation = (id: string, reference: string, more: object = {}) => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'Heart rate' }, subject: { reference }, effectiveDateTime: '2020-02-02T10:00:00Z', valueQuantity: { value: 71, unit: '/min' }, ...more })
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('the right patient', () => {
  it('is never one that only shares its id with a group, a device, or a patient of another system', async () => {
    const done = await imported([json('group.json', bundle(patient('7'), observation('g1', 'Group/7'), observation('g2', 'http://elsewhere.example/fhir/Device/7/_history/2'), observation('g3', 'http://elsewhere.example/fhir/Patient/7')))])
    expect(done.errors.map((error) => error.path).toSorted()).toEqual(['Observation/g1.subject', 'Observation/g2.subject'])
    expect(done.counts['Observation']).toMatchObject({ created: 1, failed: 2 })
    const other = await imported([json('other.json', bundle(patient('7', { name: [{ family: 'Nair', given: ['Other'] }] }), observation('x1', 'Patient/7')))], { kind: 'fhir', source: 'Clinic B' })
    expect([other.counts['Patient']?.created, other.source]).toEqual([1, 'Clinic B'])
    expect(await hospital.query("select p.given_name from observations o join patients p on p.id = o.patient_id join external_ids e on e.internal_id = o.id where e.value = 'x1'")).toEqual([{ given_name: 'Other' }])
  })
})

describe('one resource that cannot be stored', () => {
  it('fails by name and the rest goes on', async () => {
    const poison = [
      patient('nul', { name: [{ family: 'N\u0000ul', given: ['A'] }] }),
      patient('half', { note: 'half \ud83d character' }),
      patient('deep', { extension: '@20000' }),
      observation('deep-observation', 'Patient/whole', { extension: '@200' }),
      patient('year-zero', { birthDate: '0000-01-01' }),
      observation('percent', 'Patient?identifier=%E0%A4%A'),
    ]
    const whole = [
      patient('whole', { identifier: [{ system: 'x', value: 'long '.repeat(2000) }] }), patient('dead', { deceasedDateTime: '0000-05-05' }),
      observation('ancient', 'Patient/whole', { effectiveDateTime: '-000400-01-01T00:00:00Z', valueQuantity: { value: 1e300 } }), observation('word', 'Patient/whole', { effectiveDateTime: 'yesterday' }),
    ]
    const text = (...more: readonly object[]) => ({ name: 'poison.json', bytes: Buffer.from(JSON.stringify(bundle(...poison, ...whole, ...more)).replace('"@20000"', nested(20_000)).replace('"@200"', nested(200))) })
    const done = await imported([text(), json('after.json', patient('after'))])
    expect([done.state, done.counts['Patient'], done.counts['Observation']]).toEqual(['done', { read: 7, created: 3, unchanged: 0, kept: 0, failed: 4 }, { read: 4, created: 2, unchanged: 0, kept: 0, failed: 2 }])
    expect(done.errors.map((error) => [error.path, error.code]).toSorted()).toEqual([
      ['Observation/deep-observation.extension', 'interop.too_deep'], ['Observation/percent.subject', 'interop.unresolved_reference'],
      ['Patient/deep.extension', 'interop.too_deep'], ['Patient/half.note', 'text.malformed'], ['Patient/nul.name.0.family', 'text.malformed'], ['Patient/year-zero.birthDate', 'interop.invalid_resource'],
    ])
    expect((await imported([text(patient('after'))])).counts['Patient']).toEqual({ read: 7, created: 0, unchanged: 3, kept: 0, failed: 4 })
  })

  it('is found by halves when only the database refuses it', async () => {
    await hospital.query("alter table observations add constraint no_thirteen check (value_number <> 13)")
    const many = Array.from({ length: 40 }, (_value, index) => observation(`half-${index}`, 'Patient/halves', { valueQuantity: { value: index } }))
    const done = await imported([json('halves.json', bundle(patient('halves'), ...many))])
    await hospital.query('alter table observations drop constraint no_thirteen')
    expect([done.state, done.counts['Observation']]).toEqual(['done', { read: 40, created: 39, unchanged: 0, kept: 0, failed: 1 }])
    expect(done.errors.map((error) => [error.path, error.code])).toEqual([['Observation/half-13', 'interop.refused']])
  })
})

describe('what a resource names', () => {
  it('is found whatever the order of the files, also visits', async () => {
    const encounter = { resourceType: 'Encounter', id: 'late', status: 'finished', class: { code: 'IMP' }, subject: { reference: 'Patient/late' }, period: { start: '2021-03-04T09:00:00Z' } }
    await imported([json('1-observation.json', observation('early', 'Patient/late', { encounter: { reference: 'Encounter/late' } })), json('2-encounter.json', encounter), json('3-patient.json', patient('late'))])
    expect(await hospital.query("select e.class from observations o join external_ids x on x.internal_id = o.id join encounters e on e.id = o.encounter_id where x.value = 'early'")).toEqual([{ class: 'inpatient' }])
  })

  it.runIf(existsSync(`${data}fhir-bulk-ndjson`))('is found in a bulk export: every condition and procedure has its visit', async () => {
    const folder = `${data}fhir-bulk-ndjson/10-patients`
    const names = readdirSync(folder).filter((name) => name.endsWith('.ndjson.gz') && !name.startsWith('log')).toSorted()
    const parts = names.map((name) => ({ name, bytes: readFileSync(`${folder}/${name}`) }))
    const lines = (type: string) => parts.filter((one) => one.name.startsWith(`${type}.`)).flatMap((one) => gunzipSync(one.bytes).toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)))
    const linked = lines('Condition').filter((one) => one.encounter?.reference !== undefined).length
    const stood = await hospital.query<{ n: number }>('select count(*)::int as n from diagnoses where encounter_id is not null')
    const done = await imported(parts, { kind: 'fhir', source: 'bulk' })
    expect([done.state, done.errors]).toEqual(['done', []])
    for (const { name } of parts) expect([name, done.counts[name.split('.')[0] ?? '']?.read]).toEqual([name, lines(`${name.split('.')[0]}`).length])
    expect(linked).toBeGreaterThan(100)
    expect((await hospital.query<{ n: number }>('select count(*)::int as n from diagnoses where encounter_id is not null'))[0]?.n).toBe((stood[0]?.n ?? 0) + linked)
    const again = await imported(parts, { kind: 'fhir', source: 'bulk' })
    expect(Object.values(again.counts).every((counts) => counts.unchanged === counts.read)).toBe(true)
  })

  it('may stand in bundles, one a line', async () => {
    const text = [bundle(patient('line-1')), bundle(patient('line-2'), observation('line-o', 'Patient/line-1')), { resourceType: 'Bundle', type: 'collection' }].map((one) => JSON.stringify(one)).join('\r\n')
    const done = await imported([{ name: 'bundles.ndjson', bytes: Buffer.from(`${text}\n{"resourceType":`) }])
    expect([done.counts['Patient']?.created, done.counts['Observation']?.created, done.errors.map((error) => [error.line, error.code])]).toEqual([2, 1, [[4, 'interop.malformed_json']]])
  })
})

describe('an import of a facility', () => {
  it('is shown to those who may import there, not to the rest of the tenant', async () => {
    const done = await imported([json('mine.json', patient('mine'))])
    const shown = async () => [(await admin.readImport({ params: { id: done.id } })).status, (await admin.importErrors({ params: { id: done.id } })).status, (await admin.listImports({ query: { limit: 100 } })).body.items.some((one) => one.id === done.id)]
    expect(await shown()).toEqual([200, 200, true])
    await hospital.query("insert into facilities (tenant_id, id, code, name, time_zone, currency, language, region, fiscal_year_start_month, tax_regime, created_at) select tenant_id, $1, 'GH9', name, time_zone, currency, language, region, fiscal_year_start_month, tax_regime, created_at from facilities where id = $2", ['01900000-0000-7000-8000-000000000009', hospital.facilityId])
    await hospital.query('update imports set facility_id = $2 where id = $1', [done.id, '01900000-0000-7000-8000-000000000009'])
    expect(await shown()).toEqual([403, 403, false])
  })
})

describe('archives', () => {
  it('that unfold without end are refused, gzip in zip too', async () => {
    const zeros = gzipSync(new Uint8Array(60 * 2 ** 20))
    const many = zipSync(Object.fromEntries(Array.from({ length: 12 }, (_value, index) => [`${index}.json.gz`, zeros])))
    const done = await imported([{ name: 'nested.zip', bytes: many }, json('good.json', patient('beside-a-bomb'))])
    expect([done.state, done.errors.map((error) => error.code), done.counts['Patient']?.created]).toEqual(['done', ['interop.unreadable'], 1])
    const sheet = zipSync({ '[Content_Types].xml': Buffer.from('<x/>'), 'xl/worksheets/sheet1.xml': new Uint8Array(300 * 2 ** 20) })
    const table = await imported([{ name: 'bomb.xlsx', bytes: sheet }], { kind: 'patients-csv' })
    expect([table.state, table.errors.map((error) => error.code)]).toEqual(['done', ['interop.unreadable']])
  })
})

describe('runs', () => {
  const slow = (count: number, name: string) => Array.from({ length: count }, (_value, index) => json(`${name}${index}.json`, patient(`${name}-${index}`)))

  it('of the same files at the same time add nothing twice', async () => {
    const files = slow(8, 'twin')
    const [first, second] = [await start({ kind: 'fhir' }, files), await start({ kind: 'fhir' }, files)]
    await Promise.all([run(first.body.id), run(second.body.id), run(first.body.id)])
    for (const { body } of [first, second]) await run(body.id)
    const [a, b] = [await read(first.body.id), await read(second.body.id)]
    expect([a.state, b.state].toSorted()).toEqual(['done', 'done'])
    expect([a.counts['Patient'], b.counts['Patient']].map((counts) => counts?.read)).toEqual([8, 8])
    expect((a.counts['Patient']?.created ?? 0) + (b.counts['Patient']?.created ?? 0)).toBe(8)
    expect(await hospital.query("select count(*)::int as n from patients p join external_ids e on e.internal_id = p.id where e.type = 'Patient' and e.value like 'twin-%'")).toEqual([{ n: 8 }])
  })

  it('that were silent for two minutes are queued again, go on in the middle of a file and count nothing twice', async () => {
    const resources = Array.from({ length: 4500 }, (_value, index) => ({ resourceType: 'Basic', id: `basic-${index}`, subject: { reference: 'Patient/resumed' } }))
    const started = await start({ kind: 'fhir' }, [json('resumed.json', bundle(patient('resumed'), ...resources)), json('unread.json', patient('unread'))])
    const ctx = makeContext({ tenantId: hospital.tenantId })
    await hospital.query("create function stop_here() returns trigger language plpgsql as $$ begin if new.value = 'basic-3000' then raise exception 'gone' using errcode = '57P01'; end if; return new; end $$")
    await hospital.query('create trigger stop_here before insert on external_ids for each row execute function stop_here()')
    await run(started.body.id)
    await hospital.query('drop trigger stop_here on external_ids')
    const middle = await read(started.body.id)
    expect([middle.state, middle.counts['Basic']?.read]).toEqual(['running', 2000])
    await run(started.body.id)
    expect((await read(started.body.id)).counts['Basic']?.read).toBe(2000)
    await hospital.query("update imports set heartbeat_at = heartbeat_at - interval '3 minutes' where id = $1", [started.body.id])
    await withContext(ctx, resumeStalled)
    expect((await read(started.body.id)).state).toBe('queued')
    await run(started.body.id)
    const done = await read(started.body.id)
    expect([done.state, done.counts, done.progress]).toEqual(['done', { Patient: { read: 2, created: 2, unchanged: 0, kept: 0, failed: 0 }, Basic: { read: 4500, created: 0, unchanged: 0, kept: 4500, failed: 0 } }, { filesDone: 2, filesTotal: 2 }])
  })

  it('wait for the one before and are woken by its end', async () => {
    const [first, second] = [await start({ kind: 'fhir' }, slow(1, 'queue')), await start({ kind: 'fhir' }, slow(1, 'next'))]
    await hospital.query("update imports set state = 'running', heartbeat_at = $2 where id = $1", [first.body.id, new Date()])
    await run(second.body.id)
    expect((await read(second.body.id)).state).toBe('queued')
    await hospital.query('delete from event_queue')
    await admin.cancelImport({ params: { id: first.body.id }, body: {} })
    expect(await hospital.query("select payload->>'importId' as id from event_queue where name = 'interop.import-queued'")).toEqual([{ id: second.body.id }])
    await run(second.body.id)
    expect((await read(second.body.id)).state).toBe('done')
  })

  it('say what they were asked: a trial only by true or false, a facility that may be seen', async () => {
    const answer = await start({ kind: 'fhir', dryRun: 'yes' }, slow(1, 'trial'))
    expect([answer.status, answer.problem.errors?.[0]?.path]).toEqual([422, 'dryRun'])
    const trial = await imported([json('t.json', bundle(patient('trial-1'), observation('trial-o', 'Patient/trial-1')))], { kind: 'fhir', dryRun: 'true' })
    expect([trial.state, trial.counts['Observation']?.created, trial.progress]).toEqual(['done', 1, { filesDone: 1, filesTotal: 1 }])
    expect(await hospital.query("select 1 from external_ids where value like 'trial-%'")).toEqual([])
  })
})

const sheetOf = (rows: readonly (readonly (string | number)[])[]): Uint8Array => {
  const cell = (value: string | number, index: number, line: number) => (typeof value === 'number' ? `<c r="${String.fromCodePoint(65 + index)}${line}"><v>${value}</v></c>` : `<c r="${String.fromCodePoint(65 + index)}${line}" t="inlineStr"><is><t>${value}</t></is></c>`)
  const body = rows.map((row, line) => `<row r="${line + 1}">${row.map((value, index) => cell(value, index, line + 1)).join('')}</row>`).join('')
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const parts: Record<string, string> = {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Patients" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${body}</sheetData></worksheet>`,
  }
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, Buffer.from(text)])))
}

describe('a table', () => {
  it('may be an Excel sheet, with numbers as numbers', async () => {
    const done = await imported([{ name: 'patients.xlsx', bytes: sheetOf([['Patient ID', 'First Name', 'Surname', 'Gender', 'DOB', 'Mobile'], ['X-1', 'Meera', 'Pillai', 'F', '1988-03-09', 9_847_012_345], ['X-2', 'Arun', 'Das', 'robot', '1988-03-09', 9_847_012_345]]) }], { kind: 'patients-csv' })
    expect([done.state, done.counts['Patient'], done.errors.map((error) => [error.line, error.path])]).toEqual(['done', { read: 2, created: 1, unchanged: 0, kept: 0, failed: 1 }, [[3, 'sex']]])
    expect(await hospital.query("select p.given_name, p.birth_date, p.phones from patients p join external_ids e on e.internal_id = p.id where e.value = 'X-1'")).toEqual([{ given_name: 'Meera', birth_date: '1988-03-09', phones: ['+919847012345'] }])
  })

  it('that breaks off is named with its line, characters that cannot be stored with their row', async () => {
    const broken = await imported([{ name: 'broken.csv', bytes: Buffer.from('First Name,Gender,Age\nA,f,1\n"B,f,2\nC,f,3\n') }], { kind: 'patients-csv' })
    expect(broken.errors.map((error) => error.code)).toEqual(['interop.unreadable'])
    const odd = await imported([{ name: 'odd.csv', bytes: Buffer.from('First Name,Gender,DOB\nNu\u0000l,f,1990-01-01\nZero,f,0000-01-01\nFine,f,1990-01-01\n') }], { kind: 'patients-csv' })
    expect([odd.counts['Patient'], odd.errors.map((error) => [error.line, error.path, error.code])]).toEqual([{ read: 3, created: 1, unchanged: 0, kept: 0, failed: 2 }, [[2, 'givenName', 'text.malformed'], [3, 'birthDate', 'invalid_format']]])
  })
})

describe('dates of a table', () => {
  it.each([['03/04/1980', 'IN', '1980-04-03'], ['03/04/1980', 'US', '1980-03-04'], ['3.4.1980', 'DE', '1980-04-03'], ['1980-04-03', 'US', '1980-04-03'], ['13/45/1980', 'IN', '1980-45-13'], ['soon', 'IN', 'soon']])('%s in %s is %s', (text, region, expected) => expect(dateOf(text, region)).toBe(expected))
})
