/** All texts of one language in one chunk. */
export const files = import.meta.glob<Record<string, string>>(['../../../locales/hi/*.json', '!../../../locales/hi/*-print.json'], { eager: true, import: 'default' })
