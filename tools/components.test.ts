import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
interface Component {
  link?: boolean
  resolved?: string
  integrity?: string
  bundled?: boolean
  inBundle?: boolean
}
const { packages }: { packages: Record<string, Component> } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const { dependencies, devDependencies }: Record<'dependencies' | 'devDependencies', Record<string, string>> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('the components', () => {
  it('come from the registry alone, each with its fingerprint', () => {
    const parts = Object.entries(packages).filter(([path, one]) => path !== '' && one.link !== true && one.inBundle !== true)
    expect(parts.length).toBeGreaterThan(100)
    expect(parts.filter(([, one]) => !(one.resolved ?? 'https://registry.npmjs.org/').startsWith('https://registry.npmjs.org/') || !/^sha(512|1)-/.test(one.integrity ?? '')).map(([path]) => path)).toEqual([])
  })

  it('that we ask for are pinned to one version', () => {
    expect(Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^(\d|npm:.+@\d)/.test(version)).map(([name]) => name)).toEqual([])
  })

  it('leave no history of the source and no secret in what is deployed', () => {
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
    for (const name of ['.git', 'node_modules', 'data', 'deploy/secrets']) expect([name, ignored.some((line) => line.replace(/^\//, '').replace(/\/$/, '') === name)]).toEqual([name, true])
    // Whoever started the program here has a folder of data, which no commit takes along.
    expect(readFileSync(join(root, '.gitignore'), 'utf8').split('\n').map((line) => line.replaceAll('/', ''))).toContain('data')
  })
})
