import { z } from 'zod'
import type { RouteSpec } from '#contract/define.ts'
import { problem } from '#contract/common/problem.ts'
import type { AnyModule } from './module.ts'

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' })
  return rest
}

function parameters(spec: RouteSpec): unknown[] {
  const of = (schema: z.ZodObject | undefined, where: 'path' | 'query') =>
    Object.entries(schema?.shape ?? {}).map(([name, field]) => ({ name, in: where, required: where === 'path', schema: field instanceof z.ZodType ? jsonSchema(field, 'input') : {} }))
  const headers = [
    ...(spec.ifMatch === undefined ? [] : [{ name: 'If-Match', in: 'header', required: spec.ifMatch === 'required', schema: { type: 'string' } }]),
    ...(spec.method === 'POST' ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 } }] : []),
  ]
  return [...of(spec.params, 'path'), ...of(spec.query, 'query'), ...headers]
}

function bodyOf(spec: RouteSpec): unknown {
  if (spec.upload !== undefined) return { required: true, content: { 'multipart/form-data': { schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } } } } }
  return spec.body === undefined ? undefined : { required: true, content: { 'application/json': { schema: jsonSchema(spec.body, 'input') } } }
}

function operation(module: AnyModule, name: string, spec: RouteSpec): unknown {
  const success = spec.response === null ? { description: 'Done' } : spec.response === 'binary' ? { description: 'A file', content: { 'application/octet-stream': {} } } : { description: 'Done', content: { 'application/json': { schema: jsonSchema(spec.response, 'output') } } }
  const problems = Object.fromEntries([...Map.groupBy(spec.errors, (error) => String(error.status))].map(([status, errors]) => [status, { description: errors.map((error) => error.code).join(', '), content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }]))
  return {
    operationId: `${module.name}.${name}`,
    tags: [module.name],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    'x-permission': spec.permission,
    'x-phi': spec.phi,
    'x-audit': spec.audit,
    'x-idempotent': spec.method === 'POST' && spec.isSecret !== true,
    parameters: parameters(spec),
    ...(bodyOf(spec) === undefined ? {} : { requestBody: bodyOf(spec) }),
    responses: { [String(spec.status ?? 200)]: success, ...problems, default: { description: 'A refusal', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } } },
  }
}

/** The OpenAPI 3.1 document of every route. */
export function openApi(modules: readonly AnyModule[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const module of modules) {
    for (const [name, spec] of Object.entries(module.contract)) {
      const path = `/api/v1${spec.path}`
      paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operation(module, name, spec) }
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Triveni', version, license: { name: 'Apache-2.0' } },
    components: { schemas: { Problem: jsonSchema(problem, 'output') }, securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-triveni' }, key: { type: 'http', scheme: 'bearer' } } },
    security: [{ session: [] }, { key: [] }],
    paths,
  }
}
