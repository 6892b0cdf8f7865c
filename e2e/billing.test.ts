import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { type BrowserSession, startSession, takeFirst } from './session.ts'

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
    const page = await session.admitted('cashier')
    await page.goto(`${session.base}/billing`)
    await page.getByLabel('Patient', { exact: true }).fill('Ammini')
    await page.getByRole('option', { name: /Ammini/ }).click()
    await page.getByText('Outpatient consultation').waitFor()
    await page.getByRole('button', { name: 'Bill this charge' }).click()
    await page.getByLabel('Add a service to the bill').fill('copies')
    await takeFirst(page, /copies/i)
    await page.getByText('₹618.00').first().waitFor()
    await page.getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('heading', { name: /GH1\/I\d\d\/\d{6}/ }).waitFor()
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
    const bytes = await (await page.request.get(paper.url())).body()
    expect([bytes.subarray(0, 5).toString(), bytes.length > 5000]).toEqual(['%PDF-', true])
    expect(await session.hospital.query('select i.state, i.total::float as total, p.method, p.amount::float as amount from invoices i join payments p on p.invoice_id = i.id where i.patient_id = $1 order by p.received_at', [patientId])).toEqual([
      { state: 'paid', total: 618, method: 'cash', amount: 200 }, { state: 'paid', total: 618, method: 'upi', amount: 418 },
    ])
    expect(page.url()).not.toContain('Ammini')
    await page.context().close()
  })

  it('pays from a deposit, and a line is credited', async () => {
    const patientId = await walkIn('Bhargavi')
    const page = await session.admitted('cashier')
    await page.goto(`${session.base}/billing?patientId=${patientId}`)
    await page.getByRole('textbox', { name: 'Take a deposit' }).fill('800')
    await page.getByRole('button', { name: 'Take', exact: true }).click()
    await page.getByText(/^GH1\/D\d\d/).first().waitFor()
    await page.getByRole('button', { name: 'Bill this charge' }).click()
    await page.getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByText('Deposit', { exact: true }).click()
    await page.getByRole('combobox', { name: 'Deposits' }).click()
    await page.getByRole('option', { name: /GH1\/D\d\d/ }).click()
    await page.getByRole('button', { name: 'Take payment' }).click()
    await page.getByText('Paid', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Credit note' }).click()
    await page.getByLabel('Take back: Outpatient consultation').fill('1')
    await page.getByLabel('Reason').fill('doctor left')
    await page.getByRole('button', { name: 'Make credit note' }).click()
    await page.getByText('Credited', { exact: true }).first().waitFor()
    const [note] = await Promise.all([page.waitForResponse((response) => /credit-notes\/.*\/pdf/.test(response.url())), page.getByRole('button', { name: /^Print credit note/ }).click()])
    expect([note.status(), note.headers()['content-type']]).toEqual([200, 'application/pdf'])
    const deposits = page.getByRole('region', { name: 'Deposits' })
    await deposits.getByRole('button', { name: /^Give back: GH1\/D\d\d/ }).click()
    await deposits.getByRole('textbox', { name: 'Amount' }).fill('100')
    await deposits.getByLabel('Reason').fill('asked for it')
    await deposits.getByRole('button', { name: 'Give back', exact: true }).click()
    await deposits.getByText('₹200.00').waitFor()
    expect(await session.hospital.query('select refunded::float as refunded from deposits where patient_id = $1', [patientId])).toEqual([{ refunded: 100 }])
    expect(await session.hospital.query('select used::float as used from deposits where patient_id = $1', [patientId])).toEqual([{ used: 500 }])
    expect(await session.hospital.query('select state, credited::float as credited from invoices where patient_id = $1', [patientId])).toEqual([{ state: 'credited', credited: 500 }])
    await page.context().close()
  })

  it('waits at the desk, and a discount typed just before issuing stands on the bill', async () => {
    const patientId = await walkIn('Chandrika')
    const page = await session.admitted('cashier')
    await page.goto(`${session.base}/billing`)
    await page.getByRole('button', { name: /Chandrika Panicker/ }).click()
    await page.waitForURL(/encounterId=/)
    await page.getByRole('button', { name: 'Bill this charge' }).click()
    await page.getByLabel('Discount: Outpatient consultation').fill('50')
    await page.getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Issue', exact: true }).click()
    await page.getByRole('heading', { name: /GH1\/B\d\d\/\d{6}/ }).waitFor()
    await page.getByRole('button', { name: /Outpatient consultation: how this amount came to be/ }).click()
    await page.getByText('Source: When a visit opens').waitFor()
    expect(await session.hospital.query('select state, discount::float as discount, total::float as total from invoices where patient_id = $1', [patientId])).toEqual([{ state: 'issued', discount: 50, total: 450 }])
    await page.context().close()
  })
})
