import { beforeAll, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { type BrowserSession, startSession } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
let patientId = ''
beforeAll(async () => {
  session = await startSession({ withCare: true })
  await session.hospital.runJobs()
  const desk = await session.hospital.as(patients, 'receptionist')
  patientId = (await desk.register({ body: { givenName: 'Meera', familyName: 'Journey', sex: 'female', ageYears: 34, occupation: 'Sailor', facilityId: session.hospital.facilityId } })).body.id
  await (await session.hospital.as(patients, 'doctor')).read({ params: { id: patientId } })
})

describe('the privacy officer', () => {
  it('sees who opened a chart, and follows a name to what was done', async () => {
    const page = await session.admitted('auditor')
    await page.goto(`${session.base}/patients/${patientId}?tab=access`)
    await page.getByRole('heading', { name: 'Who opened this chart' }).waitFor()
    await page.getByText('Anand Menon').waitFor()
    await page.getByText('1 look', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: /Anand Menon/ }).click()
    await page.waitForURL(/\/audit\?patientId=.*userId=/)
    await page.getByRole('cell', { name: 'Read patients.read:read' }).first().click()
    await page.getByText('127.0.0.1').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: 'As CSV' }).click()
    await page.waitForURL(/\/audit\/exports$/)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save' }).first().click()
    expect((await saved).suggestedFilename()).toMatch(/^audit-.*\.csv$/)
    await page.context().close()
  })

  it('enters a breach, names who is affected from the audit, prints a letter, tells everybody and closes it', async () => {
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/breaches/new`)
    await page.getByLabel('What happened, in a few words').fill('Chart read out of curiosity')
    await page.getByLabel('Description').fill('A doctor opened a chart without treating the patient.')
    const local = new Date(Date.now() + 5.5 * 3_600_000 - 3_600_000).toISOString().slice(0, 16)
    await page.getByLabel('Discovered at').fill(local)
    await page.getByLabel('CERT-In').uncheck()
    await page.getByRole('button', { name: 'Enter, start the clocks' }).click()
    await page.waitForURL(/\/breaches\/[0-9a-f-]{36}$/)
    await page.getByText('70 hours left').first().waitFor()
    await page.getByRole('button', { name: 'Assess' }).click()
    await page.getByLabel('What may follow').fill('None known.')
    await page.getByLabel('What is done').fill('The doctor was spoken to.')
    await page.getByRole('button', { name: 'Assess' }).click()
    await page.getByText('Assessed', { exact: true }).waitFor()
    await page.getByRole('combobox', { name: 'Records opened by' }).click()
    await page.getByRole('option', { name: 'Anand Menon' }).click()
    await page.getByRole('button', { name: 'Find in the audit' }).click()
    const row = page.getByRole('row', { name: /Meera Journey/ })
    await row.getByRole('cell', { name: 'Audit' }).waitFor()
    const letter = page.context().waitForEvent('page')
    await row.getByRole('button', { name: 'Letter' }).click()
    expect((await letter).url()).toMatch(/^blob:|^$|about:blank/)
    await page.bringToFront()
    await page.getByRole('button', { name: 'All were told' }).click()
    await page.getByText('1 of 1 told').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByText('Somebody has still to be told.').first().waitFor()
    for (const left of [1, 0]) {
      await page.getByRole('button', { name: 'Was told' }).first().click()
      await page.getByRole('dialog').getByRole('button', { name: 'Was told' }).click()
      await page.getByText('In time').nth(1 - left).waitFor()
    }
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByText('Closed', { exact: true }).waitFor()
    await page.context().close()
  })

  it('grants an erasure that the desk took, and the page says what stays and why', async () => {
    const desk = await session.admitted('receptionist')
    await desk.goto(`${session.base}/patients/${patientId}?tab=privacy`)
    await desk.getByRole('button', { name: 'Take a request' }).click()
    await desk.getByLabel('Erasure').check()
    await desk.getByLabel('What the patient asks').fill('Please forget my occupation.')
    await desk.getByRole('button', { name: 'Take the request' }).click()
    await desk.getByText('The request was taken.').waitFor()
    await desk.context().close()
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/patients/${patientId}?tab=privacy`)
    await page.getByRole('button', { name: 'JSON' }).click()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save' }).first().click()
    expect((await saved).suggestedFilename()).toMatch(/\.json$/)
    await page.getByRole('link', { name: 'Erasure' }).click()
    await page.getByText('Medical Council').first().waitFor()
    await page.getByRole('button', { name: 'Grant' }).click()
    await page.getByRole('button', { name: 'Erase now' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Erase now' }).click()
    await page.getByText('Erased: Contacts, occupation, family').waitFor()
    const [row] = await session.hospital.query<{ occupation: string; given_name: string }>('select occupation, given_name from patients where id = $1', [patientId])
    expect(row).toEqual({ occupation: '', given_name: 'Meera' })
    await page.context().close()
  })
})

describe('its pages', () => {
  it('have no serious finding of axe and no sideways scroll, wide, on a phone, in the dark and from right to left', async () => {
    const [breach] = await session.hospital.query<{ id: string }>("select id from breaches where state = 'assessed' and tenant_id = $1", [session.hospital.tenantId])
    const [request] = await session.hospital.query<{ id: string }>('select id from privacy_requests where tenant_id = $1', [session.hospital.tenantId])
    const paths = ['/audit', '/audit/exports', '/breaches', '/breaches/new', `/breaches/${breach?.id}`, '/privacy-requests', `/privacy-requests/${request?.id}`, `/patients/${patientId}?tab=access`, `/patients/${patientId}?tab=privacy`]
    expect(await sweep(session, 'admin', paths, [{ width: 1440 }, { width: 390 }, { width: 820, colorScheme: 'dark' }, { width: 1440, locale: 'ar' }])).toEqual([])
  }, sweepMilliseconds)
})
