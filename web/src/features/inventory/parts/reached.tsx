import { Anchor, Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useText } from '../../../kernel/i18n.ts'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api } from '../queries.ts'

/** Patients who had of a lot and how to reach them. */
export function Reached({ lotId }: { lotId: string }) {
  const t = useText()
  const query = useQuery({ queryKey: ['inventory', 'reached', lotId], queryFn: ({ signal }) => api.listReached({ params: { id: lotId }, query: { limit: 200 }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Empty title={t('inventory.lot.nobody')} /> : (
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{t('common.patient')}</Table.Th><Table.Th>{t('common.phone')}</Table.Th><Table.Th ta="end">{t('common.quantity')}</Table.Th><Table.Th>{t('common.date')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {items.map((one) => (
              <Table.Tr key={one.patientId}>
                <Table.Td><Anchor component={Link} to={`/patients/${one.patientId}`}><bdi>{one.patientName}</bdi></Anchor></Table.Td><Table.Td><bdi dir="ltr">{one.phones.join(', ')}</bdi></Table.Td><Table.Td ta="end" className="figures">{one.quantity}</Table.Td><Table.Td><When at={one.lastAt} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ))}
    </Loaded>
  )
}
