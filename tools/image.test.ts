import { type ChildProcess, execSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '#kernel/embedded-postgres.ts'

const isFull = process.env['TRIVENI_FULL'] === '1'
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'triveni-image-'))
const ignored = new Set(readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter((line) => line !== '' && !line.includes('*')))
const somebody = 65_534
let server: ChildProcess | undefined

interface Stage {
  name: string
  steps: string[]
}

/** The stages of a Dockerfile with their steps, continued lines joined. */
function stagesOf(text: string): Stage[] {
  const stages: Stage[] = []
  for (const line of text.replaceAll(/\\\n\s*/g, ' ').split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    if (line.startsWith('FROM ')) stages.push({ name: / AS (\w+)/.exec(line)?.[1] ?? 'final', steps: [] })
    else stages.at(-1)?.steps.push(line)
  }
  return stages
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  // Between stages nothing is changed: links are enough.
  if (from.startsWith(folder)) return void execSync(`cp -al ${from} ${to}`)
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: (path) => !ignored.has(path.slice(from.length + 1)) })
}

/** Does what COPY and RUN of the stages say, in folders of this machine. */
function build(stages: readonly Stage[]): string {
  for (const { name, steps } of stages) {
    const place = join(folder, name)
    mkdirSync(place, { recursive: true })
    for (const step of steps) {
      const [verb, ...words] = step.split(' ')
      const from = words[0]?.startsWith('--from=') === true ? join(folder, words.shift()?.slice(7) ?? '') : root
      const target = words.at(-1) ?? '.'
      if (verb === 'COPY') for (const source of words.slice(0, -1)) copy(join(from, source.replace(/^\/app\//, '')), join(place, target.endsWith('/') ? join(target, source.replace(/^\/app\//, '').split('/').at(-1) ?? '') : target))
      if (verb === 'RUN' && !step.includes('useradd')) execSync(words.join(' '), { cwd: place, stdio: 'pipe' })
    }
  }
  return join(folder, stages.at(-1)?.name ?? '')
}

afterAll(async () => {
  server?.kill('SIGTERM')
  await wait(3000)
  rmSync(folder, { recursive: true, force: true })
}, 300_000)

describe.runIf(isFull)('the steps of the image', () => {
  it('make a program that runs as nobody from a folder it cannot write to, is healthy, and stops when told', async () => {
    const stages = stagesOf(readFileSync(join(root, 'deploy/Dockerfile'), 'utf8'))
    expect(stages.map((stage) => stage.name)).toEqual(['build', 'final'])
    const place = build(stages)
    execSync(`chmod -R a-w,a+rX ${place} && chmod 755 ${folder}`)
    const data = join(folder, 'data')
    mkdirSync(data)
    chmodSync(data, 0o755)
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(data, somebody, somebody)
    const port = await freePort()
    const environment = Object.fromEntries(stages.at(-1)?.steps.filter((step) => step.startsWith('ENV ')).flatMap((step) => step.slice(4).split(' ').map((pair) => pair.split('='))) ?? [])
    server = spawn(process.execPath, ['server/src/start.mjs'], { cwd: place, env: { PATH: process.env['PATH'], ...environment, PORT: String(port), TRIVENI_DATA_DIR: data, HOME: data }, stdio: 'ignore', ...(isRoot ? { uid: somebody, gid: somebody } : {}) })
    const exited = new Promise<number | null>((done) => server?.once('exit', (code) => done(code)))
    let isHealthy = false
    for (const end = Date.now() + 240_000; Date.now() < end && !isHealthy && server.exitCode === null;) {
      isHealthy = await fetch(`http://127.0.0.1:${port}/health/ready`).then((answer) => answer.ok, () => false)
      await wait(100)
    }
    expect(isHealthy).toBe(true)
    expect(await fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).toContain('<!doctype html>')
    server.kill('SIGTERM')
    expect(await exited).toBe(0)
  }, 300_000)
})
