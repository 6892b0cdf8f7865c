import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('./features/', import.meta.url)
const routes = readdirSync(folder).map((name) => readFileSync(new URL(`${name}/routes.tsx`, folder), 'utf8'))

describe('the navigation', () => {
  it('gives each key after g to one place', () => {
    const keys = routes.flatMap((text) => [...text.matchAll(/\bkey: '(.)'/g)].map(([, key]) => key))
    expect(keys.length).toBeGreaterThan(10)
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })
})
