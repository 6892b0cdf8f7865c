import { z } from 'zod'
import { id, text } from './common/values.ts'
import { defineErrors } from './define.ts'

export const safetyErrors = defineErrors('safety', { override_required: 409, unknown_medicine: 422, bad_list: 422, stops: 422, retired_already: 409 })

export const alertKind = z.enum(['allergy', 'interaction', 'duplicate', 'maximum-dose', 'pregnancy', 'lactation', 'age', 'renal', 'herb-drug', 'heavy-metal', 'antidote', 'stale-weight', 'contraindication'])
/** `stop` and `warn` are signed only with a reason, `inform` is read. */
export const alertSeverity = z.enum(['stop', 'warn', 'inform'])
/** Says what, why and by which source; `key` names it for an override. Alternatives: what the hospital's register has of the same group that raises no alert beside the rest. */
export const safetyAlert = z.object({ key: z.string(), kind: alertKind, severity: alertSeverity, message: z.string(), why: z.string(), source: z.object({ name: z.string(), version: z.string() }), medications: z.array(z.object({ id: id.nullable(), name: z.string() })), alternatives: z.array(z.object({ id, name: z.string(), insteadOf: z.string() })) })
export type SafetyAlert = z.output<typeof safetyAlert>
/** Why an alert was passed over, by its key. */
export const overrides = z.array(z.strictObject({ key: z.string().min(1).max(300), reason: text(300) })).max(100).optional()
export type Override = { key: string; reason: string }
