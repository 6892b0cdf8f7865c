import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { asAdmin, templateName } from '#kernel/testing/template.ts'
import { temporaryFolder } from '#kernel/testing/temporary-folder.ts'

const file = fileURLToPath(new URL('start.mjs', import.meta.url))
const place = temporaryFolder('start')
const folder = () => mkdtempSync(join(place, 'data-'))

/** Starts the server as a person would, and answers how it ended. */
function start(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [file], { env: { ...process.env, NODE_ENV: 'development', TRIVENI_DATA_DIR: folder(), PORT: '0', ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
    const limit = setTimeout(() => child.kill('SIGKILL'), 200_000)
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.on('exit', (code) => {
      clearTimeout(limit)
      done({ code, said: said.trim() })
    })
  })
}

const urlOf = (database: string): string => {
  const url = new URL(inject('ownerUrl'))
  url.pathname = `/${database}`
  return url.toString()
}

describe('a start that cannot be', () => {
  const holder = createServer()
  afterAll(() => holder.close())

  it('says which process holds the port, and the command for another', async () => {
    await new Promise<void>((done) => holder.listen(0, '127.0.0.1', done))
    const address = holder.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, said } = await start({ PORT: String(port) })
    expect([code, said]).toEqual([1, `Port ${port} is taken by ${process.execPath.split('/').at(-1)} (process ${process.pid}). Start on another one with: PORT=${port + 1} npm start`])
  })

  it('says that the data folder is none', async () => {
    const path = join(folder(), 'file')
    writeFileSync(path, '')
    const { code, said } = await start({ TRIVENI_DATA_DIR: path })
    expect([code, said.split('\n').length, said.includes(path), / at .*\(/.test(said)]).toEqual([1, 1, true, false])
  })

  it('says where the database is that does not answer', async () => {
    const nowhere = 'postgres://triveni:secret-word@127.0.0.1:1/triveni'
    const { code, said } = await start({ DATABASE_URL: nowhere, DATABASE_OWNER_URL: nowhere })
    expect([code, said.startsWith('The database at 127.0.0.1:1 cannot be reached (DATABASE_OWNER_URL)'), said.includes('secret-word'), said.split('\n').length]).toEqual([1, true, false, 1])
  })

  it('names the setting that is wrong', async () => {
    expect(await start({ PORT: 'seven' })).toMatchObject({ code: 1, said: expect.stringMatching(/^Setting PORT is not valid: /) })
    expect((await start({ NODE_ENV: 'production', TRIVENI_RATE_LIMITS: 'off' })).code).toBe(1)
  })

  it('refuses a schema newer than the program, and one that was changed afterwards', async () => {
    const name = `t_${randomBytes(6).toString('hex')}`
    await asAdmin(urlOf('postgres'), `create database ${name} template ${templateName}`)
    const client = new pg.Client({ connectionString: urlOf(name) })
    await client.connect()
    const env = { DATABASE_URL: urlOf(name), DATABASE_OWNER_URL: urlOf(name) }
    await client.query("insert into schema_migrations (name, checksum) values ('9999-later.sql', 'x')")
    expect(await start(env)).toEqual({ code: 1, said: 'The database schema is newer than this program (it has 9999-later.sql). Start the newer version, or restore a backup made before it.' })
    await client.query("delete from schema_migrations where name = '9999-later.sql'")
    await client.query("update schema_migrations set checksum = 'x' where name = (select min(name) from schema_migrations)")
    expect(await start(env)).toMatchObject({ code: 1, said: expect.stringContaining('0001-kernel.sql') })
    await client.end()
  })
})
