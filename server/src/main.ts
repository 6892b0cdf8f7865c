import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Config, readConfig, StartError } from '#kernel/config.ts'
import { closePools, openPools } from '#kernel/db.ts'
import { openStore } from '#kernel/files.ts'
import { startJobs } from '#kernel/jobs.ts'
import { buildApp } from './app.ts'
import { keepAudit } from './cli-audit.ts'
import { type Database, masterKeyFile, openDatabase } from './database.ts'
import { modules } from './modules.ts'
import { useDemo } from './modules/people/index.ts'
import { portHolder } from './port-holder.ts'
import { seed } from './seed/seed.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function prepareDemo(config: Config, database: Database): Promise<void> {
  if (!config.isDemo) return
  const file = join(config.dataDir, 'demo-sign-ins.json')
  say('· demo data')
  const signIns = await seed({ ownerUrl: database.ownerUrl, tenants: 3, patients: 60, seed: 1, on: new Date().toISOString().slice(0, 10) })
  writeFileSync(file, JSON.stringify(signIns, null, 2), { mode: 0o600 })
  useDemo(file)
}

async function serve(): Promise<void> {
  const config = readConfig()
  await refuseTakenPort(config)
  say('Triveni is starting')
  const database = await openDatabase(config, (text) => say(`· ${text}`))
  const stopping: (() => Promise<unknown>)[] = [() => database.stop()]
  const stop = async () => {
    for (const step of stopping.toReversed()) await step().catch(() => {})
  }
  try {
    await prepareDemo(config, database)
    openStore(join(config.dataDir, 'files'))
    openPools(database.urlOf)
    stopping.push(closePools)
    const auditKeeper = keepAudit(config)
    stopping.push(() => auditKeeper.stop())
    const jobs = await startJobs(database.urlOf('jobs'), modules)
    stopping.push(() => jobs.stop())
    const app = await buildApp(config)
    await app.listen({ port: config.port, host: config.host })
    stopping.push(() => Promise.race([app.close(), wait(10_000)]))
    announce(config)
  } catch (error) {
    await stop()
    throw error
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('\nTriveni is stopping')
      void stop().then(() => process.exit(0))
    })
  }
}

async function refuseTakenPort(config: Config): Promise<void> {
  const holder = await portHolder(config.host, config.port)
  if (holder !== undefined) throw new StartError(`Port ${config.port} is taken${holder === '' ? '' : ` by ${holder}`}. Start on another one with: PORT=${config.port + 1} npm start`)
}

function announce(config: Config): void {
  say(`\nTriveni runs at ${config.publicUrl}`)
  if (config.isDemo) {
    for (const email of ['doctor@general.example', 'receptionist@ayurveda.example', 'admin@homeopathy.example']) say(`  sign in as ${email}   password three-rivers-meet`)
  }
  say(`  data folder ${config.dataDir}`)
  say(`  master key  ${masterKeyFile(config)} (backups are worthless without it)`)
}

try {
  await serve()
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : `Triveni could not start: ${error instanceof Error ? error.message : String(error)}`}\n`)
  process.exit(1)
}
