import { useState } from 'react'
import { Chip, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Encounter } from '../../../kernel/features.ts'
import { hasText, useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { Timeline } from '../../../ui/timeline.tsx'
import { historyQuery } from '../queries.ts'

const pathOf = (item: { ref: { type: string; id: string } }): string | undefined => (item.ref.type === 'encounter' ? `/encounters/${item.ref.id}` : undefined)

// Single readings stand in the trends; a visit is its appointment's better half.
const noisy = new Set(['observation', 'appointment'])

/** What happened to the patient before, newest first, by kind. */
export function HistoryPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const query = useQuery(historyQuery(encounter.patientId))
  const [kind, setKind] = useState('')
  return (
    <Loaded query={query}>
      {({ items }) => {
        const earlier = items.filter((item) => item.ref.id !== encounter.id)
        const kinds = [...new Set(earlier.map((item) => item.kind))]
        const shown = earlier.filter((item) => (kind === '' ? !noisy.has(item.kind) : item.kind === kind))
        if (earlier.length === 0) return <Text size="sm" c="dimmed">{t('encounters.history.empty')}</Text>
        return (
          <Stack gap="xs">
            <Chip.Group value={kind} onChange={(value) => setKind(typeof value === 'string' ? value : '')}>
              <Group gap={4}>
                {['', ...kinds].map((one) => (
                  <Chip key={one} size="xs" value={one}>
                    {one === '' ? t('common.all') : hasText(`timeline.${one}`) ? t(`timeline.${one}`) : one}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <Timeline items={shown.slice(0, 20)} path={pathOf} />
          </Stack>
        )
      }}
    </Loaded>
  )
}
