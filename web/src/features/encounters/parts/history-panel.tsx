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

const longest = 15

function Entries({ encounter, kind }: { encounter: Encounter; kind: string }) {
  const t = useText()
  const query = useQuery(historyQuery(encounter.patientId, kind))
  return (
    <Loaded query={query}>
      {({ items }) => {
        const shown = items.filter((item) => item.ref.id !== encounter.id && (kind !== '' || !noisy.has(item.kind))).slice(0, longest)
        return shown.length === 0 ? <Text size="sm" c="dimmed">{t('encounters.history.empty')}</Text> : <Timeline items={shown} path={pathOf} />
      }}
    </Loaded>
  )
}

/** What happened to the patient before, newest first, by kind. */
export function HistoryPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const all = useQuery(historyQuery(encounter.patientId))
  const [kind, setKind] = useState('')
  const kinds = [...new Set((all.data?.items ?? []).filter((item) => item.ref.id !== encounter.id).map((item) => item.kind))]
  return (
    <Stack gap="xs">
      {kinds.length < 2 ? null : (
        <Chip.Group value={kind} onChange={(value) => setKind(typeof value === 'string' ? value : '')}>
          <Group gap={4}>
            {['', ...kinds].map((one) => (
              <Chip key={one} size="xs" value={one}>
                {one === '' ? t('common.all') : hasText(`timeline.${one}`) ? t(`timeline.${one}`) : one}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      )}
      <Entries encounter={encounter} kind={kind} />
    </Stack>
  )
}
