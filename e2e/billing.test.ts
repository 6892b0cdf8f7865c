import { beforeAll, describe, expect, it } from 'vitest'
import { billing } from '#contract/billing.ts'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

async function walkIn(givenName: string): Promise<string> {
  const { hospital } = session
  const patient = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName, familyName: 'Panicker', sex: 'female', ageYears: 33 } })).body
  await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId: patient.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })
  return patient.id
}

describe('a walk-in', () => {
  it('is billed, pays part in cash and part by UPI, and the bill prints', async () => {
    const patientId = await walkIn('Ammini')
    const page = await session.signedIn('cashier')
    await page.goto(`${session.base}/billing`)
    await page.getByLabel('Patient', { exact: true }).fill('Ammini')
    await page.getByRole('option', { name: /Ammini/ }).click()
    await page.getByText('Outpatient consultation').waitFor()
    await page.getByRole('button', { name: 'Bill this charge' }).click()
    await page.getByLabel('Add a service to the bill').fill('copies')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('₹618.00').first().waitFor()
    await page.getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('heading', { name: /GH1\/I26\/\d{6}/ }).waitFor()
    await page.getByRole('textbox', { name: 'Amount' }).fill('200')
    await page.getByRole('textbox', { name: 'Cash given' }).fill('500')
    await page.getByText('₹300.00').first().waitFor()
    await page.getByRole('button', { name: 'Take payment' }).click()
    await page.getByText('Part paid', { exact: true }).first().waitFor()
    await page.getByText('UPI', { exact: true }).first().click()
    await page.getByRole('textbox', { name: 'Reference' }).fill('TXN-77')
    await page.getByRole('button', { name: 'Take payment' }).click()
    await page.getByText('Paid', { exact: true }).first().waitFor()
    const [paper] = await Promise.all([page.waitForResponse((response) => response.url().includes('/pdf')), page.getByRole('button', { name: 'Print', exact: true }).click()])
    expect([paper.status(), paper.headers()['content-type']]).toEqual([200, 'application/pdf'])
    expect(await session.hospital.query('select i.state, i.total::float as total, p.method, p.amount::float as amount from invoices i join payments p on p.invoice_id = i.id where i.patient_id = $1 order by p.received_at', [patientId])).toEqual([
      { state: 'paid', total: 618, method: 'cash', amount: 200 }, { state: 'paid', total: 618, method: 'upi', amount: 418 },
    ])
    expect(page.url()).not.toContain('Ammini')
    await page.context().close()
  })

  it('pays from a deposit, and a line is credited', async () => {
    const patientId = await walkIn('Bhargavi')
    const cashier = await session.hospital.as(billing, 'cashier')
    await cashier.takeDeposit({ body: { patientId, facilityId: session.hospital.facilityId, amount: { amount: '800.00', currency: 'INR' }, method: 'cash' } })
    const page = await session.signedIn('cashier')
    await page.goto(`${session.base}/billing?patientId=${patientId}`)
    await page.getByRole('button', { name: 'Bill this charge' }).click()
    await page.getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByText('Deposit', { exact: true }).click()
    await page.getByRole('combobox', { name: 'Deposits' }).click()
    await page.getByRole('option', { name: /GH1\/D26/ }).click()
    await page.getByRole('button', { name: 'Take payment' }).click()
    await page.getByText('Paid', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Credit note' }).click()
    await page.getByLabel('Take back: Outpatient consultation').fill('1')
    await page.getByLabel('Reason').fill('doctor left')
    await page.getByRole('button', { name: 'Make credit note' }).click()
    await page.getByText('Credited', { exact: true }).first().waitFor()
    expect(await session.hospital.query('select used::float as used from deposits where patient_id = $1', [patientId])).toEqual([{ used: 500 }])
    expect(await session.hospital.query('select state, credited::float as credited from invoices where patient_id = $1', [patientId])).toEqual([{ state: 'credited', credited: 500 }])
    await page.context().close()
  })
})
