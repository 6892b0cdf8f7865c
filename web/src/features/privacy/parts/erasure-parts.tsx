import { Group, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import type { ErasurePart } from '../queries.ts'

/** What of a record may go today, and what the law keeps until when. */
export function ErasureParts({ parts, holds }: { parts: ErasurePart[]; holds: number }) {
  const t = useText()
  return (
    <Stack gap="xs">
      {holds > 0 ? <StateBadge tone="warn" label={t('privacy.holds.active', { count: holds })} /> : null}
      {parts.map((part) => (
        <div key={part.what}>
          <Group gap="xs"><Text size="sm" fw={600}>{t(`privacy.part.${part.what}`)}</Text>{part.isErasable ? <StateBadge tone="good" label={t('privacy.part.erasable')} /> : <StateBadge tone="neutral" label={t('privacy.part.kept')} />}{part.until === null ? null : <Text size="sm">{t('privacy.part.until')} <When at={part.until} isDayOnly /></Text>}</Group>
          <Text size="xs" c="dimmed">{part.source}</Text>
        </div>
      ))}
    </Stack>
  )
}
