import { z } from 'zod'
import { defineErrors } from '../define.ts'

/** Errors every route may answer with. */
export const kernelErrors = defineErrors('kernel', {
  malformed: 400,
  not_signed_in: 401,
  forbidden: 403,
  csrf: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  stale_version: 412,
  invalid: 422,
  harmful_file: 422,
  unreadable_table: 422,
  idempotency_reused: 422,
  precondition_required: 428,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
})

export const lifecycleErrors = defineErrors('lifecycle', { illegal_step: 409 })

export const fieldError = z.object({ path: z.string(), code: z.string(), message: z.string() })

/** RFC 9457 problem+json. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  code: z.string(),
  errors: z.array(fieldError).optional(),
  requestId: z.string(),
  error: z.string().optional(),
  allowed: z.array(z.string()).optional(),
  missing: z.array(z.string()).optional(),
  /** Whose record it is that a wall hides, where that may be told. */
  patientId: z.string().optional(),
})
export type Problem = z.output<typeof problem>
