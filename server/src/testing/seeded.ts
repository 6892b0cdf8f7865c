import pg from 'pg'
import { inject } from 'vitest'
import { templateName } from '#kernel/testing/template.ts'
import { seed } from '../seed/seed.ts'

export interface SeededOptions {
  /** Patients a hospital. */
  patients: number
  /** Schedules, medicines, stock and appointments too. */
  withCare: boolean
}

/** The day on which the demo of the tests stands. */
const on = '2026-11-20'

/** Address of a database of the run's server, as its owner or as one of the logins. */
export function urlFor(database: string, login?: { user: string; password: string }): string {
  const url = new URL(inject('ownerUrl'))
  url.pathname = `/${database}`
  if (login !== undefined) {
    url.username = login.user
    url.password = login.password
  }
  return url.toString()
}

/**
 * Makes a database with the demo hospitals in it. They are seeded once a run for each size, and each file of tests clones what stands:
 * to seed is up to two seconds of work, to copy its files a tenth of one. The process must hold the run's master key.
 */
export async function cloneSeeded(database: string, options: SeededOptions): Promise<void> {
  const admin = new pg.Client({ connectionString: urlFor('postgres') })
  await admin.connect()
  try {
    await admin.query(`create database ${database} template ${await seededTemplate(admin, options)} strategy file_copy`)
  } finally {
    await admin.end()
  }
}

// Of several workers one seeds and the others wait; half a template never has the name that is cloned.
async function seededTemplate(admin: pg.Client, { patients, withCare }: SeededOptions): Promise<string> {
  const name = `triveni_seeded_${patients}${withCare ? '_care' : ''}`
  const isThere = async () => (await admin.query('select 1 from pg_database where datname = $1', [name])).rowCount === 1
  if (await isThere()) return name
  await admin.query('select pg_advisory_lock(hashtext($1))', [name])
  if (!(await isThere())) {
    await admin.query(`drop database if exists ${name}_begun`)
    await admin.query(`create database ${name}_begun template ${templateName} strategy file_copy`)
    await seed({ ownerUrl: urlFor(`${name}_begun`), tenants: 3, patients, seed: 1, on, withCare })
    await admin.query(`alter database ${name}_begun rename to ${name}`)
  }
  await admin.query('select pg_advisory_unlock(hashtext($1))', [name])
  return name
}
