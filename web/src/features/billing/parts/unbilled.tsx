import { Group, Stack, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { fullName, patientQuery } from '../../../ui/patient-banner.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { unbilledQuery, type Charge } from '../queries.ts'

/** More would ask for more names than a list is read for. */
const mostShown = 20

function Visit({ charges, first, onOpen }: { charges: Charge[]; first: Charge; onOpen: (charge: Charge) => void }) {
  const t = useText()
  const patient = useQuery(patientQuery(first.patientId))
  return (
    <UnstyledButton onClick={() => onOpen(first)} py={6} style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={0} miw={0}>
          <Text size="sm" fw={600} truncate><bdi>{patient.data === undefined ? '…' : fullName(patient.data)}</bdi></Text>
          <Text size="xs" c="dimmed" className="figures"><bdi>{patient.data?.mrn ?? ''}</bdi> · <When at={first.occurredAt} /></Text>
        </Stack>
        <Text size="sm" style={{ whiteSpace: 'nowrap' }}>{t('billing.charges.count', { count: charges.length })}</Text>
      </Group>
    </UnstyledButton>
  )
}

/** Visits of this facility with charges on no bill yet, newest first. */
export function Unbilled({ onOpen }: { onOpen: (charge: Charge) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const query = useQuery(unbilledQuery())
  return (
    <Section title={t('billing.charges.open')}>
      <Loaded query={query} rows={2}>
        {({ items, nextCursor }) => {
          const here = items.filter((charge) => charge.facilityId === facilityId && charge.encounterId !== null)
          const visits = [...Map.groupBy(here, (charge) => charge.encounterId).values()]
          const isMore = visits.length > mostShown || nextCursor !== null
          return (
            <Stack gap={0}>
              {visits.length === 0 ? <Text size="sm" c="dimmed">{t('billing.charges.empty')}</Text> : null}
              {visits.slice(0, mostShown).flatMap((charges) => charges.slice(0, 1).map((first) => <Visit key={first.encounterId} charges={charges} first={first} onOpen={onOpen} />))}
              {isMore ? <Text size="xs" c="dimmed" pt="xs">{t('billing.charges.newest')}</Text> : null}
            </Stack>
          )
        }}
      </Loaded>
    </Section>
  )
}
