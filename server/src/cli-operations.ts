import { parseArgs } from 'node:util'
import pg from 'pg'
import { readConfig, StartError } from '#kernel/config.ts'
import { watchDatabase } from '#kernel/database-watch.ts'
import { collectHealth, type Health } from '#kernel/health.ts'
import { closeInstallation, openInstallation } from '#kernel/installation.ts'
import { planMigrations } from '#kernel/migrations.ts'
import { cleanLogs } from '#kernel/request-log.ts'
import { openDatabase } from './database.ts'

type Say = (text: string) => void

export const operationsHelp = `triveni health [--json] [--alerts-only]   exit 0 well, 1 something is not, 2 down
triveni logs cleanup [--days 30] [--json] [--activity-logs]   removes request logs; the audit stays, by law
triveni migrate --plan [--json]           what a migration would change, without changing it
triveni citus distribute                  spread the tables of an installation over a Citus cluster`

function shown(health: Health, isAlertsOnly: boolean): Health {
  return isAlertsOnly ? { ...health, checks: health.checks.filter((one) => one.level !== 'ok') } : health
}

/** `triveni health`: looks from outside the serving process, so it works when that does not. */
export async function healthCommand(args: string[], say: Say): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false }, 'alerts-only': { type: 'boolean', default: false } } })
  const config = readConfig()
  const database = await openDatabase(config, say, { isAsIs: true })
  const stopWatching = watchDatabase(database.urlOf('app'))
  const installation = openInstallation({ config, ownerUrl: database.ownerUrl, jobsUrl: database.urlOf('jobs') })
  try {
    const health = shown(await collectHealth(installation), values['alerts-only'])
    if (values.json) process.stdout.write(`${JSON.stringify(health)}\n`)
    else for (const one of health.checks) process.stdout.write(`${one.level === 'ok' ? '✓' : one.level === 'warning' ? '!' : '✗'} ${one.name.padEnd(20)} ${one.value}${one.message === '' ? '' : `  ${one.message}`}\n`)
    process.exitCode = health.status === 'ok' ? 0 : health.status === 'degraded' ? 1 : 2
  } finally {
    await stopWatching()
    await closeInstallation()
    await database.stop()
  }
}

/** `triveni logs cleanup` */
export async function logsCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { days: { type: 'string', default: '30' }, json: { type: 'boolean', default: false }, 'activity-logs': { type: 'boolean', default: false } } })
  if (positionals[0] !== 'cleanup' || !/^\d{1,4}$/.test(values.days)) throw new StartError(`triveni logs cleanup --days 30\n${operationsHelp}`)
  const gone = await cleanLogs(readConfig().logDir, Number(values.days), new Date())
  process.stdout.write(values.json ? `${JSON.stringify({ removed: gone })}\n` : `${gone.length} logs older than ${values.days} days removed.${values['activity-logs'] ? ' The audit is not a log: it is kept as the law asks and cannot be removed here.' : ''}\n`)
}

/** `triveni migrate --plan` */
export async function planCommand(args: string[], say: Say): Promise<void> {
  const { values } = parseArgs({ args, options: { plan: { type: 'boolean' }, json: { type: 'boolean', default: false } } })
  const database = await openDatabase(readConfig(), say, { isAsIs: true })
  try {
    const plan = await planMigrations(database.ownerUrl)
    if (values.json) return void process.stdout.write(`${JSON.stringify(plan)}\n`)
    if (plan.length === 0) process.stdout.write('Nothing to do: the schema is up to date.\n')
    for (const one of plan) process.stdout.write(`${one.name}\n${one.statements.map((line) => `  ${line}\n`).join('')}${one.warnings.map((line) => `  ! ${line}\n`).join('')}`)
  } finally {
    await database.stop()
  }
}

/** `triveni citus distribute`: reference tables first, then every table by its hospital, those that others point to first. */
export async function citusCommand(args: string[], say: Say): Promise<void> {
  if (args[0] !== 'distribute') throw new StartError(operationsHelp)
  const database = await openDatabase(readConfig(), say, { isAsIs: true })
  const client = new pg.Client({ connectionString: database.ownerUrl })
  try {
    await client.connect()
    const { rows: has } = await client.query("select 1 from pg_extension where extname = 'citus'")
    if (has.length === 0) throw new StartError('This database has no extension citus: create it on the coordinator first (create extension citus), add the workers, then try again.')
    const { rows } = await client.query<{ name: string; has_tenant: boolean }>(
      `select c.relname as name, exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) and c.relrowsecurity as has_tenant from pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migrations' and not exists (select 1 from pg_dist_partition d where d.logicalrelid = c.oid) order by 2, 1`,
    )
    for (const { name, has_tenant: hasTenant } of rows) {
      // Queues are read by the dispatcher across hospitals and stay on the coordinator.
      if (name === 'event_queue') continue
      say(`· ${name}`)
      await client.query(hasTenant ? "select create_distributed_table($1, 'tenant_id')" : 'select create_reference_table($1)', [name])
    }
    process.stdout.write(`${rows.length} tables are spread.\n`)
  } finally {
    await client.end()
    await database.stop()
  }
}
