import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('./features/', import.meta.url)
const routes = readdirSync(folder).map((name) => readFileSync(new URL(`${name}/routes.tsx`, folder), 'utf8'))

describe('the permissions', () => {
  it('have a name in each language', () => {
    const page = readFileSync(new URL('../../docs/security/permissions.md', import.meta.url), 'utf8')
    const wanted = [...page.matchAll(/^\| `([a-z-]+\.[a-z-]+)`/gm)].map(([, permission]) => `permissions.${permission}`)
    expect(wanted.length).toBeGreaterThan(50)
    for (const language of ['en', 'hi', 'ar']) {
      const texts: Record<string, string> = JSON.parse(readFileSync(new URL(`../../locales/${language}/permissions.json`, import.meta.url), 'utf8'))
      expect([language, Object.keys(texts).toSorted()]).toEqual([language, wanted.toSorted()])
    }
  })
})

describe('the navigation', () => {
  it('gives each key after g to one place', () => {
    const keys = routes.flatMap((text) => [...text.matchAll(/\bkey: '(.)'/g)].map(([, key]) => key))
    expect(keys.length).toBeGreaterThan(10)
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })
})
