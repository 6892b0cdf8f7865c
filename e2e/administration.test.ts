import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { organizations } from '#contract/organizations.ts'
import { people as peopleContract } from '#contract/people.ts'
import { reports } from '#contract/reports.ts'
import { type BrowserSession, startSession } from './session.ts'

const folder = fileURLToPath(new URL('../../shared/data/synthea-fhir-r4/', import.meta.url))
let session: BrowserSession
beforeAll(async () => {
  session = await startSession({ withCare: true })
  await session.hospital.runJobs()
})

describe('an administrator', () => {
  it('sees today in numbers and who changed what', async () => {
    const { hospital } = session
    const admin = await hospital.as(organizations, 'admin')
    const before = (await admin.readFacility({ params: { id: hospital.facilityId } })).body
    await admin.updateFacility({ params: { id: hospital.facilityId }, body: { phone: '+914840001111' }, ifMatch: before.version })
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/dashboard`)
    const { numbers } = (await (await hospital.as(reports, 'admin')).dashboard({ params: { role: 'admin' } })).body
    const all = numbers.find((number) => number.key === 'all')?.value
    await page.getByRole('button', { name: `Patients ${all}`, exact: true }).waitFor()
    await page.getByRole('button', { name: /^Visits today \d+$/ }).waitFor()
    await page.goto(`${session.base}/audit?action=row.update`)
    await page.getByRole('cell', { name: 'Changed row.update' }).first().click()
    await page.getByText('+914840001111').waitFor()
    await expect.poll(() => page.getByText(before.phone).count()).toBe(1)
    await page.context().close()
  })

  it.runIf(existsSync(folder))('imports records of another system in the background', async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.gz'))
    const chosen = [...names.filter((name) => name.includes('nformation')), ...names.filter((name) => name.startsWith('Adalberto'))]
    const page = await session.admitted('admin')
    await page.goto(`${session.base}/imports`)
    await page.locator('input[type=file]').setInputFiles(chosen.map((name) => `${folder}${name}`))
    await page.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 120_000 })
    await page.getByRole('row', { name: /Observation/ }).getByText('200').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').locator('input').first().fill('Hartmann Adalberto')
    await page.getByText('Adalberto Hartmann').last().click()
    await page.waitForURL(/\/patients\/[0-9a-f-]{36}/)
    await page.getByText('Adalberto Hartmann').first().waitFor()
    expect(page.url()).not.toContain('Hartmann')
    await page.context().close()
  })

  it('changes the own password; a wrong one is said at its field', async () => {
    const page = await session.admitted('admin', { hospital: 'homeopathy' })
    await page.goto(`${session.base}/account`)
    const change = async (current: string) => {
      await page.locator('input[autocomplete=current-password]').fill(current)
      for (const field of await page.locator('input[autocomplete=new-password]').all()) await field.fill('a clinic near the old bridge')
      await page.getByRole('button', { name: 'Change password' }).click()
    }
    await change('not the password')
    await page.getByText('The current password is not right.').waitFor()
    expect(await page.getByText('Sign in again').count()).toBe(0)
    await change('three-rivers-meet')
    await page.getByText('Your other sessions have ended.').waitFor()
    const answer = await session.hospital.app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: { email: 'admin@homeopathy.example', password: 'a clinic near the old bridge' } })
    expect(answer.statusCode).toBe(200)
    await page.context().close()
  })

  it('makes a key that is shown once, and revokes it', async () => {
    const page = await session.admitted('admin', { hospital: 'ayurveda' })
    await page.goto(`${session.base}/account`)
    await page.getByRole('link', { name: 'Manage keys' }).click()
    await page.getByLabel('What it is for').fill('Analyser')
    await page.getByRole('button', { name: 'Make key' }).click()
    await page.getByText('it is shown only once').waitFor()
    const key = await page.locator('code').first().innerText()
    const asProgram = async () => (await session.hospital.app.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${key}` } })).statusCode
    expect(await asProgram()).toBe(200)
    await page.reload()
    const row = page.getByRole('row', { name: /Analyser/ })
    await row.getByText('Active').waitFor()
    expect(await page.content()).not.toContain(key.split('.')[2])
    await row.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await row.getByText('Revoked').waitFor()
    expect(await asProgram()).toBe(401)
    await page.context().close()
  })

  it('chooses the own language, which stays', async () => {
    const page = await session.admitted('nurse')
    await page.goto(`${session.base}/account`)
    await page.getByRole('combobox', { name: 'Language' }).click()
    await page.getByRole('option', { name: 'हिन्दी' }).click()
    await page.getByRole('heading', { name: 'मेरा खाता' }).waitFor()
    const people = await session.hospital.as(peopleContract, 'nurse')
    await expect.poll(async () => (await people.me({})).body.user.language).toBe('hi')
    await page.context().close()
  })

  it('is shown on the next device in the language that was chosen in the menu of the page', async () => {
    const page = await session.admitted('cashier')
    await page.goto(`${session.base}/account`)
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('menuitem', { name: 'العربية' }).click()
    await page.locator('html[dir=rtl]').waitFor()
    const people = await session.hospital.as(peopleContract, 'cashier')
    await expect.poll(async () => (await people.me({})).body.user.language).toBe('ar')
    await page.context().close()
    const next = await session.admitted('cashier')
    await next.goto(`${session.base}/account`)
    await next.locator('html[lang=ar][dir=rtl]').waitFor()
    await next.context().close()
  })
})
