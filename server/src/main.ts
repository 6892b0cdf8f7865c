import { type Config, readConfig, StartError } from '#kernel/config.ts'
import { isConnectionFailure } from '#kernel/errors.ts'
import { errorFields, log } from '#kernel/log.ts'
import { claimServing } from '#kernel/serving.ts'
import { openDatabase } from './database.ts'
import { portHolder } from './port-holder.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

// The most of a start is to read the program, so what refuses a start is asked before.
const program = () => import('./serve.ts')

async function refuseTakenPort(config: Config): Promise<void> {
  const holder = await portHolder(config.host, config.port)
  if (holder !== undefined) throw new StartError(`Port ${config.port} is taken${holder === '' ? '' : ` by ${holder}`}. Start on another one with: PORT=${config.port + 1} npm start`)
}

async function start(): Promise<void> {
  const config = readConfig()
  await refuseTakenPort(config)
  say('Triveni is starting')
  // The embedded database comes up while the program is read.
  const database = await openDatabase(config, (text) => say(`· ${text}`), { isWatched: true, onSpawned: () => void program().catch(() => {}) })
  const release = claimServing(config.dataDir)
  const { serve } = await program()
  await serve(config, { database, release })
}

// A library may leave the failure of a dying connection to nobody: that must not end the process of a hospital. Anything else must.
process.on('unhandledRejection', (error) => {
  log('error', 'a failure nobody waited for', errorFields(error))
  if (!isConnectionFailure(error)) process.exit(1)
})

try {
  await start()
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : `Triveni could not start: ${error instanceof Error ? error.message : String(error)}`}\n`)
  process.exit(1)
}
