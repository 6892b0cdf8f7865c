import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { hasMasterKey, masterKeyOf, masterKeyPlace } from './master-key.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const folder = temporaryFolder('master')
const key = 'ab'.repeat(32)
const base64 = Buffer.from(key, 'hex').toString('base64')
function script(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o700 })
  return file
}
const placed = (env: Record<string, string>) => readConfig({ TRIVENI_DATA_DIR: folder, ...env })

describe('the master key', () => {
  it('is made in its file on the first start, for its owner alone, and stays', () => {
    expect(hasMasterKey(placed({}))).toBe(false)
    const made = masterKeyOf(placed({}))
    expect([made, masterKeyOf(placed({}))]).toEqual([readFileSync(join(folder, 'master.key'), 'utf8').trim(), made])
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600)
  })

  it('comes from the environment', () => {
    const place = placed({ TRIVENI_MASTER_KEY: key })
    expect([masterKeyOf(place), masterKeyPlace(place), hasMasterKey(place)]).toEqual([key, 'TRIVENI_MASTER_KEY', true])
    expect(() => placed({ TRIVENI_MASTER_KEY: 'short' })).toThrow('TRIVENI_MASTER_KEY')
  })

  it('is handed out by a key service, as digits or as Base64, and asked for once', () => {
    const asked = join(folder, 'asked')
    const command = script('service', `echo . >> ${asked}; echo ${base64}`)
    for (let times = 0; times < 3; times += 1) expect(masterKeyOf(placed({ TRIVENI_MASTER_KEY_COMMAND: command }))).toBe(key)
    expect(readFileSync(asked, 'utf8')).toBe('.\n')
    expect(masterKeyOf(placed({ TRIVENI_MASTER_KEY_COMMAND: `echo ${key}` }))).toBe(key)
    expect(masterKeyOf(placed({ TRIVENI_MASTER_KEY_COMMAND: script('text', `printf %s ${key} | base64 -w 0`) }))).toBe(key)
    expect(() => masterKeyOf(placed({ TRIVENI_MASTER_KEY_COMMAND: `echo x; echo ${key}` }))).toThrow('not 64 hexadecimal digits')
  })

  it('that cannot be had stops the start, and says nothing of it', () => {
    expect(() => masterKeyOf(placed({ TRIVENI_MASTER_KEY_COMMAND: script('refuses', 'exit 3') }))).toThrow('did not hand out')
    expect(() => masterKeyOf(placed({ TRIVENI_MASTER_KEY_COMMAND: 'echo half-a-secret' }))).toThrow(/^The master key in TRIVENI_MASTER_KEY_COMMAND is not 64 hexadecimal digits.$/)
    writeFileSync(join(folder, 'odd.key'), 'half-a-secret')
    expect(() => masterKeyOf(placed({ TRIVENI_MASTER_KEY_FILE: join(folder, 'odd.key') }))).toThrow(/^The master key in .*odd.key is not 64 hexadecimal digits.$/)
  })

  it('is named in one place only', () => {
    expect(() => placed({ TRIVENI_MASTER_KEY: key, TRIVENI_MASTER_KEY_COMMAND: 'true' })).toThrow('Keep one of')
  })
})
