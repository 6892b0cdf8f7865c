import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import type { ImportRun } from '#contract/interop.ts'
import { readConfig, StartError } from '#kernel/config.ts'
import { makeContext } from '#kernel/context.ts'
import { closePools, openPools } from '#kernel/db.ts'
import { openStore } from '#kernel/files.ts'
import { wireModules } from './app.ts'
import { openDatabase } from './database.ts'
import { type ImportFile, openImport, readImport, runImport } from './modules/interop/index.ts'
import { contraindicationRows, pairsOf, storeList } from './modules/safety/index.ts'

const wanted = /\.(json|ndjson|json\.gz|ndjson\.gz|zip)$/i

function filesIn(path: string): ImportFile[] {
  const paths = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(path).toSorted().map((name) => join(path, name)) : [path]
  const files = paths.filter((one) => wanted.test(one) && statSync(one, { throwIfNoEntry: false })?.isFile() === true)
  if (files.length === 0) throw new StartError(`There is nothing to import in ${path}: .json, .ndjson, either gzipped, or .zip.`)
  return files.map((file) => ({ name: file.split('/').at(-1) ?? file, read: async () => readFileSync(file) }))
}

interface Place {
  tenantId: string
  facilityId: string
  userId: string
}

/** Where the records go: the tenant and facility named, else the first; in the name of its first administrator. */
async function placeOf(ownerUrl: string, named: { tenant?: string | undefined; facility?: string | undefined }): Promise<Place> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Place>(
      `select t.id as "tenantId", f.id as "facilityId", m.user_id as "userId" from tenants t join facilities f on f.tenant_id = t.id
       join memberships m on m.tenant_id = t.id and m.facility_id = f.id and m.role = 'admin'
       where ($1::text is null or t.name = $1 or t.id::text = $1) and ($2::text is null or f.code = $2) order by t.name desc, f.code, m.created_at limit 1`,
      [named.tenant ?? null, named.facility ?? null],
    )
    const [place] = rows
    if (place === undefined) throw new StartError('There is no such tenant or facility with an administrator. Name them with --tenant and --facility.')
    return place
  } finally {
    await client.end()
  }
}

function print(run: ImportRun, isJson: boolean): void {
  if (isJson) return void process.stdout.write(`${JSON.stringify({ id: run.id, state: run.state, counts: run.counts, errorCount: run.errorCount })}\n`)
  const row = (cells: readonly (string | number)[]) => `${String(cells[0]).padEnd(26)}${cells.slice(1).map((cell) => String(cell).padStart(11)).join('')}\n`
  process.stdout.write(row(['type', 'read', 'created', 'unchanged', 'kept', 'failed']))
  for (const [type, counts] of Object.entries(run.counts).toSorted()) process.stdout.write(row([type, counts.read, counts.created, counts.unchanged, counts.kept, counts.failed]))
  for (const error of run.errors.slice(0, 20)) process.stderr.write(`${error.file}${error.line === null ? '' : `:${error.line}`} ${error.path} ${error.message}\n`)
  if (run.errorCount > 20) process.stderr.write(`… and ${run.errorCount - 20} more\n`)
}

/** `triveni import fhir FOLDER`: imports files of this machine at once, without the queue; the run is listed like any other. */
export async function importCommand(args: string[], say: (text: string) => void): Promise<void> {
  if (args[0] === 'interactions' || args[0] === 'contraindications') return importSafetyList(args[0], args.slice(1), say)
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { tenant: { type: 'string' }, facility: { type: 'string' }, source: { type: 'string', default: '' }, json: { type: 'boolean', default: false } } })
  const [kind, path] = positionals
  if (kind !== 'fhir' || path === undefined) throw new StartError('triveni import fhir FOLDER [--tenant NAME] [--facility CODE] [--source SYSTEM] [--json]')
  const files = filesIn(path)
  const config = readConfig()
  const database = await openDatabase(config, say)
  try {
    openStore(join(config.dataDir, 'files'))
    openPools(database.urlOf)
    wireModules()
    const { tenantId, facilityId, userId } = await placeOf(database.ownerUrl, values)
    const ctx = makeContext({ tenantId, userId })
    const importId = await openImport(ctx, { facilityId, source: values.source, files: files.length })
    say(`importing ${files.length} files`)
    let run = await readImport(ctx, importId)
    while (run.state === 'queued') {
      await runImport(ctx, { importId, userId }, files)
      run = await readImport(ctx, importId)
      // Another import of this tenant runs: this one waits for its end.
      if (run.state === 'queued') await wait(1000)
    }
    print(run, values.json)
    if (run.state !== 'done') throw new StartError(`The import ended as ${run.state}.`)
  } finally {
    await closePools()
    await database.stop()
  }
}

/** `triveni import interactions FILE`: a CSV of two columns of substances, or `contraindications` of a substance and a condition, in place of the list of the same name and version. */
async function importSafetyList(kind: 'interactions' | 'contraindications', args: string[], say: (text: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { tenant: { type: 'string' }, facility: { type: 'string' }, name: { type: 'string' }, version: { type: 'string', default: '1' }, source: { type: 'string', default: '' }, severity: { type: 'string', default: 'warn' }, json: { type: 'boolean', default: false } } })
  const [path] = positionals
  const { severity } = values
  if (path === undefined || (severity !== 'stop' && severity !== 'warn' && severity !== 'inform')) throw new StartError(`triveni import ${kind} FILE [--name NAME] [--version VERSION] [--source TEXT] [--severity stop|warn|inform] [--tenant NAME] [--json]`)
  const csv = readFileSync(path, 'utf8')
  const rows = kind === 'interactions' ? { pairs: pairsOf(csv, severity) } : { contraindications: contraindicationRows(csv, severity) }
  if ((rows.pairs ?? rows.contraindications ?? []).length === 0) throw new StartError(`${path} has no columns ${kind === 'interactions' ? 'drug1 and drug2' : 'drug and icd10, snomed or condition'}, or no rows.`)
  const database = await openDatabase(readConfig(), say)
  try {
    openPools(database.urlOf)
    wireModules()
    const { tenantId, userId } = await placeOf(database.ownerUrl, values)
    const list = await storeList(makeContext({ tenantId, userId }), { name: values.name ?? (path.split('/').at(-1) ?? path).replace(/\.csv$/i, ''), listVersion: values.version, source: values.source, ...rows })
    if (values.json) process.stdout.write(`${JSON.stringify(list)}\n`)
    else process.stdout.write(`${list.name} ${list.listVersion}: ${list.pairs} ${kind === 'interactions' ? 'pairs' : 'rows'}\n`)
  } finally {
    await closePools()
    await database.stop()
  }
}
