import { Button, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { Section } from '../../../ui/page.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Installation } from '../queries.ts'

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">{label}</Text>
      <Text fw={600} dir="ltr" ta="start" style={{ overflowWrap: 'anywhere' }}>{value}</Text>
    </div>
  )
}

/** Versions, migrations and caches. */
export function AboutPanel({ installation }: { installation: Installation }) {
  const t = useText()
  const format = useFormat()
  const clear = useWrite(() => api.clearCaches({ body: {} }), { invalidate: [['operations', 'installation']], done: t('operations.cachesCleared') })
  return (
    <Stack>
      <Section title={t('operations.versions')}>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
          <Fact label="Triveni" value={installation.program} />
          <Fact label="Node" value={installation.node} />
          <Fact label="PostgreSQL" value={installation.postgres} />
          <Fact label={t('operations.startedAt')} value={format.full(installation.startedAt)} />
          <Fact label={t('operations.backupPlace')} value={installation.backupPlace} />
        </SimpleGrid>
      </Section>
      <Section title={t('operations.caches')} actions={<Button size="xs" variant="default" loading={clear.isPending} onClick={() => clear.mutate(undefined)}>{t('operations.clearCaches')}</Button>}>
        <Stack gap={4}>
          {installation.caches.length === 0 ? <Text size="sm" c="dimmed">{t('common.none')}</Text> : null}
          {installation.caches.map((cache) => (
            <Group key={cache.name} justify="space-between" maw={420}>
              <Text size="sm" dir="ltr">{cache.name}</Text>
              <Text size="sm" className="figures">{format.number(cache.entries)}</Text>
            </Group>
          ))}
        </Stack>
      </Section>
      <Section title={t('operations.migrations')}>
        <Table.ScrollContainer minWidth={320}>
          <Table fz="sm">
            <Table.Tbody>
              {installation.migrations.toReversed().map((one) => (
                <Table.Tr key={one.name}>
                  <Table.Td dir="ltr" ta="start">{one.name}</Table.Td>
                  <Table.Td ta="end"><When at={one.appliedAt} /></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Section>
    </Stack>
  )
}
