import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from './ids.ts'
import { blindIndex, seal, sealBytes, unseal, unsealBytes } from './seal.ts'
import { loadMasterKey } from './testing/keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'triveni-seal-'))
const [one, other] = [newId(), newId()]
beforeAll(() => loadMasterKey(join(folder, 'master.key')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a sealed value', () => {
  const value = 'AB-1234-5678'
  const sealed = () => seal(one, `identifiers.value.${one}`, value)

  it('opens where it was sealed, and looks like nothing twice', () => {
    expect(unseal(one, `identifiers.value.${one}`, sealed())).toBe(value)
    expect(sealed().equals(sealed())).toBe(false)
    expect(sealed().includes(Buffer.from(value))).toBe(false)
  })

  it.each([['another row', one, `identifiers.value.${other}`], ['another column', one, `identifiers.note.${one}`], ['another hospital', other, `identifiers.value.${one}`]])('does not open in %s', (_where, tenantId, place) => {
    expect(() => unseal(tenantId, place, sealed())).toThrow()
  })

  it('does not open when a bit of it is another', () => {
    const bytes = sealBytes(one, 'files.x', Buffer.from(value))
    for (let index = 1; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(() => unsealBytes(one, 'files.x', changed)).toThrow()
    }
    expect(() => unsealBytes(one, 'files.x', bytes.subarray(0, 20))).toThrow()
  })

  it('is found again by a keyed hash that says nothing across columns and hospitals', () => {
    const hashes = [blindIndex(one, 'a', value), blindIndex(one, 'b', value), blindIndex(other, 'a', value)]
    expect([new Set(hashes).size, blindIndex(one, 'a', value) === hashes[0]]).toEqual([3, true])
  })
})

describe('the master key', () => {
  it('is made for its owner’s eyes, and refused when it is too short', () => {
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600)
    expect(() => loadMasterKey(new URL(import.meta.url).pathname)).toThrow('64 hexadecimal digits')
  })
})
