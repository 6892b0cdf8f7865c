/** All texts of one language in one chunk. */
export const files = import.meta.glob<Record<string, string>>(['../../../locales/en/*.json', '!../../../locales/en/*-print.json'], { eager: true, import: 'default' })
