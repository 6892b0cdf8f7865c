import { beforeAll, describe, expect, it } from 'vitest'
import { type Alert, alertLifecycle, alerts } from '#contract/alerts.ts'
import { laboratory } from '#contract/laboratory.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { openMailbox } from '../../testing/mailbox.ts'
import { type Bench, openBench } from '../laboratory/testing/bench.ts'
import { escalateDue, withdrawAlerts } from './service.ts'

let hospital: TestHospital
let bench: Bench
let doctor: TestClient<typeof alerts>
let admin: TestClient<typeof alerts>
let amender: TestClient<typeof laboratory>
beforeAll(async () => {
  hospital = await testHospital()
  bench = await openBench(hospital)
  doctor = await hospital.as(alerts, 'doctor')
  admin = await hospital.as(alerts, 'admin')
  amender = await hospital.as(laboratory, 'lab-technician')
})

const inSystem = <T>(minutes: number, work: Parameters<typeof withContext<T>>[1]) => withContext(makeContext({ tenantId: hospital.tenantId, now: new Date(Date.now() + minutes * 60_000) }), work)
const criticalOf = async (patientId: string): Promise<Alert[]> => (await admin.listAlerts({ query: { patientId, kind: 'critical-result' } })).body.items
const told = { toldUserId: '', readBack: true as const }

type State = 'open' | 'escalated' | 'acknowledged' | 'withdrawn'
/** A critical potassium that was verified, and its alert in a state. */
async function criticalIn(state: State, isReleased = false) {
  const { order, result } = await bench.entered('K', '7.4')
  await bench.lab.verify({ params: { id: result.id }, body: { isHoldAccepted: true } })
  if (isReleased) await bench.lab.release({ params: { id: result.id }, body: {} })
  const [alert] = await criticalOf(order.patientId)
  if (alert === undefined) throw new Error('no alert')
  if (state === 'escalated') await inSystem(16, escalateDue)
  if (state === 'acknowledged') await doctor.acknowledge({ params: { id: alert.id }, body: { readBack: true } })
  if (state === 'withdrawn') await bench.doctor.orderInError({ params: { id: order.id }, body: { reason: 'first' } })
  return { order, result, alert }
}
const now = async (id: string) => (await admin.readAlert({ params: { id } })).body

const steps = ['escalate', 'acknowledge', 'order in error', 'result in error', 'order cancelled or stopped', 'seen', 'amended'] as const
const states = ['open', 'escalated', 'acknowledged', 'withdrawn'] as const
const expected: Record<(typeof steps)[number], Record<State, State>> = {
  escalate: { open: 'escalated', escalated: 'escalated', acknowledged: 'acknowledged', withdrawn: 'withdrawn' },
  acknowledge: { open: 'acknowledged', escalated: 'acknowledged', acknowledged: 'acknowledged', withdrawn: 'withdrawn' },
  'order in error': { open: 'withdrawn', escalated: 'withdrawn', acknowledged: 'acknowledged', withdrawn: 'withdrawn' },
  'result in error': { open: 'withdrawn', escalated: 'withdrawn', acknowledged: 'acknowledged', withdrawn: 'withdrawn' },
  'order cancelled or stopped': { open: 'open', escalated: 'escalated', acknowledged: 'acknowledged', withdrawn: 'withdrawn' },
  seen: { open: 'open', escalated: 'escalated', acknowledged: 'acknowledged', withdrawn: 'withdrawn' },
  amended: { open: 'open', escalated: 'escalated', acknowledged: 'acknowledged', withdrawn: 'withdrawn' },
}

async function take(step: (typeof steps)[number], { order, result, alert }: Awaited<ReturnType<typeof criticalIn>>): Promise<void> {
  const params = { id: alert.id }
  if (step === 'escalate') await inSystem(600, escalateDue)
  else if (step === 'acknowledge') await doctor.acknowledge({ params, body: { readBack: true } })
  else if (step === 'seen') await doctor.seeAlert({ params, body: {} })
  else if (step === 'order in error') await bench.doctor.orderInError({ params: { id: order.id }, body: { reason: 'wrong patient' } })
  else if (step === 'result in error') await amender.resultInError({ params: { id: result.id }, body: { reason: 'wrong tube' } })
  else if (step === 'amended') await amender.amend({ params: { id: result.id }, body: { value: '4.1', reason: 'typing error', status: 'corrected' } })
  else {
    await bench.doctor.cancelOrder({ params: { id: order.id }, body: { reason: 'not needed' } })
    await bench.doctor.discontinueOrder({ params: { id: order.id }, body: { reason: 'not needed' } })
  }
}

describe('a critical alert', () => {
  it.each(states.flatMap((state) => steps.map((step) => ({ state, step }))))('$state, $step', async ({ state, step }) => {
    const critical = await criticalIn(state, step === 'result in error' || step === 'amended')
    await take(step, critical)
    expect((await now(critical.alert.id)).state).toBe(expected[step][state])
  })

  it('has no step out of its end', () => {
    for (const step of Object.values(alertLifecycle.steps)) expect(step.from).toEqual(['open', 'escalated'])
  })

  it('is withdrawn with who, when and why, escalates no more, and those who were told hear it until they have seen it', async () => {
    const mailbox = await openMailbox()
    await hospital.runJobs()
    const { order, alert } = await criticalIn('open')
    const mine = async () => (await doctor.listAlerts({ query: { isWithdrawalNew: 'true', limit: 100 } })).body.items.map((one) => one.id)
    const counted = async () => (await doctor.waitingAlerts({})).body
    const before = await counted()
    const admins = await hospital.as(alerts, 'admin')
    const { orders } = await import('#contract/orders.ts')
    await (await hospital.as(orders, 'admin')).orderInError({ params: { id: order.id }, body: { reason: 'ordered for the wrong patient' } })
    expect(await now(alert.id)).toMatchObject({ state: 'withdrawn', withdrawnReason: 'ordered for the wrong patient', withdrawnByName: expect.stringMatching(/\w/), withdrawnAt: expect.any(String), dueAt: null, actions: [], acknowledgedAt: null })
    expect(await mine()).toContain(alert.id)
    expect(await counted()).toMatchObject({ open: before.open - 1, withdrawn: before.withdrawn + 1 })
    expect((await doctor.listAlerts({ query: { isOpen: 'true', mine: 'true', limit: 100 } })).body.items.map((one) => one.id)).not.toContain(alert.id)
    expect((await admins.listAlerts({ query: { isWithdrawalNew: 'true' } })).body.items.map((one) => one.id)).not.toContain(alert.id)
    await expect.poll(() => mailbox.letters.filter((letter) => letter.to === 'doctor@general.example' && letter.text.includes('withdrawn')).length).toBe(1)
    expect(JSON.stringify(mailbox.letters)).not.toMatch(/Potassium|wrong patient/)
    const refused = await doctor.acknowledge({ params: { id: alert.id }, body: { readBack: true } })
    expect([refused.status, refused.problem.code]).toEqual([409, 'lifecycle.illegal_step'])
    await doctor.seeAlert({ params: { id: alert.id }, body: {} })
    expect(await mine()).not.toContain(alert.id)
    expect((await now(alert.id)).recipients.find((one) => one.userId === hospital.userId('doctor'))?.withdrawalSeenAt).toEqual(expect.any(String))
    await mailbox.close()
  })

  it('withdraws nothing of another result or kind', async () => {
    const [one, other] = [await criticalIn('open'), await criticalIn('open')]
    await inSystem(0, (tx) => withdrawAlerts(tx, { kind: 'amended-result', subjectType: 'result', subjectIds: [one.result.id], reason: 'x' }))
    await inSystem(0, (tx) => withdrawAlerts(tx, { kind: 'critical-result', subjectType: 'order', subjectIds: [one.result.id], reason: 'x' }))
    await bench.doctor.orderInError({ params: { id: one.order.id }, body: { reason: 'x' } })
    expect([(await now(one.alert.id)).state, (await now(other.alert.id)).state]).toEqual(['withdrawn', 'open'])
  })

  it('answered and withdrawn at once ends in one of both', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { order, alert } = await criticalIn('open')
      const [answered, withdrawn] = await Promise.all([doctor.acknowledge({ params: { id: alert.id }, body: { readBack: true } }), bench.doctor.orderInError({ params: { id: order.id }, body: { reason: 'x' } })])
      expect(withdrawn.status).toBe(200)
      expect((await now(alert.id)).state).toBe(answered.status === 200 ? 'acknowledged' : 'withdrawn')
    }
  })
})

describe('who was told', () => {
  it('is somebody here who treats, or somebody outside by name, with role and number, and always read back', async () => {
    const technician = await hospital.as(alerts, 'lab-technician')
    const { alert } = await criticalIn('open')
    const tell = (body: NonNullable<Parameters<typeof technician.acknowledge>[0]['body']>) => technician.acknowledge({ params: { id: alert.id }, body })
    expect((await tell({ ...told, toldUserId: hospital.userId('cashier') })).problem.errors).toMatchObject([{ path: 'toldUserId', code: 'alerts.not_clinician' }])
    expect((await tell({ ...told, toldUserId: hospital.userId('lab-technician') })).problem.errors).toMatchObject([{ path: 'toldUserId', code: 'alerts.not_clinician' }])
    expect((await tell({ toldUserId: hospital.userId('nurse') })).problem.code).toBe('alerts.read_back_required')
    expect((await tell({ ...told, toldUserId: hospital.userId('nurse'), toldRole: 'nurse', toldPhone: '2214' })).body).toMatchObject({ state: 'acknowledged', toldUserId: hospital.userId('nurse'), toldRole: 'nurse', toldPhone: '2214' })
    const outside = await criticalIn('open')
    expect((await technician.acknowledge({ params: { id: outside.alert.id }, body: { readBack: 'seven point four', toldName: 'Dr. Rao', toldRole: 'family doctor', toldPhone: '+91 98450 12345' } })).body).toMatchObject({ toldUserId: null, toldName: 'Dr. Rao', toldRole: 'family doctor', toldPhone: '+91 98450 12345', readBack: 'seven point four' })
  })
})

describe('times that a rule allows', () => {
  it('are frozen when an alert is raised, counted by what it was about, and each breach is listed', async () => {
    const facilityId = hospital.otherFacilityId
    const raise = async (minutes: number, answeredAfter?: number) => {
      const { id } = (await admin.raiseAlert({ body: { kind: 'timed', facilityId, title: 'Look', responsibleId: hospital.userId('doctor') } })).body
      await hospital.query("update alerts set raised_at = now() - $2 * interval '1 minute', topic = 'Potassium' where id = $1", [id, minutes])
      if (answeredAfter !== undefined) await hospital.query("update alerts set state = 'acknowledged', acknowledged_at = raised_at + $2 * interval '1 minute', told_name = 'x' where id = $1", [id, answeredAfter])
      return id
    }
    expect((await now(await raise(1, 1))).limitMinutes).toBe(15)
    const rule = (await admin.createRule({ body: { kind: 'timed', facilityId, limitMinutes: 30, steps: [{ to: 'responsible', afterMinutes: 0 }] } })).body
    expect(rule.limitMinutes).toBe(30)
    const [slow, open] = [await raise(200, 31), await raise(45)]
    await raise(100, 30)
    await raise(100, 10)
    await raise(5)
    await admin.updateRule({ params: { id: rule.id }, ifMatch: rule.version, body: { limitMinutes: 5 } })
    const span = { facilityId, from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString(), kind: 'timed' }
    expect((await admin.alertLimits({ query: { ...span, by: 'topic' } })).body.items).toEqual([{ key: 'Potassium', count: 6, open: 2, withdrawn: 0, breached: 2, medianMinutes: 20, p90Minutes: 30.7 }])
    expect((await admin.alertLimits({ query: { ...span, by: 'month' } })).body.items.map((row) => row.key)).toEqual([expect.stringMatching(/^\d{4}-\d{2}$/)])
    expect((await admin.alertLimits({ query: { ...span, by: 'visit' } })).body.items.map((row) => row.key)).toEqual([''])
    const first = (await admin.listBreaches({ query: { ...span, limit: 1 } })).body
    const second = (await admin.listBreaches({ query: { ...span, limit: 1, cursor: first.nextCursor ?? '' } })).body
    expect([...first.items, ...second.items].map((row) => [row.id, row.limitMinutes])).toEqual([[open, 30], [slow, 30]])
    expect(second.nextCursor).toBeNull()
    expect((await (await hospital.as(alerts, 'cashier')).listBreaches({ query: span })).status).toBe(403)
    expect((await (await hospital.as(alerts, 'doctor', 'ayurveda')).alertLimits({ query: span })).status).toBe(403)
  })

  it('a critical result is counted by its analyte and kind of visit; a sensitive one is not named', async () => {
    const { alert } = await criticalIn('open')
    expect(await now(alert.id)).toMatchObject({ topic: 'Potassium', visitClass: 'outpatient', limitMinutes: 15 })
  })
})
