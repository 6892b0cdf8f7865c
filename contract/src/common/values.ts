import { z } from 'zod'

// oxlint-disable-next-line no-control-regex -- these are the characters a text must not hold
const noControl = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/

/** Text a person typed: trimmed, bounded, well-formed, without control characters. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && noControl.test(value), { error: 'text.malformed' })
    .transform((value) => value.trim())
    .pipe(z.string().min(1))

/** As `text`, but may be empty. */
export const optionalText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && noControl.test(value), { error: 'text.malformed' })
    .transform((value) => value.trim())

export const id = z.uuid()
export const version = z.int().min(1)
export const instant = z.iso.datetime({ offset: true })
export const date = z.iso.date()
export const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const currency = z.string().regex(/^[A-Z]{3}$/)
export const timeZone = z.string().max(64).regex(/^[A-Za-z0-9_+\-/]+$/)
export const locale = z.enum(['en', 'hi', 'es', 'fr', 'ar'])

const decimal = /^-?\d{1,12}(\.\d{1,6})?$/
/** An exact decimal number as text, never a float. */
export const decimalText = z.string().max(20).regex(decimal)
export const positiveDecimal = decimalText.refine((value) => Number(value) > 0, { error: 'number.positive' })

export const money = z.object({ amount: decimalText, currency })
export type Money = z.output<typeof money>
export const quantity = z.object({ value: decimalText, unit: z.string().max(40) })
export const coding = z.strictObject({ system: z.string().max(300), code: z.string().max(100), display: optionalText(500).optional() })
export type Coding = z.output<typeof coding>

/** A path parameter `{id}`. */
export const idParams = z.strictObject({ id })
/** Steps this user may take now. */
export const actions = z.array(z.string())
/** A reason a person gives for a step that undoes something. */
export const reasonBody = z.strictObject({ reason: text(500) })
export const emptyBody = z.strictObject({}).optional()
export const created = z.object({ id, version })
/** Which print of a document: a `duplicate` is marked so on every page. */
export const printQuery = z.strictObject({ copy: z.enum(['original', 'duplicate']).default('original') })
