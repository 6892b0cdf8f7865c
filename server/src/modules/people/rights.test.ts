import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { people } from '#contract/people.ts'
import { lastOldAsked } from '../../testing/felt.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type OneRight, withRights } from './grants.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
})

const reason = 'Stands in for the cashier this week'
const nurseMayBill = async () => (await (await hospital.as(billing, 'nurse')).listInvoices({ query: {} })).status
const give = async (body: { permission: string; effect: 'grant' | 'deny'; facilityId?: string; startsAt?: string; endsAt?: string }, userId = hospital.userId('nurse')) => (await hospital.as(people, 'admin')).giveRight({ params: { id: userId }, body: { reason, ...body } })

describe('a permission for one user', () => {
  it('is given for a time and taken again, and a denial wins over role and grant', async () => {
    const admin = await hospital.as(people, 'admin')
    expect(await nurseMayBill()).toBe(403)
    const grant = (await give({ permission: 'billing.read', effect: 'grant' })).body
    expect([grant.state, await nurseMayBill()]).toEqual(['in-force', 200])
    const denial = (await give({ permission: 'billing.read', effect: 'deny' })).body
    expect(await nurseMayBill()).toBe(403)
    await admin.endRight({ params: { id: denial.id }, body: {} })
    expect(await nurseMayBill()).toBe(200)
    expect((await admin.endRight({ params: { id: grant.id }, body: {} })).body.endedAt).not.toBeNull()
    expect([await nurseMayBill(), (await admin.endRight({ params: { id: grant.id }, body: {} })).problem.code]).toEqual([403, 'people.right_ended'])
    expect((await admin.listRights({ params: { id: hospital.userId('nurse') } })).body.items.map((one) => [one.effect, one.state])).toEqual([['deny', 'over'], ['grant', 'over']])
  })

  it('is felt within five seconds by processes that were not told, and ends by its time', async () => {
    await give({ permission: 'billing.read', effect: 'grant' })
    expect(await nurseMayBill()).toBe(200)
    await hospital.query("update user_rights set starts_at = starts_at - interval '1 hour', ends_at = now() where user_id = $1 and ended_at is null", [hospital.userId('nurse')])
    expect(await lastOldAsked(async () => (await nurseMayBill()) === 200)).toBeLessThan(5000)
    expect((await give({ permission: 'billing.read', effect: 'grant', startsAt: '2031-01-01T00:00:00Z' })).body.state).toBe('ahead')
    expect(await nurseMayBill()).toBe(403)
  })

  it('is refused to oneself, to who does not hold it, for what is not there, and by field', async () => {
    expect((await give({ permission: 'billing.read', effect: 'grant' }, hospital.userId('admin'))).problem.code).toBe('people.own_rights')
    await expect(hospital.query('update user_rights set given_by = user_id')).rejects.toThrow('user_rights_other')
    expect((await give({ permission: 'medications.prescribe', effect: 'grant' })).problem.code).toBe('people.permission_not_held')
    expect((await give({ permission: 'nothing.at-all', effect: 'deny' })).problem.errors?.[0]?.path).toBe('permission')
    expect((await give({ permission: 'billing.read', effect: 'grant', endsAt: '2020-01-01T00:00:00Z' })).problem.errors?.[0]?.path).toBe('endsAt')
    expect((await give({ permission: 'billing.read', effect: 'grant' }, '01920000-0000-7000-8000-000000000000')).status).toBe(404)
    expect((await (await hospital.as(people, 'nurse')).listRights({ params: { id: hospital.userId('nurse') } })).status).toBe(403)
    expect((await hospital.anonymous(people).readEffective({ params: { id: hospital.userId('nurse') } })).status).toBe(401)
    await hospital.query('delete from memberships where user_id = $1 and facility_id = $2', [hospital.userId('cashier'), hospital.otherFacilityId])
    expect((await give({ permission: 'patients.write', effect: 'grant', facilityId: hospital.otherFacilityId }, hospital.userId('cashier'))).problem.code).toBe('people.no_membership')
  })

  it('is shown with all that a user may do, and why', async () => {
    await give({ permission: 'patients.read', effect: 'deny', facilityId: hospital.facilityId }, hospital.userId('receptionist'))
    const { items } = (await (await hospital.as(people, 'admin')).readEffective({ params: { id: hospital.userId('receptionist') } })).body
    const here = items.find((one) => one.facilityId === hospital.facilityId)?.rights.find((one) => one.permission === 'patients.read')
    const there = items.find((one) => one.facilityId === hospital.otherFacilityId)?.rights.find((one) => one.permission === 'patients.read')
    expect(here).toEqual({ permission: 'patients.read', isHeld: false, because: [{ kind: 'role', name: 'receptionist', until: null }, { kind: 'deny', name: reason, until: null }] })
    expect(there).toEqual({ permission: 'patients.read', isHeld: true, because: [{ kind: 'role', name: 'receptionist', until: null }] })
    const { facilities } = (await (await hospital.as(people, 'receptionist')).me({})).body
    for (const facility of facilities) {
      const shown = items.find((one) => one.facilityId === facility.id)?.rights.filter((one) => one.isHeld).map((one) => one.permission)
      expect(shown).toEqual(facility.permissions)
    }
  })
})

const everyOrder = (rights: readonly OneRight[]): OneRight[][] => (rights.length < 2 ? [[...rights]] : rights.flatMap((first, index) => everyOrder(rights.toSpliced(index, 1)).map((rest) => [first, ...rest])))

describe('a denial', () => {
  const rights: OneRight[] = [{ facility_id: null, permission: 'a.b', effect: 'grant' }, { facility_id: 'f', permission: 'a.b', effect: 'deny' }, { facility_id: 'f', permission: 'a.b', effect: 'grant' }]
  const winsAlways = (apply: typeof withRights) => everyOrder(rights).every((order) => apply(new Map([['f', new Set(['a.b'])], ['g', new Set<string>()]]), order).get('f')?.has('a.b') === false)
  // The planted one takes the rights as they come: a grant after a denial gives back what was denied.
  const planted: typeof withRights = (grants, list) => {
    const held = new Map([...grants].map(([facility, own]) => [facility, new Set(own)]))
    for (const { facility_id, permission, effect } of list) for (const [facility, own] of held) if (facility_id === null || facility_id === facility) void (effect === 'grant' ? own.add(permission) : own.delete(permission))
    return held
  }
  it('wins in every order, in its facility only; taking rights as they come is caught', () => {
    expect([winsAlways(withRights), winsAlways(planted)]).toEqual([true, false])
    expect(withRights(new Map([['f', new Set<string>()], ['g', new Set<string>()]]), rights).get('g')?.has('a.b')).toBe(true)
  })
})
