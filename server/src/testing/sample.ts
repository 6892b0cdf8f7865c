import { z } from 'zod'
import type { RouteSpec } from '#contract/define.ts'

interface Json {
  type?: string
  format?: string
  pattern?: string
  enum?: unknown[]
  const?: unknown
  minLength?: number
  minimum?: number
  exclusiveMinimum?: number
  minItems?: number
  properties?: Record<string, Json>
  required?: string[]
  items?: Json
  anyOf?: Json[]
  allOf?: Json[]
  oneOf?: Json[]
}

/** Where a sample names a record, and by which id. */
export interface Named {
  path: string
}

const texts: Record<string, string> = { date: '2026-11-20', 'date-time': '2026-11-20T09:00:00Z', time: '09:00:00', email: 'somebody@general.example', uri: 'https://x.example' }
const patterned = ['1', '10.00', '09:00', 'INR', 'AB1', 'x', '+919812345678', '2026-11-20', '09:30', 'IN', 'en', '12345678', 'Asia/Kolkata', '00000000-0000-4000-8000-000000000000']

function textOf(schema: Json): string {
  if (schema.format !== undefined && texts[schema.format] !== undefined) return texts[schema.format] ?? ''
  const { pattern } = schema
  const fitting = pattern === undefined ? undefined : patterned.find((one) => new RegExp(pattern).test(one))
  return fitting ?? 'x'.repeat(Math.max(1, schema.minLength ?? 1))
}

const isId = (schema: Json): boolean => schema.format === 'uuid' || (schema.pattern ?? '').includes('0-9a-fA-F]{8}')

/** Something that a schema takes, with `id` wherever a record is named: what must be there, and every id that may be. */
export function sampleOf(schema: Json, id: string, seen: Named[], path = ''): unknown {
  const [choice] = schema.anyOf ?? schema.oneOf ?? []
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (isId(schema)) {
    seen.push({ path })
    return id
  }
  if (choice !== undefined) return sampleOf(choice, id, seen, path)
  if (schema.allOf !== undefined) return sampleOf(schema.allOf[0] ?? {}, id, seen, path)
  if (schema.type === 'object') {
    const wanted = Object.entries(schema.properties ?? {}).filter(([name, field]) => (schema.required ?? []).includes(name) || isId(field) || (field.items !== undefined && isId(field.items)) || name.endsWith('Id'))
    return Object.fromEntries(wanted.map(([name, field]) => [name, sampleOf(field, id, seen, `${path}.${name}`)]))
  }
  if (schema.type === 'array') return schema.items === undefined ? [] : [sampleOf(schema.items, id, seen, `${path}[]`)]
  if (schema.type === 'string') return textOf(schema)
  if (schema.type === 'boolean') return true
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1)
  return 'x'
}

/** A body or query of a route with one id wherever it names a record; which those places are. */
export function sampleFor(spec: RouteSpec, where: 'body' | 'query', id: string): { value: Record<string, unknown>; names: string[] } {
  const schema = spec[where]
  if (schema === undefined) return { value: {}, names: [] }
  const seen: Named[] = []
  const value = sampleOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json, id, seen)
  return { value: typeof value === 'object' && value !== null ? { ...value } : {}, names: seen.map((one) => one.path) }
}
