import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import type { ImportRun } from '#contract/interop.ts'
import type { TestHospital } from '../../../testing/hospital.ts'
import type { UploadPart } from '../../../testing/multipart.ts'

export const data = fileURLToPath(new URL('../../../../../../shared/data/', import.meta.url))
export const folders = ['synthea-fhir-r4', 'synthea-fhir-r4-2022'] as const
export const hasData = folders.every((folder) => existsSync(`${data}${folder}`))

export const part = (folder: string, name: string): UploadPart => ({ name, bytes: readFileSync(`${data}${folder}/${name}`) })
export const namesIn = (folder: string): string[] => readdirSync(`${data}${folder}`).filter((name) => name.endsWith('.json.gz')).toSorted()
const isOfHospitals = (name: string): boolean => /nformation/.test(name)

/** Every file of a folder, or the bundles of hospitals and practitioners with four patients. */
export function partsOf(folder: string, isShort: boolean): UploadPart[] {
  const all = namesIn(folder)
  return (isShort ? [...all.filter((name) => !isOfHospitals(name)).slice(0, 4), ...all.filter(isOfHospitals)] : all).map((name) => part(folder, name))
}

interface Resource {
  resourceType: string
  participant?: { individual?: unknown }[]
}

export const resourcesOf = (parts: readonly UploadPart[]): Resource[] => parts.flatMap(({ bytes }) => JSON.parse(gunzipSync(bytes).toString('utf8')).entry.map((entry: { resource: Resource }) => entry.resource))

const canonical = (value: unknown): string =>
  typeof value !== 'object' || value === null ? JSON.stringify(value) : Array.isArray(value) ? `[${value.map(canonical).join()}]` : `{${Object.keys(value).toSorted().map((key) => `${key}:${canonical(value[key as never])}`).join()}}`

const fingerprint = (value: unknown): string => createHash('md5').update(canonical(value)).digest('hex')

/** What the files hold, counted apart from the import: resources of each type, and those that are not the same again. */
export function countOf(parts: readonly UploadPart[]): Record<string, { read: number; distinct: number }> {
  const counts: Record<string, { read: number; distinct: number }> = {}
  const seen = new Set<string>()
  for (const resource of resourcesOf(parts)) {
    const of = (counts[resource.resourceType] ??= { read: 0, distinct: 0 })
    of.read += 1
    const mark = fingerprint(resource)
    if (!seen.has(mark)) of.distinct += 1
    seen.add(mark)
  }
  return counts
}

/** Every resource of the files was counted, and none twice: fails when a type, or one of a type, was dropped. */
export function expectCounted({ counts }: Pick<ImportRun, 'counts'>, parts: readonly UploadPart[]): void {
  const counted = Object.fromEntries(Object.entries(counts).map(([type, of]) => [type, { read: of.read, distinct: of.created + of.kept }]))
  expect(counted).toEqual(countOf(parts))
  for (const [type, of] of Object.entries(counts)) expect([type, of.created + of.unchanged + of.kept + of.failed, of.failed]).toEqual([type, of.read, 0])
}

export type Kept = ReadonlyMap<string, number>

/** How many resources of each type are kept whole. */
export async function keptByType({ query }: Pick<TestHospital, 'query'>): Promise<Kept> {
  return new Map((await query<{ type: string; n: number }>('select type, count(*)::int as n from kept_resources group by type')).map((row) => [row.type, row.n]))
}

/** Every resource that was not there before is kept whole now. */
export function expectKept(before: Kept, after: Kept, parts: readonly UploadPart[]): void {
  for (const [type, { distinct }] of Object.entries(countOf(parts))) expect([type, (after.get(type) ?? 0) - (before.get(type) ?? 0)]).toEqual([type, distinct])
}
