import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../../locales/', import.meta.url))
const loaded = new Map<string, Map<string, string>>()
const languages = ['en', 'hi', 'es', 'fr', 'ar'] as const

function flatten(value: unknown, prefix: string, into: Map<string, string>): void {
  if (typeof value === 'string') into.set(prefix, value)
  else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) flatten(inner, prefix === '' ? key : `${prefix}.${key}`, into)
}

function messages(language: string): Map<string, string> {
  let known = loaded.get(language)
  if (known === undefined) {
    known = new Map()
    try {
      for (const file of readdirSync(`${folder}${language}`)) if (file.endsWith('.json')) flatten(JSON.parse(readFileSync(`${folder}${language}/${file}`, 'utf8')), '', known)
    } catch {
      known = new Map()
    }
    loaded.set(language, known)
  }
  return known
}

/** The best of our languages for an `Accept-Language` header. */
export function pickLocale(header: string | undefined): string {
  const wanted = (header ?? '').toLowerCase().split(',').map((part) => part.trim().slice(0, 2))
  return wanted.find((one) => languages.some((language) => language === one)) ?? 'en'
}

/** A message in the language, else in English, else the fallback; `{name}` is filled from `values`. */
export function message(locale: string, key: string, values: Record<string, string | number> = {}, fallback = key): string {
  const text = messages(locale).get(key) ?? messages('en').get(key) ?? fallback
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
