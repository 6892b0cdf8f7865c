import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Violation {
  file: string
  line: number
  rule: string
}

interface Source {
  /** Path below the root, with forward slashes. */
  path: string
  text: string
}

const sourceFolders = ['contract', 'server', 'web', 'tools', 'e2e', 'bench']

function walk(folder: string, into: string[] = []): string[] {
  if (!existsSync(folder)) return into
  for (const name of readdirSync(folder)) {
    if (name === 'node_modules' || name === 'dist') continue
    const path = join(folder, name)
    if (statSync(path).isDirectory()) walk(path, into)
    else into.push(path)
  }
  return into
}

function readSources(root: string): Source[] {
  return sourceFolders
    .flatMap((folder) => walk(join(root, folder)))
    .filter((path) => /\.(ts|tsx)$/.test(path))
    .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length

interface Import {
  target: string
  line: number
}

/** Imports of a file as paths below the root, or package names. */
export function importsOf(source: Source): Import[] {
  const folder = source.path.split('/').slice(0, -1).join('/')
  return [...source.text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"\n]*?from\s+'([^']+)'|import\('([^']+)'\)/g)].map((match) => {
    const spec = match[1] ?? match[2] ?? ''
    const target = spec.startsWith('.') ? relative('.', resolve(folder, spec)).replaceAll('\\', '/') : spec.replace(/^#contract\//, 'contract/src/').replace(/^#kernel\//, 'server/src/kernel/')
    return { target: target.startsWith('..') ? spec : target, line: lineOf(source.text, match.index) + (match[0].startsWith('\n') ? 1 : 0) }
  })
}

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || path.includes('/testing/')
const moduleOf = (path: string): string | undefined => /^server\/src\/modules\/([^/]+)\//.exec(path)?.[1]
const featureOf = (path: string): string | undefined => /^web\/src\/features\/([^/]+)\//.exec(path)?.[1]
const fileIn = (path: string): string => path.split('/').at(-1) ?? ''

/** Order of the modules as `modules.ts` lists them. */
export function moduleOrder(text: string): string[] {
  const list = /=\s*\[([\s\S]*)\]/.exec(text)?.[1] ?? ''
  return [...list.matchAll(/(\w+)Module\b/g)].map((match) => (match[1] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
}

function directionOf(path: string, target: string): string | undefined {
  if (path.startsWith('contract/') && !target.startsWith('contract/') && target !== 'zod') return 'the contract imports zod only'
  if (path.startsWith('web/') && target.startsWith('server/')) return 'web never imports the server'
  if (path.startsWith('server/') && target.startsWith('web/')) return 'the server never imports web'
  if (path.startsWith('server/src/kernel/') && target.startsWith('server/src/modules')) return 'the kernel imports no module'
  return undefined
}

const isPureFile = (file: string): boolean => /^(?:[a-z-]+-)?(?:rules|policy|present)\.ts$/.test(file)
const isRepo = (file: string): boolean => /^(?:[a-z-]+-)?repo\.ts$/.test(file)
const pureKernel = /^server\/src\/kernel\/(text|money|zoned-time|phone)\.ts$/

function insideModule(path: string, target: string): string | undefined {
  const file = fileIn(path)
  if (file === 'routes.ts' && isRepo(fileIn(target))) return 'routes call the service, not the repo'
  if (!isPureFile(file) || isTest(path)) return undefined
  const isPure = target.startsWith('contract/') || pureKernel.test(target) || isPureFile(fileIn(target)) || !target.includes('/') || (file === 'present.ts' && isRepo(fileIn(target)))
  return isPure ? undefined : `${file} is pure: contract types, money, time and text only`
}

function betweenModules(path: string, target: string, order: readonly string[]): string | undefined {
  const from = moduleOf(path)
  const to = moduleOf(target)
  if (from === undefined || to === undefined || from === to || isTest(path)) return undefined
  if (fileIn(target) !== 'index.ts') return `module ${from} may import only index.ts of ${to}`
  return order.indexOf(to) >= order.indexOf(from) && order.includes(from) ? `module ${from} stands above ${to}: emit an event` : undefined
}

function betweenFeatures(path: string, target: string): string | undefined {
  const from = featureOf(path)
  const to = featureOf(target)
  if (to === undefined || from === to) return undefined
  if (from === undefined) return path.split('/').length === 3 ? undefined : `${path.split('/')[2]} imports no feature`
  return /\/(index|public|consultation\/routes)\.tsx?$/.test(target) ? undefined : `feature ${from} imports the insides of ${to}`
}

/** Imports that go the wrong way. */
export function checkImports(sources: readonly Source[], order: readonly string[]): Violation[] {
  return sources.flatMap((source) =>
    importsOf(source).flatMap(({ target, line }) => {
      const { path } = source
      const rules = [directionOf(path, target), moduleOf(path) === undefined ? undefined : insideModule(path, target), betweenModules(path, target, order), betweenFeatures(path, target)]
      return rules.flatMap((rule) => (rule === undefined ? [] : [{ file: path, line, rule }]))
    }),
  )
}

const isGenerated = (path: string): boolean => path.endsWith('.gen.ts') || path.endsWith('.d.ts')

/** Files that are too long, and shortcuts past the types. */
export function checkFiles(sources: readonly Source[]): Violation[] {
  return sources.filter((source) => !isGenerated(source.path)).flatMap(({ path, text }) => {
    const lines = text.split('\n').length
    const most = isTest(path) ? 600 : 400
    const long = lines > most ? [{ file: path, line: lines, rule: `longer than ${most} lines` }] : []
    const anys = [...text.matchAll(/(?::|<|\bas)\s*any\b/g)].map((match) => ({ file: path, line: lineOf(text, match.index), rule: 'no any' }))
    const lonely = [...text.matchAll(/\b(?:it|test|describe)\.(?:skip|only|todo)\(/g)].map((match) => ({ file: path, line: lineOf(text, match.index), rule: 'no skipped or lonely test' }))
    return path.startsWith('tools/') ? long : [...long, ...anys, ...lonely]
  })
}

const moduleFiles = ['index.ts', 'routes.ts', 'service.ts', 'README.md']

/** Every module has its handful of files, and a README of forty lines at most. */
export function checkModules(root: string): Violation[] {
  const folder = join(root, 'server/src/modules')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const missing = moduleFiles.filter((file) => !existsSync(join(folder, name, file)) && !(file === 'service.ts' && existsSync(join(folder, name, 'use-cases'))))
    const readme = join(folder, name, 'README.md')
    const isLong = existsSync(readme) && readFileSync(readme, 'utf8').split('\n').length > 41
    return [...missing.map((file) => ({ file: `server/src/modules/${name}`, line: 0, rule: `has no ${file}` })), ...(isLong ? [{ file: `server/src/modules/${name}/README.md`, line: 41, rule: 'longer than 40 lines' }] : [])]
  })
}

const referenceTables = new Set(['tenants', 'sign_in_names', 'sign_in_doors', 'allowed_origins', 'sign_in_throttles', 'sign_in_challenges', 'code_systems', 'code_concepts'])

/** What a program can see of the data rules in a migration. */
export function checkMigration(path: string, sql: string): Violation[] {
  const created = [...sql.matchAll(/create table (?:if not exists )?(\w+) \(([\s\S]*?)\n\)/g)]
  const tables = created.flatMap((match) => {
    const [, name = '', body = ''] = match
    if (referenceTables.has(name)) return []
    const line = lineOf(sql, match.index)
    const rules = [
      /tenant_id uuid not null/.test(body) ? '' : `table ${name} has no tenant_id`,
      /primary key \(tenant_id/.test(body) ? '' : `primary key of ${name} does not begin with tenant_id`,
      new RegExp(`tenant_table\\('${name}'`).test(sql) || /^audit_(entries|seals|heads|archives)$/.test(name) ? '' : `table ${name} is not given to tenant_table`,
      /\breferences\b/.test(body) ? `table ${name} has a foreign key inside create table` : '',
      [...body.matchAll(/unique \((\w+)/g)].some((unique) => unique[1] !== 'tenant_id') ? `a unique key of ${name} does not begin with tenant_id` : '',
    ]
    return rules.filter(Boolean).map((rule) => ({ file: path, line, rule }))
  })
  const planted: [RegExp, string][] = [[/on delete set null/g, 'no on delete set null'], [/add column[^;]*\breferences\b/g, 'add column carries no inline key'], [/foreign key \((?!tenant_id)/g, 'a foreign key begins with tenant_id'], [/force row level security/g, 'row security is enabled, not forced']]
  const forbidden = planted.flatMap(([pattern, rule]) => [...sql.matchAll(pattern)].map((match) => ({ file: path, line: lineOf(sql, match.index), rule })))
  return [...tables, ...forbidden]
}

/** Statements a repo may not write: tables of another module. */
export function checkTables(sources: readonly Source[], owners: ReadonlyMap<string, string>): Violation[] {
  return sources.filter((source) => moduleOf(source.path) !== undefined && !isTest(source.path)).flatMap(({ path, text }) => {
    const own = moduleOf(path)
    return [...text.matchAll(/(?:selectFrom|insertInto|updateTable|deleteFrom|innerJoin|leftJoin)\('(\w+)/g)].flatMap((match) => {
      const owner = owners.get(match[1] ?? '')
      return owner === undefined || owner === own || owner === 'kernel' || owner === 'organizations' ? [] : [{ file: path, line: lineOf(text, match.index), rule: `table ${match[1]} belongs to ${owner}` }]
    })
  })
}

/** Which module made which table, by the name of the migration. */
export function tableOwners(migrations: readonly { name: string; sql: string }[]): Map<string, string> {
  const owners = new Map<string, string>()
  for (const { name, sql } of migrations) for (const match of sql.matchAll(/create table (?:if not exists )?(\w+)/g)) owners.set(match[1] ?? '', /^\d{4}-([a-z]+)/.exec(name)?.[1] ?? '')
  return owners
}

/** Everything at once, for a tree. */
export function checkTree(root: string): Violation[] {
  const sources = readSources(root)
  const folder = join(root, 'server/migrations')
  const migrations = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sql')).map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') })) : []
  const modulesFile = join(root, 'server/src/modules.ts')
  const order = existsSync(modulesFile) ? moduleOrder(readFileSync(modulesFile, 'utf8')) : []
  return [
    ...checkImports(sources, order),
    ...checkFiles(sources),
    ...checkModules(root),
    ...migrations.flatMap(({ name, sql }) => checkMigration(`server/migrations/${name}`, sql)),
    ...checkTables(sources, tableOwners(migrations)),
  ]
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const violations = checkTree(root)
  for (const violation of violations) process.stdout.write(`${violation.file}:${violation.line} ${violation.rule}\n`)
  const lengths = readSources(root).filter((source) => !isTest(source.path) && !isGenerated(source.path)).map((source) => source.text.split('\n').length)
  process.stdout.write(`${lengths.length} files, median ${median(lengths)} lines, longest ${Math.max(...lengths)}\n`)
  process.exit(violations.length === 0 ? 0 : 1)
}
