import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..', '..')
const sources = globSync('server/src/{kernel,modules}/**/*.ts', { cwd: root }).filter((path) => !path.includes('.test.') && !path.includes('testing'))
/** What a field is told it did wrong, as the program names it. */
const codes = [...new Set(sources.flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/invalidField\([^,\n]+, '([a-z0-9_.]+)'/g)].map((match) => match[1] ?? '')))]
const wordsOf = (language: string): Record<string, string> => Object.assign({}, ...globSync(`locales/${language}/*.json`, { cwd: root }).map((path) => JSON.parse(readFileSync(join(root, path), 'utf8'))))

describe('what is wrong with a field', () => {
  it('is found in the sources', () => expect(codes.length).toBeGreaterThan(40))
  it.each(['en', 'hi', 'ar'])('has words in %s', (language) => {
    const words = wordsOf(language)
    expect(codes.filter((code) => words[`fields.${code}`] === undefined && words[`errors.${code}`] === undefined)).toEqual([])
  })
})
