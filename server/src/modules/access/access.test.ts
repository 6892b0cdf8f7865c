import { beforeAll, describe, expect, it } from 'vitest'
import { access } from '#contract/access.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import type { RoleName } from '#contract/people.ts'
import { modules } from '../../modules.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { least, statementsOf } from '../../testing/statements.ts'

let hospital: TestHospital
const reason = 'Unconscious in casualty, need the record'

beforeAll(async () => {
  hospital = await testHospital({ patients: 30, withCare: true })
})

const register = async (givenName: string): Promise<string> => {
  const desk = await hospital.as(patients, 'receptionist')
  return (await desk.register({ body: { givenName, familyName: 'Walltest', sex: 'female', ageYears: 41, phones: ['+919000000001'], facilityId: hospital.facilityId } })).body.id
}
const visit = async (patientId: string): Promise<string> => (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
const label = async (patientId: string, name: 'vip' | 'hiv' | 'staff' | 'minor', as: RoleName = 'doctor') => (await hospital.as(patients, as)).addLabel({ params: { id: patientId }, body: { label: name, reason: 'asked for by the patient' } })
const readAs = async (role: RoleName, id: string) => (await hospital.as(patients, role)).read({ params: { id } })

/** Every GET route of the server, asked about the patient and about all rows that name the patient. */
async function leaks(role: RoleName, patientId: string, words: readonly string[]): Promise<string[]> {
  const session = await hospital.session(role)
  const tables = await hospital.query<{ name: string }>("select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid where a.attname = 'patient_id' and c.relkind = 'r' and not c.relispartition and c.relnamespace = 'public'::regnamespace and exists (select 1 from pg_attribute i where i.attrelid = c.oid and i.attname = 'id')")
  const ids = new Map<string, string[]>([['patients', [patientId]]])
  for (const { name } of tables) ids.set(name.replaceAll('_', '-'), (await hospital.query<{ id: string }>(`select id from "${name}" where patient_id = $1`, [patientId])).map((row) => row.id))
  const found: string[] = []
  for (const module of modules) {
    for (const [name, spec] of Object.entries(module.contract)) {
      if (spec.method !== 'GET' || name === 'readGlass') continue
      const targets = spec.path.includes('{id}') ? (ids.get(spec.path.split('/')[1] ?? '') ?? []).map((id) => spec.path.replace('{id}', id)) : spec.path.includes('{') ? [] : [spec.path, `${spec.path}?patientId=${patientId}`]
      for (const path of targets) {
        const answer = await session.get(`/api/v1${path}`)
        if (answer.statusCode < 300 && words.some((word) => answer.body.includes(word))) found.push(`${module.name}.${name}`)
      }
    }
  }
  return [...new Set(found)]
}

describe('a label', () => {
  it('hides the patient from all roles but those of its rule, on every route that reads', async () => {
    const id = await register('Hivina')
    const encounterId = await visit(id)
    expect((await readAs('receptionist', id)).status).toBe(200)
    expect(await leaks('receptionist', id, ['Hivina'])).toContain('patients.read')
    expect((await label(id, 'hiv')).status).toBe(201)
    expect(await leaks('receptionist', id, ['Hivina', id])).toEqual([])
    expect((await readAs('doctor', id)).body).toMatchObject({ givenName: 'Hivina', labels: ['hiv'] })
    const desk = await hospital.as(patients, 'receptionist')
    expect((await desk.search({ body: { text: 'Hivina Walltest' } })).body.items).toEqual([])
    expect((await desk.update({ params: { id }, ifMatch: 1, body: { occupation: 'x' } })).status).toBe(403)
    const refused = await (await hospital.as(encounters, 'pharmacist')).read({ params: { id: encounterId } })
    expect([refused.status, refused.problem.code, refused.problem.patientId, refused.problem.allowed]).toEqual([403, 'access.restricted', id, ['break-glass']])
  })

  it('is caught when a policy of one table is missing', async () => {
    const id = await register('Plantova')
    await visit(id)
    await label(id, 'hiv')
    await hospital.query('drop policy patient_wall on encounters')
    expect(await leaks('receptionist', id, ['Plantova', id])).not.toEqual([])
    await hospital.query("select kernel.wall_patients('encounters')")
    expect(await leaks('receptionist', id, ['Plantova', id])).toEqual([])
  })

  it('stands on every table that names a patient, but for those whose rows make sums', async () => {
    const open = await hospital.query<{ name: string }>(`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid where a.attname = 'patient_id' and c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
      and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'patient_wall' and not p.polpermissive)`)
    expect(open.map((row) => row.name).toSorted()).toEqual(['audit_entries', 'audit_redactions', 'breach_patients', 'break_glass', 'legal_holds', 'stock_documents', 'stock_movements'])
  })

  it('of a person known to the public does not tell that there is a record', async () => {
    const id = await register('Famosa')
    await label(id, 'vip')
    const answers = [await readAs('receptionist', id), await readAs('receptionist', '01920000-0000-7000-8000-000000000000')]
    expect(answers.map((one) => [one.status, one.problem.code, one.problem.title, one.problem.patientId])).toEqual([[404, 'kernel.not_found', answers[1]?.problem.title, undefined], [404, 'kernel.not_found', answers[1]?.problem.title, undefined]])
    const glass = await hospital.as(access, 'receptionist')
    expect((await glass.breakGlass({ params: { id }, body: { reason } })).status).toBe(404)
  })

  it('stays with the survivor of a merge, and the merged record is behind the same wall', async () => {
    const [id, into] = [await register('Mergina'), await register('Survivina')]
    await label(id, 'hiv')
    await (await hospital.as(patients, 'doctor')).addLabel({ params: { id: into }, body: { label: 'staff', reason: 'works here' } })
    const [lists] = await hospital.query<{ n: number }>('select count(*)::int as n from patient_labels where patient_id = $1', [id])
    expect(lists?.n).toBe(1)
    await hospital.query('update patients set merged_into = $2 where id = $1', [id, into])
    await hospital.query('update patient_labels set patient_id = $2 where patient_id = $1', [id, into])
    expect((await readAs('receptionist', id)).status).toBe(403)
    expect((await readAs('receptionist', into)).status).toBe(403)
  })

  it('is set and ended by those who see it, once, with the reason in the history', async () => {
    const id = await register('Labelina')
    expect((await label(id, 'hiv', 'receptionist')).status).toBe(403)
    expect((await label(id, 'hiv', 'admin')).problem.code).toBe('patients.label_not_seen')
    const first = (await label(id, 'hiv')).body
    expect((await label(id, 'hiv')).problem.code).toBe('patients.label_stands')
    const doctor = await hospital.as(patients, 'doctor')
    expect((await doctor.endLabel({ params: { id: first.id }, body: { reason: 'entered on the wrong record' } })).status).toBe(200)
    expect((await doctor.endLabel({ params: { id: first.id }, body: { reason: 'twice' } })).problem.code).toBe('patients.label_ended')
    expect((await readAs('receptionist', id)).status).toBe(200)
    expect((await doctor.listLabels({ params: { id } })).body.items).toMatchObject([{ label: 'hiv', endReason: 'entered on the wrong record' }])
  })

  it('costs no statement more on an ordinary patient', async () => {
    const id = await register('Ordinaria')
    const count = (role: RoleName) => least(() => statementsOf(() => readAs(role, id)))
    expect(await count('receptionist')).toBe(await count('doctor'))
    expect(await count('receptionist')).toBeLessThanOrEqual(1)
  })
})

describe('broken glass', () => {
  it('needs a reason and a fresh sign-in, is told to the officers, and carries the reason into the audit', async () => {
    const id = await register('Glassina')
    await visit(id)
    await label(id, 'hiv')
    const pharmacist = await hospital.as(access, 'pharmacist')
    expect((await readAs('pharmacist', id)).problem).toMatchObject({ code: 'access.restricted', allowed: ['break-glass'] })
    expect((await pharmacist.breakGlass({ params: { id }, body: { reason: 'short' } })).status).toBe(422)
    await hospital.query("update sessions set confirmed_at = now() - interval '11 minutes' where user_id = $1", [hospital.userId('pharmacist')])
    await new Promise((done) => setTimeout(done, 3100))
    expect((await pharmacist.breakGlass({ params: { id }, body: { reason } })).problem.code).toBe('people.confirm_needed')
    await hospital.query('update sessions set confirmed_at = now() where user_id = $1', [hospital.userId('pharmacist')])
    await new Promise((done) => setTimeout(done, 3100))
    const broken = await pharmacist.breakGlass({ params: { id }, body: { reason } })
    expect([broken.status, broken.body.patientName, broken.body.actions]).toEqual([201, 'Glassina Walltest', ['end']])
    expect((await readAs('pharmacist', id)).status).toBe(200)
    expect((await readAs('lab-technician', id)).status).toBe(403)
    expect((await pharmacist.listOwnGlass({})).body.items).toMatchObject([{ patientId: id, isRunning: true }])
    const [task] = await hospital.query<{ title: string; patient_id: string | null }>('select title, patient_id from tasks where note = $1', [reason])
    expect(task).toMatchObject({ patient_id: null })
    const audited = await hospital.query<{ reason: string | null }>("select reason from audit_entries where patient_id = $1 and actor_id = $2 and action = 'patients.read:read' and outcome = 'success'", [id, hospital.userId('pharmacist')])
    expect(audited).toEqual([{ reason: `break-glass: ${reason}` }])
  })

  it('ends by its time or by hand, and its review is another person’s', async () => {
    const id = await register('Endina')
    await label(id, 'hiv')
    const lab = await hospital.as(access, 'lab-technician')
    const glass = (await lab.breakGlass({ params: { id }, body: { reason } })).body
    expect(new Date(glass.endsAt).getTime() - new Date(glass.startedAt).getTime()).toBe(4 * 3_600_000)
    await expect(hospital.query("update break_glass set ends_at = started_at + interval '5 hours' where id = $1", [glass.id])).rejects.toThrow('break_glass_hours')
    await hospital.query("update break_glass set started_at = started_at - interval '4 hours', ends_at = ends_at - interval '4 hours' where id = $1", [glass.id])
    expect((await readAs('lab-technician', id)).status).toBe(403)
    const again = (await lab.breakGlass({ params: { id }, body: { reason } })).body
    expect((await readAs('lab-technician', id)).status).toBe(200)
    expect((await (await hospital.as(access, 'pharmacist')).endGlass({ params: { id: again.id }, body: {} })).status).toBe(403)
    expect((await lab.endGlass({ params: { id: again.id }, body: {} })).body.isRunning).toBe(false)
    expect((await readAs('lab-technician', id)).status).toBe(403)
    expect((await lab.listGlass({ query: {} })).status).toBe(403)
    const officer = await hospital.as(access, 'admin')
    const open = (await officer.listGlass({ query: { state: 'open' } })).body.items.filter((one) => one.patientId === id)
    // The officer does not see the patient either: the queue names the user and the reason.
    expect(open.map((one) => [one.patientName, one.reason, one.actions])).toEqual([['', reason, ['review']], ['', reason, ['review']]])
    expect((await officer.readGlass({ params: { id: again.id } })).body.opened.map((one) => one.action)).toContain('patients.read:read')
    expect((await officer.reviewGlass({ params: { id: again.id }, body: { outcome: 'not-justified', note: 'no such emergency' } })).body).toMatchObject({ state: 'not-justified', actions: [] })
    expect((await officer.reviewGlass({ params: { id: again.id }, body: { outcome: 'justified', note: 'x' } })).problem.code).toBe('access.reviewed')
    await expect(hospital.query("update break_glass set state = 'justified', reviewed_by = user_id, reviewed_at = now() where id = $1", [glass.id])).rejects.toThrow('break_glass_other')
  })

  it('is not offered where nothing hides the record', async () => {
    const id = await register('Openia')
    const answer = await (await hospital.as(access, 'nurse')).breakGlass({ params: { id }, body: { reason } })
    expect(answer.problem.code).toBe('access.not_hidden')
    expect((await hospital.anonymous(access).breakGlass({ params: { id }, body: { reason } })).status).toBe(401)
    expect((await (await hospital.as(access, 'cashier')).breakGlass({ params: { id }, body: { reason } })).status).toBe(403)
  })
})

describe('rules', () => {
  it('bind a role to its patients by relations', async () => {
    const admin = await hospital.as(access, 'admin')
    const id = await register('Relatina')
    await visit(id)
    const stranger = (await hospital.query<{ id: string }>('select p.id from patients p where p.tenant_id = $1 and not exists (select 1 from encounters e where e.patient_id = p.id) and not exists (select 1 from appointments a where a.patient_id = p.id) and not exists (select 1 from patient_labels l where l.patient_id = p.id) limit 1', [hospital.tenantId]))[0]?.id ?? ''
    expect((await readAs('doctor', stranger)).status).toBe(200)
    expect((await admin.writeRelationRule({ params: { role: 'doctor' }, body: { relations: ['care-team'] } })).status).toBe(200)
    expect([(await readAs('doctor', stranger)).status, (await readAs('doctor', id)).status]).toEqual([403, 200])
    await admin.writeRelationRule({ params: { role: 'doctor' }, body: { relations: ['facility'] } })
    expect((await readAs('doctor', stranger)).status).toBe(200)
    await hospital.query('delete from memberships where user_id = $1 and facility_id = $2', [hospital.userId('nurse'), hospital.otherFacilityId])
    await admin.writeRelationRule({ params: { role: 'nurse' }, body: { relations: ['facility'] } })
    const elsewhere = (await (await hospital.as(patients, 'admin')).register({ body: { givenName: 'Elsewhere', sex: 'male', ageYears: 20, facilityId: hospital.otherFacilityId } })).body.id
    expect([(await readAs('nurse', elsewhere)).status, (await readAs('nurse', id)).status]).toEqual([403, 200])
    for (const role of ['doctor', 'nurse']) await admin.writeRelationRule({ params: { role }, body: { relations: [] } })
    expect((await readAs('doctor', stranger)).status).toBe(200)
  })

  it('let a hospital say who sees a label, and a named member of the care team pass', async () => {
    const admin = await hospital.as(access, 'admin')
    const id = await register('Ruleta')
    await label(id, 'hiv')
    const team = await hospital.as(access, 'doctor')
    const member = (await team.addMember({ params: { id }, body: { userId: hospital.userId('pharmacist'), reason: 'dispenses the therapy' } })).body
    expect([(await readAs('pharmacist', id)).status, (await readAs('cashier', id)).status]).toEqual([200, 403])
    await team.endMember({ params: { id: member.id }, body: {} })
    expect((await readAs('pharmacist', id)).status).toBe(403)
    expect((await admin.writeLabelRule({ params: { label: 'hiv' }, body: { roles: ['doctor', 'surgeon'], isTold: true, breaksGlass: true } })).problem.errors?.[0]?.path).toBe('roles.1')
    expect((await admin.writeLabelRule({ params: { label: 'hiv' }, body: { roles: ['doctor'], isTold: false, breaksGlass: true } })).problem.code).toBe('access.told_needed')
    await admin.writeLabelRule({ params: { label: 'hiv' }, body: { roles: ['doctor', 'nurse', 'cashier'], isTold: true, breaksGlass: false } })
    expect([(await readAs('cashier', id)).status, (await readAs('pharmacist', id)).problem.allowed]).toEqual([200, []])
    expect((await admin.listLabelRules({})).body.items.find((rule) => rule.label === 'hiv')).toMatchObject({ version: 2, breaksGlass: false })
  })

  it('are for administrators', async () => {
    expect((await (await hospital.as(access, 'doctor')).listLabelRules({})).status).toBe(403)
    expect((await (await hospital.as(access, 'admin')).writeSettings({ body: { glassMinutes: 241 } })).status).toBe(422)
    expect((await (await hospital.as(access, 'admin')).writeSettings({ body: { glassMinutes: 30 } })).body.glassMinutes).toBe(30)
  })
})
