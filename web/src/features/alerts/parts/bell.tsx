import { ActionIcon, Anchor, Button, Group, Indicator, Text } from '@mantine/core'
import { IconAlertTriangle, IconBell, IconBellRinging } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useText } from '../../../kernel/i18n.ts'
import { openOfQuery, waitingQuery } from '../queries.ts'
import styles from '../../../ui/strip.module.css'

const most = 99

/** How much waits for oneself, on every page: alerts, withdrawn ones that were not seen, and orders whose signature is overdue. */
export function Bell() {
  const t = useText()
  const { open: waiting = 0, critical = 0, withdrawn = 0, signaturesOverdue = 0 } = useQuery(waitingQuery).data ?? {}
  const open = waiting + withdrawn + signaturesOverdue
  return (
    <Indicator disabled={open === 0} label={open > most ? `${most}+` : open} size={18} offset={6} color={critical > 0 ? 'red.8' : 'river.7'} withBorder>
      <ActionIcon component={Link} to="/alerts" variant="subtle" size="lg" aria-label={t('alerts.bell', { count: open })}>{open > 0 ? <IconBellRinging size={20} /> : <IconBell size={20} />}</ActionIcon>
    </Indicator>
  )
}

/** Above every page but their own, as long as a critical alert waits for one's answer. */
export function CriticalStrip() {
  const t = useText()
  const { pathname } = useLocation()
  const { critical = 0 } = useQuery(waitingQuery).data ?? {}
  if (critical === 0 || pathname === '/alerts') return null
  return (
    <Group gap="sm" justify="space-between" className={`${styles.all} ${styles.line}`} role="alert">
      <Group gap="xs" wrap="nowrap"><IconAlertTriangle size={18} aria-hidden /><Text size="sm" fw={600} c="inherit">{t('alerts.strip', { count: critical })}</Text></Group>
      <Button component={Link} to="/alerts" size="compact-sm" variant="white" color="dark">{t('alerts.strip.open')}</Button>
    </Group>
  )
}

/** In the banner of a patient: what nobody has answered yet. */
export function PatientAlerts({ patientId }: { patientId: string }) {
  const t = useText()
  const count = useQuery(openOfQuery(patientId)).data?.items.length ?? 0
  if (count === 0) return null
  return (
    <Group gap={4} wrap="nowrap" className="no-print">
      <IconAlertTriangle size={16} color="var(--mantine-color-error)" aria-hidden />
      <Anchor component={Link} to="/alerts?whose=all" size="sm" fw={600} c="inherit" underline="always">{t('alerts.onPatient', { count })}</Anchor>
    </Group>
  )
}
