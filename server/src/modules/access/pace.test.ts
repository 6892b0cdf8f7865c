import { beforeAll, describe, expect, it } from 'vitest'
import { access } from '#contract/access.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { judgePace } from './pace.ts'

let hospital: TestHospital
let ids: string[] = []
beforeAll(async () => {
  hospital = await testHospital({ patients: 40 })
  ids = (await hospital.query<{ id: string }>('select id from patients where tenant_id = $1 and merged_into is null order by id limit 30', [hospital.tenantId])).map((row) => row.id)
  await (await hospital.as(access, 'admin')).writeSettings({ body: { paceCharts: 20, paceMinutes: 10 } })
})

const alarms = async () => (await (await hospital.as(access, 'auditor')).listAlarms({ query: {} })).body.items

describe('somebody who opens charts', () => {
  it('at the pace of a person raises nothing, however often the same ones', async () => {
    const nurse = await hospital.as(patients, 'nurse')
    for (const id of [...ids.slice(0, 19), ...ids.slice(0, 19), ...ids.slice(0, 19)]) await nurse.read({ params: { id } })
    await judgePace({ tenantId: hospital.tenantId, userId: hospital.userId('nurse') })
    expect(await alarms()).toEqual([])
  })

  it('far faster is told to the officers, once for a span, however many processes judge', async () => {
    // Whom no other file of this worker has open charts: what a process remembers of a reader outlives the file.
    const desk = await hospital.as(patients, 'radiologist')
    for (const id of ids.slice(0, 9)) await desk.read({ params: { id } })
    // The others were opened through another process: this one has heard of nine.
    await hospital.query(`insert into audit_entries (tenant_id, actor_id, session_id, request_id, action, subject_type, subject_id, patient_id, outcome)
      select $1, $2, gen_random_uuid(), 'elsewhere', 'patients.read:read', 'patients', p, p, 'success' from unnest($3::uuid[]) p`, [hospital.tenantId, hospital.userId('radiologist'), ids.slice(9, 25)])
    await desk.read({ params: { id: ids[9] ?? '' } })
    await expect.poll(async () => (await alarms()).length).toBeGreaterThan(0)
    await Promise.all(Array.from({ length: 8 }, () => judgePace({ tenantId: hospital.tenantId, userId: hospital.userId('radiologist') })))
    expect((await alarms()).map((one) => [one.userName, one.minutes, one.state])).toEqual([['Dr. Kavita Iyer', 10, 'open']])
    expect((await alarms())[0]?.charts).toBeGreaterThanOrEqual(20)
    const tasks = await hospital.query<{ title: string }>("select title from tasks where title like 'Look into it: Dr. Kavita Iyer%'")
    expect(tasks).toHaveLength(1)
  })

  it('as a program with a key is no person', async () => {
    const { key } = (await (await hospital.as(people, 'doctor')).createApiKey({ body: { name: 'analyser' } })).body
    for (const id of ids) expect((await hospital.app.inject({ method: 'GET', url: `/api/v1/patients/${id}`, headers: { authorization: `Bearer ${key}` } })).statusCode).toBe(200)
    await judgePace({ tenantId: hospital.tenantId, userId: hospital.userId('doctor') })
    expect((await alarms()).map((one) => one.userName)).toEqual(['Dr. Kavita Iyer'])
  })

  it('is looked into by another person, once, with a note', async () => {
    const [alarm] = await alarms()
    const id = alarm?.id ?? ''
    expect((await (await hospital.as(access, 'receptionist')).closeAlarm({ params: { id }, body: { note: 'mine' } })).status).toBe(403)
    const officer = await hospital.as(access, 'admin')
    expect((await officer.closeAlarm({ params: { id }, body: { note: '' } })).status).toBe(422)
    expect((await officer.closeAlarm({ params: { id }, body: { note: 'A list for the auditors of the insurer' } })).body).toMatchObject({ state: 'closed', actions: [] })
    expect((await officer.closeAlarm({ params: { id }, body: { note: 'again' } })).problem.code).toBe('access.reviewed')
    await expect(hospital.query('update access_alarms set closed_by = user_id')).rejects.toThrow('access_alarms_other')
    expect((await hospital.anonymous(access).listAlarms({ query: {} })).status).toBe(401)
  })
})
