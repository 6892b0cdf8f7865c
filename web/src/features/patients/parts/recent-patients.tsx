import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useText } from '../../../kernel/i18n.ts'
import { fullName } from '../../../ui/patient-banner.tsx'
import { recentQuery } from '../../../ui/spotlight.tsx'

const mostShown = 5

/** Whom one had open last, a press away. */
export function RecentPatients() {
  const t = useText()
  const items = (useQuery(recentQuery).data?.items ?? []).slice(0, mostShown)
  if (items.length === 0) return null
  return (
    <Group component="nav" aria-label={t('patients.recent.title')} gap="sm">
      <Text size="sm" c="dimmed">{t('patients.recent.title')}</Text>
      {items.map((patient) => (
        <Anchor key={patient.id} component={Link} to={`/patients/${patient.id}`} size="sm" title={patient.mrn}><bdi>{fullName(patient)}</bdi></Anchor>
      ))}
    </Group>
  )
}
