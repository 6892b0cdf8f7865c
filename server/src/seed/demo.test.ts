import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { loadMasterKey } from '#kernel/testing/keys.ts'
import { temporaryFolder } from '#kernel/testing/temporary-folder.ts'
import { cloneSeeded, urlFor } from '../testing/seeded.ts'
import { prepareDemo } from './demo.ts'

const folder = temporaryFolder('demo')
const file = join(folder, 'sign-ins.json')
const database = `t_${randomBytes(6).toString('hex')}`
const prepare = (on: string) => prepareDemo({ ownerUrl: urlFor(database), file, on })
const signIns = (): number => JSON.parse(readFileSync(file, 'utf8')).length

beforeAll(async () => {
  writeFileSync(join(folder, 'master.key'), inject('masterKey'), { mode: 0o600 })
  loadMasterKey(join(folder, 'master.key'))
  await cloneSeeded(database, { patients: 60, withCare: true })
})

describe('the demo of a day', () => {
  it('is filled in once, again for the next day, and again when its sign-ins are lost', async () => {
    await prepare('2026-11-21')
    const count = signIns()
    expect(count).toBeGreaterThan(20)
    writeFileSync(file, '[]')
    await prepare('2026-11-21')
    expect(signIns()).toBe(0)
    await prepare('2026-11-22')
    expect(signIns()).toBe(count)
    rmSync(file)
    await prepare('2026-11-22')
    expect(signIns()).toBe(count)
  })
})
