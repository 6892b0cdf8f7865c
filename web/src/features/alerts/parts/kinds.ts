import { useText } from '../../../kernel/i18n.ts'

/** Kinds of alerts the modules raise. */
export const kinds = ['critical-result', 'amended-result', 'specimen-rejected', 'specimen-missed', 'quality-failed', 'manual'] as const
const known: ReadonlySet<string> = new Set(kinds)

export function useKindName(): (kind: string) => string {
  const t = useText()
  return (kind) => (known.has(kind) ? t(`alerts.kind.${kind}`) : kind)
}
