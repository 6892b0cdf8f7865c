import type { ErrorSpec } from '#contract/define.ts'
import { kernelErrors } from '#contract/common/problem.ts'

export interface ErrorParams {
  /** Fields that are wrong: path in the body, code and text parameters. */
  fields?: { path: string; code: string; message?: string }[]
  allowed?: string[]
  missing?: string[]
  retryAfterSeconds?: number
  /** Whose record it is that may not be seen: an id, so that the caller can ask for it. */
  patientId?: string
  values?: Record<string, string | number>
}

/** A refusal the caller may see. The text comes from `locales/` by code; params never hold patient data. */
export class AppError extends Error {
  readonly spec: ErrorSpec
  readonly params: ErrorParams
  constructor(spec: ErrorSpec, params: ErrorParams = {}) {
    super(spec.code)
    this.spec = spec
    this.params = params
  }
}

/** 422 on one field. */
export const invalidField = (path: string, code: string, spec: ErrorSpec = kernelErrors.invalid): AppError => new AppError(spec, { fields: [{ path, code }] })

/** The value, or 404: not there or another tenant's. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new AppError(kernelErrors.not_found)
  return value
}

const constraintErrors = new Map<string, ErrorSpec>()

/** Says which refusal a broken constraint means; called once by the module that owns the constraint. */
export function mapConstraint(name: string, spec: ErrorSpec): void {
  constraintErrors.set(name, spec)
}

interface PostgresError {
  code: string
  constraint?: string
}

const isPostgresError = (error: unknown): error is PostgresError => error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)

const misreadStates = new Set(['22003', '22007', '22008', '22P02'])

/** Whether a value could not be read as what its place wants: a time, a number, an id. */
export const isMisreadValue = (error: unknown): boolean => error instanceof RangeError || (isPostgresError(error) && misreadStates.has(error.code))

const unavailableStates = new Set(['57P01', '57P02', '57P03', '53300', '53100', '53200', '58030', '57P05', '08006', '08001', '08003'])
const connectionFailures = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'])

/** Whether an error is a connection to the database or elsewhere that failed or died. */
export const isConnectionFailure = (error: unknown): boolean =>
  error instanceof AppError
    ? error.spec === kernelErrors.unavailable
    : (error instanceof Error && (('code' in error && connectionFailures.has(String(error.code))) || /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/.test(error.message))) || (isPostgresError(error) && unavailableStates.has(error.code))

/** Translates PostgreSQL's errors, in one place, by SQLSTATE and constraint name (shard suffix cut off). */
export function translateError(error: unknown): unknown {
  if (isConnectionFailure(error)) return error instanceof AppError ? error : new AppError(kernelErrors.unavailable)
  if (!isPostgresError(error)) return error
  const name = error.constraint?.replace(/_\d{6,}$/, '')
  const mapped = name === undefined ? undefined : constraintErrors.get(name)
  if (mapped !== undefined) return new AppError(mapped)
  // Something before it in the transaction failed, and nothing of it was kept: who tries again does no harm.
  if (error.code === '25P02') return new AppError(kernelErrors.unavailable)
  if (error.code === '23505' || error.code === '23P01' || error.code === '40P01' || error.code === '40001') return new AppError(kernelErrors.conflict)
  if (error.code === '23503') return new AppError(kernelErrors.invalid, { fields: [{ path: name ?? '', code: 'reference.unknown' }] })
  if (error.code === '23514' || error.code === '22003' || error.code === '22P05' || error.code === '22021') return new AppError(kernelErrors.invalid, { fields: [{ path: name ?? '', code: 'value.refused' }] })
  return error
}
