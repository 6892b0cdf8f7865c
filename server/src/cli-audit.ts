import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { archiveAudit } from '#kernel/audit-archive.ts'
import { startShipper } from '#kernel/audit-shipper.ts'
import { type Sealer, sealAudit, startSealer } from '#kernel/audit-sealer.ts'
import { type TenantVerdict, verifyAudit } from '#kernel/audit-verify.ts'
import { type Config, readConfig, StartError } from '#kernel/config.ts'
import { closePools, openPools, pools, withSystem } from '#kernel/db.ts'
import { openDatabase } from './database.ts'

const placesOf = (config: Config) => ({ headsDir: join(config.dataDir, 'audit-heads'), archiveDir: join(config.dataDir, 'audit-archive') })

const allTenants = (): Promise<string[]> => withSystem(async (query) => (await query('select id from tenants', [])).rows.map((row) => String(row.id)))

async function archiveAll(config: Config): Promise<number> {
  const tenants = await allTenants()
  let entries = 0
  for (const tenantId of tenants) for (const month of await archiveAudit({ pool: pools().auditor, archiveDir: placesOf(config).archiveDir, tenantId })) entries += month.entries
  return entries
}

/** Seals the audit while the server runs and sends it to its collector, if there is one; once an hour makes the months ahead and archives what is older than its retention. */
export function keepAudit(config: Config): Sealer {
  const { headsDir } = placesOf(config)
  const pool = pools().auditor
  const kept = [startSealer({ pool, headsDir }, () => archiveAll(config)), ...(config.auditSink === undefined ? [] : [startShipper({ pool, headsDir, sink: config.auditSink, tenants: allTenants })])]
  return { stop: async () => void (await Promise.all(kept.map((one) => one.stop()))) }
}

const sentence = ({ tenantId, sealed, unsealed, finding }: TenantVerdict): string => {
  const where = finding === null ? '' : [finding.number === null ? '' : ` at ${finding.number}`, finding.entryId === null ? '' : ` entry ${finding.entryId}`].join('')
  return `${tenantId}  ${sealed} sealed, ${unsealed} not yet  ${finding === null ? 'whole' : `${finding.kind.toUpperCase()}${where}: ${finding.detail}`}`
}

async function verifyCommand(config: Config, ownerUrl: string, isJson: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    // One snapshot: what is written meanwhile is not judged.
    await client.query('begin isolation level repeatable read read only')
    const verdict = await verifyAudit({ client, ...placesOf(config) })
    await client.query('commit')
    if (isJson) process.stdout.write(`${JSON.stringify(verdict)}\n`)
    else for (const one of verdict.tenants) process.stdout.write(`${sentence(one)}\n`)
    if (!verdict.isWhole) process.exitCode = 1
  } finally {
    await client.end()
  }
}

/** `triveni audit verify | seal | archive`. A verification that finds something ends with 1. */
export async function auditCommand(args: string[], say: (text: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
  const [what] = positionals
  if (what !== 'verify' && what !== 'seal' && what !== 'archive') throw new StartError('triveni audit verify [--json] | audit seal | audit archive')
  const config = readConfig()
  const told: string[] = []
  const database = await openDatabase(config, (text) => {
    told.push(text)
    say(text)
  })
  // The database of a server that runs goes on running.
  const isShared = told.some((text) => text.startsWith('adopting'))
  try {
    if (what === 'verify') return await verifyCommand(config, database.ownerUrl, values.json)
    openPools(database.urlOf)
    const entries = what === 'seal' ? await sealAudit({ pool: pools().auditor, headsDir: placesOf(config).headsDir }) : await archiveAll(config)
    if (values.json) process.stdout.write(`${JSON.stringify({ entries })}\n`)
    else say(what === 'seal' ? `${entries} entries sealed` : `${entries} entries archived`)
  } finally {
    await closePools()
    if (!isShared) await database.stop()
  }
}
