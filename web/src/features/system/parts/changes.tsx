import { Anchor, Button, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { z } from 'zod'
import type { system } from '#contract/system.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Fact } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { roleWords } from '../actions.ts'

export type Entry = z.output<typeof system.listAudit.response>['items'][number]

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const shown = (value: unknown): string => (value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value))
const quiet = new Set(['tenant_id', 'version'])

function Fields({ entry }: { entry: Entry }) {
  const t = useText()
  const [before, after] = [isRecord(entry.before) ? entry.before : {}, isRecord(entry.after) ? entry.after : {}]
  const isChange = entry.before !== null && entry.after !== null
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !quiet.has(key) && (!isChange || shown(before[key]) !== shown(after[key])))
  if (keys.length === 0) return null
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('system.audit.field')}</Table.Th>
          <Table.Th>{t('system.audit.before')}</Table.Th>
          <Table.Th>{t('system.audit.after')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <Table.Tr key={key}>
            <Table.Td><Text size="xs">{key}</Text></Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}><Text size="xs"><bdi>{shown(before[key])}</bdi></Text></Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}><Text size="xs" fw={600}><bdi>{shown(after[key])}</bdi></Text></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Facts({ entry }: { entry: Entry }) {
  const t = useText()
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2 }} spacing="xs" m={0}>
      <Fact label={t('system.audit.role')}>{entry.actor.role === '' ? '' : roleWords(t, entry.actor.role)}</Fact>
      <Fact label={t('system.audit.outcome')}>{t(`system.audit.outcome.${entry.outcome}`)}</Fact>
      <Fact label={t('system.audit.address')}><bdi>{entry.address}</bdi></Fact>
      <Fact label={t('system.audit.device')}><bdi>{entry.agent}</bdi></Fact>
      <Fact label={t('system.audit.request')}><bdi>{entry.requestId}</bdi></Fact>
      <Fact label={t('system.audit.session')}><bdi>{entry.sessionId}</bdi></Fact>
      {entry.reason === '' ? null : <Fact label={t('common.reason')}><bdi>{entry.reason}</bdi></Fact>}
    </SimpleGrid>
  )
}

/** Who and when, then before and after field by field; what did not change is left out of a change. */
export function Changes({ entry, onRecord }: { entry: Entry; onRecord: (id: string) => void }) {
  const t = useText()
  const { patientId, subject } = entry
  const details = isRecord(entry.details) ? Object.entries(entry.details) : []
  return (
    <Stack>
      <Text size="sm">{entry.actor.name || t('system.audit.program')} · <When at={entry.at} /></Text>
      <Group gap="sm">
        {patientId === null ? null : <Anchor component={Link} to={`/patients/${patientId}`} size="sm">{t('system.audit.openPatient')}</Anchor>}
        {subject.id === null ? null : <Button size="compact-sm" variant="default" onClick={() => subject.id !== null && onRecord(subject.id)}>{t('system.audit.history')}</Button>}
      </Group>
      <Facts entry={entry} />
      <Fields entry={entry} />
      {details.map(([key, value]) => <Text key={key} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>{key}: {shown(value)}</Text>)}
    </Stack>
  )
}
