import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../server/src/kernel/config.ts'
import { settingsPages } from './gen-settings.ts'

describe('the settings', () => {
  it('are described as the schema has them (npm run gen)', () => {
    for (const [name, text] of Object.entries(settingsPages())) expect(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')).toBe(text)
  })
  it.each([
    [{ PORT: '99999' }, /Setting PORT is not valid/],
    [{ TRIVENI_BACKUPS: 'maybe' }, /TRIVENI_BACKUPS is not valid/],
    [{ TRIVENI_BACKUP_PASSPHRASE: 'short' }, /recovery sentence/],
    [{ DATABASE_OWNER_URL: 'x', DATABASE_OWNER_URL_FILE: '/y' }, /Both DATABASE_OWNER_URL and/],
    [{ SMTP_URL_FILE: '/nowhere/at/all' }, /cannot be read/],
    [{ NODE_ENV: 'production', TRIVENI_DEMO: 'on' }, /refused with NODE_ENV=production/],
    [{ NODE_ENV: 'production', TRIVENI_RATE_LIMITS: 'off' }, /refused with NODE_ENV=production/],
  ])('%j is refused with a sentence', (env, sentence) => {
    expect(() => readConfig(env)).toThrow(sentence)
  })
  it('come from files too', () => {
    expect(readConfig({ TRIVENI_METRICS_TOKEN_FILE: new URL('../LICENSE', import.meta.url).pathname }).metricsToken).toContain('Apache')
  })
})
