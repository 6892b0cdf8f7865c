import { hasText, useText } from '../../../kernel/i18n.ts'

/** The level of a control as laboratories call it, in the reader's language; a level of another name stays as it was written. */
export function useLevelName(): (level: string) => string {
  const t = useText()
  return (level) => {
    const key = `laboratory.quality.level.${level.trim().toLowerCase()}`
    return hasText(key) ? t(key) : level
  }
}
