import pg from 'pg'
import { kernelErrors } from '#contract/common/problem.ts'
import type { Config } from './config.ts'
import { AppError } from './errors.ts'
import type { WalStatus } from './backup/wal-archive.ts'

/** What belongs to the whole installation and to no hospital: settings, owner's address, and the tables of the schema `operations`. */
export interface Installation {
  readonly config: Config
  readonly ownerUrl: string
  /** Runs a statement by the login of the jobs, which sees the queue and the operations tables and no hospital's data. */
  readonly query: <R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<R[]>
  /** How the archiving of the log goes in this process; undefined when it does not archive. */
  archive?: () => WalStatus
  readonly startedAt: Date
}

const opened: { installation?: Installation; pool?: pg.Pool } = {}

/** Makes the installation known to the process. */
export function openInstallation(options: { config: Config; ownerUrl: string; jobsUrl: string }): Installation {
  const pool = new pg.Pool({ connectionString: options.jobsUrl, max: 3, connectionTimeoutMillis: 2500, query_timeout: 20_000, application_name: 'triveni operations' })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const installation: Installation = {
    config: options.config,
    ownerUrl: options.ownerUrl,
    startedAt: new Date(),
    query: async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => (await pool.query<R>(text, [...values])).rows,
  }
  Object.assign(opened, { installation, pool })
  return installation
}

export async function closeInstallation(): Promise<void> {
  const { pool } = opened
  delete opened.installation
  delete opened.pool
  await pool?.end()
}

/** The installation this process serves; 503 where none was opened. */
export function theInstallation(): Installation {
  if (opened.installation === undefined) throw new AppError(kernelErrors.unavailable)
  return opened.installation
}

export const hasInstallation = (): boolean => opened.installation !== undefined
