import { beforeAll, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})

const first = 'three-rivers-meet'
const second = 'a clinic near the old bridge'
const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const signIn = (email: string, password: string) => hospital.anonymous(people).signIn({ body: { email, password } })
const meWith = async (cookie: string) => (await hospital.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode
const cookieOf = async (email: string, password: string) => {
  const header = (await signIn(email, password)).headers['set-cookie']
  return String(Array.isArray(header) ? header[0] : header).split(';')[0] ?? ''
}

describe('the own account', () => {
  it('keeps the own language, by version', async () => {
    const nurse = await hospital.as(people, 'nurse')
    const { user } = (await nurse.me({})).body
    const changed = await nurse.updateMe({ body: { language: 'hi' }, ifMatch: user.version })
    expect(changed.body).toMatchObject({ id: user.id, language: 'hi', version: user.version + 1 })
    expect((await nurse.updateMe({ body: { language: 'en' }, ifMatch: user.version })).status).toBe(412)
    expect((await nurse.updateMe({ body: { language: 'en' } })).status).toBe(428)
    expect((await nurse.updateMe({ body: { language: 'en', isActive: false } as never, ifMatch: user.version + 1 })).status).toBe(422)
    expect((await hospital.anonymous(people).updateMe({ body: { language: 'en' }, ifMatch: 1 })).status).toBe(401)
  })

  it('changes the password and ends the other sessions', async () => {
    const email = 'cashier@general.example'
    const cashier = await hospital.as(people, 'cashier')
    const elsewhere = await cookieOf(email, first)
    expect(await meWith(elsewhere)).toBe(200)
    expect((await cashier.changePassword({ body: { currentPassword: first, newPassword: second } })).status).toBe(204)
    expect(await meWith(elsewhere)).toBe(401)
    expect((await cashier.me({})).status).toBe(200)
    expect((await signIn(email, first)).status).toBe(401)
    expect((await signIn(email, second)).status).toBe(200)
  })

  it('refuses a wrong current and a weak new password at their fields', async () => {
    const doctor = await hospital.as(people, 'doctor')
    const wrong = await doctor.changePassword({ body: { currentPassword: 'not it at all', newPassword: second } })
    expect([wrong.status, wrong.problem.code, wrong.problem.errors?.[0]]).toEqual([422, 'people.wrong_password', { path: 'currentPassword', code: 'password.wrong', message: 'is not your current password' }])
    const weak = await doctor.changePassword({ body: { currentPassword: first, newPassword: 'password123456' } })
    expect([weak.status, weak.problem.code, weak.problem.errors?.[0]?.code]).toEqual([422, 'people.weak_password', 'password.too_common'])
    expect((await hospital.anonymous(people).changePassword({ body: { currentPassword: first, newPassword: second } })).status).toBe(401)
  })

  it('slows down who guesses the current password', async () => {
    const pharmacist = await hospital.as(people, 'pharmacist')
    const guess = () => pharmacist.changePassword({ body: { currentPassword: 'not it at all', newPassword: second } })
    for (let time = 0; time < 5; time += 1) expect((await guess()).status).toBe(422)
    expect((await guess()).status).toBe(429)
    expect((await pharmacist.changePassword({ body: { currentPassword: first, newPassword: second } })).status).toBe(429)
  })
})

describe('guesses sent at once', () => {
  const statuses = async (guess: () => Promise<{ status: number }>) => (await Promise.all(Array.from({ length: 20 }, guess))).map((answer) => answer.status)
  const times = (list: readonly number[], status: number) => list.filter((one) => one === status).length

  it('are let through five times, at sign-in and for the own password', async () => {
    const nurse = await hospital.as(people, 'nurse')
    const own = await statuses(() => nurse.changePassword({ body: { currentPassword: 'not it at all', newPassword: second } }))
    expect([times(own, 422), times(own, 429)]).toEqual([5, 15])
    const atDoor = await statuses(() => signIn('receptionist@general.example', 'not it at all'))
    expect([times(atDoor, 401), times(atDoor, 429)]).toEqual([5, 15])
  })

  it('leave alone who knows the password', async () => {
    const atDoor = await statuses(() => signIn('admin@general.example', first))
    expect(times(atDoor, 200)).toBe(20)
  })
})

describe('who gives roles', () => {
  it('gives of what administrators may do no more than they hold themselves, also not to themselves', async () => {
    const admin = await hospital.as(people, 'admin')
    const clerk = hospital.userId('auditor')
    await admin.createRole({ body: { name: 'staff-desk', permissions: ['people.read', 'people.write'] } })
    expect((await admin.createMembership({ body: { userId: clerk, facilityId: hospital.facilityId, role: 'staff-desk' } })).status).toBe(201)
    const desk = await hospital.as(people, 'auditor')
    await expect.poll(async () => (await desk.listUsers({})).status).toBe(200)
    const give = async (role: string, userId: string) => {
      const answer = await desk.createMembership({ body: { userId, facilityId: hospital.facilityId, role } })
      return answer.status === 201 ? 201 : answer.problem.code
    }
    expect([await give('admin', clerk), await give('doctor', clerk), await give('staff-desk', hospital.userId('cook'))]).toEqual(['people.permission_not_held', 'people.permission_not_held', 201])
    expect((await admin.createMembership({ body: { userId: hospital.userId('cook'), facilityId: hospital.facilityId, role: 'doctor' } })).status).toBe(201)
  })
})

describe('signing somebody out everywhere', () => {
  it('is for administrators, ends every session of that user and nobody else’s, and is no way into another hospital', async () => {
    const [admin, nurse] = [await hospital.as(people, 'admin'), await hospital.as(people, 'nurse')]
    const sessions = await Promise.all([cookieOf('lab-technician@general.example', first), cookieOf('lab-technician@general.example', first)])
    const target = { params: { id: hospital.userId('lab-technician') }, body: undefined }
    expect([(await hospital.anonymous(people).endUserSessions(target)).status, (await nurse.endUserSessions(target)).status, (await (await hospital.as(people, 'admin', 'ayurveda')).endUserSessions(target)).status]).toEqual([401, 403, 404])
    expect(await Promise.all(sessions.map(meWith))).toEqual([200, 200])
    expect((await admin.endUserSessions(target)).status).toBe(204)
    expect(await Promise.all(sessions.map(meWith))).toEqual([401, 401])
    expect([(await admin.me({})).status, (await nurse.me({})).status]).toEqual([200, 200])
    const [entry] = await hospital.query<{ outcome: string }>("select outcome from audit_entries where action = 'people.endUserSessions:step' and subject_id = $1 and outcome = 'success'", [hospital.userId('lab-technician')])
    expect(entry).toBeDefined()
  })
})

describe('an API key', () => {
  it('acts as its maker until it is revoked; its secret is never shown again', async () => {
    const doctor = await hospital.as(people, 'doctor')
    const made = (await doctor.createApiKey({ body: { name: 'Analyser', permissions: ['people.practitioners'] } })).body
    const program = hospital.anonymous(people)
    const seen = () => program.listPractitioners({ headers: bearer(made.key) })
    expect((await seen()).status).toBe(200)
    const listed = await doctor.listApiKeys({})
    expect(listed.body.items[0]).toMatchObject({ id: made.id, name: 'Analyser', permissions: ['people.practitioners'], state: 'active', expiresAt: null, revokedAt: null })
    const secret = made.key.split('.')[2] ?? ''
    expect(secret.length).toBeGreaterThan(40)
    expect(JSON.stringify(listed.body)).not.toContain(secret)
    expect((await doctor.revokeApiKey({ params: { id: made.id }, body: {} })).status).toBe(204)
    expect((await seen()).status).toBe(401)
    const [ended] = (await doctor.listApiKeys({})).body.items
    expect(ended?.state).toBe('revoked')
    expect((await doctor.revokeApiKey({ params: { id: made.id }, body: {} })).status).toBe(204)
    expect((await doctor.listApiKeys({})).body.items[0]?.revokedAt).toBe(ended?.revokedAt)
  })

  it('belongs to one user and hospital', async () => {
    const doctor = await hospital.as(people, 'doctor')
    const { id } = (await doctor.createApiKey({ body: { name: 'Mine' } })).body
    for (const other of [await hospital.as(people, 'admin'), await hospital.as(people, 'doctor', 'ayurveda')]) {
      expect((await other.listApiKeys({})).body.items.map((key) => key.id)).not.toContain(id)
      expect((await other.revokeApiKey({ params: { id }, body: {} })).status).toBe(404)
    }
    expect((await doctor.listApiKeys({})).body.items.find((key) => key.id === id)?.state).toBe('active')
    expect((await hospital.anonymous(people).listApiKeys({})).status).toBe(401)
    const nurse = await hospital.as(people, 'nurse')
    expect([(await nurse.listApiKeys({})).status, (await nurse.createApiKey({ body: { name: 'No' } })).status, (await nurse.revokeApiKey({ params: { id }, body: {} })).status]).toEqual([403, 403, 403])
  })

  it('never makes or revokes a key, nor gives what its maker lacks', async () => {
    const doctor = await hospital.as(people, 'doctor')
    const narrow = (await doctor.createApiKey({ body: { name: 'Narrow', permissions: ['people.api-keys'] } })).body
    const program = hospital.anonymous(people)
    expect((await program.createApiKey({ headers: bearer(narrow.key), body: { name: 'Wide' } })).status).toBe(403)
    expect((await program.revokeApiKey({ headers: bearer(narrow.key), params: { id: narrow.id }, body: {} })).status).toBe(403)
    expect((await program.listApiKeys({ headers: bearer(narrow.key) })).status).toBe(200)
    const refused = await doctor.createApiKey({ body: { name: 'More', permissions: ['people.write'] } })
    expect([refused.status, refused.problem.code, refused.problem.missing]).toEqual([403, 'people.permission_not_held', ['people.write']])
  })

  it('cannot be made with an end that has passed, and pages newest first', async () => {
    const admin = await hospital.as(people, 'admin')
    expect((await admin.createApiKey({ body: { name: 'Late', expiresAt: '2020-01-01T00:00:00Z' } })).status).toBe(422)
    for (const name of ['One', 'Two', 'Three']) await admin.createApiKey({ body: { name, expiresAt: '2099-01-01T00:00:00Z' } })
    const page = (await admin.listApiKeys({ query: { limit: 2 } })).body
    const rest = (await admin.listApiKeys({ query: { limit: 2, cursor: page.nextCursor ?? '' } })).body
    expect([...page.items, ...rest.items].map((key) => key.name)).toEqual(['Three', 'Two', 'One'])
    expect(rest.nextCursor).toBeNull()
  })
})
