import { beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '#contract/alerts.ts'
import { makeContext } from '#kernel/context.ts'
import { withContext } from '#kernel/db.ts'
import { type TestClient, type TestHospital, testHospital } from '../../testing/hospital.ts'
import { openMailbox } from '../../testing/mailbox.ts'
import { escalateDue } from './service.ts'

let hospital: TestHospital
let doctor: TestClient<typeof alerts>
let admin: TestClient<typeof alerts>
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  doctor = await hospital.as(alerts, 'doctor')
  admin = await hospital.as(alerts, 'admin')
})

const raise = async (body: { kind?: string; responsibleId?: string; needsReadBack?: boolean; severity?: 'critical'; title?: string } = {}) => (await admin.raiseAlert({ body: { facilityId: hospital.facilityId, title: 'Look here', ...body } })).body
/** The job as it runs some minutes later. */
const escalateAt = (minutes: number) => withContext(makeContext({ tenantId: hospital.tenantId, now: new Date(Date.now() + minutes * 60_000) }), escalateDue)

describe('an alert', () => {
  it('is told, seen, acknowledged once; nothing else closes it', async () => {
    const alert = await raise({ responsibleId: hospital.userId('doctor') })
    expect(alert).toMatchObject({ state: 'open', level: 0, recipients: [{ userId: hospital.userId('doctor'), seenAt: null }], actions: ['acknowledge'] })
    expect((await doctor.seeAlert({ params: { id: alert.id }, body: {} })).body).toMatchObject({ state: 'open', recipients: [{ seenAt: expect.any(String) }] })
    // Seeing it is no change: who read it before may answer.
    expect((await doctor.acknowledge({ params: { id: alert.id }, ifMatch: alert.version, body: undefined })).body).toMatchObject({ state: 'acknowledged', minutesToAcknowledge: expect.any(Number) })
    expect((await doctor.acknowledge({ params: { id: alert.id }, body: {} })).problem.code).toBe('lifecycle.illegal_step')
  })

  it('escalates when nobody answers, step by step, again and again, and only then', async () => {
    const alert = await raise({ responsibleId: hospital.userId('nurse') })
    const state = async () => (await admin.readAlert({ params: { id: alert.id } })).body
    await escalateAt(14)
    expect(await state()).toMatchObject({ state: 'open', level: 0 })
    await escalateAt(16)
    const escalated = await state()
    expect(escalated).toMatchObject({ state: 'escalated', level: 1 })
    expect(escalated.recipients.map((one) => one.userId)).toContain(hospital.userId('doctor'))
    await escalateAt(40)
    await escalateAt(80)
    expect((await state()).level).toBeGreaterThanOrEqual(3)
    await doctor.acknowledge({ params: { id: alert.id }, body: {} })
    const { level } = await state()
    await escalateAt(500)
    expect((await state()).level).toBe(level)
  })

  it('goes the way of the tenant’s rule', async () => {
    const rule = (await admin.createRule({ body: { kind: 'pump', steps: [{ to: 'role', role: 'nurse', afterMinutes: 0 }, { to: 'user', userId: hospital.userId('admin'), afterMinutes: 2 }] } })).body
    expect((await admin.createRule({ body: { kind: 'pump', steps: rule.steps } })).problem.code).toBe('alerts.rule_taken')
    const alert = await raise({ kind: 'pump' })
    expect(alert.recipients.map((one) => one.userId)).toEqual([hospital.userId('nurse')])
    await escalateAt(3)
    expect((await admin.readAlert({ params: { id: alert.id } })).body.recipients.map((one) => one.userId)).toEqual([hospital.userId('nurse'), hospital.userId('admin')])
  })

  it('two runs of the job at once tell once', async () => {
    const alert = await raise({ responsibleId: hospital.userId('doctor') })
    await Promise.all([escalateAt(16), escalateAt(16), escalateAt(16)])
    expect((await admin.readAlert({ params: { id: alert.id } })).body.level).toBe(1)
  })

  it('is acknowledged by one of two who do it at once', async () => {
    const alert = await raise({ responsibleId: hospital.userId('doctor') })
    const nurse = await hospital.as(alerts, 'nurse')
    const answers = await Promise.all([doctor.acknowledge({ params: { id: alert.id }, body: {} }), nurse.acknowledge({ params: { id: alert.id }, body: {} })])
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409])
  })

  it('is counted for who is told, until it is answered', async () => {
    const waiting = async () => (await doctor.waitingAlerts({})).body
    const before = await waiting()
    const alert = await raise({ responsibleId: hospital.userId('doctor'), severity: 'critical' })
    await raise({ responsibleId: hospital.userId('nurse') })
    expect(await waiting()).toEqual({ ...before, open: before.open + 1, critical: before.critical + 1 })
    await escalateAt(16)
    expect((await waiting()).escalated).toBeGreaterThan(before.escalated)
    await doctor.acknowledge({ params: { id: alert.id }, body: {} })
    expect((await waiting()).critical).toBe(before.critical)
  })

  it('that is critical comes by mail to who is told, at once and at each step, and names nobody', async () => {
    const mailbox = await openMailbox()
    await hospital.runJobs()
    const alert = await raise({ responsibleId: hospital.userId('doctor'), severity: 'critical', title: 'Potassium 7.1' })
    await raise({ responsibleId: hospital.userId('doctor') })
    await expect.poll(() => mailbox.letters.map((letter) => letter.to)).toEqual(['doctor@general.example'])
    await escalateAt(16)
    await expect.poll(() => new Set(mailbox.letters.map((letter) => letter.to)).size).toBeGreaterThan(1)
    expect(mailbox.letters[0]?.text).toContain('/alerts')
    expect(JSON.stringify(mailbox.letters)).not.toContain('Potassium')
    await admin.acknowledge({ params: { id: alert.id }, body: { toldName: 'Dr. Who' } })
    await mailbox.close()
  })

  it('times are reported, and strangers see nothing', async () => {
    const period = { facilityId: hospital.facilityId, from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date(Date.now() + 86_400_000).toISOString() }
    const times = (await admin.alertTimes({ query: period })).body.items.find((item) => item.kind === 'manual')
    expect(times?.count).toBeGreaterThan(3)
    expect(times?.medianMinutes).toBeGreaterThanOrEqual(0)
    const alert = await raise()
    expect((await hospital.anonymous(alerts).readAlert({ params: { id: alert.id } })).status).toBe(401)
    expect((await (await hospital.as(alerts, 'cashier')).readAlert({ params: { id: alert.id } })).status).toBe(403)
    expect((await (await hospital.as(alerts, 'doctor', 'ayurveda')).readAlert({ params: { id: alert.id } })).status).toBe(404)
    expect((await doctor.listAlerts({ query: { mine: 'true', isOpen: 'true' } })).body.items.length).toBeGreaterThan(0)
  })
})
