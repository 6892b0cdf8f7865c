import type { z } from 'zod'
import { kernelErrors, type Problem } from '#contract/common/problem.ts'
import { AppError } from './errors.ts'
import { errorFields, log } from './log.ts'
import { KeyDestroyed } from './seal.ts'
import { message } from './text-i18n.ts'

/** 422 with each field that does not fit, named by its path. */
export function invalidInput(error: z.ZodError, where: string): AppError {
  const fields = error.issues.slice(0, 50).flatMap((issue) => {
    const base = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') return issue.keys.slice(0, 20).map((key) => ({ path: [base, key.slice(0, 80)].filter(Boolean).join('.'), code: 'unknown_field' }))
    return [{ path: base === '' ? where : base, code: issue.code === 'custom' ? issue.message : issue.code, ...('maximum' in issue ? {} : {}) }]
  })
  return new AppError(kernelErrors.invalid, { fields })
}

interface HttpishError {
  statusCode: number
}
const hasStatus = (error: unknown): error is HttpishError => error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'

/** What is not an AppError becomes one: broken JSON 400, size 413, type 415, too many 429; all else 500, logged without data. */
export function asAppError(error: unknown, requestId: string): AppError {
  if (error instanceof AppError) return error
  if (error instanceof KeyDestroyed) return new AppError(kernelErrors.not_found)
  if (hasStatus(error) && error.statusCode < 500) {
    const byStatus = Object.values(kernelErrors).find((spec) => spec.status === error.statusCode)
    return new AppError(byStatus ?? kernelErrors.malformed)
  }
  log('error', 'request failed', { requestId, ...errorFields(error) })
  return new AppError(kernelErrors.internal)
}

/** The problem+json of a refusal, in the reader's language. */
export function toProblem(error: AppError, locale: string, requestId: string): Problem {
  const { spec, params } = error
  const title = message(locale, `errors.${spec.code}`, params.values, spec.code)
  return {
    type: `/docs/errors#${spec.code}`,
    title,
    status: spec.status,
    code: spec.code,
    requestId,
    // What clients of the token endpoint read (RFC 6749 section 5.2).
    ...(spec.code.startsWith('oauth.') ? { error: spec.code.slice(6) } : {}),
    ...(params.fields === undefined ? {} : { errors: params.fields.map((field) => ({ path: field.path, code: field.code, message: field.message ?? message(locale, `fields.${field.code}`, {}, message(locale, `errors.${field.code}`, {}, field.code)) })) }),
    ...(params.allowed === undefined ? {} : { allowed: params.allowed }),
    ...(params.missing === undefined ? {} : { missing: params.missing }),
    ...(params.patientId === undefined ? {} : { patientId: params.patientId }),
  }
}
