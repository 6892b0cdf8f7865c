// Works on Node 20: installs what is missing, then runs the command on the Node of package.json.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [command = 'start', ...args] = process.argv.slice(2)
const stampFile = join(root, 'node_modules', '.triveni-lock')
const needsTools = !['start', 'cli'].includes(command)

const lockHash = () => createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
const installed = () => (existsSync(stampFile) ? readFileSync(stampFile, 'utf8').split(' ') : [])

function isInstalled() {
  const [hash, kind] = installed()
  return hash === lockHash() && (kind === 'all' || !needsTools)
}

function install() {
  if (isInstalled()) return
  const guard = join(root, '.triveni-install')
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      mkdirSync(guard)
      break
    } catch {
      if (existsSync(guard) && Date.now() - statSync(guard).mtimeMs > 300_000) rmSync(guard, { recursive: true, force: true })
      spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 500)'])
      if (isInstalled()) return
    }
  }
  try {
    if (isInstalled()) return
    process.stderr.write('· installing what is missing (npm ci)\n')
    const isWhole = needsTools || installed()[1] === 'all'
    const kind = isWhole ? [] : ['--omit=dev']
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...kind], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
    if (result.status !== 0) {
      process.stderr.write('npm ci failed; see above. Is the npm registry reachable?\n')
      process.exit(1)
    }
    writeFileSync(stampFile, `${lockHash()} ${isWhole ? 'all' : 'start'}`)
  } finally {
    rmSync(guard, { recursive: true, force: true })
  }
}

function node() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const exe = process.platform === 'win32' ? 'node.exe' : 'node'
  const places = [join(root, 'node_modules', 'node', 'bin', exe), join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', exe), join(root, 'node_modules', `node-bin-${platform}-${process.arch}`, 'bin', exe)]
  const found = places.find((place) => existsSync(place))
  if (found !== undefined) return found
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  process.stderr.write('The Node 24 that Triveni brings is missing: remove node_modules and try again.\n')
  return process.exit(1)
}

function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}

const webFolders = ['web', 'contract', 'locales'].map((name) => join(root, name)).filter((folder) => existsSync(folder))
const builtPage = join(root, 'web', 'dist', 'index.html')
const isBuilt = () => existsSync(builtPage) && statSync(builtPage).mtimeMs >= Math.max(...webFolders.map((folder) => newest(folder)))

// Of glibc's many heaps, one for each thread, most stay empty and are kept.
const lean = { MALLOC_ARENA_MAX: '2' }

function run(file, argv, options = {}) {
  return new Promise((done) => {
    const child = spawn(node(), [join(root, file), ...argv], { cwd: root, stdio: 'inherit', env: { ...lean, ...process.env, PATH: `${join(node(), '..')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }, ...options })
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
    child.on('exit', (code, signal) => done(code ?? (signal === null ? 1 : 130)))
  })
}

async function build() {
  if (isBuilt()) return 0
  process.stderr.write('· building the web app\n')
  return run('node_modules/vite/bin/vite.js', ['build', 'web', '--logLevel', 'warn'])
}

async function step(name, file, argv) {
  const started = Date.now()
  const code = await run(file, argv)
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`)
  return code
}

async function check() {
  const steps = [
    ['types', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']],
    ['types of the web app', 'node_modules/typescript/bin/tsc', ['-p', 'web/tsconfig.json']],
    ['lint', 'node_modules/oxlint/bin/oxlint', ['--quiet', 'contract', 'server', 'web/src', 'tools']],
    ['architecture', 'tools/arch.ts', []],
  ].filter(([, file]) => existsSync(join(root, file)))
  let failed = 0
  for (const [name, file, argv] of steps) failed += (await step(name, file, argv)) === 0 ? 0 : 1
  return failed === 0 ? 0 : 1
}

// The first part of a run has long left the screen when the last one ends.
function sayWhatFailed(file) {
  if (existsSync(file)) process.stdout.write(`\nWhat failed:\n${readFileSync(file, 'utf8')}`)
}

async function test(isFull) {
  const checked = await check()
  const built = await build()
  const told = mkdtempSync(join(tmpdir(), 'triveni-failed-'))
  const env = { ...process.env, TRIVENI_FAILED_TESTS: join(told, 'tests'), ...(isFull ? { TRIVENI_FULL: '1' } : {}), PATH: `${join(node(), '..')}:${process.env.PATH}` }
  const tested = await run('node_modules/vitest/vitest.mjs', ['run', ...args], { env })
  sayWhatFailed(env.TRIVENI_FAILED_TESTS)
  rmSync(told, { recursive: true, force: true })
  if (!existsSync(join(root, '..', 'shared', 'data'))) process.stdout.write('Left out: the tests that need ../shared/data, which is not here.\n')
  if (spawnSync(process.env['REDIS_SERVER'] ?? 'redis-server', ['--version']).status !== 0) process.stdout.write('Left out: the tests with Redis, since there is no redis-server here (REDIS_SERVER names one).\n')
  if (process.platform !== 'linux' || process.getuid?.() !== 0) process.stdout.write('Left out: the test of a full disk, since only root may mount a small one.\n')
  const isGood = checked === 0 && built === 0 && tested === 0
  if (!isGood) process.stdout.write(`✗ check ${checked}, build ${built}, tests ${tested}\n`)
  return isGood ? 0 : 1
}

const commands = {
  start: async () => ((await build()) === 0 ? run('server/src/start.mjs', args) : 1),
  dev: () => run('server/src/start.mjs', args),
  test: () => test(false),
  'test:full': () => test(true),
  check,
  gen: async () => ((await run('tools/gen-schema.ts', args)) === 0 ? run('tools/gen-settings.ts', args) : 1),
  build,
  bench: () => run('bench/run.ts', args),
  planted: () => run('tools/planted.ts', args),
  faults: async () => ((await build()) === 0 ? run('bench/faults.ts', args) : 1),
  capacity: async () => ((await build()) === 0 ? run('bench/capacity.ts', args) : 1),
  rehearse: async () => ((await build()) === 0 ? run('bench/rehearse.ts', args) : 1),
  'new-module': () => run('tools/new-module.ts', args),
  cli: () => run('server/src/cli.ts', args),
}

install()
const chosen = commands[command]
if (chosen === undefined) {
  process.stderr.write(`There is no command ${command}.\n`)
  process.exit(2)
}
process.exit(await chosen())
