import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mailbox, openMailbox } from '../server/src/testing/mailbox.ts'
import { type BrowserSession, startSession } from './session.ts'
import { openPage } from './browser.ts'

let session: BrowserSession
let mailbox: Mailbox
const password = 'three-rivers-meet'

beforeAll(async () => {
  session = await startSession()
  mailbox = await openMailbox()
  await session.hospital.runJobs()
})
afterAll(() => mailbox.close())

const visitor = async (): Promise<Page> => {
  const page = await openPage(session.browser, { width: 1440 })
  await page.goto(session.base)
  await page.locator('input[type=password]').waitFor()
  return page
}
const typeIn = async (page: Page, email: string, word = password) => {
  await page.locator('input').first().fill(email)
  await page.locator('input[type=password]').fill(word)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

describe('a second factor', () => {
  it('is an authenticator app; with the phone lost a backup code opens', async () => {
    const page = await session.signedIn('doctor')
    await page.goto(`${session.base}/account/security`)
    await page.getByRole('button', { name: 'Add an authenticator app' }).click()
    const secret = (await page.locator('code').first().innerText()).replaceAll(/\s/g, '')
    await page.getByAltText('QR code for the authenticator app').waitFor()
    await page.getByLabel('Code', { exact: true }).fill(new TOTP({ secret }).generate())
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByText('Keep these ten codes').waitFor()
    const codes = await page.locator('[role=status] code').allInnerTexts()
    expect(codes).toHaveLength(10)
    await page.context().close()

    const again = await visitor()
    await typeIn(again, 'doctor@general.example')
    await again.getByText('six digits').waitFor()
    expect(await again.locator('header').count()).toBe(0)
    await again.getByLabel('Code', { exact: true }).fill('000000')
    await again.keyboard.press('Enter')
    await again.getByRole('alert').waitFor()
    // A code opens once, and this is later than the one that switched it on: the one of the next half minute, which a clock that is a little fast shows already.
    await again.getByLabel('Code', { exact: true }).fill(new TOTP({ secret }).generate({ timestamp: Date.now() + 30_000 }))
    await again.keyboard.press('Enter')
    await again.locator('header').waitFor()
    await again.context().close()

    const lost = await visitor()
    await typeIn(lost, 'doctor@general.example')
    await lost.getByRole('button', { name: 'Use a backup code' }).click()
    await lost.getByLabel('Code', { exact: true }).fill(codes[0] ?? '')
    await lost.keyboard.press('Enter')
    await lost.locator('header').waitFor()
    await lost.goto(`${session.base}/account/security`)
    await lost.getByText('9 backup codes left').waitFor()
    await lost.getByText('Wrong second factor').first().waitFor()
    await lost.context().close()
  })

  it('is a passkey, which signs in alone too', async () => {
    const page = await session.signedIn('nurse')
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('WebAuthn.enable')
    await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } })
    await page.goto(`${session.base}/account/security`)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('Keep these ten codes').waitFor()
    const signOut = async () => {
      await page.context().clearCookies()
      await page.goto(session.base)
      await page.locator('input[type=password]').waitFor()
    }
    await signOut()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.locator('header').waitFor()
    await signOut()
    await typeIn(page, 'nurse@general.example')
    await page.getByRole('button', { name: 'Use the passkey' }).click()
    await page.locator('header').waitFor()
    expect(await session.hospital.query("select method from sessions where user_id = $1 and has_second_factor order by method", [session.hospital.userId('nurse')])).toEqual([{ method: 'passkey' }, { method: 'password+passkey' }])
    await page.context().close()
  })

  it('cannot be changed on a screen left open without proving who one is', async () => {
    const page = await session.signedIn('cashier')
    await session.hospital.query("update sessions set confirmed_at = confirmed_at - interval '11 minutes'")
    await page.waitForTimeout(3200)
    await page.goto(`${session.base}/account/security`)
    await page.getByRole('button', { name: 'Add an authenticator app' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=password]').fill('not the right one')
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.locator('input[type=password]').fill(password)
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await page.getByAltText('QR code for the authenticator app').waitFor()
    expect(await session.hospital.query("select 1 from sessions where user_id = $1 and method = 'confirmed'", [session.hospital.userId('cashier')])).toHaveLength(1)
    await page.context().close()
  })
})

describe('a forgotten password', () => {
  it('is replaced by the link of a mail', async () => {
    const page = await visitor()
    await page.getByRole('button', { name: 'Forgot the password?' }).click()
    await page.getByLabel('E-mail').fill('pharmacist@general.example')
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByText('a link is on its way').waitFor()
    const letters = () => mailbox.letters.filter((letter) => letter.to === 'pharmacist@general.example' && letter.text.includes('#'))
    await expect.poll(() => letters().length).toBe(1)
    const link = /(http\S+#\S+)/.exec(letters()[0]?.text ?? '')?.[1] ?? ''
    expect(link.startsWith(`${session.base}/new-password#`)).toBe(true)
    await page.goto(link)
    const fields = page.locator('input[autocomplete=new-password]')
    await fields.first().fill('password123456789')
    await fields.last().fill('password123456789')
    await page.getByRole('button', { name: 'Save the password' }).click()
    await page.getByText('is too easy to guess').first().waitFor()
    await fields.first().fill('a lamp beside the well')
    await fields.last().fill('a lamp beside the well')
    await page.getByRole('button', { name: 'Save the password' }).click()
    await page.getByText('Your password is set').waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.locator('input[type=password]').waitFor()
    await typeIn(page, 'pharmacist@general.example', 'a lamp beside the well')
    await page.locator('header').waitFor()
    await page.context().close()
  })
})

describe('an administrator', () => {
  it('requires a second factor of a role, and its people set one up before anything else', async () => {
    const admin = await session.signedIn('admin')
    await admin.goto(`${session.base}/sign-in-settings`)
    await admin.getByRole('combobox', { name: 'Roles that need a second factor' }).click()
    await admin.getByRole('option', { name: 'Receptionist' }).click()
    await admin.keyboard.press('Escape')
    await admin.getByRole('button', { name: 'Save' }).click()
    await admin.getByText('Saved').first().waitFor()
    await admin.context().close()
    const page = await visitor()
    await typeIn(page, 'receptionist@general.example')
    await page.getByText('Your role needs a second factor').waitFor()
    await page.getByRole('button', { name: 'Add an authenticator app' }).click()
    const secret = (await page.locator('code').first().innerText()).replaceAll(/\s/g, '')
    await page.getByLabel('Code', { exact: true }).fill(new TOTP({ secret }).generate())
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByRole('link', { name: 'Patients' }).first().click()
    await page.waitForURL(/\/patients/)
    expect(await session.hospital.query("select state from second_factors where user_id = $1", [session.hospital.userId('receptionist')])).toEqual([{ state: 'active' }])
    await page.context().close()
  })
})
