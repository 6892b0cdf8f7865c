import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'docs/security')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('the pages on security', () => {
  it.each(readdirSync(folder))('%s names files that are there, and tests that stand in them', (page) => {
    const missing = [...readFileSync(join(folder, page), 'utf8').matchAll(/`((?:server|contract|web|tools|e2e|deploy|docs)\/[\w./-]*\w)`(?: > ([^;|\n,()]+))?/g)].flatMap(([, file = '', test]) => {
      if (!existsSync(join(root, file))) return [file]
      return test === undefined || !file.includes('.test.') || read(file).includes(test.trim()) ? [] : [`${file} > ${test.trim()}`]
    })
    expect(missing).toEqual([])
  })

  it.each(readdirSync(folder))('%s leads to pages that are there', (page) => {
    const links = [...readFileSync(join(folder, page), 'utf8').matchAll(/\]\(([\w./-]+)\)/g)].map((match) => match[1] ?? '')
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([])
  })
})
