import { z } from 'zod'
import { flawOf } from './fhir-rules.ts'

/** A resource as it came, where it stood, and under which address others name it. */
export interface ReadResource {
  resource: Record<string, unknown>
  type: string
  value: string
  /** The address in its bundle when that is not its id. */
  alias: string | null
  line: number | null
  /** Why it cannot be stored at all. */
  flaw: { path: string; code: string } | undefined
}

export interface ReadFault {
  line: number | null
  path: string
  code: string
}

export interface ReadDocument {
  resources: ReadResource[]
  faults: ReadFault[]
}

const resourceShape = z.looseObject({ resourceType: z.string().regex(/^[A-Z][A-Za-z]{1,63}$/), id: z.string().max(64).optional() })
const bundleShape = z.looseObject({ resourceType: z.literal('Bundle'), entry: z.array(z.looseObject({ fullUrl: z.string().max(500).optional(), resource: z.unknown() })).optional() })

const addressOf = (fullUrl: string | undefined): string | null => (fullUrl === undefined ? null : (/^urn:(?:uuid|oid):(.+)$/.exec(fullUrl)?.[1] ?? fullUrl.split('/').at(-1) ?? null))

function readOne(resource: unknown, fullUrl: string | undefined, at: { line: number | null; path: string }, hashOf: (content: unknown) => string): ReadResource | ReadFault {
  const checked = resourceShape.safeParse(resource)
  if (!checked.success) return { line: at.line, path: [at.path, ...(checked.error.issues[0]?.path.map(String) ?? [])].filter(Boolean).join('.'), code: 'interop.not_a_resource' }
  const flaw = flawOf(checked.data)
  const address = addressOf(fullUrl)
  const value = checked.data.id ?? address ?? (flaw === undefined ? hashOf(checked.data) : at.path)
  return { resource: checked.data, type: checked.data.resourceType, value, alias: address === value ? null : address, line: at.line, flaw }
}

function sorted(results: readonly (ReadResource | ReadFault)[]): ReadDocument {
  return { resources: results.filter((one): one is ReadResource => 'resource' in one), faults: results.filter((one): one is ReadFault => 'code' in one) }
}

/** Line of a position that JSON.parse names in its message, counted from one. */
function lineOfFault(text: string, error: unknown): number | null {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined
  return position === undefined ? null : text.slice(0, Number(position)).split('\n').length
}

/** The resources of a bundle, or the one resource that it is. */
function unbundled(content: unknown, line: number | null, hashOf: (content: unknown) => string): (ReadResource | ReadFault)[] {
  const bundle = bundleShape.safeParse(content)
  if (!bundle.success) return [readOne(content, undefined, { line, path: '' }, hashOf)]
  return (bundle.data.entry ?? []).map((entry, index) => readOne(entry.resource, entry.fullUrl, { line, path: `entry.${index}.resource` }, hashOf))
}

function ofLines(text: string, hashOf: (content: unknown) => string): ReadDocument {
  const results = text.split('\n').flatMap((line, index): (ReadResource | ReadFault)[] => {
    if (line.trim() === '') return []
    try {
      return unbundled(JSON.parse(line), index + 1, hashOf)
    } catch {
      return [{ line: index + 1, path: '', code: 'interop.malformed_json' }]
    }
  })
  return sorted(results)
}

/** Reads JSON (a bundle or one resource) or NDJSON; what is malformed is named by its line, the rest goes on. */
export function readFhir(name: string, text: string, hashOf: (content: unknown) => string): ReadDocument {
  const body = text.replace(/^\uFEFF/, '')
  if (/\.ndjson(\.gz)?$/i.test(name)) return ofLines(body, hashOf)
  try {
    return sorted(unbundled(JSON.parse(body), null, hashOf))
  } catch (error) {
    if (/^\s*\{[^\n]*\}\s*\n\s*\{/.test(body)) return ofLines(body, hashOf)
    return { resources: [], faults: [{ line: lineOfFault(body, error), path: '', code: 'interop.malformed_json' }] }
  }
}
