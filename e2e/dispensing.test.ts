import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { inventory } from '#contract/inventory.ts'
import { medications } from '#contract/medications.ts'
import { organizations } from '#contract/organizations.ts'
import { patients } from '#contract/patients.ts'
import { type BrowserSession, startSession } from './session.ts'

const inr = (amount: string) => ({ amount, currency: 'INR' })

let session: BrowserSession
let prescriptionId = ''
beforeAll(async () => {
  session = await startSession({ withCare: true })
  const { hospital } = session
  const facilityId = (await (await hospital.as(organizations, 'receptionist')).listFacilities({ query: {} })).body.items.find((one) => one.code.endsWith('1'))?.id ?? ''
  const dispensary = await hospital.as(medications, 'pharmacist')
  const stock = await hospital.as(inventory, 'pharmacist')
  const storeId = (await stock.listStores({ query: { facilityId } })).body.items.find((one) => one.kind === 'pharmacy')?.id ?? ''
  const medicationIds: string[] = []
  for (const [name, genericName] of [['Zithrox 500', 'Azithromycin'], ['Moxikind 500', 'Amoxicillin']] as const) {
    const medicationId = (await dispensary.createMedication({ body: { name, genericName, system: 'allopathy', systemData: { dosageForm: 'tablet', strength: '500 mg' } } })).body.id
    const itemId = (await stock.createItem({ body: { sku: name.slice(0, 4), name, kind: 'medicine', medicationId, baseUnit: 'tablet' } })).body.id
    for (const [batch, expiresOn] of [[`${name[0]}-EARLY`, '2030-01'], [`${name[0]}-LATE`, '2031-01']] as const) await stock.bookDocument({ body: { kind: 'purchase', storeId, lines: [{ itemId, lot: { batch, expiresOn, mrp: inr('9.00'), unitCost: inr('5.00') }, quantity: '100' }] } })
    medicationIds.push(medicationId)
  }
  const patientId = (await (await hospital.as(patients, 'receptionist')).register({ body: { givenName: 'Sudha', familyName: 'Varma', sex: 'female', ageYears: 38, facilityId } })).body.id
  await (await hospital.as(patients, 'doctor')).addEntry({ params: { id: patientId }, body: { kind: 'allergy', text: 'Penicillin', severity: 'severe' } })
  const encounterId = (await (await hospital.as(encounters, 'receptionist')).open({ body: { patientId, facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })).body.id
  const doctor = await hospital.as(medications, 'doctor')
  const draft = (await doctor.prescribe({ body: { encounterId, items: [{ medicationId: medicationIds[0] ?? '', dosage: '2 tablets', frequency: '1-0-0', durationDays: 3, instructions: {} }] } })).body
  prescriptionId = (await doctor.finalize({ params: { id: draft.id }, body: { overrides: draft.alerts.map((one) => ({ key: one.key, reason: 'known' })) } })).body.id
})

describe.each([{ width: 1440 }, { width: 390, height: 844 }])('the dispensing page at $width', (view) => {
  it('gives another lot with a reason, warns of another medicine before it is given, and prints the label there', async () => {
    const page = await session.admitted('pharmacist', { view })
    await page.goto(`${session.base}/prescriptions`)
    await page.getByText('Sudha Varma').first().click()
    await page.getByText('Z-EARLY').first().waitFor()
    const dispense = page.getByRole('button', { name: 'Dispense', exact: true })
    await page.getByRole('button', { name: 'Give another lot or medicine: Zithrox 500' }).click()
    await page.getByLabel('Another medicine').fill('moxik')
    await page.getByRole('option', { name: /Moxikind 500/ }).click()
    await page.getByText('Moxikind 500: allergic to Penicillin').waitFor()
    expect(await dispense.isDisabled()).toBe(true)
    await page.getByLabel('The prescriber agrees to the other medicine: Zithrox 500').check()
    await page.getByLabel('Reason: Zithrox 500').fill('by telephone')
    expect(await dispense.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Give what was prescribed: Zithrox 500' }).click()
    await page.getByText('Moxikind 500: allergic to Penicillin').waitFor({ state: 'detached' })
    await page.getByRole('combobox', { name: 'Another lot: Zithrox 500' }).click()
    await page.getByRole('option', { name: /Z-LATE/ }).click()
    await page.getByLabel('Reason: Zithrox 500').fill('')
    expect(await dispense.isDisabled()).toBe(true)
    await page.getByLabel('Reason: Zithrox 500').fill('same batch as last month')
    await page.getByLabel('Give: Zithrox 500').fill('2')
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    await dispense.click()
    await page.getByRole('heading', { name: 'Handed out from stock' }).waitFor()
    const [paper] = await Promise.all([page.waitForResponse((answer) => answer.url().endsWith('/labels')), page.getByRole('button', { name: /Print labels/ }).first().click()])
    expect([paper.status(), paper.headers()['content-type']]).toEqual([200, 'application/pdf'])
    const given = await session.hospital.query<{ batch: string; reason: string }>('select l.batch, d.reason from dispense_items d join lots l on l.id = d.lot_id where d.prescription_id = $1', [prescriptionId])
    expect(new Set(given.map((one) => `${one.batch}: ${one.reason}`))).toEqual(new Set(['Z-LATE: same batch as last month']))
    await page.context().close()
  })
})
