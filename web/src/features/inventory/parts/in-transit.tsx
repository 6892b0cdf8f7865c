import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { Section } from '../../../ui/page.tsx'
import { useStoreNames, Way } from '../public.tsx'
import { api } from '../queries.ts'

/** What is on its way between the stores, with its value; nothing where nothing is. */
export function InTransit() {
  const t = useText()
  const format = useFormat()
  const nameOf = useStoreNames()
  const { facilityId } = useAuth()
  const { data } = useQuery({ queryKey: ['inventory', 'in-transit', facilityId], queryFn: ({ signal }) => api.inTransit({ query: { facilityId }, signal }), staleTime: 30_000 })
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title={t('inventory.inTransit')} actions={<Group><Anchor component={Link} to="/stock/transfers?state=dispatched" size="sm">{t('inventory.transfers')}</Anchor><Anchor component={Link} to="/stock/shortages" size="sm">{t('inventory.shortages')}</Anchor></Group>}>
      {data.items.map((row) => (
        <Group key={row.fromStoreId + row.toStoreId} justify="space-between" py={4}>
          <Text size="sm" component="div"><Way from={nameOf(row.fromStoreId, row.fromStoreName)} to={nameOf(row.toStoreId, row.toStoreName)} /></Text>
          <Text size="sm" component="div">{[t('inventory.inTransit.transfers', { count: row.transfers }), row.returning === 0 ? '' : t('inventory.inTransit.returning', { count: row.returning }), `${t('inventory.inTransit.since')} ${format.dayTime(row.since)}`].filter(Boolean).join(' · ')} · <b><Money value={row.value} /></b></Text>
        </Group>
      ))}
    </Section>
  )
}
