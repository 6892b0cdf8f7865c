import { beforeAll, describe, expect, it } from 'vitest'
import { organizations } from '#contract/organizations.ts'
import { people } from '#contract/people.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 2 })
})

const clinic = { code: 'NEW', name: 'Clinic by the bridge' }

describe('a facility', () => {
  it('is added by an administrator only, with a code of its own and a real time zone', async () => {
    expect((await hospital.anonymous(organizations).createFacility({ body: clinic } as never)).status).toBe(401)
    expect((await (await hospital.as(organizations, 'doctor')).createFacility({ body: clinic } as never)).status).toBe(403)
    const admin = await hospital.as(organizations, 'admin')
    const wrong = await admin.createFacility({ body: { ...clinic, timeZone: 'Asia/Atlantis' } } as never)
    expect([wrong.status, wrong.problem.errors?.[0]?.path]).toEqual([422, 'timeZone'])
    expect((await admin.createFacility({ body: { ...clinic, code: 'GH1' } } as never)).problem.code).toBe('organizations.code_taken')
  })

  it('can be staffed at once by who added it, and by nobody of another hospital', async () => {
    const admin = await hospital.as(organizations, 'admin')
    const { id } = (await admin.createFacility({ body: clinic } as never)).body
    const staff = await hospital.as(people, 'admin')
    expect((await staff.createMembership({ body: { userId: hospital.userId('cashier'), facilityId: id, role: 'cashier' } })).status).toBe(201)
    expect((await (await hospital.as(people, 'cashier')).me({})).body.facilities.map((one) => one.id)).toContain(id)
    const other = await hospital.as(organizations, 'admin', 'ayurveda')
    expect((await other.readFacility({ params: { id } })).status).toBe(404)
    expect((await other.updateFacility({ params: { id }, body: { name: 'Mine' }, ifMatch: 1 })).status).not.toBe(200)
  })
})
