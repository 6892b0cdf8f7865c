import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { type Config, readConfig, StartError } from '#kernel/config.ts'
import { resealTenant } from '#kernel/resealing.ts'
import { keysKnownAfterMilliseconds, loadTenantKeys, makeTenantKey } from '#kernel/tenant-keys.ts'
import { openDatabase } from './database.ts'

export const keysHelp = `triveni key rotate [--tenant NAME] [--forget-old] [--json]
                           a new data key for every hospital, or one; everything is sealed again while the server runs
triveni tenant shred NAME --yes NAME [--json]
                           destroys the keys of a hospital: nothing sealed of it can be read again, here or by this master key from a later backup`

interface Tenant {
  id: string
  name: string
}

interface Work {
  client: pg.Client
  filesRoot: string
  say: (text: string) => void
  /** How long until every process knows a change. */
  pauseMilliseconds: number
}

const queryOf = (client: pg.Client) => (text: string, values: unknown[] = []) => client.query(text, values)

async function tenantsOf(client: pg.Client, name: string | undefined): Promise<Tenant[]> {
  const { rows } = await client.query<Tenant>("select id, name from tenants where ($1::text is null and state <> 'closed') or name = $1 or id::text = $1 order by name", [name ?? null])
  if (rows.length === 0) throw new StartError(name === undefined ? 'There is no hospital.' : `There is no hospital ${name}.`)
  return rows
}

/**
 * Gives hospitals their next key in steps that leave no moment in which a process meets a key it does not know: the key stands by until every
 * process has it, is then sealed with, and only then is the old seal replaced.
 */
export async function rotateKeys(work: Work, tenants: readonly Tenant[], isForgetting: boolean) {
  const { client, filesRoot, say } = work
  const query = queryOf(client)
  const next = new Map<string, number>()
  for (const { id } of tenants) next.set(id, await makeTenantKey(query, id, 'standby'))
  say('· the new keys stand by')
  await wait(work.pauseMilliseconds)
  for (const [id, version] of next) {
    await client.query('begin')
    await client.query("update kernel.tenant_keys set state = 'old' where tenant_id = $1 and state = 'active'", [id])
    await client.query("update kernel.tenant_keys set state = 'active' where tenant_id = $1 and version = $2", [id, version])
    await client.query('commit')
  }
  await loadTenantKeys(query)
  say('· new values are sealed with them')
  await wait(work.pauseMilliseconds)
  const told = []
  for (const { id, name } of tenants) {
    const done = await resealTenant(client, { tenantId: id, filesRoot })
    const isForgotten = isForgetting && done.left === 0
    if (isForgotten) await client.query("update kernel.tenant_keys set state = 'destroyed', wrapped = null where tenant_id = $1 and state = 'old'", [id])
    say(`· ${name}: ${done.values} values and ${done.files} files, ${done.left} left${isForgotten ? ', the old keys are gone' : ''}`)
    told.push({ tenant: name, version: next.get(id) ?? 0, ...done, isForgotten })
  }
  return told
}

/** Destroys the keys of a hospital. What the derived key has sealed is first sealed with one that can be destroyed. */
export async function shredTenant(work: Work, tenant: Tenant): Promise<void> {
  const { client } = work
  await rotateKeys(work, [tenant], false)
  await client.query('begin')
  await client.query("update kernel.tenant_keys set state = 'destroyed', wrapped = null where tenant_id = $1", [tenant.id])
  await client.query("update tenants set state = 'closed' where id = $1", [tenant.id])
  await client.query('update sessions set ended_at = now() where tenant_id = $1 and ended_at is null', [tenant.id])
  // A keyed hash could be guessed by whoever has the master key.
  await client.query("update patient_identifiers set value_index = 'shredded' where tenant_id = $1", [tenant.id])
  await client.query('commit')
}

async function withDatabase<T>(config: Config, say: (text: string) => void, run: (work: Work) => Promise<T>): Promise<T> {
  const database = await openDatabase(config, say)
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    return await run({ client, filesRoot: join(config.dataDir, 'files'), say, pauseMilliseconds: keysKnownAfterMilliseconds })
  } finally {
    await client.end()
    await database.stop()
  }
}

/** `triveni key rotate` */
export async function keyCommand(args: string[], say: (text: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { tenant: { type: 'string' }, 'forget-old': { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } })
  if (positionals[0] !== 'rotate') throw new StartError(keysHelp)
  const told = await withDatabase(readConfig(), say, async (work) => rotateKeys(work, await tenantsOf(work.client, values.tenant), values['forget-old']))
  if (values.json) process.stdout.write(`${JSON.stringify(told)}\n`)
  if (told.some((one) => one.left > 0)) process.exitCode = 1
}

/** `triveni tenant shred` */
export async function tenantCommand(args: string[], say: (text: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { yes: { type: 'string' }, json: { type: 'boolean', default: false } } })
  const [what, name] = positionals
  if (what !== 'shred' || name === undefined) throw new StartError(keysHelp)
  if (values.yes !== name) throw new StartError(`This cannot be undone. Say the name again to do it: triveni tenant shred ${JSON.stringify(name)} --yes ${JSON.stringify(name)}`)
  const shredded = await withDatabase(readConfig(), say, async (work) => {
    const [tenant] = await tenantsOf(work.client, name)
    if (tenant === undefined) throw new StartError(`There is no hospital ${name}.`)
    await shredTenant(work, tenant)
    return tenant
  })
  if (values.json) process.stdout.write(`${JSON.stringify({ shredded: shredded.id })}\n`)
  else say(`The keys of ${shredded.name} are destroyed. Backups made before still hold them, wrapped by the master key: remove those, or let their days run out (triveni backup cleanup).`)
}
