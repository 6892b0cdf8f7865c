/** All texts of one language in one chunk. */
export const files = import.meta.glob<Record<string, string>>(['../../../locales/ar/*.json', '!../../../locales/ar/*-print.json'], { eager: true, import: 'default' })
