import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { weaknesses } from './planted-weaknesses.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('the list of planted weaknesses', () => {
  it('has twenty and more, each told from the others', () => {
    expect(weaknesses.length).toBeGreaterThanOrEqual(20)
    expect(new Set(weaknesses.map((one) => one.what)).size).toBe(weaknesses.length)
  })

  it.each(weaknesses.map((one) => [one.what, one] as const))('finds where to plant «%s», and its test', (_what, weakness) => {
    expect(existsSync(join(root, weakness.file))).toBe(true)
    for (const [find] of weakness.edits) expect(read(weakness.file)).toContain(find)
    expect(read(weakness.test)).toContain(weakness.name)
  })

  it('stands in the page, with the test that sees it', () => {
    const page = read('docs/security/planted.md')
    expect(weaknesses.filter((one) => !page.includes(`| ${one.what} |`) || !page.includes(`${one.test}\` > ${one.name}`)).map((one) => one.what)).toEqual([])
  })
})
