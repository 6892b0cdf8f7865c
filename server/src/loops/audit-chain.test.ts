import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { patients } from '#contract/patients.ts'
import { archiveAudit } from '#kernel/audit-archive.ts'
import { sealAudit } from '#kernel/audit-sealer.ts'
import { type Finding, verifyAudit } from '#kernel/audit-verify.ts'
import { pools } from '#kernel/db.ts'
import { testPassword, testPrefix } from '#kernel/testing/template.ts'
import { type TestHospital, testHospital } from '../testing/hospital.ts'
import { sealEverything } from '../testing/sealing.ts'

let hospital: TestHospital
let owner: pg.Client
const folder = mkdtempSync(join(tmpdir(), 'triveni-heads-'))
const [headsDir, archiveDir] = [join(folder, 'heads'), join(folder, 'archive')]

beforeAll(async () => {
  hospital = await testHospital({ patients: 4 })
  owner = new pg.Client({ connectionString: hospital.ownerUrl })
  await owner.connect()
  return async () => {
    await owner.end()
    rmSync(folder, { recursive: true, force: true })
  }
})

const seal = () => sealAudit({ pool: pools().auditor, headsDir })

const sealAll = () => sealEverything({ pool: pools().auditor, headsDir }, async (text) => (await run(text)).rows)
const verdict = () => verifyAudit({ client: owner, headsDir, archiveDir })
const finding = async (): Promise<Finding | null> => (await verdict()).tenants.find((one) => one.tenantId === hospital.tenantId)?.finding ?? null
const run = (text: string, values: readonly unknown[] = []) => owner.query(text, [...values])

/** Some reads and writes of two tenants, sealed in two goes. */
async function work(): Promise<void> {
  for (const key of ['general', 'ayurveda'] as const) {
    const desk = await hospital.as(patients, 'receptionist', key)
    const { id } = (await desk.register({ body: { givenName: 'Chained', sex: 'female', ageYears: 30 } })).body
    await desk.read({ params: { id } })
    await sealAll()
    await desk.update({ params: { id }, body: { occupation: 'Weaver' }, ifMatch: 1 })
    await desk.read({ params: { id } })
  }
  await sealAll()
}

interface Sealed {
  id: string
  at: Date
  number: number
}
const sealedRows = async (): Promise<Sealed[]> => (await run('select id, at, number from audit_seals where tenant_id = $1 order by number', [hospital.tenantId])).rows
const middle = (rows: readonly Sealed[]): Sealed => rows[Math.floor(rows.length / 2)] ?? { id: '', at: new Date(), number: 0 }
const otherTenant = async (): Promise<string> => (await run('select id from tenants where id <> $1 limit 1', [hospital.tenantId])).rows[0].id

/** Runs what an intruder with every right does, judges, and puts everything back. */
async function tampered(attack: () => Promise<unknown>): Promise<Finding | null> {
  await run('begin')
  try {
    await attack()
    return await finding()
  } finally {
    await run('rollback')
  }
}

/** Writes a tenant's chain anew, so that it is whole in itself. */
const writeAnew = async () => {
  const rows = (await run('select e.id, kernel.audit_text(e) as line, kernel.audit_content(e) as content from audit_entries e where e.tenant_id = $1 order by e.written_xid, e.id', [hospital.tenantId])).rows
  await run('delete from audit_seals where tenant_id = $1', [hospital.tenantId])
  await run(
    `insert into audit_seals (tenant_id, at, id, number, content_hash, hash)
     select e.tenant_id, e.at, e.id, row_number() over w, kernel.audit_content(e), kernel.chain(sha256(convert_to('triveni audit ' || e.tenant_id::text, 'UTF8')), kernel.audit_text(e) || encode(kernel.audit_content(e), 'hex')) over w
     from audit_entries e where e.tenant_id = $1 window w as (order by e.written_xid, e.id)`,
    [hospital.tenantId],
  )
  await run('update audit_heads h set (number, hash, entry_id) = (select s.number, s.hash, s.id from audit_seals s where s.tenant_id = h.tenant_id order by s.number desc limit 1) where h.tenant_id = $1', [hospital.tenantId])
  return rows.length
}

beforeEach(work)

describe('a chain nobody touched', () => {
  it('is whole for every tenant, all sealed, each head outside once signed', async () => {
    const { isWhole, tenants } = await verdict()
    expect([isWhole, tenants.map((one) => one.finding)]).toEqual([true, tenants.map(() => null)])
    const general = tenants.find((one) => one.tenantId === hospital.tenantId)
    expect(general?.unsealed).toBe(0)
    expect(general?.sealed).toBe((await run('select count(*)::int as n from audit_entries where tenant_id = $1', [hospital.tenantId])).rows[0].n)
    expect(readFileSync(join(headsDir, `${hospital.tenantId}.jsonl`), 'utf8').trim().split('\n').length).toBeGreaterThan(1)
  })

  it('leaves out what an open transaction may still add to, and takes it in afterwards', async () => {
    const slow = new pg.Client({ connectionString: hospital.ownerUrl })
    await slow.connect()
    await slow.query('begin')
    await slow.query("insert into audit_entries (tenant_id, action) values ($1, 'slow')", [hospital.tenantId])
    await run("insert into audit_entries (tenant_id, action) values ($1, 'quick')", [hospital.tenantId])
    await seal()
    const sealed = async (action: string) => (await run('select 1 from audit_seals s join audit_entries e on e.id = s.id where e.action = $1', [action])).rowCount
    expect([await sealed('quick'), await finding()]).toEqual([0, null])
    await slow.query('commit')
    await slow.end()
    await sealAll()
    expect([await sealed('quick'), await sealed('slow'), await finding()]).toEqual([1, 1, null])
  })

  it('is sealed once, however many sealers run', async () => {
    await run("insert into audit_entries (tenant_id, action) select $1, 'many' from generate_series(1, 500)", [hospital.tenantId])
    await Promise.all(Array.from({ length: 5 }, seal))
    await sealAll()
    expect(await finding()).toBeNull()
  })
})

describe('the first entry is named that a superuser', () => {
  it('changed, in any column', async () => {
    const target = middle(await sealedRows())
    const changes = ["action = 'nothing:read'", "actor_id = gen_random_uuid()", "role = 'cook'", 'patient_id = gen_random_uuid()', 'facility_id = gen_random_uuid()', "address = '10.0.0.9'", "agent = 'other'", 'session_id = gen_random_uuid()', "request_id = 'x'", "reason = 'x'", "outcome = 'denied'", `details = '{"a":1}'`, `before = '{"a":1}'`, `after = '{"a":2}'`, "subject_type = 'beds'", 'subject_id = gen_random_uuid()', "at = at + interval '1 microsecond'"]
    for (const change of changes) {
      const found = await tampered(() => run(`update audit_entries set ${change} where id = $1`, [target.id]))
      expect([change, found?.kind, found?.number, found?.entryId]).toEqual([change, 'changed', target.number, target.id])
    }
  })

  it('deleted, with its seal or without', async () => {
    const target = middle(await sealedRows())
    expect(await tampered(() => run('delete from audit_entries where id = $1', [target.id]))).toMatchObject({ kind: 'deleted', number: target.number, entryId: target.id })
    const both = async () => {
      await run('delete from audit_entries where id = $1', [target.id])
      await run('delete from audit_seals where id = $1', [target.id])
    }
    expect(await tampered(both)).toMatchObject({ kind: 'deleted', number: target.number })
    const closed = async () => {
      await both()
      await run('update audit_seals set number = number - 1 where tenant_id = $1 and number > $2', [hospital.tenantId, target.number])
    }
    expect(await tampered(closed)).toMatchObject({ kind: 'changed', number: target.number })
  })

  it('inserted among the sealed, or with a number that no transaction has', async () => {
    const target = middle(await sealedRows())
    const id = '01a1fc2d-1507-7b51-846e-c138651e46ba'
    const plant = (xid: string) => () => run(`insert into audit_entries (tenant_id, id, at, action, written_xid) select tenant_id, $2::uuid, at, 'people.signIn:sign-in', ${xid} from audit_entries where id = $1`, [target.id, id])
    expect(await tampered(plant('written_xid'))).toMatchObject({ kind: 'inserted', entryId: id })
    expect(await tampered(plant("'999999999'::xid8"))).toMatchObject({ kind: 'inserted', entryId: id })
  })

  it('reordered', async () => {
    const target = middle(await sealedRows())
    const swap = () => run('update audit_seals set number = case number when $2::bigint then $2::bigint + 1 else $2::bigint end where tenant_id = $1 and number in ($2::bigint, $2::bigint + 1)', [hospital.tenantId, target.number])
    expect(await tampered(swap)).toMatchObject({ kind: 'reordered', number: target.number })
  })

  it('gave to another tenant', async () => {
    const target = middle(await sealedRows())
    const other = await otherTenant()
    expect(await tampered(() => run('update audit_entries set tenant_id = $2 where id = $1', [target.id, other]))).toMatchObject({ kind: 'moved', number: target.number, entryId: target.id })
    const whole = async () => {
      await run('update audit_entries set tenant_id = $2 where tenant_id = $1', [hospital.tenantId, other])
      await run('delete from audit_seals where tenant_id = $1', [hospital.tenantId])
    }
    expect(await tampered(whole)).toMatchObject({ kind: 'cut', number: 1 })
  })

  it('cut off at the tail, seals and head too', async () => {
    const rows = await sealedRows()
    const last = rows.at(-2)?.number ?? 0
    const cut = async () => {
      await run('delete from audit_entries e using audit_seals s where s.id = e.id and s.at = e.at and s.tenant_id = $1 and s.number > $2', [hospital.tenantId, last])
      await run('delete from audit_seals where tenant_id = $1 and number > $2', [hospital.tenantId, last])
      await run('update audit_heads h set (number, hash, entry_id) = (select s.number, s.hash, s.id from audit_seals s where s.tenant_id = h.tenant_id order by s.number desc limit 1) where h.tenant_id = $1', [hospital.tenantId])
    }
    expect(await tampered(cut)).toMatchObject({ kind: 'cut', number: last + 1, entryId: rows.at(-1)?.id })
  })
})

describe('the heads outside the database', () => {
  const forgery = async () => {
    await run("update audit_entries set actor_id = gen_random_uuid() where id = (select id from audit_seals where tenant_id = $1 and number = 1)", [hospital.tenantId])
    await writeAnew()
  }

  it('find a chain that was written anew from the start', async () => {
    expect(await tampered(forgery)).toMatchObject({ kind: 'rewritten' })
  })

  it('cannot be written by who has not the master key, nor be taken away', async () => {
    const file = join(headsDir, `${hospital.tenantId}.jsonl`)
    const kept = readFileSync(file, 'utf8')
    const forged = kept.trim().split('\n').map((line) => JSON.stringify({ ...JSON.parse(line), hash: 'f'.repeat(64) })).join('\n')
    try {
      writeFileSync(file, forged)
      expect(await finding()).toMatchObject({ kind: 'head' })
      writeFileSync(file, '')
      expect(await finding()).toMatchObject({ kind: 'head' })
    } finally {
      writeFileSync(file, kept)
    }
  })
})

describe('retention', () => {
  const old = async (months: number) => {
    await run("insert into audit_entries (tenant_id, at, action) select $1, date_trunc('month', now() - make_interval(months => $2)) + interval '3 days', 'old' from generate_series(1, 3)", [hospital.tenantId, months])
    await sealAll()
  }
  const archive = () => archiveAudit({ pool: pools().auditor, archiveDir, tenantId: hospital.tenantId })
  const inTable = async () => (await run("select count(*)::int as n from audit_entries where action = 'old'")).rows[0].n

  it('archives what is older than is kept, never less than three years, and verifies the file', async () => {
    await old(70)
    expect([await archive(), await inTable()]).toEqual([[], 3])
    await expect(run('insert into audit_settings (tenant_id, id, retention_months, updated_at) values ($1, gen_random_uuid(), 35, now())', [hospital.tenantId])).rejects.toThrow('audit_settings_least')
    await run('insert into audit_settings (tenant_id, id, retention_months, updated_at) values ($1, gen_random_uuid(), 36, now())', [hospital.tenantId])
    await old(35)
    const months = await archive()
    expect([months.map((month) => month.entries), await inTable(), await finding()]).toEqual([[3], 3, null])
    const file = join(archiveDir, hospital.tenantId, `${months[0]?.month.slice(0, 7)}.ndjson.gz.sealed`)
    const kept = readFileSync(file)
    writeFileSync(file, kept.subarray(0, kept.length - 1))
    expect(await finding()).toMatchObject({ kind: 'archive' })
    writeFileSync(file, kept)
    expect(await finding()).toBeNull()
  })

  it('is refused to be shortened by a clean-up: what is too young, of another tenant, or not in the file', async () => {
    await old(40)
    const auditor = await pools().auditor.connect()
    const attempt = async (month: string, held: number, tenantId = hospital.tenantId) => {
      await auditor.query(`begin; set local app.context = '${hospital.tenantId}||||'`)
      await expect(auditor.query('select kernel.archive_audit($1, $2, $3, $4, $5)', [tenantId, month, held, 'x', 'x'])).rejects.toThrow(/kept|tenant|hold/)
      await auditor.query('rollback')
    }
    await attempt(new Date().toISOString().slice(0, 8).concat('01'), 1)
    const { month } = (await run("select date_trunc('month', at at time zone 'UTC')::date::text as month from audit_entries where action = 'old' order by at limit 1")).rows[0]
    await attempt(month, 2)
    await attempt(month, 3, await otherTenant())
    auditor.release()
  })
})

describe('the months of the audit', () => {
  it('are made ahead, and on demand for what came late, with nothing lost', async () => {
    await run("insert into audit_entries (tenant_id, at, action) values ($1, '2031-05-05', 'early')", [hospital.tenantId])
    const home = async () => (await run("select tableoid::regclass::text as name from audit_entries where action = 'early'")).rows.map((row) => row.name)
    expect(await home()).toEqual(['audit_entries_default'])
    await pools().auditor.query('select kernel.make_audit_months(3)')
    expect(await home()).toEqual(['audit_entries_2031_05'])
    const ahead = (await run("select count(*)::int as n from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'audit_entries'::regclass and c.relname >= 'audit_entries_' || to_char(now(), 'YYYY_MM') and c.relname !~ 'default|2031'")).rows[0].n
    expect(ahead).toBe(4)
    await sealAll()
    expect(await finding()).toBeNull()
    expect((await run("select 1 from pg_class c join pg_index i on i.indrelid = c.oid where c.relname = 'audit_entries_2031_05'")).rowCount).toBe(6)
  })
})

/** The verification with one of its lines made harmless, as a module of its own. */
async function weakened(from: string, to: string): Promise<typeof verifyAudit> {
  const place = mkdtempSync(fileURLToPath(new URL('../../../.triveni-planted-', import.meta.url)))
  try {
    const kernel = fileURLToPath(new URL('../kernel/', import.meta.url))
    const source = readFileSync(`${kernel}audit-verify.ts`, 'utf8')
    expect(source.split(from).length).toBe(2)
    writeFileSync(join(place, 'audit-verify.ts'), source.replace(from, to).replaceAll("from './", `from '${kernel}`))
    const planted: { verifyAudit: typeof verifyAudit } = await import(/* @vite-ignore */ join(place, 'audit-verify.ts'))
    return planted.verifyAudit
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

describe('each of these tests is seen to fail when the verification is weakened by', () => {
  const target = async () => middle(await sealedRows())
  const attacks = {
    content: async () => run(`update audit_entries set after = '{"a":2}' where id = $1`, [(await target()).id]),
    column: async () => run("update audit_entries set actor_id = gen_random_uuid() where id = $1", [(await target()).id]),
    entry: async () => run('delete from audit_entries where id = $1', [(await target()).id]),
    both: async () => {
      const { id } = await target()
      await run('delete from audit_entries where id = $1', [id])
      await run('delete from audit_seals where id = $1', [id])
    },
    forged: async () => run("insert into audit_entries (tenant_id, id, at, action, written_xid) select tenant_id, gen_random_uuid(), at, 'forged', written_xid from audit_entries where id = $1", [(await target()).id]),
    order: async () => run('update audit_seals set number = case number when $2::bigint then $2::bigint + 1 else $2::bigint end where tenant_id = $1 and number in ($2::bigint, $2::bigint + 1)', [hospital.tenantId, (await target()).number]),
    moved: async () => run('update audit_entries set tenant_id = $2 where id = $1', [(await target()).id, await otherTenant()]),
    tail: async () => {
      await run('delete from audit_entries e using audit_seals s where s.id = e.id and s.tenant_id = $1 and s.number > 3', [hospital.tenantId])
      await run('delete from audit_seals where tenant_id = $1 and number > 3', [hospital.tenantId])
    },
    anew: async () => {
      await run('update audit_entries set actor_id = gen_random_uuid() where id = (select id from audit_seals where tenant_id = $1 and number = 1)', [hospital.tenantId])
      await writeAnew()
    },
  }
  const planted: [string, keyof typeof attacks, Finding['kind'], string, string][] = [
    ['not comparing what an entry held', 'content', 'changed', 'if (!content.equals(row.content_hash) &&', 'if (content.length === 0 &&'],
    ['not comparing the seal', 'column', 'changed', '.equals(row.hash)) return null', '.length > 0) return null'],
    ['passing over an entry that is gone', 'entry', 'deleted', 'entry === undefined ? await missing(options, tenantId, row)', 'entry === undefined ? null'],
    ['not counting the numbers', 'both', 'deleted', 'if (row.number !== walk.number + 1)', 'if (row.number < 0)'],
    ['not looking for entries without a seal', 'forged', 'inserted', "?? (await inserted(options, tenantId)) ??", '??'],
    ['not looking at the order', 'order', 'reordered', 'next?.is_there === true && comesBefore(next, entry)', 'false'],
    ['not asking where an entry went', 'moved', 'moved', 'if (elsewhere.tenant_id !== tenantId)', 'if (elsewhere.tenant_id === tenantId)'],
    ['not comparing the length with the heads', 'tail', 'cut', 'if (head.number > walk.number)', 'if (head.number < 0)'],
    ['not comparing the seals with the heads', 'anew', 'rewritten', 'if (walk.named.get(head.number) !== head.hash)', 'if (head.number < 0)'],
  ]

  it.each(planted)('%s', async (_name, attack, kind, from, to) => {
    expect(await tampered(attacks[attack])).toMatchObject({ kind })
    const weak = await weakened(from, to)
    await run('begin')
    await attacks[attack]()
    const judged = await weak({ client: owner, headsDir, archiveDir }).catch(() => undefined)
    await run('rollback')
    expect(judged?.tenants.find((one) => one.tenantId === hospital.tenantId)?.finding?.kind).not.toBe(kind)
  })

  it('believing a head that nobody signed', async () => {
    const file = join(headsDir, `${hospital.tenantId}.jsonl`)
    const kept = readFileSync(file, 'utf8')
    const weak = await weakened('if (!isSigned(key, head))', 'if (head.number < 0)')
    writeFileSync(file, kept.replaceAll(/"signature":"[^"]*"/g, '"signature":"AAAA"'))
    expect(await finding()).toMatchObject({ kind: 'head' })
    expect((await weak({ client: owner, headsDir, archiveDir })).isWhole).toBe(true)
    writeFileSync(file, kept)
  })

  it('a sealer that does not wait for open transactions', async () => {
    const definition: string = (await run("select pg_get_functiondef('kernel.seal_audit(int)'::regprocedure) as text")).rows[0].text
    await run(definition.replace('pg_snapshot_xmin(pg_current_snapshot());', 'pg_snapshot_xmax(pg_current_snapshot());'))
    const slow = new pg.Client({ connectionString: hospital.ownerUrl })
    await slow.connect()
    await slow.query('begin')
    await slow.query("insert into audit_entries (tenant_id, action) values ($1, 'late')", [hospital.tenantId])
    await run("insert into audit_entries (tenant_id, action) values ($1, 'early')", [hospital.tenantId])
    await seal()
    await slow.query('commit')
    await slow.end()
    await seal()
    const found = await finding()
    await run(definition)
    await run("delete from audit_entries where action = 'late'")
    expect(found).toMatchObject({ kind: 'inserted' })
  })
})

describe('the database as it is judged', () => {
  it('cannot lie by its own functions: the seals are calculated outside it', async () => {
    const target = middle(await sealedRows())
    const lie = async () => {
      await run("create or replace function kernel.audit_content(e audit_entries) returns bytea language sql stable as $$ select ''::bytea $$")
      await run("update audit_entries set details = '{\"quiet\":true}' where id = $1", [target.id])
    }
    expect(await tampered(lie)).toMatchObject({ kind: 'changed', entryId: target.id })
  })

  it('gives the application nothing but to insert, and the auditor nothing but to read', async () => {
    const rows = (await run(
      `select g.grantee, c.relname as name, array_agg(distinct g.privilege_type::text order by g.privilege_type::text) as rights
       from pg_class c cross join lateral aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee cross join lateral (select r.rolname as grantee, x.privilege_type) g
       where c.relnamespace = 'public'::regnamespace and c.relname ~ '^audit_(entries|seals|heads|archives)' and x.grantee <> c.relowner group by 1, 2`,
    )).rows
    const rights = (role: string, table: string) => rows.find((row) => row.grantee === `${testPrefix}_${role}` && row.name === table)?.rights ?? []
    expect([rights('app', 'audit_entries'), rights('audit_writer', 'audit_entries'), rights('auditor', 'audit_entries')]).toEqual([['INSERT'], ['INSERT'], ['SELECT']])
    expect(rows.filter((row) => row.name !== 'audit_entries' && row.rights.join() !== 'SELECT')).toEqual([])
    expect(rows.filter((row) => /_\d{4}_\d\d$|_default$/.test(row.name))).toEqual([])
    expect(rows.length).toBeGreaterThan(7)
    const loose = (await run("select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'kernel' and p.proname in ('seal_audit', 'archive_audit', 'make_audit_month', 'make_audit_months', 'audit_lookup') and has_function_privilege($1, p.oid, 'execute')", [`${testPrefix}_app`])).rows
    expect(loose).toEqual([])
  })

  it('refuses a change of the audit by each of its logins', async () => {
    for (const role of ['app', 'audit_writer', 'auditor', 'jobs']) {
      const url = new URL(hospital.ownerUrl)
      url.username = `${testPrefix}_${role}`
      url.password = testPassword
      const client = new pg.Client({ connectionString: url.toString() })
      await client.connect()
      for (const statement of ["update audit_entries set action = 'x'", 'delete from audit_entries', 'truncate audit_entries', 'update audit_seals set number = 1', 'delete from audit_heads', 'drop table audit_entries', 'alter table audit_entries disable trigger all']) await expect(client.query(statement)).rejects.toThrow()
      await client.end()
    }
  })
})
