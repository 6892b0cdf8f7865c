import { TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people } from '#contract/people.ts'
import { readConfig } from '#kernel/config.ts'
import { type TestHospital, testHospital } from '../../testing/hospital.ts'
import { requireFactors } from './index.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital({ patients: 1 })
})
afterAll(() => requireFactors(false))

describe('an installation in production', () => {
  it('asks everybody for a second factor, whatever the hospital says; the operator may leave it to the hospitals', () => {
    const asked = (env: Record<string, string>) => readConfig({ DATABASE_OWNER_URL: 'postgresql://x', ...env }).isFactorRequired
    expect([asked({ NODE_ENV: 'production' }), asked({}), asked({ NODE_ENV: 'production', TRIVENI_SECOND_FACTOR: 'by-role' }), asked({ TRIVENI_SECOND_FACTOR: 'required' })]).toEqual([true, false, false, true])
  })

  it('lets nobody do anything before a factor stands, nor take the last one away', async () => {
    requireFactors(true)
    const nurse = await hospital.as(people, 'nurse')
    expect((await nurse.me({})).body.mustEnrol).toBe(true)
    expect((await nurse.listPractitioners({})).status).toBe(403)
    const { id, secret } = (await nurse.addAuthenticator({ body: { name: 'Phone' } })).body
    await nurse.activateFactor({ params: { id }, body: { code: new TOTP({ secret }).generate() } })
    expect((await nurse.listPractitioners({})).status).toBe(200)
    expect((await nurse.removeFactor({ params: { id }, body: undefined })).problem.code).toBe('people.last_factor')
  })
})
