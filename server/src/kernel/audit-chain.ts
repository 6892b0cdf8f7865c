import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** An audit entry as the chain sees it: every column as the database's text. */
export interface ChainEntry {
  tenant_id: string
  id: string
  /** Microseconds since 1970. */
  at: string
  written_xid: string
  actor_id: string | null
  role: string | null
  session_id: string | null
  facility_id: string | null
  request_id: string | null
  address: string | null
  agent: string | null
  action: string
  subject_type: string | null
  subject_id: string | null
  patient_id: string | null
  outcome: string
  reason: string | null
  details: string | null
  before: string | null
  after: string | null
}

const lineFields = ['tenant_id', 'id', 'at', 'written_xid', 'actor_id', 'role', 'session_id', 'facility_id', 'request_id', 'address', 'agent', 'action', 'subject_type', 'subject_id', 'patient_id', 'outcome', 'reason'] as const
const contentFields = ['details', 'before', 'after'] as const

/** The columns of `ChainEntry` of a row `e`, for a select list. */
export const chainColumns = [...lineFields, ...contentFields].map((name) => (name === 'at' ? '(extract(epoch from e.at) * 1000000)::bigint::text as at' : `e.${name}::text as ${name}`)).join(', ')

const field = (value: string | null): string => (value === null ? '-' : `${Buffer.byteLength(value)}:${value}`)
const sha256 = (...parts: (string | Uint8Array)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

/** Fingerprint of what an entry held: what was searched for, and before and after of a change. */
export const contentHash = (e: ChainEntry): Buffer => sha256(contentFields.map((name) => field(e[name])).join(''))

/** The first link of a tenant's chain. */
export const firstHash = (tenantId: string): Buffer => sha256(`triveni audit ${tenantId}`)

/** The seal of an entry after the one before it. Calculated here anew, not by the database that is being judged. */
export const sealOf = (previous: Uint8Array, e: ChainEntry, content: Uint8Array): Buffer => sha256(previous, lineFields.map((name) => field(e[name])).join(''), Buffer.from(content).toString('hex'))

/** How far a tenant's chain had come, as it is kept outside the database. */
export interface Head {
  tenantId: string
  number: number
  hash: string
  entryId: string
  sealedAt: string
}
export interface SignedHead extends Head {
  signature: string
}

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key that signs heads, Ed25519, made of 32 bytes that follow from the master key. */
export const headKey = (seed: Uint8Array): KeyObject => createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })

const bytesOf = (head: Head): Buffer => Buffer.from([head.tenantId, head.number, head.hash, head.entryId, head.sealedAt].join('\n'))
export const signHead = (key: KeyObject, head: Head): SignedHead => ({ ...head, signature: sign(null, bytesOf(head), key).toString('base64') })
export const isSigned = (key: KeyObject, head: SignedHead): boolean => verify(null, bytesOf(head), createPublicKey(key), Buffer.from(head.signature, 'base64'))
