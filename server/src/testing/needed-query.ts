import type { RouteSpec } from '#contract/define.ts'

const day = '2026-11-20'

/** What a list cannot be asked without, as it stands in an address: its facility, its day or days. */
export function neededQuery(spec: Pick<RouteSpec, 'query'>, facilityId: string): string {
  const shape = spec.query?.shape ?? {}
  const known: Record<string, string> = { facilityId, on: day, from: day, to: day }
  return Object.keys(known).filter((name) => shape[name] !== undefined && !shape[name].safeParse(undefined).success).map((name) => `&${name}=${known[name]}`).join('')
}
