import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { patientFinding, type PatientCriteria } from '#contract/patients-finding.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { bornFor } from './rules.ts'
import { readTyped } from './typed.ts'

let hospital: TestHospital
const ids: Record<string, string> = {}
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)

beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  const desk = await hospital.as(patients, 'receptionist')
  const make = async (givenName: string, body: object) => {
    const answer = await desk.register({ body: { givenName, familyName: 'Criterion', sex: 'female', birthDate: '1980-04-03', ...body } })
    expect(answer.status).toBe(201)
    ids[givenName] = answer.body.id
  }
  await make('Anju', { email: 'Anju.K@Example.org', address: { city: 'Kochi' } })
  await make('Biju', { sex: 'male', birthDate: '1980-03-04', address: { city: 'kochi ' } })
  await make('Chitra', { birthDate: '2015-06-01', address: { city: 'Kozhikode' } })
  await make('Devi', { birthDate: undefined, ageYears: 45 })
  const visits = await hospital.as(encounters, 'receptionist')
  await visits.open({ body: { patientId: ids['Biju'] ?? '', facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })
})

const named = async (criteria: PatientCriteria & { text?: string }) => {
  const answer = await (await hospital.as(patientFinding, 'doctor')).find({ body: criteria })
  expect(answer.status).toBe(200)
  return answer.body.items.map((one) => one.givenName).filter((name) => name in ids).toSorted()
}

describe('what is typed', () => {
  it('is read as an e-mail, a birth date in either order with a name, or words', () => {
    expect(readTyped(' anju.k@ex')).toEqual({ kind: 'email', email: 'anju.k@ex' })
    expect(readTyped('03/04/1980')).toEqual({ kind: 'birth', dates: ['1980-04-03', '1980-03-04'], words: [] })
    expect(readTyped('Anju 1980-04-03')).toEqual({ kind: 'birth', dates: ['1980-04-03'], words: ['anju'] })
    expect(readTyped('31.12.1980')).toMatchObject({ dates: ['1980-12-31'] })
    for (const text of ['31.02.1980', '98470 12345', 'GH1-000123', 'a @ b']) expect(readTyped(text).kind).toBe('words')
  })

  it('turns ages into birth dates, on a leap day too', () => {
    expect(bornFor({ ageFrom: 40, ageTo: 40 }, '2026-11-20')).toEqual({ from: '1985-11-21', to: '1986-11-20' })
    expect(bornFor({ ageFrom: 29 }, '2028-02-29')).toEqual({ from: undefined, to: '1999-02-28' })
  })
})

describe('finding by criteria', () => {
  it('narrows by several together', async () => {
    expect(await named({ city: 'koch' })).toEqual(['Anju', 'Biju'])
    expect(await named({ city: 'KOCHI', sex: 'male' })).toEqual(['Biju'])
    expect(await named({ bornFrom: '1980-03-04', bornTo: '1980-04-03' })).toEqual(['Anju', 'Biju'])
    expect(await named({ ageTo: 15 })).toEqual(['Chitra'])
    expect(await named({ ageFrom: 40, sex: 'female' })).toEqual(['Anju', 'Devi'])
    expect(await named({ registeredFrom: day(-1), registeredTo: day(1), life: 'deceased' })).toEqual([])
    expect(await named({ registeredTo: '2001-01-01' })).toEqual([])
    expect(await named({ visitedFrom: day(-1), visitedTo: day(1) })).toEqual(['Biju'])
    expect(await named({ visitedTo: '2001-01-01' })).toEqual([])
  })

  it('finds by e-mail and birth date, never by an estimated one, and narrows a text', async () => {
    const doctor = await hospital.as(patients, 'doctor')
    const search = async (text: string) => (await doctor.search({ body: { text } })).body.items.map((one) => one.givenName).toSorted()
    expect(await search('anju.k@')).toEqual(['Anju'])
    expect(await search('3/4/1980')).toEqual(['Anju', 'Biju'])
    expect(await search('biju 3.4.1980')).toEqual(['Biju'])
    const [devi] = await hospital.query<{ on: string }>('select birth_date::text as on from patients where id = $1', [ids['Devi']])
    expect(await search(devi?.on ?? '')).toEqual([])
    expect(await named({ text: 'criterion', sex: 'male' })).toEqual(['Biju'])
  })

  it('pages by key without a hole and refuses what runs backwards', async () => {
    const doctor = await hospital.as(patientFinding, 'doctor')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { body } = await doctor.find({ body: { limit: 2, registeredFrom: '2000-01-01', ...(cursor === undefined ? {} : { cursor }) } })
      seen.push(...body.items.map((one) => one.id))
      cursor = body.nextCursor ?? undefined
    } while (cursor !== undefined)
    const [all] = await hospital.query<{ n: number }>('select count(*)::int as n from patients where tenant_id = $1', [hospital.tenantId])
    expect([seen.length, new Set(seen).size]).toEqual([all?.n, all?.n])
    expect((await doctor.find({ body: { ageFrom: 50, ageTo: 40 } })).problem.errors?.[0]?.path).toBe('ageTo')
  })

  it('shows labels only to those who may see them', async () => {
    const desk = await hospital.as(patientFinding, 'receptionist')
    expect((await desk.find({ body: { label: 'vip' } })).status).toBe(403)
    expect(await named({ label: 'vip' })).toEqual([])
    const stranger = await hospital.as(patientFinding, 'doctor', 'ayurveda')
    expect((await stranger.find({ body: { city: 'kochi' } })).body.items.filter((one) => one.familyName === 'Criterion')).toEqual([])
  })
})

describe("one's own searches", () => {
  it('are kept under a name, fifty at most though saved at once, and are nobody else’s', async () => {
    const desk = await hospital.as(patientFinding, 'receptionist')
    const made = await desk.saveSearch({ body: { name: 'Children of Kochi', criteria: { ageTo: 12, city: 'Kochi' } } })
    expect([made.status, made.body.criteria]).toEqual([201, { ageTo: 12, city: 'Kochi' }])
    expect((await desk.saveSearch({ body: { name: 'Children of Kochi', criteria: {} } })).problem.code).toBe('patients.search_named')
    expect((await desk.saveSearch({ body: { name: 'x', criteria: { text: 'Anju' } as never } })).status).toBe(422)
    for (let number = 0; number < 60; number += 6) await Promise.all([0, 1, 2, 3, 4, 5].map((one) => desk.saveSearch({ body: { name: `S${number + one}`, criteria: {} } })))
    while ((await desk.saveSearch({ body: { name: `Last ${Math.random()}`, criteria: {} } })).status === 201);
    expect((await desk.savedSearches({})).body.items).toHaveLength(50)
    const doctor = await hospital.as(patientFinding, 'doctor')
    expect((await doctor.savedSearches({})).body.items).toEqual([])
    expect((await doctor.removeSearch({ params: { id: made.body.id }, body: {} })).status).toBe(404)
    expect((await desk.removeSearch({ params: { id: made.body.id }, body: {} })).status).toBe(204)
    expect((await desk.savedSearches({})).body.items).toHaveLength(49)
  })

  it('remembers whom one had open, newest first, and audits the names when they are shown', async () => {
    const nurse = await hospital.as(patientFinding, 'nurse')
    for (const name of ['Anju', 'Biju', 'Anju']) expect((await nurse.noteOpened({ params: { id: ids[name] ?? '' }, body: {} })).status).toBe(204)
    const { body } = await nurse.recent({})
    expect(body.items.map((one) => one.givenName)).toEqual(['Anju', 'Biju'])
    const [entry] = await hospital.query<{ details: { shown: string[] } }>("select details from audit_entries where action = 'patients.recent:search' order by at desc limit 1")
    expect(entry?.details.shown).toEqual([ids['Anju'], ids['Biju']])
    expect((await (await hospital.as(patientFinding, 'nurse', 'ayurveda')).noteOpened({ params: { id: ids['Anju'] ?? '' }, body: {} })).status).toBe(404)
    const [kept] = await hospital.query<{ line: string }>('select to_jsonb(r)::text as line from recent_patients r where user_id = $1', [hospital.userId('nurse')])
    expect(kept?.line).not.toContain('Anju')
  })
})

describe('an export', () => {
  it('holds what fits, guards formulas, says in the audit who left, and needs a right of its own', async () => {
    await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: '=cmd|calc', familyName: 'Criterion', sex: 'male', ageYears: 30, address: { city: 'Kochi' } } })
    expect((await (await hospital.as(patientFinding, 'doctor')).exportPatients({ body: {} })).status).toBe(403)
    const admin = await hospital.as(patientFinding, 'admin')
    const answer = await admin.exportPatients({ body: { city: 'kochi', sex: 'male' } })
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([200, 'text/csv; charset=utf-8', 'no-store'])
    const lines = String(answer.body).trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toContain('mrn,givenName,familyName')
    expect(lines.find((line) => line.includes('calc'))).toContain(`"'=cmd|calc"`)
    const entries = await hospital.query<{ details: { shown?: string[] } | null }>("select details from audit_entries where action = 'patients.exportPatients:export' and outcome = 'success'")
    expect(entries.flatMap((entry) => entry.details?.shown ?? [])).toContain(ids['Biju'])
  })
})
