import { message } from '#kernel/text-i18n.ts'
import type { Say } from './rules.ts'

export const sayIn = (locale: string): Say => (key, values) => message(locale, `safety.${key}`, values)
