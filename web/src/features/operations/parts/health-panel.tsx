import { Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import type { Tone } from '../../../ui/theme.ts'
import { When } from '../../../ui/time.tsx'
import { alertsQuery, healthQuery, type Check } from '../queries.ts'

const toneOf: Record<Check['level'], Tone> = { ok: 'good', warning: 'warn', critical: 'bad' }
const rank: Record<Check['level'], number> = { critical: 0, warning: 1, ok: 2 }
const keyOf = (name: string): string => name.replaceAll(' ', '-')
const words = new Set(['none', 'durable', 'not scheduled', 'none verified', 'good', 'archiving', 'elsewhere', 'failing', 'starting', 'not in this process', 'away', 'slow'])

/** Numbers with their unit as they are, the few words in the reader's language. */
function useValue(): (value: string) => string {
  const t = useText()
  return (value) => (words.has(value) ? t(`operations.value.${keyOf(value)}`) : value)
}

function CheckCard({ check }: { check: Check }) {
  const t = useText()
  const valueOf = useValue()
  return (
    <Paper p="sm" withBorder bg="var(--surface)">
      <Stack gap={4}>
        <Group justify="space-between" wrap="nowrap" align="start">
          <Text size="sm" c="dimmed">{t(`operations.check.${keyOf(check.name)}`)}</Text>
          <StateBadge label={t(`operations.level.${check.level}`)} tone={toneOf[check.level]} />
        </Group>
        <Text fw={600} className="figures"><bdi>{valueOf(check.value)}</bdi></Text>
        {check.level === 'ok' ? null : <Text size="sm">{t(`operations.advice.${keyOf(check.name)}`)}</Text>}
      </Stack>
    </Paper>
  )
}

function Alerts() {
  const t = useText()
  const valueOf = useValue()
  const query = useQuery(alertsQuery)
  return (
    <Section title={t('operations.alerts')}>
      <Loaded query={query}>
        {({ items }) => items.length === 0 ? <Text size="sm" c="dimmed">{t('operations.noAlerts')}</Text> : (
          <Stack gap="xs">
            {items.map((alert) => (
              <Group key={alert.key} gap="sm" wrap="wrap">
                <StateBadge label={alert.endedAt === null ? t(`operations.level.${alert.level}`) : t('operations.over')} tone={alert.endedAt === null ? toneOf[alert.level] : 'neutral'} />
                <Text size="sm">{t(`operations.check.${keyOf(alert.key)}`)}</Text>
                <Text size="sm" c="dimmed"><bdi>{valueOf(alert.value)}</bdi></Text>
                <Text size="sm" c="dimmed"><When at={alert.since} /></Text>
              </Group>
            ))}
          </Stack>
        )}
      </Loaded>
    </Section>
  )
}

/** What was looked at just now, what is not well first, and what was not well lately. */
export function HealthPanel() {
  const query = useQuery(healthQuery)
  return (
    <Stack>
      <Loaded query={query} rows={8}>
        {(health) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="sm">
            {health.checks.toSorted((a, b) => rank[a.level] - rank[b.level]).map((check) => <CheckCard key={check.name} check={check} />)}
          </SimpleGrid>
        )}
      </Loaded>
      <Alerts />
    </Stack>
  )
}
