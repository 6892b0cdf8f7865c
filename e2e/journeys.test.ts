import { beforeAll, describe, expect, it } from 'vitest'
import { encounters } from '#contract/encounters.ts'
import { patients } from '#contract/patients.ts'
import { makeContext } from '#kernel/context.ts'
import { addDays, localDate, weekdayOf } from '#kernel/zoned-time.ts'
import { checkAll } from '../server/src/modules/patients/checking.ts'
import { scheduling } from '#contract/scheduling.ts'
import type { TestHospital } from '../server/src/testing/hospital.ts'
import { findings } from './axe.ts'
import { type BrowserSession, startSession } from './session.ts'
import { sweep, sweepMilliseconds } from './sweep.ts'

let session: BrowserSession
let hospital: TestHospital
let base = ''
beforeAll(async () => {
  session = await startSession()
  ;({ hospital, base } = session)
})

describe('a walk-in', () => {
  it('is registered by keyboard within half a minute and found again in another script', async () => {
    const page = await session.signedIn('receptionist')
    await page.goto(`${base}/patients/new`)
    await page.getByLabel('Given name').fill('Kalyani')
    await page.getByLabel('Family name').fill('Warrier')
    await page.getByLabel('Age in years').fill('34')
    await page.getByText('Female', { exact: true }).click()
    await page.getByLabel('Phone', { exact: true }).fill('98470 12399')
    await page.getByRole('button', { name: 'Register', exact: true }).click()
    await page.waitForURL(/\/patients\/[0-9a-f-]{36}$/)
    await page.getByText('~34 y').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').locator('input:focus').waitFor()
    await page.keyboard.type('कल्याणी')
    await page.getByText('Kalyani Warrier').last().waitFor()
    expect(page.url()).not.toContain('Kalyani')
    await page.context().close()
  })
})

describe('a walk-in of the queue', () => {
  it('gets a token and stands in the queue', async () => {
    const page = await session.admitted('receptionist')
    const desk = await hospital.as(patients, 'receptionist')
    const patient = (await desk.register({ body: { givenName: 'Gouri', familyName: 'Kurup', sex: 'female', ageYears: 29 } })).body
    const visits = await hospital.as(encounters, 'receptionist')
    const opened = await visits.open({ body: { patientId: patient.id, facilityId: hospital.facilityId, class: 'outpatient', practitionerId: hospital.userId('doctor') } })
    expect(opened.body.token).toBe(1)
    await page.goto(`${base}/queue`)
    await page.getByText('Gouri Kurup').first().waitFor()
    await page.goto(`${base}/board`)
    await page.getByText('1', { exact: true }).first().waitFor()
    expect(await page.getByText('Gouri').count()).toBe(0)
    await page.context().close()
  })
})

describe('a group', () => {
  it('is planned, filled, waited for, seen in the calendar and cancelled, with who is to be called', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const person = async (givenName: string) => (await desk.register({ body: { givenName, familyName: 'Group', sex: 'female', ageYears: 41 } })).body.id
    const today = localDate(new Date(), 'Asia/Kolkata')
    const on = addDays(today, 106 - weekdayOf(today))
    const [, second] = [await person('Revathi'), await person('Rohini')]
    const page = await session.admitted('receptionist')
    await page.goto(`${base}/groups`)
    await page.getByRole('button', { name: 'Plan a group' }).first().click()
    const form = page.getByRole('dialog')
    await form.getByLabel('What it is').fill('Yoga')
    await form.getByRole('combobox', { name: 'Practitioner' }).click()
    await page.getByRole('option', { name: /Anand Menon/ }).click()
    await form.locator('input[type=date]').fill(on)
    await form.locator('input[type=time]').fill('07:00')
    await form.getByLabel('Places').fill('1')
    await form.getByRole('button', { name: 'Plan a group' }).click()
    await page.waitForURL(/\/groups\/[0-9a-f-]{36}$/)
    const id = page.url().split('/').at(-1) ?? ''
    await page.getByRole('button', { name: 'Enrol', exact: true }).click()
    await form.getByLabel('Patient').first().fill('Revathi')
    await page.getByRole('option', { name: /Revathi/ }).click()
    await form.getByRole('button', { name: 'Enrol', exact: true }).click()
    await page.getByText('1 of 1').first().waitFor()
    expect((await (await hospital.as(scheduling, 'receptionist')).enrol({ params: { id }, body: { patientId: second ?? '', mayWait: true } })).body.items[0]?.state).toBe('waiting')
    await page.reload()
    await page.getByRole('main').getByText('Waiting list', { exact: true }).last().waitFor()
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await findings(page)).toEqual([])
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth + 1')).toBe(false)
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.getByRole('listitem').filter({ hasText: 'Revathi' }).getByRole('button', { name: 'Leaves', exact: true }).click()
    await form.getByLabel('Reason').fill('travels')
    await form.getByRole('button', { name: 'Leaves', exact: true }).click()
    await page.getByText('A place is free').waitFor()
    await page.getByRole('button', { name: 'Give the place' }).click()
    await page.getByText('1 of 1').first().waitFor()
    await page.goto(`${base}/calendar?date=${on}&view=day&practitioner=${hospital.userId('doctor')}`)
    await page.getByRole('button', { name: '07:00 Yoga 1 of 1 places taken' }).click()
    await page.getByRole('button', { name: 'Cancel this session' }).click()
    await form.getByLabel('Reason').fill('the teacher is ill')
    await form.getByRole('button', { name: 'Cancel this session' }).click()
    await page.getByText('1 person is to be told: call them').waitFor()
    await page.getByRole('button', { name: 'Was told' }).click()
    await page.getByText('1 person is to be told: call them').waitFor({ state: 'detached' })
    await page.context().close()
  })
})

describe('an ended session', () => {
  it('lays the sign-in over the page and loses nothing typed', async () => {
    const page = await session.admitted('receptionist')
    await page.goto(`${base}/patients/new`)
    // The draft goes out a second after the last key; were it on its way when the session ends, it and not the button would ask to sign in.
    const kept = page.waitForResponse((answer) => answer.request().method() === 'PUT' && /[":]50\b/.test(answer.request().postData() ?? ''))
    await page.getByLabel('Given name').fill('Unsaved')
    await page.getByLabel('Age in years').fill('50')
    await kept
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Register', exact: true }).click()
    await page.getByText('Sign in again').waitFor()
    const overlay = page.getByRole('dialog')
    await overlay.locator('input[type=password]').fill('three-rivers-meet')
    const mail = overlay.locator('input').first()
    if ((await mail.inputValue()) === '') await mail.fill('receptionist@general.example')
    await page.keyboard.press('Enter')
    await overlay.waitFor({ state: 'detached' })
    const isThere = async () => (page.url().endsWith('/patients/new') ? (await page.getByLabel('Given name').inputValue({ timeout: 500 }).catch(() => '')) === 'Unsaved' : (await page.getByText('Unsaved').count()) > 0)
    await expect.poll(isThere).toBe(true)
    await page.context().close()
  })
})

describe('two records of one person', () => {
  it('are merged and taken apart again in the browser', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const person = { familyName: 'Nambiar', sex: 'female' as const, birthDate: '1980-02-03', phones: ['9847055555'] }
    const a = (await desk.register({ body: { ...person, givenName: 'Devaki' } })).body
    const b = (await desk.register({ body: { ...person, givenName: 'Devaky' } })).body
    const page = await session.admitted('receptionist')
    await page.goto(`${base}/patients/duplicates`)
    await page.getByText('Devak').first().waitFor()
    await desk.merge({ params: { id: a.id }, body: { intoPatientId: b.id } })
    await page.goto(`${base}/patients/${a.id}`)
    await page.getByText('Devaky Nambiar').first().waitFor()
    await desk.unmerge({ params: { id: a.id }, body: {} })
    await page.goto(`${base}/patients/${a.id}`)
    await page.getByText('Devaki Nambiar').first().waitFor()
    expect(page.url()).toContain(a.id)
    await page.context().close()
  })
})

describe('the register', () => {
  it('is narrowed by filters that are saved, and cleaned many records at once with a preview, which can be undone', async () => {
    const desk = await hospital.as(patients, 'receptionist')
    const person = { familyName: 'KURUP', sex: 'female' as const, birthDate: '1981-02-03', address: { city: 'Vaikom' }, email: 'no(at)mail' }
    const { id } = (await desk.register({ body: { ...person, givenName: 'SUMA' } })).body
    await checkAll(makeContext({ tenantId: hospital.tenantId }))
    const page = await session.admitted('receptionist')
    await Promise.all([page.waitForResponse((answer) => answer.url().endsWith('/opened')), page.goto(`${base}/patients/${id}`)])
    await page.goto(`${base}/patients`)
    await page.getByRole('navigation', { name: 'Recently opened' }).getByText('SUMA KURUP').waitFor()
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.getByLabel('Town').fill('vaik')
    await page.getByLabel('Age from', { exact: true }).fill('30')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByRole('button', { name: 'Drop «Town: vaik»' }).waitFor()
    expect(page.url()).toContain('ageFrom=30')
    expect(page.url()).not.toContain('vaik')
    await page.getByRole('button', { name: 'Saved searches' }).click()
    await page.getByRole('menuitem', { name: 'Save these filters' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Women of Vaikom')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Search saved').waitFor()
    await page.goto(`${base}/patients/findings?rule=email-invalid`)
    await page.getByLabel('Choose SUMA KURUP').check()
    await page.getByRole('button', { name: 'Correct…' }).click()
    await page.getByText('Would change: 1 of 1').waitFor()
    expect(await findings(page)).toEqual([])
    await page.getByLabel('Reason').fill('Bounced')
    await page.getByRole('button', { name: 'Correct 1 record' }).click()
    await page.getByText('Nothing found that does not fit').waitFor()
    await page.goto(`${base}/patients/corrections`)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone', { exact: true }).waitFor()
    expect((await desk.read({ params: { id } })).body.email).toBe('no(at)mail')
    await page.context().close()
  })
})

describe('every page', () => {
  const pages = Object.entries({ receptionist: ['/patients', '/patients/new', '/patients/duplicates', '/patients/findings', '/queue', '/calendar'], nurse: ['/tasks'], admin: ['/users', '/facilities', '/sign-in-settings', '/audit', '/operations'], doctor: ['/account/security'] })
  const views = [{ width: 1440 }, { width: 390 }, { width: 1440, colorScheme: 'dark' }, { width: 820, locale: 'ar' }] as const
  it.each(pages)('of the %s has no serious finding of axe, no error, nothing refused by the policy of pages and no sideways scroll', async (role, paths) => expect(await sweep(session, role, paths, views)).toEqual([]), sweepMilliseconds)
})
