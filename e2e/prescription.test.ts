import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { organizations } from '#contract/organizations.ts'
import { patients } from '#contract/patients.ts'
import { people } from '#contract/people.ts'
import { type BrowserSession, startSession, takeFirst } from './session.ts'

type Key = 'general' | 'ayurveda' | 'homeopathy'

let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
})

async function openVisit(key: Key): Promise<{ id: string; patientId: string }> {
  const { hospital } = session
  const facility = (await (await hospital.as(organizations, 'receptionist', key)).listFacilities({ query: {} })).body.items.find((one) => one.code.endsWith('1'))
  const facilityId = facility?.id ?? ''
  const [doctor] = (await (await hospital.as(people, 'receptionist', key)).listPractitioners({ query: { facilityId } })).body.items
  const patient = (await (await hospital.as(patients, 'receptionist', key)).register({ body: { givenName: 'Sarasa', familyName: 'Nair', sex: 'female', ageYears: 48, facilityId } })).body
  await (await hospital.as(patients, 'doctor', key)).addEntry({ params: { id: patient.id }, body: { kind: 'allergy', text: 'Amoxicillin' } })
  const visit = (await (await hospital.as(encounters, 'receptionist', key)).open({ body: { patientId: patient.id, facilityId, class: 'outpatient', practitionerId: doctor?.id ?? '' } })).body
  return { id: visit.id, patientId: patient.id }
}

async function writer(key: Key, medicine: string): Promise<{ page: Page; visitId: string }> {
  const visit = await openVisit(key)
  const page = await session.admitted('doctor', { hospital: key })
  await page.goto(`${session.base}/prescriptions/new?encounterId=${visit.id}`)
  await page.getByLabel('Add a medicine').fill(medicine)
  await takeFirst(page, new RegExp(medicine, 'i'))
  await page.getByRole('combobox', { name: 'How often' }).waitFor()
  return { page, visitId: visit.id }
}

async function sign(page: Page, saying = 'Finalise and sign'): Promise<void> {
  await page.getByRole('button', { name: 'Finalise and sign' }).click()
  const asked = page.getByRole('dialog').getByLabel('Reason to go on')
  if (saying !== 'Finalise and sign') {
    await asked.first().waitFor()
    for (const field of await asked.all()) await field.fill('tolerated before')
  }
  await page.getByRole('dialog').getByRole('button', { name: saying }).click()
  await page.getByText('Finalised', { exact: true }).first().waitFor()
}

const itemsOf = (visitId: string) =>
  session.hospital.query("select p.state, i.name, i.quantity::float as quantity, i.instructions from prescriptions p join prescription_items i on i.prescription_id = p.id where p.encounter_id = $1", [visitId])

describe('a prescription in the browser', () => {
  it('of allopathy: kept as a draft, warned of an allergy before it is signed, quantity computed, then dispensed by the pharmacist', async () => {
    const { page, visitId } = await writer('general', 'amox')
    await page.getByRole('combobox', { name: 'How often' }).fill('1-0-1')
    await page.getByRole('combobox', { name: 'When' }).fill('after food')
    await expect.poll(() => page.getByLabel('Quantity').inputValue()).toBe('10')
    await page.getByRole('button', { name: 'Save draft' }).click()
    await page.getByText('Draft', { exact: true }).first().waitFor()
    await expect.poll(() => itemsOf(visitId)).toMatchObject([{ state: 'draft', quantity: 10 }])
    await page.getByText('the patient is allergic to Amoxicillin').waitFor()
    await page.getByRole('button', { name: 'Change' }).click()
    await page.getByLabel('For how many days').fill('7')
    await expect.poll(() => page.getByLabel('Quantity').inputValue()).toBe('14')
    await page.getByRole('button', { name: 'Finalise and sign' }).click()
    await page.getByRole('dialog').getByText('the patient is allergic to Amoxicillin').waitFor()
    await expect.poll(() => itemsOf(visitId)).toMatchObject([{ state: 'draft', quantity: 14 }])
    await page.getByRole('dialog').getByRole('button', { name: 'Back' }).click()
    await sign(page, 'Sign all the same')
    await page.getByText('the patient is allergic to Amoxicillin').waitFor()
    expect(await itemsOf(visitId)).toEqual([{ state: 'finalized', name: 'Amoxicillin 500', quantity: 14, instructions: { route: 'oral', timing: 'after food' } }])
    await page.context().close()
    const pharmacy = await session.admitted('pharmacist')
    await pharmacy.goto(`${session.base}/prescriptions`)
    await pharmacy.getByText('Sarasa Nair').first().click()
    await pharmacy.getByLabel('Give: Amoxicillin 500').fill('15')
    // What is told goes by itself after a while: it is dismissed as soon as it is there.
    const told = [pharmacy.getByText('That is more than is left of the prescription').first().waitFor(), pharmacy.getByRole('button', { name: 'Dismiss' }).first().click()]
    await pharmacy.getByRole('button', { name: 'Dispense', exact: true }).click()
    await Promise.all(told)
    await pharmacy.getByLabel('Give: Amoxicillin 500').fill('4')
    await pharmacy.getByRole('button', { name: 'Dispense' }).click()
    await pharmacy.getByText('Partly dispensed').first().waitFor()
    await pharmacy.context().close()
  })

  it('takes what stands in the field, however early Enter comes', async () => {
    const { page } = await writer('general', 'amox')
    const search = page.getByLabel('Add a medicine')
    const line = page.getByRole('group', { name: /Amoxicillin|Metformin|Paracetamol/ })
    for (const [index, word] of ['metf', 'parac'].entries()) {
      await search.fill(word)
      await search.press('Enter')
      await line.nth(index + 1).waitFor()
    }
    expect(await line.evaluateAll((groups) => groups.map((group) => group.ariaLabel?.split(' ')[0]))).toEqual(['Amoxicillin', 'Metformin', 'Paracetamol'])
    await page.context().close()
  })

  it('of Ayurveda: with anupana and time of day', async () => {
    const { page, visitId } = await writer('ayurveda', 'triphala')
    await page.getByRole('combobox', { name: 'How often' }).fill('1-0-1')
    await page.getByRole('combobox', { name: 'Anupana' }).fill('honey')
    await page.getByRole('combobox', { name: 'When' }).fill('before sunrise')
    await page.getByLabel('Quantity').fill('50')
    await sign(page)
    expect(await itemsOf(visitId)).toEqual([{ state: 'finalized', name: 'Triphala choornam', quantity: 50, instructions: { anupana: 'honey', timing: 'before sunrise' } }])
    await page.context().close()
  })

  it('of homeopathy: with potency, dilution and repetition', async () => {
    const { page, visitId } = await writer('homeopathy', 'arnica')
    await page.getByRole('button', { name: 'Finalise and sign' }).click()
    await page.getByText('is needed').first().waitFor()
    await page.getByRole('combobox', { name: 'Dose' }).fill('4 pills')
    await page.getByRole('combobox', { name: 'How often' }).fill('1-1-1')
    await expect.poll(() => page.getByRole('combobox', { name: 'Potency' }).inputValue()).toBe('30C')
    await page.getByRole('combobox', { name: 'Dilution' }).fill('in water')
    await page.getByRole('combobox', { name: 'When' }).fill('empty stomach')
    await sign(page)
    expect(await itemsOf(visitId)).toEqual([{ state: 'finalized', name: 'Arnica montana 30C', quantity: 15, instructions: { potency: '30C', dilution: 'in water', timing: 'empty stomach' } }])
    await page.context().close()
  })

  it('that was not saved is there again after the page is opened anew', async () => {
    const { page, visitId } = await writer('general', 'metformin')
    const kept = page.waitForResponse((answer) => answer.request().method() === 'PUT' && (answer.request().postData() ?? '').includes('0-0-1'))
    await page.getByRole('combobox', { name: 'How often' }).fill('0-0-1')
    await kept
    await page.goto(`${session.base}/encounters/${visitId}`)
    await page.getByRole('button', { name: 'Write a prescription' }).click()
    await expect.poll(() => page.getByRole('combobox', { name: 'How often' }).inputValue()).toBe('0-0-1')
    await page.context().close()
  })
})
