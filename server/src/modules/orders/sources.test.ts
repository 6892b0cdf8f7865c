import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { orders } from '#contract/orders.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { type Bench, openBench } from '../laboratory/testing/bench.ts'
import { beyondProtocol } from './rules.ts'

let hospital: TestHospital
let bench: Bench
let clients: Record<Role, TestClient<typeof orders>>
type Role = 'doctor' | 'admin' | 'nurse' | 'therapist'
const roles = ['doctor', 'admin', 'nurse', 'therapist'] as const
const items = [{ kind: 'laboratory' as const, code: 'K' }]

beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  // Nobody of this hospital is a therapist; the radiologist becomes one.
  await hospital.query("update memberships set role = 'therapist' where user_id = $1", [hospital.userId('radiologist')])
  const [doctor, admin, nurse, therapist] = await Promise.all((['doctor', 'admin', 'nurse', 'radiologist'] as const).map((role) => hospital.as(orders, role)))
  if (doctor === undefined || admin === undefined || nurse === undefined || therapist === undefined) throw new Error('no clients')
  clients = { doctor, admin, nurse, therapist }
})

const userOf = (role: Role): string => hospital.userId(role === 'therapist' ? 'radiologist' : role)
const visit = async () => bench.visit(await bench.person())
const fault = (answer: { status: number; problem: { errors?: { path: string; code: string }[] | undefined } }) => [answer.status, answer.problem.errors?.[0]?.path, answer.problem.errors?.[0]?.code]
const standing = async (name: string, isStanding = true) => (await clients.doctor.createSet({ body: { name, isStanding, items: [{ kind: 'laboratory', code: 'K' }, { kind: 'nursing', name: 'Oxygen', quantity: '2', instructions: 'by mask' }] } })).body

describe('who may order how', () => {
  it.each(roles.flatMap((role) => (['written', 'verbal', 'telephone', 'protocol'] as const).map((channel) => ({ role, channel }))))('$role, $channel', async ({ role, channel }) => {
    const prescribes = role === 'doctor' || role === 'admin'
    const set = await standing(`${role} ${channel}`)
    const spoken = channel === 'verbal' || channel === 'telephone'
    const encounterId = await visit()
    const said = { ...(spoken ? { ordererId: hospital.userId('doctor'), isReadBack: true } : {}), ...(channel === 'protocol' ? { orderSetId: set.id } : {}) }
    const answer = await clients[role].placeOrder({ body: { encounterId, items, channel, ...said } })
    if (channel === 'written' && !prescribes) {
      expect(fault(answer)).toEqual([422, 'channel', 'orders.prescriber_required'])
      expect((await clients.doctor.listOrders({ query: { encounterId } })).body.items).toEqual([])
      return
    }
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ channel, ordererId: channel === 'written' ? userOf(role) : hospital.userId('doctor'), isSignatureDue: channel !== 'written' && role !== 'doctor' })
  })

  it.each(['nurse', 'therapist'] as const)('%s gives no order by word of mouth, nor is one given in such a name', async (role) => {
    const encounterId = await visit()
    const by = (who: Role) => clients[who].placeOrder({ body: { encounterId, items, channel: 'verbal', isReadBack: true, ordererId: userOf(role) } })
    expect(fault(await by(role))).toEqual([422, 'ordererId', 'orders.not_prescriber'])
    expect(fault(await by('doctor'))).toEqual([422, 'ordererId', 'orders.not_prescriber'])
    expect(fault(await clients[role].placeOrder({ body: { encounterId, items, channel: 'verbal', ordererId: hospital.userId('doctor') } }))).toEqual([422, 'isReadBack', 'orders.read_back_required'])
    expect(fault(await clients[role].placeOrder({ body: { encounterId, items, channel: 'telephone', isReadBack: true } }))).toEqual([422, 'ordererId', 'orders.orderer_required'])
  })

  it('a change is given as an order is', async () => {
    const placed = (await clients.doctor.placeOrder({ body: { encounterId: await visit(), items } })).body
    const params = { id: placed.id }
    const change = { reason: 'urgent', items, priority: 'stat' as const }
    for (const role of ['nurse', 'therapist'] as const) {
      expect(fault(await clients[role].reviseOrder({ params, body: change }))).toEqual([422, 'channel', 'orders.source_required'])
      expect(fault(await clients[role].reviseOrder({ params, body: { ...change, channel: 'protocol' } }))).toEqual([422, 'orderSetId', 'orders.protocol_required'])
      expect(fault(await clients[role].reviseOrder({ params, body: { ...change, channel: 'verbal', isReadBack: true, ordererId: hospital.userId('nurse', 2) } }))[0]).toBe(422)
    }
    expect((await clients.nurse.reviseOrder({ params, body: { ...change, channel: 'verbal', isReadBack: true, ordererId: hospital.userId('doctor') } })).body).toMatchObject({ isSignatureDue: true })
  })
})

describe('a standing order', () => {
  it('orders what it says and nothing else', async () => {
    const set = await standing('Chest pain')
    const encounterId = await visit()
    const by = (more: Partial<Parameters<typeof clients.nurse.placeOrder>[0]['body']>) => clients.nurse.placeOrder({ body: { encounterId, channel: 'protocol', orderSetId: set.id, items, ...more } as never })
    const oxygen = { kind: 'nursing' as const, name: 'oxygen', instructions: 'by mask' }
    expect((await by({ items: [...items, { ...oxygen, quantity: '2' }] })).status).toBe(201)
    expect(fault(await by({ items: [...items, { kind: 'laboratory', code: 'NA' }] }))).toEqual([422, 'items.1', 'orders.not_in_protocol'])
    expect(fault(await by({ items: [{ ...oxygen, quantity: '3' }] }))).toEqual([422, 'items.0', 'orders.not_in_protocol'])
    expect(fault(await by({ items: [{ ...oxygen, instructions: 'by tube' }] }))).toEqual([422, 'items.0', 'orders.not_in_protocol'])
    expect(fault(await by({ items: [oxygen, oxygen] }))).toEqual([422, 'items.1', 'orders.not_in_protocol'])
    expect(fault(await by({ orderSetId: (await standing('No standing order', false)).id }))).toEqual([422, 'orderSetId', 'orders.protocol_required'])
    expect(fault(await by({ orderSetId: undefined }))).toEqual([422, 'orderSetId', 'orders.protocol_required'])
    expect((await by({ ordererId: hospital.userId('admin') })).body).toMatchObject({ ordererId: hospital.userId('admin'), isSignatureDue: true })
    await clients.doctor.updateSet({ params: { id: set.id }, ifMatch: set.version, body: { isActive: false } })
    expect(fault(await by({}))).toEqual([422, 'orderSetId', 'orders.protocol_required'])
  })

  it('is made and changed by who may prescribe alone, and answered for by whoever changed it last', async () => {
    const body = { name: 'Own protocol', isStanding: true, items }
    expect((await clients.nurse.createSet({ body })).status).toBe(403)
    expect(fault(await clients.doctor.createSet({ body: { ...body, isFavourite: true } }))).toEqual([422, 'isStanding', 'orders.standing_shared'])
    const set = (await clients.doctor.createSet({ body })).body
    expect(set).toMatchObject({ isStanding: true, authorisedById: hospital.userId('doctor') })
    for (const change of [{ items: [{ kind: 'laboratory' as const, code: 'NA' }] }, { isStanding: false }, { name: 'x' }]) expect((await clients.nurse.updateSet({ params: { id: set.id }, ifMatch: set.version, body: change })).status).toBe(403)
    const plain = (await clients.nurse.createSet({ body: { name: 'Plain', items } })).body
    expect((await clients.nurse.updateSet({ params: { id: plain.id }, ifMatch: plain.version, body: { isStanding: true } })).status).toBe(403)
    expect((await clients.admin.updateSet({ params: { id: set.id }, ifMatch: set.version, body: { items: [{ kind: 'laboratory', code: 'NA' }] } })).body).toMatchObject({ setVersion: 2, authorisedById: hospital.userId('admin') })
  })
})

describe('signatures that are due', () => {
  it('stand by their deadline, are overdue after it, counted for the bell and for the head', async () => {
    const settings = (await clients.admin.readOrderSettings({})).body
    const before = (await (await hospital.as(alerts, 'doctor')).waitingAlerts({})).body
    const place = async () => (await clients.nurse.placeOrder({ body: { encounterId: await visit(), items, channel: 'telephone', ordererId: hospital.userId('doctor'), isReadBack: true } })).body
    const [late, fresh] = [await place(), await place()]
    expect(new Date(late.signatureDueAt ?? '').getTime() - new Date(late.placedAt).getTime()).toBe(24 * 3_600_000)
    await hospital.query("update orders set placed_at = placed_at - interval '25 hours' where id = $1", [late.id])
    const query = { facilityId: hospital.facilityId, ordererId: hospital.userId('doctor'), limit: 100 }
    const due = (await clients.doctor.listSignatures({ query })).body.items.map((one) => one.id)
    expect([due[0], due.includes(fresh.id)]).toEqual([late.id, true])
    expect((await clients.doctor.listSignatures({ query: { ...query, isOverdue: 'true' } })).body.items.map((one) => one.id)).toEqual([late.id])
    expect((await clients.admin.countSignatures({ query: { facilityId: hospital.facilityId } })).body.items.find((one) => one.ordererId === hospital.userId('doctor'))).toMatchObject({ due: due.length, overdue: 1, oldestAt: expect.any(String) })
    const bell = async () => (await (await hospital.as(alerts, 'doctor')).waitingAlerts({})).body
    expect(await bell()).toMatchObject({ signaturesDue: before.signaturesDue + 2, signaturesOverdue: before.signaturesOverdue + 1 })
    await clients.admin.updateOrderSettings({ ifMatch: settings.version, body: { signatureHours: 48 } })
    expect(await bell()).toMatchObject({ signaturesOverdue: 0 })
    await clients.doctor.signOrder({ params: { id: late.id }, body: {} })
    expect(await bell()).toMatchObject({ signaturesDue: before.signaturesDue + 1 })
    expect((await clients.doctor.readOrder({ params: { id: late.id } })).body).toMatchObject({ isSignatureDue: false, signatureDueAt: null })
    expect((await (await hospital.as(orders, 'doctor', 'ayurveda')).listSignatures({ query: { facilityId: hospital.facilityId } })).status).toBe(403)
  })
})

describe('rules', () => {
  const one = { kind: 'nursing', catalogue_id: null, name: 'Oxygen', quantity: '1', side: '', timing: '', instructions: '' }
  it.each([
    ['the same', {}, []], ['another name', { name: 'Air' }, [0]], ['more', { quantity: '2' }, [0]], ['a time where none is said', { timing: 'now' }, []], ['another kind', { kind: 'diet' }, [0]],
  ] as const)('%s', (_what, change, expected) => expect(beyondProtocol([one], [{ ...one, ...change }])).toEqual(expected))
})
