import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { openOutgoing } from '#kernel/outgoing.ts'
import { type Account, openProvider } from '../server/src/testing/identity-provider.ts'
import { findings } from './axe.ts'
import { openPage } from './browser.ts'
import { type BrowserSession, startSession } from './session.ts'

let session: BrowserSession
let provider: Awaited<ReturnType<typeof openProvider>>
const accounts = new Map<string, Account>()
const secret = 'a-secret-of-the-hospital-0123456789'

beforeAll(async () => {
  openOutgoing({ allow: ['127.0.0.0/8'] })
  session = await startSession({ patients: 3 })
  provider = await openProvider(`${session.base}/sign-in/return`, accounts)
})
afterAll(() => {
  provider.close()
  openOutgoing({ allow: [] })
})

describe('an account of another place', () => {
  it('is set up by an administrator and signs its owner in', async () => {
    const admin = await session.signedIn('admin')
    await admin.goto(`${session.base}/identity-providers/new`)
    await admin.getByRole('textbox', { name: 'Name', exact: true }).fill('Group account')
    await admin.getByLabel('Address of the place (issuer)').fill(provider.issuer)
    await admin.getByRole('textbox', { name: 'Client id' }).fill('triveni')
    await admin.getByLabel('Client secret').fill(secret)
    expect(await findings(admin)).toEqual([])
    await admin.getByRole('button', { name: 'Save' }).click()
    await admin.getByText('/sign-in/return').first().waitFor()
    expect(await admin.getByText(secret).count()).toBe(0)
    await admin.context().close()

    accounts.set('doctor', { email: 'doctor@general.example', email_verified: true })
    const visitor = await openPage(session.browser, { width: 390 })
    await visitor.goto(session.base)
    await visitor.getByRole('button', { name: 'Sign in with Group account' }).click()
    await visitor.locator('input[name=login]').fill('doctor')
    await visitor.locator('input[name=password]').fill('x')
    await visitor.locator('button[type=submit]').click()
    // Consent comes as a page of its own, with another button.
    await visitor.getByRole('button', { name: 'Continue' }).click()
    await visitor.locator('header').waitFor()
    expect(await session.hospital.query("select 1 from sessions where user_id = $1 and method like 'oidc%'", [session.hospital.userId('doctor')])).toHaveLength(1)
    await expect.poll(() => new URL(visitor.url()).search).toBe('')
    await visitor.context().close()
  })
})

describe('a program', () => {
  it('is made with what it may do, its secret shown once, rotated, and ended', async () => {
    const page = await session.signedIn('admin')
    await page.goto(`${session.base}/programs`)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ward display')
    await page.getByRole('combobox', { name: 'What it may do' }).fill('See patients')
    await page.getByRole('option', { name: 'See patients', exact: true }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Make program' }).click()
    const shown = page.getByRole('status').locator('code')
    await shown.nth(2).waitFor()
    const [id = '', word = ''] = (await shown.allInnerTexts()).map((line) => line.split('=').slice(1).join('='))
    expect(await findings(page)).toEqual([])
    const token = (client_secret: string) => fetch(`${session.base}/api/v1/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret }) })
    const { access_token: bearer } = (await (await token(word)).json()) as { access_token: string }
    const asked = () => fetch(`${session.base}/api/v1/patients`, { headers: { authorization: `Bearer ${bearer}` } })
    expect((await asked()).status).toBe(200)
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.reload()
    await page.getByRole('cell', { name: 'Ward display' }).waitFor()
    expect(await page.getByText(word).count()).toBe(0)
    const row = page.getByRole('row', { name: /Ward display/ })
    await row.getByRole('button', { name: 'New secret' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click()
    await shown.nth(2).waitFor()
    expect((await shown.nth(1).innerText()).includes(word)).toBe(false)
    await row.getByRole('button', { name: 'End', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
    await expect.poll(async () => (await token(word)).status).toBe(401)
    await expect.poll(async () => (await asked()).status).toBe(401)
    await page.context().close()
  })
})

describe('a computer of a ward', () => {
  const word = async (page: Page) => (await page.getByLabel('Given name').inputValue()) ?? ''
  const sign = async (page: Page, email: string) => {
    await page.locator('input').first().fill(email)
    await page.locator('input[type=password]').fill('three-rivers-meet')
    await page.keyboard.press('Enter')
    await page.locator('header').waitFor()
  }
  const change = async (page: Page, name: RegExp, pin: string) => {
    await page.locator('header').waitFor()
    const list = page.getByRole('dialog').getByRole('button', { name })
    // The page of whoever has just taken over listens to the key once it stands.
    await expect.poll(async () => {
      if (!(await page.getByRole('dialog').isVisible())) await page.keyboard.press('F9')
      const isThere = await list.waitFor({ timeout: 5000 }).then(() => true, () => false)
      if (!isThere) await page.keyboard.press('Escape')
      return isThere
    }, { timeout: 60_000 }).toBe(true)
    const key = /^\D*(\d)/.exec(await list.innerText())?.[1] ?? ''
    const field = page.getByRole('dialog').locator('input:focus')
    // The list stands there a moment before it listens to keys.
    for (let tries = 0; tries < 200 && !(await field.isVisible()); tries += 1) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').locator('input').first().waitFor({ timeout: 300 }).catch(() => {})
    }
    await field.waitFor()
    await page.keyboard.type(pin)
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  }

  it('changes hands by F9, a number and a PIN, and each finds what they had typed', async () => {
    const { hospital, base } = session
    const settings = await hospital.as(people, 'admin')
    const before = (await settings.readSignInSettings({})).body
    await settings.writeSignInSettings({ body: { shiftHours: 12 }, ifMatch: before.version })
    for (const [role, pin] of [['receptionist', '284916'], ['nurse', '573920']] as const) expect((await (await hospital.as(people, role)).setPin({ body: { pin } })).status).toBeLessThan(300)
    await new Promise((done) => setTimeout(done, 3100))
    const names = await hospital.query<{ id: string; name: string }>('select id, display_name as name from users where id = any($1::uuid[])', [[hospital.userId('receptionist'), hospital.userId('nurse')]])
    const nameOf = (role: 'receptionist' | 'nurse') => new RegExp(names.find((one) => one.id === hospital.userId(role))?.name ?? '?')
    const page = await openPage(session.browser, { width: 1440 })
    await page.goto(base)
    await sign(page, 'nurse@general.example')
    await page.context().clearCookies({ name: /^(?!.*device)/ })
    await page.goto(base)
    await sign(page, 'receptionist@general.example')
    await page.goto(`${base}/patients/new`)
    await page.getByLabel('Given name').fill('Half typed')
    await change(page, nameOf('nurse'), '573920')
    await expect.poll(() => hospital.query("select 1 from drafts where user_id = $1 and content::text like '%Half typed%'", [hospital.userId('receptionist')]).then((rows) => rows.length)).toBe(1)
    expect(await page.getByText('Half typed').count()).toBe(0)
    await change(page, nameOf('receptionist'), '284916')
    await page.goto(`${base}/patients/new`)
    await expect.poll(() => word(page)).toBe('Half typed')
    expect(await hospital.query("select 1 from sessions where user_id = any($1::uuid[]) and method = 'pin'", [[hospital.userId('receptionist'), hospital.userId('nurse')]])).toHaveLength(2)
    await page.context().close()
  })
})
