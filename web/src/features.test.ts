import { describe, expect, it } from 'vitest'
import { allFeatures } from './features.ts'

const places = allFeatures.flatMap((feature) => feature.nav)
const twice = (list: readonly string[]): string[] => list.filter((one, index) => list.indexOf(one) !== index)

describe('the navigation', () => {
  it('gives each key after g to one place', () => {
    expect(twice(places.flatMap((place) => place.key ?? []))).toEqual([])
  })

  it('names each place once', () => {
    expect(twice(places.map((place) => place.path))).toEqual([])
  })
})
