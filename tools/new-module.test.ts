import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { namesOf, nextMigration, wired } from './new-module.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const isFull = process.env['TRIVENI_FULL'] === '1'
const copy = mkdtempSync(join(tmpdir(), 'triveni-new-module-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('a new module', () => {
  it('has names of the house, and the next migration', () => {
    expect(namesOf('care-plans')).toEqual({ plural: 'care-plans', table: 'care_plans', camel: 'carePlans', type: 'CarePlan', words: 'Care plans' })
    for (const wrong of ['Wards', 'ward', 'wards_', '../wards', '']) expect(() => namesOf(wrong)).toThrow('plural noun')
    expect(nextMigration(['0001-a.sql', '0020-b.sql'])).toBe('0022')
    expect(wired('import { a } from \'./a.ts\'\nexport const modules = [a, systemModule]\n', namesOf('wards'), 'server')).toContain('[a, wardsModule, systemModule]')
  })

  // The compiler reads the whole program twice for it: the long form does.
  it(`works at once in a copy: ${isFull ? 'types, ' : ''}architecture and its own test`, () => {
    for (const path of ['bench', 'contract', 'server', 'web/src', 'web/tsconfig.json', 'web/vite.config.ts', 'locales', 'tools', 'tsconfig.json', 'package.json', 'vitest.config.ts']) cpSync(join(root, path), join(copy, path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, TRIVENI_TEST_FAST_DISK: '1' } })
    expect(run('tools/new-module.ts', 'wards')).toContain('server/src/modules/wards/index.ts')
    expect(() => run('tools/new-module.ts', 'wards')).toThrow('already')
    run('tools/gen-schema.ts')
    expect(readFileSync(join(copy, 'server/src/db/schema.gen.ts'), 'utf8')).toContain('wards')
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    for (const project of isFull ? ['tsconfig.json', 'web/tsconfig.json'] : []) run(tsc, '--noEmit', '-p', project)
    run('tools/arch.ts')
    expect(run('node_modules/vitest/vitest.mjs', 'run', 'server/src/modules/wards', 'server/src/loops/catalogue.test.ts')).toMatch(/wards\.test\.ts[\s\S]*Tests .*\d+ passed/)
  }, 900_000)
})
