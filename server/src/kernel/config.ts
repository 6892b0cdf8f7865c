import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.url().optional(),
  TRIVENI_DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z.string().optional(),
  DATABASE_OWNER_URL: z.string().optional(),
  TRIVENI_MASTER_KEY_FILE: z.string().optional(),
  TRIVENI_TEST_CLOCK: z.string().optional(),
  TRIVENI_RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  TRIVENI_DEMO: z.enum(['on', 'off']).optional(),
})

export interface Config {
  isProduction: boolean
  isDemo: boolean
  port: number
  host: string
  publicUrl: string
  dataDir: string
  databaseUrl: string | undefined
  databaseOwnerUrl: string | undefined
  masterKeyFile: string | undefined
  isRateLimited: boolean
}

/** A setting that stops the start; the message is for the person at the terminal. */
export class StartError extends Error {}

/** Reads and checks the settings of the environment. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(env)
  if (!parsed.success) throw new StartError(parsed.error.issues.map((issue) => `Setting ${issue.path.join('.')} is not valid: ${issue.message}.`).join('\n'))
  const { data } = parsed
  const isProduction = data.NODE_ENV === 'production'
  if (isProduction && (data.TRIVENI_TEST_CLOCK !== undefined || data.TRIVENI_RATE_LIMITS === 'off')) throw new StartError('TRIVENI_TEST_CLOCK and TRIVENI_RATE_LIMITS=off are for tests and refused with NODE_ENV=production.')
  return {
    isProduction,
    isDemo: data.TRIVENI_DEMO === undefined ? !isProduction && data.DATABASE_URL === undefined : data.TRIVENI_DEMO === 'on',
    port: data.PORT,
    host: data.HOST,
    publicUrl: data.PUBLIC_URL ?? `http://localhost:${data.PORT}`,
    dataDir: resolve(data.TRIVENI_DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    databaseOwnerUrl: data.DATABASE_OWNER_URL,
    masterKeyFile: data.TRIVENI_MASTER_KEY_FILE,
    isRateLimited: data.TRIVENI_RATE_LIMITS === 'on',
  }
}

/** Business time: the wall clock, or in tests the instant that stands in `TRIVENI_TEST_CLOCK`. */
export function now(): Date {
  const file = process.env['TRIVENI_TEST_CLOCK']
  return file === undefined ? new Date() : new Date(readFileSync(file, 'utf8').trim())
}
