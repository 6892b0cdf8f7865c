import { Anchor, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { system } from '#contract/system.ts'
import { client } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { roleWords } from '../actions.ts'

const api = client(system)
type Access = z.output<typeof system.chartAccess.response>['items'][number]

function Person({ row, patientId }: { row: Access; patientId: string }) {
  const t = useText()
  const go = useGo()
  const counts = ['reads', 'writes', 'prints', 'denied'] as const
  const told = counts.filter((key) => row[key] > 0).map((key) => t(`system.access.${key}`, { count: row[key] }))
  return (
    <Group component="li" justify="space-between" py="xs" gap="xs" style={{ borderBottom: '1px solid var(--line)' }}>
      <div>
        <Group gap="xs">
          {row.actor.id === null ? <Text fw={600}>{t('system.audit.program')}</Text> : <Anchor component="button" type="button" onClick={() => go(`/audit?patientId=${patientId}&userId=${row.actor.id}`)} fw={600}><bdi>{row.actor.name || t('system.audit.program')}</bdi></Anchor>}
          <Text size="sm" c="dimmed">{roleWords(t, row.actor.role)}</Text>
          {row.denied > 0 ? <StateBadge tone="warn" label={t('system.audit.outcome.denied')} /> : null}
        </Group>
        <Text size="sm" c="dimmed">{told.join(' · ')}</Text>
      </div>
      <Text size="sm" ta="end">{t('system.access.last')} <When at={row.lastAt} /><br /><Text span c="dimmed" size="xs">{t('system.access.first')} <When at={row.firstAt} /></Text></Text>
    </Group>
  )
}

/** Who opened this chart, the last first; a name leads to what was done. */
export function AccessTab({ patientId }: { patientId: string }) {
  const t = useText()
  const go = useGo()
  const query = useQuery({ queryKey: ['system', 'access', patientId], queryFn: ({ signal }) => api.chartAccess({ params: { id: patientId }, signal }) })
  return (
    <Section title={t('system.access.title')} actions={<Anchor component="button" type="button" onClick={() => go(`/audit?patientId=${patientId}`)} size="sm">{t('system.access.all')}</Anchor>}>
      <Loaded query={query}>
        {({ items }) => (items.length === 0 ? <Empty title={t('system.audit.empty')} /> : <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: 'none' }}>{items.map((row) => <Person key={`${row.actor.id}${row.actor.role}`} row={row} patientId={patientId} />)}</Stack>)}
      </Loaded>
    </Section>
  )
}
