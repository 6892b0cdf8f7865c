import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'
import { StartError } from './config.ts'

let master: Buffer | undefined

/** Reads the master key, or makes one with mode 0600 on the first start. */
export function loadMasterKey(file: string): void {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
  if (key.length !== 32) throw new StartError(`The master key in ${file} is not 64 hexadecimal digits.`)
  master = key
}

const derived = new LRUCache<string, Buffer>({ max: 2000 })

function keyOf(tenantId: string, purpose: string): Buffer {
  if (master === undefined) throw new Error('master key is not loaded')
  const known = derived.get(tenantId + purpose)
  if (known !== undefined) return known
  const key = Buffer.from(hkdfSync('sha256', master, tenantId, `triveni:${purpose}`, 32))
  derived.set(tenantId + purpose, key)
  return key
}

const keyVersion = 1

/**
 * Encrypts bytes for one tenant and place (AES-256-GCM; the place is authenticated, so a ciphertext moved elsewhere does not open).
 * Layout: version, 12 bytes nonce, 16 bytes tag, ciphertext.
 */
export function sealBytes(tenantId: string, place: string, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(tenantId, 'seal'), nonce).setAAD(Buffer.from(`${tenantId}:${place}`))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([Buffer.of(keyVersion), nonce, cipher.getAuthTag(), body])
}

/** Opens what `sealBytes` made; throws when it was changed or belongs elsewhere. */
export function unsealBytes(tenantId: string, place: string, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(tenantId, 'seal'), sealed.subarray(1, 13)).setAAD(Buffer.from(`${tenantId}:${place}`))
  decipher.setAuthTag(sealed.subarray(13, 29))
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()])
}

/** As `sealBytes`, for the text of a column. */
export const seal = (tenantId: string, place: string, plaintext: string): Buffer => sealBytes(tenantId, place, Buffer.from(plaintext))
export const unseal = (tenantId: string, place: string, sealed: Uint8Array): string => unsealBytes(tenantId, place, sealed).toString('utf8')

/** A keyed hash by which a sealed value is found again by exact match. */
export function blindIndex(tenantId: string, place: string, value: string): string {
  return createHmac('sha256', keyOf(tenantId, 'index')).update(`${place}\n${value}`).digest('base64url').slice(0, 32)
}

/** A key of the whole installation, by purpose. */
export function installationKey(purpose: string): Buffer {
  if (master === undefined) throw new Error('master key is not loaded')
  return Buffer.from(hkdfSync('sha256', master, 'installation', `triveni:${purpose}`, 32))
}
