import { Anchor, Group, Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Section } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

const tones = { low: 'warn', expiring: 'warn', expired: 'bad' } as const
const mostShown = 20

/** What the look of the morning found, until it is mended. */
export function ToSeeTo() {
  const t = useText()
  const format = useFormat()
  const { facilityId } = useAuth()
  const { data } = useQuery({ queryKey: ['inventory', 'alerts', facilityId], queryFn: ({ signal }) => api.listStockAlerts({ query: { facilityId, limit: mostShown }, signal }) })
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title={t('inventory.toSeeTo')}>
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('common.state')}</Table.Th><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th>{t('inventory.expires')}</Table.Th><Table.Th ta="end">{t('common.quantity')}</Table.Th><Table.Th>{t('inventory.since')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {data.items.map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td><Anchor component={Link} to={`/stock/items/${one.itemId}`}><bdi>{one.itemName}</bdi></Anchor></Table.Td><Table.Td><Group gap="xs"><StateBadge tone={tones[one.kind]} label={t(`inventory.alert.${one.kind}`)} /></Group></Table.Td>
                <Table.Td><bdi>{one.batch || '–'}</bdi></Table.Td><Table.Td>{format.day(one.expiresOn)}</Table.Td><Table.Td ta="end" className="figures">{one.quantity} <bdi>{one.unit}</bdi></Table.Td><Table.Td><When at={one.openedAt} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  )
}
