import i18next from 'i18next'
import { IntlMessageFormat } from 'intl-messageformat'
import { initReactI18next, useTranslation } from 'react-i18next'
import { ApiError, session } from './api.ts'

export type Language = 'en' | 'hi' | 'es' | 'fr' | 'ar'
type TextFile = { files: Record<string, Record<string, string>> }

export const languages: { value: Language; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'hi', label: 'हिन्दी' },
  { value: 'ar', label: 'العربية' },
  { value: 'es', label: 'Español' },
  { value: 'fr', label: 'Français' },
]
const loaders: Record<Language, () => Promise<TextFile>> = {
  en: () => import('./locale-en.ts'),
  hi: () => import('./locale-hi.ts'),
  es: () => import('./locale-es.ts'),
  fr: () => import('./locale-fr.ts'),
  ar: () => import('./locale-ar.ts'),
}
/** Latin digits in every language: doses and numbers are read the same by all staff. */
const tags: Record<Language, string> = { en: 'en-IN', hi: 'hi-IN-u-nu-latn', es: 'es', fr: 'fr', ar: 'ar-u-nu-latn-ca-gregory' }

export const isLanguage = (value: unknown): value is Language => typeof value === 'string' && value in loaders
export const directionOf = (language: Language): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr')
export const intlTag = (language: string): string => (isLanguage(language) ? tags[language] : language)

const compiled = new Map<string, IntlMessageFormat>()
function formatted(text: string, values: Record<string, unknown>, language: string): string {
  if (!text.includes('{')) return text
  const key = `${language}|${text}`
  const format = compiled.get(key) ?? new IntlMessageFormat(text, intlTag(language), undefined, { ignoreTag: true })
  compiled.set(key, format)
  return String(format.format({ ...values } as Record<string, string | number | Date>))
}

i18next.use({
  type: 'i18nFormat',
  name: 'icu',
  init: () => undefined,
  parse: (text: string, values: Record<string, unknown>, language: string) => (typeof text === 'string' ? formatted(text, values, language) : text),
  addLookupKeys: (keys: string[]) => keys,
} as never)

const loaded = new Set<Language>()
async function load(language: Language): Promise<void> {
  if (loaded.has(language)) return
  const { files } = await loaders[language]()
  for (const texts of Object.values(files)) i18next.addResourceBundle(language, 'all', texts, true, true)
  loaded.add(language)
}

const keptUnder = 'triveni.language'

function firstLanguage(): Language {
  const kept = localStorage.getItem(keptUnder)
  if (isLanguage(kept)) return kept
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en'
}

/** Changes the language of the whole page, its direction and its fonts. */
async function show(language: Language): Promise<void> {
  await load(language)
  if (language === 'es' || language === 'fr') await load('en')
  else void load('en')
  await i18next.changeLanguage(language)
  session.language = language
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
}

/** Shows a language that somebody chose, and keeps it for this browser. */
export async function setLanguage(language: Language): Promise<void> {
  await show(language)
  localStorage.setItem(keptUnder, language)
}

/** Shows the language of an account where nobody has chosen one in this browser. English is what an account says that was never asked. */
export async function adoptLanguage(language: string): Promise<void> {
  if (isLanguage(language) && language !== 'en' && localStorage.getItem(keptUnder) === null) await show(language)
}

/** Sets texts up before the first paint. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({ lng: firstLanguage(), fallbackLng: 'en', ns: ['all'], defaultNS: 'all', keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false }, resources: {}, react: { useSuspense: false } })
  await show(firstLanguage())
}

export type Text = (key: string, values?: Record<string, unknown>) => string

/** The texts of the page: `t('patients.register.title')`. */
export function useText(): Text {
  const { t } = useTranslation()
  return (key, values) => t(key, values ?? {})
}

export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return isLanguage(i18n.language) ? i18n.language : 'en'
}

/** A text when the key exists. */
export const hasText = (key: string): boolean => i18next.exists(key)

/** A text that can be said without values; of one that needs them only who refused has them. */
export function hasPlainText(key: string): boolean {
  const text: unknown = i18next.getResource(i18next.language, 'all', key) ?? i18next.getResource('en', 'all', key)
  return typeof text === 'string' && !text.includes('{')
}

/** What happened, in the reader's words; what the server said where we have no words. */
export function errorText(t: Text, error: unknown): string {
  if (!(error instanceof ApiError)) return t('errors.unexpected')
  const key = `errors.${error.code}`
  if (hasPlainText(key)) return t(key)
  return error.title === '' ? t('errors.unexpected') : error.title
}
