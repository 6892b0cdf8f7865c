import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'

let master: Buffer | undefined

/** Keeps the master key, 64 hexadecimal digits, for all that is sealed by this process. */
export function holdMasterKey(text: string): void {
  master = Buffer.from(text, 'hex')
  derived.clear()
  ring.clear()
}

const derived = new LRUCache<string, Buffer>({ max: 2000 })

function derive(tenantId: string, purpose: string): Buffer {
  if (master === undefined) throw new Error('master key is not loaded')
  const known = derived.get(tenantId + purpose)
  if (known !== undefined) return known
  const key = Buffer.from(hkdfSync('sha256', master, tenantId, `triveni:${purpose}`, 32))
  derived.set(tenantId + purpose, key)
  return key
}

/** The keys of one hospital that this process holds, by version; without any the key follows from the master key and is version 1. */
export interface TenantKeys {
  /** What is sealed with from now on. */
  active: number
  keys: ReadonlyMap<number, Buffer>
  /** The hospital's keys are gone, and with them what they sealed. */
  isDestroyed: boolean
}

const ring = new Map<string, TenantKeys>()
const derivedVersion = 1

/** What was sealed cannot be opened any more, on purpose: the keys of the hospital are destroyed. */
export class KeyDestroyed extends Error {}

/** Replaces what this process knows of a hospital's keys. */
export function keepTenantKeys(tenantId: string, keys: TenantKeys): void {
  ring.set(tenantId, keys)
}

/** Which version this process seals with. */
export const activeKeyVersion = (tenantId: string): number => ring.get(tenantId)?.active ?? derivedVersion

function keyOf(tenantId: string, version: number): Buffer {
  const held = ring.get(tenantId)
  if (held?.isDestroyed === true) throw new KeyDestroyed('the keys of this hospital are destroyed')
  if (version === derivedVersion) return derive(tenantId, 'seal')
  const key = held?.keys.get(version)
  if (key === undefined) throw new Error(`key ${version} of the hospital is not known`)
  return key
}

// 1: the whole is bound to a place that may lack its row, by the derived key. 2: version of the key in two bytes, the place names the row.
const oldLayout = 1
const layout = 2

/**
 * Encrypts bytes for one tenant and place (AES-256-GCM). The place, `table.column.row`, is authenticated, so a ciphertext moved to another row,
 * column or hospital does not open. Layout: 2, key version (16 bits), 12 bytes nonce, 16 bytes tag, ciphertext.
 */
export function sealBytes(tenantId: string, place: string, plaintext: Uint8Array): Buffer {
  const version = activeKeyVersion(tenantId)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(tenantId, version), nonce).setAAD(Buffer.from(`${layout}:${version}:${tenantId}:${place}`))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([Buffer.of(layout, version >> 8, version & 255), nonce, cipher.getAuthTag(), body])
}

/** With which key something was sealed. */
export const keyVersionOf = (sealed: Uint8Array): number => (sealed[0] === layout ? (sealed[1] ?? 0) * 256 + (sealed[2] ?? 0) : derivedVersion)

/** Whether it was sealed by the key and in the layout of today. */
export const isCurrent = (tenantId: string, sealed: Uint8Array): boolean => sealed[0] === layout && keyVersionOf(sealed) === activeKeyVersion(tenantId)

/** Opens what `sealBytes` made; throws when it was changed or belongs elsewhere. What the first layout sealed may have had a place without its row. */
export function unsealBytes(tenantId: string, place: string, sealed: Uint8Array, oldPlace = place): Buffer {
  const isOld = sealed[0] === oldLayout
  if (!isOld && sealed[0] !== layout) throw new Error('not a sealed value')
  const [version, head] = [keyVersionOf(sealed), isOld ? 1 : 3]
  const bound = isOld ? `${tenantId}:${oldPlace}` : `${layout}:${version}:${tenantId}:${place}`
  const decipher = createDecipheriv('aes-256-gcm', keyOf(tenantId, version), sealed.subarray(head, head + 12), { authTagLength: 16 }).setAAD(Buffer.from(bound))
  decipher.setAuthTag(sealed.subarray(head + 12, head + 28))
  return Buffer.concat([decipher.update(sealed.subarray(head + 28)), decipher.final()])
}

/** As `sealBytes`, for the text of a column. */
export const seal = (tenantId: string, place: string, plaintext: string): Buffer => sealBytes(tenantId, place, Buffer.from(plaintext))
export const unseal = (tenantId: string, place: string, sealed: Uint8Array, oldPlace = place): string => unsealBytes(tenantId, place, sealed, oldPlace).toString('utf8')

/** A keyed hash by which a sealed value is found again by exact match. */
export function blindIndex(tenantId: string, place: string, value: string): string {
  return createHmac('sha256', derive(tenantId, 'index')).update(`${place}\n${value}`).digest('base64url').slice(0, 32)
}

/** A key of the whole installation, by purpose. */
export function installationKey(purpose: string): Buffer {
  if (master === undefined) throw new Error('master key is not loaded')
  return Buffer.from(hkdfSync('sha256', master, 'installation', `triveni:${purpose}`, 32))
}
