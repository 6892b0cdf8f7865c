import { parseArgs } from 'node:util'
import { readConfig, StartError } from '#kernel/config.ts'
import { backupCommand, backupHelp, restoreCommand } from './cli-backup.ts'
import { citusCommand, healthCommand, logsCommand, operationsHelp, planCommand } from './cli-operations.ts'
import { auditCommand } from './cli-audit.ts'
import { importCommand } from './cli-import.ts'
import { keyCommand, keysHelp, tenantCommand } from './cli-keys.ts'
import { openDatabase } from './database.ts'
import { seed } from './seed/seed.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const help = `triveni COMMAND
  serve                      start the server (npm start)
  migrate                    bring the schema up to date
  seed [--tenants 3] [--scale 1] [--seed 1] [--on DATE] [--json]
                             demo hospitals; scale 1 is about 1,000 patients a tenant. A second seed changes nothing.
  import fhir FOLDER [--tenant NAME] [--facility CODE] [--source SYSTEM] [--json]
                             FHIR R4 files of a folder: .json, .ndjson, either gzipped, or .zip
  import interactions FILE [--name NAME] [--version VERSION] [--severity stop|warn|inform] [--tenant NAME] [--json]
                             a CSV of drug interactions with columns drug1 and drug2
  import contraindications FILE [--name NAME] [--version VERSION] [--severity stop|warn|inform] [--tenant NAME] [--json]
                             a CSV of contraindications with columns drug and icd10, snomed or condition
  backup [list|verify|cleanup]   base backup, export of a hospital, proof by restoring, retention
  restore [ID] [--to-time T] [--tenant NAME]
  health [--json] [--alerts-only]   logs cleanup [--days N]   migrate --plan   citus distribute
  audit verify [--json]      walk every hospital's audit from its first entry; names the first that was tampered with
  audit seal | archive       seal at once; move what is older than its retention to sealed files
  key rotate [--tenant NAME] [--forget-old]   tenant shred NAME --yes NAME
Every command takes --help. Settings come from the environment; see README.`

async function migrateCommand(): Promise<void> {
  const database = await openDatabase(readConfig(), say)
  await database.stop()
  say('The schema is up to date.')
}

async function seedCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { tenants: { type: 'string', default: '3' }, scale: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' }, on: { type: 'string', default: new Date().toISOString().slice(0, 10) }, json: { type: 'boolean', default: false } } })
  const [tenants, scale, number] = [Number(values.tenants), Number(values.scale), Number(values.seed)]
  if (!(tenants >= 1 && tenants <= 3) || !(scale > 0 && scale <= 1000) || !Number.isInteger(number)) throw new StartError('--tenants is 1 to 3, --scale above 0 and at most 1000, --seed a whole number.')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(values.on)) throw new StartError('--on is a date, YYYY-MM-DD.')
  const database = await openDatabase(readConfig(), say)
  try {
    const signIns = await seed({ ownerUrl: database.ownerUrl, tenants, patients: Math.round(scale * 1000), seed: number, on: values.on, onProgress: say })
    if (values.json) process.stdout.write(`${JSON.stringify(signIns.map(({ tenant, facility, role, email, password }) => ({ tenant, facility, role, email, password })))}\n`)
    else for (const one of signIns) process.stdout.write(`${one.tenant}\t${one.role}\t${one.email}\t${one.password}\n`)
  } finally {
    await database.stop()
  }
}

const [command = '--help', ...args] = process.argv.slice(2)

async function main(): Promise<void> {
  if (args.includes('--help') && (command === 'backup' || command === 'restore')) return void process.stdout.write(`${backupHelp}\n`)
  if (args.includes('--help') && ['health', 'logs', 'citus', 'migrate'].includes(command)) return void process.stdout.write(`${operationsHelp}\n`)
  if (args.includes('--help') && ['key', 'tenant'].includes(command)) return void process.stdout.write(`${keysHelp}\n`)
  if (command === '--help' || args.includes('--help')) return void process.stdout.write(`${help}\n`)
  if (command === 'serve') return void (await import('./main.ts'))
  if (command === 'migrate' && args.includes('--plan')) return planCommand(args, say)
  if (command === 'health') return healthCommand(args, say)
  if (command === 'logs') return logsCommand(args)
  if (command === 'citus') return citusCommand(args, say)
  if (command === 'migrate') return migrateCommand()
  if (command === 'seed') return seedCommand(args)
  if (command === 'import') return importCommand(args, say)
  if (command === 'backup') return backupCommand(args, say)
  if (command === 'restore') return restoreCommand(args, say)
  if (command === 'key') return keyCommand(args, say)
  if (command === 'tenant') return tenantCommand(args, say)
  if (command === 'audit') return auditCommand(args, say)
  throw new StartError(`There is no command ${command}.\n${help}`)
}

try {
  await main()
} catch (error) {
  say(error instanceof StartError ? error.message : `Failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
