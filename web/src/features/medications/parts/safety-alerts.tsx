import { Alert, Badge, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { SafetyAlert } from '#contract/safety-alerts.ts'
import { useText } from '../../../kernel/i18n.ts'

const looks = { stop: { color: 'red', Icon: IconAlertOctagon }, warn: { color: 'yellow', Icon: IconAlertTriangle }, inform: { color: 'blue', Icon: IconInfoCircle } } as const

interface SafetyAlertsProps {
  alerts: readonly SafetyAlert[]
  /** Reasons by key, where they can be given. */
  reasons?: Record<string, string>
  onReason?: (key: string, reason: string) => void
}

/** Alerts still without a reason that need one. */
export const openAlerts = (alerts: readonly SafetyAlert[], reasons: Record<string, string>): SafetyAlert[] => alerts.filter((one) => one.severity !== 'inform' && (reasons[one.key] ?? '').trim() === '')

/** Reasons as the server takes them. */
export const overridesOf = (alerts: readonly SafetyAlert[], reasons: Record<string, string>) => alerts.filter((one) => one.severity !== 'inform').flatMap((one) => ((reasons[one.key] ?? '').trim() === '' ? [] : [{ key: one.key, reason: (reasons[one.key] ?? '').trim() }]))

/** What speaks against it: what, why, by which source; what stops or warns asks for a reason. */
export function SafetyAlerts({ alerts, reasons, onReason }: SafetyAlertsProps) {
  const t = useText()
  return (
    <Stack gap="xs">
      {alerts.map((one) => {
        const { color, Icon } = looks[one.severity]
        return (
          <Alert key={one.key} color={color} variant="outline" role={one.severity === 'inform' ? 'note' : 'alert'} icon={<Icon aria-hidden />}>
            <Group gap="xs"><Badge color={color} variant="outline" size="sm">{t(`medications.severity.${one.severity}`)}</Badge><Text size="sm" fw={600}><bdi>{one.message}</bdi></Text></Group>
            <Text size="sm"><bdi>{one.why}</bdi></Text>
            <Text size="xs" c="dimmed"><bdi>{[one.source.name, one.source.version].filter(Boolean).join(' · ')}</bdi></Text>
            {[...Map.groupBy(one.alternatives, (other) => other.insteadOf)].map(([insteadOf, others]) => <Text key={insteadOf} size="sm"><Text span size="sm" fw={600}>{t('medications.alternatives', { insteadOf })}</Text> <bdi>{others.map((other) => other.name).join(', ')}</bdi></Text>)}
            {onReason === undefined || one.severity === 'inform' ? null : <TextInput mt="xs" size="sm" label={t('medications.override.reason')} aria-label={`${t('medications.override.reason')}: ${one.message}`} maxLength={300} value={reasons?.[one.key] ?? ''} onChange={(event) => onReason(one.key, event.currentTarget.value)} />}
          </Alert>
        )
      })}
    </Stack>
  )
}
