import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { withSystem } from './db.ts'
import { errorFields, log } from './log.ts'
import { installationKey, keepTenantKeys } from './seal.ts'

/** Wraps the hospitals' keys: the master key by itself, or a key service outside. What is wrapped is bound to its hospital and version. */
export interface KeyService {
  wrap: (place: string, key: Buffer) => Promise<Buffer>
  unwrap: (place: string, wrapped: Buffer) => Promise<Buffer>
}

/** The master key as the service: AES-256-GCM, nonce, tag and key. */
export const byMasterKey: KeyService = {
  wrap: async (place, key) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', installationKey('tenant-keys'), nonce).setAAD(Buffer.from(place))
    const body = Buffer.concat([cipher.update(key), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body])
  },
  unwrap: async (place, wrapped) => {
    const decipher = createDecipheriv('aes-256-gcm', installationKey('tenant-keys'), wrapped.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(place))
    decipher.setAuthTag(wrapped.subarray(12, 28))
    return Buffer.concat([decipher.update(wrapped.subarray(28)), decipher.final()])
  },
}

const service = { current: byMasterKey }

/** Another service wraps from now on. */
export function useKeyService(one: KeyService): void {
  service.current = one
}

type Query = (text: string, values?: unknown[]) => Promise<{ rows: pg.QueryResultRow[] }>

const placeOf = (tenantId: string, version: number): string => `kernel.tenant_keys.${tenantId}.${version}`

interface KeyRow {
  tenant_id: string
  version: number
  wrapped: Buffer | null
  state: string
}

const opened = new Map<string, Buffer>()

async function open({ tenant_id: tenantId, version, wrapped }: KeyRow): Promise<Buffer | undefined> {
  if (wrapped === null) return undefined
  const name = `${placeOf(tenantId, version)}.${wrapped.toString('base64')}`
  const key = opened.get(name) ?? (await service.current.unwrap(placeOf(tenantId, version), wrapped))
  opened.set(name, key)
  return key
}

/** Reads the keys of every hospital into this process. */
export async function loadTenantKeys(query: Query): Promise<void> {
  const { rows } = await query('select tenant_id, version, wrapped, state from kernel.tenant_keys order by tenant_id, version')
  for (const [tenantId, own] of Map.groupBy(rows as KeyRow[], (row) => row.tenant_id)) {
    const keys = new Map<number, Buffer>()
    for (const row of own) {
      const key = await open(row)
      if (key !== undefined) keys.set(row.version, key)
    }
    keepTenantKeys(tenantId, { keys, active: own.find((row) => row.state === 'active')?.version ?? 1, isDestroyed: own.every((row) => row.state === 'destroyed') })
  }
}

/** Makes the next key of a hospital, which every process learns before anything is sealed with it. */
export async function makeTenantKey(query: Query, tenantId: string, state: 'standby' | 'active'): Promise<number> {
  const { rows } = await query('select coalesce(max(version), 1) + 1 as next from kernel.tenant_keys where tenant_id = $1', [tenantId])
  const version = Number(rows[0]?.['next'])
  await query('insert into kernel.tenant_keys (tenant_id, version, wrapped, state, made_at) values ($1, $2, $3, $4, now())', [tenantId, version, await service.current.wrap(placeOf(tenantId, version), randomBytes(32)), state])
  return version
}

/** Gives a key to every hospital that has none; run by the owner while nobody else starts. */
export async function ensureTenantKeys(query: Query): Promise<void> {
  const { rows } = await query("select t.id from tenants t where t.state <> 'closed' and not exists (select 1 from kernel.tenant_keys k where k.tenant_id = t.id)")
  for (const row of rows) await makeTenantKey(query, String(row['id']), 'active')
}

/** How soon every process knows of a change of keys. */
export const keysKnownAfterMilliseconds = 5000

/** Looks for new keys every two seconds, so that a key is known here before another process seals with it. */
export function watchTenantKeys(): () => Promise<void> {
  const look = () => void withSystem((query) => loadTenantKeys((text, values = []) => query(text, values))).catch((error: unknown) => log('warn', 'keys could not be looked at', errorFields(error)))
  const timer = setInterval(look, 2000).unref()
  return async () => clearInterval(timer)
}
