import { beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { findings } from './axe.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
let patientId = ''
beforeAll(async () => {
  session = await startSession({ withCare: true })
  const desk = await session.hospital.as(patients, 'receptionist')
  patientId = (await desk.register({ body: { givenName: 'Kavya', familyName: 'Behindglass', sex: 'female', ageYears: 29, facilityId: session.hospital.facilityId } })).body.id
})

describe('a protected record', () => {
  it('is walled by its doctor, opened in an emergency under a red banner, and reviewed by the privacy officer', async () => {
    const doctor = await session.admitted('doctor')
    await doctor.goto(`${session.base}/patients/${patientId}?tab=protection`)
    await doctor.getByRole('button', { name: 'Add a label' }).click()
    await doctor.getByRole('combobox', { name: 'Label' }).click()
    await doctor.getByRole('option', { name: 'HIV' }).click()
    await doctor.getByLabel('Reason').fill('Asked for by the patient')
    await doctor.getByRole('button', { name: 'Add a label' }).click()
    await doctor.getByText('Asked for by the patient').waitFor()
    await doctor.context().close()

    const pharmacist = await session.admitted('pharmacist')
    await pharmacist.goto(`${session.base}/patients/${patientId}`)
    await pharmacist.getByRole('heading', { name: 'This record is protected' }).waitFor()
    expect(await pharmacist.getByText('Kavya').count()).toBe(0)
    expect(await findings(pharmacist)).toEqual([])
    await pharmacist.getByLabel('Why you need the record now').fill('Anaphylaxis in casualty, need the medicines')
    await pharmacist.getByRole('button', { name: 'Break the glass' }).click()
    await pharmacist.getByText('Emergency access: Kavya Behindglass').waitFor()
    await pharmacist.getByRole('heading', { name: 'Kavya Behindglass' }).waitFor()
    expect(await findings(pharmacist)).toEqual([])
    await pharmacist.getByRole('button', { name: 'End now' }).click()
    await pharmacist.getByRole('heading', { name: 'This record is protected' }).waitFor()
    await pharmacist.getByText('Emergency access: Kavya').waitFor({ state: 'detached' })
    await pharmacist.context().close()

    const officer = await session.admitted('admin')
    await officer.goto(`${session.base}/break-glass?state=open`)
    await officer.getByRole('cell', { name: 'Anaphylaxis in casualty, need the medicines' }).click()
    await officer.getByText('patients.read:read').first().waitFor()
    expect(await officer.getByText('Kavya').count()).toBe(0)
    await officer.getByText('Not justified', { exact: true }).click()
    await officer.getByLabel('Note').fill('Casualty knows of no such patient')
    await officer.getByRole('button', { name: 'Record the review' }).click()
    await officer.getByRole('button', { name: 'Enter in the breach register' }).click()
    await officer.waitForURL(/\/breaches\/new/)
    await expect.poll(() => officer.getByLabel('What happened, in a few words').inputValue()).toBe('Record opened without justification')
    await officer.context().close()
  })

  it('has rules that an administrator sets', async () => {
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/access-rules`)
    await page.getByText('Mental health').waitFor()
    await page.getByRole('heading', { name: 'Roles bound to their patients' }).waitFor()
    expect(await findings(page)).toEqual([])
    await page.getByLabel('Minutes the glass stays broken').fill('60')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').first().waitFor()
    await page.context().close()
  })

  it('and what one user may do beside the roles', async () => {
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/users/${session.hospital.userId('nurse')}`)
    await page.getByRole('button', { name: 'Give or deny' }).click()
    await page.getByText('Denied', { exact: true }).first().click()
    await page.getByRole('combobox', { name: 'Permission' }).fill('Record vital')
    await page.getByRole('option', { name: 'Record vital signs' }).click()
    await page.getByLabel('Reason').fill('Until the training is done')
    await page.getByRole('button', { name: 'Save' }).last().click()
    await page.getByLabel('Find a permission').fill('clinical.vit')
    const row = page.getByRole('row', { name: /clinical\.vitals/ })
    await row.getByText('Denied: Until the training is done').waitFor()
    await expect.poll(() => row.getByText('No', { exact: true }).count()).toBe(1)
    expect(await findings(page)).toEqual([])
    await page.context().close()
  })
})
