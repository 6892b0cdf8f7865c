import { message } from '#kernel/text-i18n.ts'

/** A sentence of the module in the reader's language: `safety.KEY`, filled from values. */
export type Say = (key: string, values?: Record<string, string | number>) => string

export const sayIn = (locale: string): Say => (key, values) => message(locale, `safety.${key}`, values)
