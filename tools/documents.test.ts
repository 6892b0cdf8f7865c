import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'web/README.md', 'deploy/README.md', ...readdirSync(join(root, 'docs/operations')).map((name) => `docs/operations/${name}`)]

/** Words after a command in text that is written as code: in a block, or between backticks. */
function spoken(text: string, before: RegExp): string[] {
  const code = [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map((match) => match[0]).join('\n')
  return [...code.matchAll(before)].map((match) => match[1] ?? '')
}

const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts
const commands = new Set([...read('server/src/cli.ts').matchAll(/command === '([a-z]+)'/g)].map((match) => match[1] ?? ''))
const faults = new Set([...read('bench/faults.ts').matchAll(/^ {2}'?([a-z-]+)'?: \{$/gm)].map((match) => match[1] ?? ''))

const unknownIn = (text: string): string[] => [
  ...spoken(text, /npm run ([\w:-]+)/g).filter((name) => scripts[name] === undefined).map((name) => `npm run ${name}`),
  ...spoken(text, /npm (start|test)\b/g).filter((name) => scripts[name] === undefined).map((name) => `npm ${name}`),
  ...spoken(text, /(?:^|[\s`/])(?<!\/lib\/)triveni ([a-z]+)\b/g).filter((name) => !commands.has(name)).map((name) => `triveni ${name}`),
  ...spoken(text, /npm run faults ([a-z][a-z-]*)/g).filter((name) => !faults.has(name)).map((name) => `npm run faults ${name}`),
]

describe('a page', () => {
  it.each(pages)('%s names only commands that are there', (page) => expect(unknownIn(read(page))).toEqual([]))

  it('that names another is seen', () => {
    expect(unknownIn('`npm run away`, `npm run faults nobody`, `bin/triveni fly now`, `triveni health`')).toEqual(['npm run away', 'triveni fly', 'npm run faults nobody'])
    expect([commands.size, faults.size].every((count) => count > 8)).toBe(true)
  })
})

describe('the lists of modules', () => {
  const modules = readdirSync(join(root, 'server/src/modules'))

  it('of the README and of the architecture hold every module', () => {
    for (const page of ['README.md', 'ARCHITECTURE.md']) expect([page, modules.filter((name) => !new RegExp(`\\b${name}\\b`).test(read(page)))]).toEqual([page, []])
  })

  it('of the architecture stands in the order of modules.ts', () => {
    const order = [...read('server/src/modules.ts').split('= [')[1]?.matchAll(/(\w+)Module/g) ?? []].map((match) => match[1])
    expect(/^In the order of `server\/src\/modules\.ts`.*: (.+)\.$/m.exec(read('ARCHITECTURE.md'))?.[1]?.split(' · ')).toEqual(order)
  })
})
