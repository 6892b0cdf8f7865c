import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const onOff = z.enum(['on', 'off'])
const number = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

/** Every setting, with what it says in the documentation. A name that ends in _URL, _TOKEN or _PASSPHRASE can also come from a file: NAME_FILE. */
export const settingsSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development').describe('`production` seeds nobody and refuses settings for tests'),
  PORT: number(0, 65_535).default(3000).describe('port of web and API'),
  HOST: z.string().default('127.0.0.1').describe('address to listen on; `0.0.0.0` for every network'),
  PUBLIC_URL: z.url().optional().describe('address that browsers use, when a proxy stands before it'),
  TRIVENI_TLS_CERT_FILE: z.string().optional().describe('certificate (PEM, with its chain): the program itself speaks https then, TLS 1.2 and 1.3; a renewed file is taken up by itself'),
  TRIVENI_TLS_KEY_FILE: z.string().optional().describe('private key of the certificate (PEM)'),
  TRIVENI_DATA_DIR: z.string().default('./data').describe('database, files, keys and backups'),
  DATABASE_URL: z.string().optional().describe("the application's login to an external PostgreSQL, when you make it yourself"),
  DATABASE_OWNER_URL: z.string().optional().describe('owner of an external PostgreSQL 15 or newer: migrations, backups; Triveni makes its logins with it'),
  DATABASE_REPLICA_URL: z.string().optional().describe('a read replica for reports and lists that may lag, with its own user and password left out'),
  TRIVENI_MASTER_KEY_FILE: z.string().optional().describe('the master key; by default `master.key` in the data folder'),
  TRIVENI_MASTER_KEY: z.string().regex(/^[0-9a-fA-F]{64}$/).optional().describe('the master key itself, 64 hexadecimal digits, where secrets come by the environment'),
  TRIVENI_MASTER_KEY_COMMAND: z.string().min(1).optional().describe('a program that hands out the master key, with its arguments and without a shell, asked once at the start: the client of a key service (KMS, Vault) or a script around it'),
  TRIVENI_DEMO: onOff.optional().describe('demo hospitals; on by default with the embedded database outside production'),
  TRIVENI_ROLE: z.enum(['all', 'web', 'worker']).default('all').describe('what this process does: answer requests, run jobs, or both'),
  TRIVENI_POOL_SIZE: number(2, 200).optional().describe('connections to the database for requests; 4 a core, 10 to 20, by default'),
  TRIVENI_MAX_REQUESTS: number(10, 10_000).default(400).describe('requests worked on at once; more are answered 503 at once'),
  TRIVENI_DRAIN_SECONDS: number(0, 60).default(1).describe('how long a stopping process still answers while it says it is not ready'),
  REDIS_URL: z.string().optional().describe('shared cache and invalidation between processes; PostgreSQL does the latter without it'),
  TRIVENI_BACKUPS: onOff.optional().describe('archive the log and back up by schedule; on by default with the embedded database, off for demo data'),
  TRIVENI_BACKUP_DIR: z.string().optional().describe('where backups lie; by default `backups` in the data folder'),
  S3_URL: z.string().optional().describe('S3-compatible storage for backups: `s3://KEY:SECRET@host/bucket/folder?region=…`'),
  TRIVENI_BACKUP_SCHEDULE: z.string().default('30 20 * * *').describe('when to back up and verify, as cron in UTC'),
  TRIVENI_BACKUP_KEEP: number(1, 1000).default(7).describe('verified backups that stay whatever their age'),
  TRIVENI_BACKUP_KEEP_DAYS: number(0, 3650).default(30).describe('days that backups stay'),
  TRIVENI_BACKUP_PASSPHRASE: z.string().min(12).optional().describe('a recovery sentence: opens the master key from a backup on the day it is lost'),
  TRIVENI_OPERATOR: z.string().optional().describe('name or id of the hospital whose administrators look after the installation; by default the first one, in a demo every one'),
  TRIVENI_METRICS_TOKEN: z.string().optional().describe('bearer token for `/metrics`; without it only this machine may read it'),
  SMTP_URL: z.string().optional().describe('mail server: `smtp://user:password@host:587` or `smtps://…`; on another machine never without TLS, unless the address ends in `?plain=1`'),
  TRIVENI_SMS_URL: z.url().optional().describe('SMS gateway that takes messages by POST over HTTPS; without it no codes go by SMS'),
  TRIVENI_SMS_TOKEN: z.string().optional().describe('what the SMS gateway knows us by: a bearer token, or `user:password` for basic authentication'),
  TRIVENI_SMS_FROM: z.string().max(40).optional().describe('sender of text messages, where the gateway wants one'),
  TRIVENI_SMS_FIELDS: z.string().regex(/^(form:)?\w+,\w+,\w+$/).default('to,from,text').describe('names of number, sender and text in what the gateway takes, as JSON; `form:To,From,Body` for a form'),
  TRIVENI_SECOND_FACTOR: z.enum(['required', 'by-role']).optional().describe('`required` asks everybody for a second factor, `by-role` leaves it to the hospitals, role by role; by default required in production'),
  TRIVENI_ALERT_EMAIL: z.string().optional().describe('who gets alerts, commas between addresses'),
  TRIVENI_ALERT_WEBHOOK: z.url().optional().describe('address that gets alerts as JSON'),
  TRIVENI_AUDIT_URL: z.url().refine((value) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(value), 'it has to begin with https').optional().describe('collector on another machine that gets each entry of the audit within seconds, as lines of JSON by POST over HTTPS'),
  TRIVENI_AUDIT_TOKEN: z.string().optional().describe('bearer token for the collector of the audit'),
  TRIVENI_LOG: z.enum(['quiet', 'normal', 'requests']).default('normal').describe('`requests` writes a line for each request to standard error, for containers'),
  TRIVENI_LOG_DIR: z.string().optional().describe('folder of the daily request logs; by default `logs` in the data folder'),
  TRIVENI_SLOW_MS: number(1, 600_000).default(500).describe('statements and requests that take longer are logged'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional().describe('OpenTelemetry collector (OTLP over HTTP) for traces'),
  OTEL_SERVICE_NAME: z.string().default('triveni').describe('name of the service in traces'),
  SENTRY_DSN: z.url().optional().describe('error tracking by the Sentry protocol; gets codes and stacks, no data'),
  TRIVENI_OUTGOING_ALLOW: z.string().default('').describe('hosts, addresses and ranges of the own network that hospitals may name for sign-in, text messages and webhooks, commas between: `idp.hospital.lan,10.2.0.0/16`; the public network needs no entry'),
  TRIVENI_TRUSTED_PROXIES: z.string().default('').describe('addresses and ranges of proxies whose `X-Forwarded-*` headers count, commas between; none by default'),
  TRIVENI_CLAMD: z.string().regex(/^[\w.-]+:\d{1,5}$/).optional().describe('virus scanner (clamd over TCP) for uploads, `host:3310`; without it files are shown as not scanned'),
  TRIVENI_TEST_CLOCK: z.string().optional().describe('tests: a file that holds the instant that is now'),
  TRIVENI_RATE_LIMITS: onOff.default('on').describe('tests: `off` lifts the limits of requests'),
})

const secretNames = Object.keys(settingsSchema.shape).filter((name) => /_URL$|_TOKEN$|_PASSPHRASE$|_DSN$/.test(name) && name !== 'PUBLIC_URL')

export interface Config {
  isProduction: boolean
  isDemo: boolean
  port: number
  host: string
  publicUrl: string
  dataDir: string
  databaseUrl: string | undefined
  databaseOwnerUrl: string | undefined
  replicaUrl: string | undefined
  masterKeyFile: string | undefined
  masterKey: string | undefined
  masterKeyCommand: string | undefined
  isRateLimited: boolean
  outgoingAllow: readonly string[]
  trustedProxies: readonly string[]
  clamd: string | undefined
  role: 'all' | 'web' | 'worker'
  poolSize: number
  maxRequests: number
  drainSeconds: number
  redisUrl: string | undefined
  hasBackups: boolean
  backup: { dir: string; s3Url: string | undefined; schedule: string; keep: number; keepDays: number; passphrase: string | undefined }
  operator: string | undefined
  metricsToken: string | undefined
  sms: { url: string; token: string | undefined; from: string | undefined; fields: string } | undefined
  isFactorRequired: boolean
  tls: { certFile: string; keyFile: string } | undefined
  alerts: { smtpUrl: string | undefined; email: string | undefined; webhook: string | undefined }
  logDir: string
  slowMilliseconds: number
  auditSink: { url: string; token: string | undefined } | undefined
  telemetry: { endpoint: string | undefined; service: string; sentry: string | undefined }
}

/** A setting that stops the start; the message is for the person at the terminal. */
export class StartError extends Error {}

/** Secrets may stand in files, as container platforms hand them over: NAME_FILE in place of NAME. */
function withSecretFiles(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const read = { ...env }
  for (const name of secretNames) {
    const file = env[`${name}_FILE`]
    if (file === undefined) continue
    if (env[name] !== undefined) throw new StartError(`Both ${name} and ${name}_FILE are set; keep one of them.`)
    try {
      read[name] = readFileSync(file, 'utf8').trim()
    } catch {
      throw new StartError(`The file ${file} of ${name}_FILE cannot be read.`)
    }
  }
  return read
}

function mistake(issue: { path: readonly PropertyKey[]; message: string }): string {
  const name = issue.path.join('.')
  const about = settingsSchema.shape[name as keyof typeof settingsSchema.shape]?.description ?? ''
  return `Setting ${name} is not valid: ${issue.message}.${about === '' ? '' : ` It says: ${about}.`}`
}

const listed = (text: string): string[] => text.split(',').map((one) => one.trim()).filter((one) => one !== '')

const poolSizeByCores = (): number => Math.max(10, Math.min(20, availableParallelism() * 4))

function tlsOf(certFile: string | undefined, keyFile: string | undefined): Config['tls'] {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined || keyFile === undefined) throw new StartError('TRIVENI_TLS_CERT_FILE and TRIVENI_TLS_KEY_FILE belong together; set both or none.')
  return { certFile, keyFile }
}

function refuseTwoKeys(data: z.infer<typeof settingsSchema>): void {
  const places = (['TRIVENI_MASTER_KEY', 'TRIVENI_MASTER_KEY_COMMAND', 'TRIVENI_MASTER_KEY_FILE'] as const).filter((name) => data[name] !== undefined)
  if (places.length > 1) throw new StartError(`Keep one of ${places.join(' and ')}: the master key is in one place.`)
}

/** Reads and checks the settings of the environment. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = settingsSchema.safeParse(withSecretFiles(env))
  if (!parsed.success) throw new StartError(parsed.error.issues.map(mistake).join('\n'))
  const { data } = parsed
  const isProduction = data.NODE_ENV === 'production'
  if (isProduction && (data.TRIVENI_TEST_CLOCK !== undefined || data.TRIVENI_RATE_LIMITS === 'off')) throw new StartError('TRIVENI_TEST_CLOCK and TRIVENI_RATE_LIMITS=off are for tests and refused with NODE_ENV=production.')
  if (isProduction && data.TRIVENI_DEMO === 'on') throw new StartError('TRIVENI_DEMO=on has well-known passwords and is refused with NODE_ENV=production.')
  refuseTwoKeys(data)
  const dataDir = resolve(data.TRIVENI_DATA_DIR)
  const isDemo = data.TRIVENI_DEMO === undefined ? !isProduction && data.DATABASE_URL === undefined : data.TRIVENI_DEMO === 'on'
  return {
    isProduction,
    isDemo,
    port: data.PORT,
    host: data.HOST,
    publicUrl: data.PUBLIC_URL ?? `${data.TRIVENI_TLS_CERT_FILE === undefined ? 'http' : 'https'}://localhost:${data.PORT}`,
    dataDir,
    databaseUrl: data.DATABASE_URL,
    databaseOwnerUrl: data.DATABASE_OWNER_URL,
    replicaUrl: data.DATABASE_REPLICA_URL,
    masterKeyFile: data.TRIVENI_MASTER_KEY_FILE,
    masterKey: data.TRIVENI_MASTER_KEY,
    masterKeyCommand: data.TRIVENI_MASTER_KEY_COMMAND,
    isRateLimited: data.TRIVENI_RATE_LIMITS === 'on',
    outgoingAllow: listed(data.TRIVENI_OUTGOING_ALLOW),
    trustedProxies: listed(data.TRIVENI_TRUSTED_PROXIES),
    clamd: data.TRIVENI_CLAMD,
    role: data.TRIVENI_ROLE,
    poolSize: data.TRIVENI_POOL_SIZE ?? poolSizeByCores(),
    maxRequests: data.TRIVENI_MAX_REQUESTS,
    drainSeconds: data.TRIVENI_DRAIN_SECONDS,
    redisUrl: data.REDIS_URL,
    hasBackups: data.TRIVENI_BACKUPS === undefined ? !isDemo && data.DATABASE_OWNER_URL === undefined : data.TRIVENI_BACKUPS === 'on',
    backup: { dir: resolve(data.TRIVENI_BACKUP_DIR ?? join(dataDir, 'backups')), s3Url: data.S3_URL, schedule: data.TRIVENI_BACKUP_SCHEDULE, keep: data.TRIVENI_BACKUP_KEEP, keepDays: data.TRIVENI_BACKUP_KEEP_DAYS, passphrase: data.TRIVENI_BACKUP_PASSPHRASE },
    operator: data.TRIVENI_OPERATOR,
    metricsToken: data.TRIVENI_METRICS_TOKEN,
    sms: data.TRIVENI_SMS_URL === undefined ? undefined : { url: data.TRIVENI_SMS_URL, token: data.TRIVENI_SMS_TOKEN, from: data.TRIVENI_SMS_FROM, fields: data.TRIVENI_SMS_FIELDS },
    tls: tlsOf(data.TRIVENI_TLS_CERT_FILE, data.TRIVENI_TLS_KEY_FILE),
    isFactorRequired: (data.TRIVENI_SECOND_FACTOR ?? (isProduction ? 'required' : 'by-role')) === 'required',
    alerts: { smtpUrl: data.SMTP_URL, email: data.TRIVENI_ALERT_EMAIL, webhook: data.TRIVENI_ALERT_WEBHOOK },
    logDir: resolve(data.TRIVENI_LOG_DIR ?? join(dataDir, 'logs')),
    slowMilliseconds: data.TRIVENI_SLOW_MS,
    auditSink: data.TRIVENI_AUDIT_URL === undefined ? undefined : { url: data.TRIVENI_AUDIT_URL, token: data.TRIVENI_AUDIT_TOKEN },
    telemetry: { endpoint: data.OTEL_EXPORTER_OTLP_ENDPOINT, service: data.OTEL_SERVICE_NAME, sentry: data.SENTRY_DSN },
  }
}

/** Business time: the wall clock, or in tests the instant that stands in `TRIVENI_TEST_CLOCK`. */
export function now(): Date {
  const file = process.env['TRIVENI_TEST_CLOCK']
  return file === undefined ? new Date() : new Date(readFileSync(file, 'utf8').trim())
}
