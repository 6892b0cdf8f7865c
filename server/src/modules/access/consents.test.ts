import { beforeAll, describe, expect, it } from 'vitest'
import { access } from '#contract/access.ts'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { privacy } from '#contract/privacy.ts'
import { makeContext } from '#kernel/context.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { makeExport } from '../privacy/exports.ts'

let hospital: TestHospital
let id = ''
let encounterId = ''
let invoiceId = ''
let key = ''
let keyId = ''
beforeAll(async () => {
  hospital = await testHospital({ patients: 3 })
  id = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Consentina', sex: 'female', ageYears: 50, facilityId: hospital.facilityId } })).body.id
  encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
  const admin = await hospital.as(billing, 'admin')
  const service = (await admin.createService({ body: { code: 'CONS', name: 'Visit', price: { amount: '500.00', currency: 'INR' } } })).body
  invoiceId = (await admin.draftInvoice({ body: { patientId: id, facilityId: hospital.facilityId, lines: [{ serviceId: service.id, quantity: '1' }] } })).body.id
  const made = (await (await hospital.as(people, 'doctor')).createApiKey({ body: { name: 'Research register' } })).body
  key = made.key
  keyId = made.id
})

const ask = async (path: string) => {
  const answer = await hospital.app.inject({ method: 'GET', url: `/api/v1${path}`, headers: { authorization: `Bearer ${key}` } })
  return { status: answer.statusCode, code: answer.statusCode < 300 ? '' : String(answer.json().code), body: answer.body }
}
const give = async (body: Partial<{ scope: ('clinical' | 'billing')[]; purpose: 'research' | 'insurance'; endsAt: string; recipientKeyId: string; recipientKind: 'program' | 'organisation'; givenBy: 'guardian' }> = {}) =>
  (await hospital.as(access, 'receptionist')).giveConsent({ params: { id }, body: { purpose: 'research', recipientKind: 'program', recipient: 'State cancer register', scope: ['clinical'], ...body } })

describe('a program that needs consent', () => {
  it('reads all until the hospital asks for it, then only who allowed the purpose, in the parts allowed, until it is withdrawn', async () => {
    expect((await ask(`/patients/${id}`)).status).toBe(200)
    const admin = await hospital.as(access, 'admin')
    expect((await admin.listPrograms({ query: {} })).body.items).toMatchObject([{ keyId, name: 'Research register', purpose: null }])
    expect((await admin.writeProgram({ params: { id: keyId }, body: { purpose: 'research' } })).body.purpose).toBe('research')
    expect([(await ask(`/patients/${id}`)).code, (await ask(`/encounters/${encounterId}`)).code]).toEqual(['access.no_consent', 'access.no_consent'])
    expect((await ask('/patients')).body).not.toContain('Consentina')
    // Its owner reads as before: the rule is the program's.
    expect((await (await hospital.as(patients, 'doctor')).read({ params: { id } })).status).toBe(200)
    await give({ purpose: 'insurance' })
    expect((await ask(`/patients/${id}`)).code).toBe('access.no_consent')
    const consent = (await give({ recipientKeyId: keyId })).body
    expect([consent.state, (await ask(`/patients/${id}`)).status, (await ask(`/encounters/${encounterId}`)).status]).toEqual(['in-force', 200, 200])
    expect([(await ask(`/invoices/${invoiceId}`)).code, JSON.parse((await ask(`/invoices?patientId=${id}`)).body).items]).toEqual(['access.no_consent', []])
    const desk = await hospital.as(access, 'receptionist')
    const withdrawn = await desk.withdrawConsent({ params: { id: consent.id }, body: { reason: 'changed my mind' } })
    expect([withdrawn.body.state, withdrawn.body.actions]).toEqual(['withdrawn', []])
    expect((await ask(`/patients/${id}`)).code).toBe('access.no_consent')
    expect((await desk.withdrawConsent({ params: { id: consent.id }, body: { reason: 'twice' } })).problem.code).toBe('access.consent_withdrawn')
  })

  it('loses it with the period, and one for another program is not enough', async () => {
    const other = (await (await hospital.as(people, 'pharmacist')).createApiKey({ body: { name: 'Another' } })).body.id
    await give({ recipientKeyId: other })
    expect((await ask(`/patients/${id}`)).code).toBe('access.no_consent')
    const consent = (await give({ endsAt: '2031-01-01T00:00:00Z' })).body
    expect((await ask(`/patients/${id}`)).status).toBe(200)
    await hospital.query("update consents set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour' where id = $1", [consent.id])
    expect((await ask(`/patients/${id}`)).code).toBe('access.no_consent')
  })

  it('is caught when the policies forget to ask', async () => {
    await hospital.query('alter policy patient_wall on encounters using (not kernel.has_walls() or kernel.may_see(patient_id, null::uuid, null::uuid))')
    expect((await ask(`/encounters/${encounterId}`)).status).toBe(200)
    await hospital.query("alter policy patient_wall on encounters using (not kernel.has_walls() or kernel.may_see(patient_id, 'clinical'))")
    expect((await ask(`/encounters/${encounterId}`)).status).toBe(403)
  })
})

describe('an export for somebody else', () => {
  it('holds the parts of the consent, and goes out only while it stands', async () => {
    const consent = (await give({ scope: ['billing'], purpose: 'insurance', recipientKind: 'organisation' })).body
    const officer = await hospital.as(privacy, 'admin')
    const row = (await officer.createExport({ params: { id }, body: { format: 'json', consentId: consent.id } })).body
    await makeExport(makeContext({ tenantId: hospital.tenantId }), { exportId: row.id })
    const file = await officer.readExport({ params: { id: row.id } })
    const { records } = file.body as unknown as { records: Record<string, unknown[]> }
    expect([Object.keys(records).includes('invoices'), Object.keys(records).includes('patients'), Object.keys(records).includes('encounters')]).toEqual([true, true, false])
    await (await hospital.as(access, 'receptionist')).withdrawConsent({ params: { id: consent.id }, body: { reason: 'other insurer' } })
    expect((await officer.readExport({ params: { id: row.id } })).problem.code).toBe('access.no_consent')
    expect((await officer.createExport({ params: { id }, body: { format: 'json', consentId: consent.id } })).problem.code).toBe('access.no_consent')
    const own = (await officer.createExport({ params: { id }, body: { format: 'json' } })).body
    await makeExport(makeContext({ tenantId: hospital.tenantId }), { exportId: own.id })
    expect(Object.keys(((await officer.readExport({ params: { id: own.id } })).body as unknown as { records: object }).records)).toContain('encounters')
  })
})

describe('a consent', () => {
  it('is checked by field, kept with its history, and printed for signature', async () => {
    const desk = await hospital.as(access, 'receptionist')
    expect((await give({ endsAt: '2020-01-01T00:00:00Z' })).problem.errors?.[0]?.path).toBe('endsAt')
    expect((await give({ givenBy: 'guardian' })).problem.errors?.[0]?.path).toBe('givenName')
    expect((await give({ recipientKeyId: hospital.facilityId })).problem.errors?.[0]?.path).toBe('recipientKeyId')
    expect((await (await hospital.as(access, 'cashier')).listConsents({ params: { id } })).status).toBe(403)
    expect((await hospital.anonymous(access).listConsents({ params: { id } })).status).toBe(401)
    const { items } = (await desk.listConsents({ params: { id } })).body
    expect(items.map((one) => one.state)).toContain('withdrawn')
    const form = await desk.printConsent({ params: { id: items[0]?.id ?? '' } })
    expect([form.status, Buffer.from(form.body as never).subarray(0, 5).toString('latin1')]).toEqual([200, '%PDF-'])
  })
})
