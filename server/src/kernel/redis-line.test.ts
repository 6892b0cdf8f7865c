import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from './embedded-postgres.ts'
import { overRedis } from './redis-line.ts'

const program = process.env['REDIS_SERVER'] ?? 'redis-server'
const hasRedis = spawnSync(program, ['--version']).status === 0
const workerFile = fileURLToPath(new URL('../testing/line-worker.ts', import.meta.url))

/** A process that shares a cache; `ask` resolves with what it answers. */
interface Member {
  ask: (line: string) => Promise<unknown>
  end: () => void
}

function member(url: string): Member {
  const child = spawn(process.execPath, [workerFile, url], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  return {
    ask: async (line) => {
      const answered = once(lines, 'line')
      child.stdin.write(`${line}\n`)
      const [text] = await answered
      return JSON.parse(String(text))
    },
    end: () => void child.kill('SIGKILL'),
  }
}

async function until(one: Member, line: string, wanted: unknown): Promise<void> {
  const end = Date.now() + 60_000
  for (;;) {
    const answer = await one.ask(line)
    if (JSON.stringify(answer) === JSON.stringify(wanted)) return
    if (Date.now() > end) throw new Error(`${line} answers ${JSON.stringify(answer)}`)
    await wait(50)
  }
}

describe.runIf(hasRedis)('processes joined by a real Redis', () => {
  let port: number
  let redis: ChildProcess
  let url: string
  let here: Member
  let there: Member
  const start = () => {
    redis = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--requirepass', 'a secret/word'], { stdio: 'ignore' })
  }
  beforeAll(async () => {
    port = await freePort()
    start()
    url = `redis://:${encodeURIComponent('a secret/word')}@127.0.0.1:${port}`
    ;[here, there] = [member(url), member(url)]
    for (const one of [here, there]) await until(one, 'line', true)
  })
  afterAll(() => {
    for (const one of [here, there]) one.end()
    redis.kill('SIGKILL')
  })

  it('forget what another changed, and nothing else; and hear what it says', async () => {
    for (const word of ['ward', 'bed']) await there.ask(`set ${word}`)
    await here.ask('set ward')
    await here.ask('forget ward')
    await until(there, 'get ward', null)
    expect(await there.ask('get bed')).toBe('bed')
    await here.ask('say changed')
    await until(there, 'heard', ['changed'])
    expect(await here.ask('heard')).toEqual([])
  })

  it('keep nothing while Redis is gone, wait for nobody, and are joined again when it is back', async () => {
    await there.ask('set bed')
    redis.kill('SIGKILL')
    await until(there, 'line', false)
    expect(await there.ask('get bed')).toBe(null)
    // Who waited for Redis would wait each time; what a busy machine is slow at it is not each time.
    const times: number[] = []
    for (let time = 0; time < 5; time += 1) {
      const started = performance.now()
      await here.ask('forget bed')
      times.push(performance.now() - started)
    }
    expect(Math.min(...times)).toBeLessThan(1000)
    await there.ask('set bed')
    // What is kept meanwhile is forgotten at each try, since nobody can say that it changed.
    await until(there, 'get bed', null)
    start()
    for (const one of [here, there]) await until(one, 'line', true)
    await there.ask('set bed')
    await here.ask('forget bed')
    await until(there, 'get bed', null)
  })

  it('notice a Redis that stands still though its connections stay', async () => {
    redis.kill('SIGSTOP')
    await until(there, 'line', false)
    redis.kill('SIGCONT')
    await until(there, 'line', true)
    expect(await there.ask('line')).toBe(true)
  })

  it('are not joined by a Redis that does not let them in', async () => {
    await expect(overRedis(`redis://:wrong@127.0.0.1:${port}`, () => {})).rejects.toThrow('refused')
    await expect(overRedis(`redis://127.0.0.1:${port}`, () => {})).rejects.toThrow('refused')
    await expect(overRedis(`redis://127.0.0.1:${await freePort()}`, () => {})).rejects.toThrow('does not answer')
  })
})
