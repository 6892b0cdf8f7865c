import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import { openBlob } from '../../../kernel/api.ts'
import { useText } from '../../../kernel/i18n.ts'
import { saveBlob } from '../../../ui/csv.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Loaded, StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, lotTones } from '../queries.ts'
import { movementPath } from './movement-path.ts'

/** The report as a whole, as a file and on paper. */
export function ReachedFiles({ lotId, batch }: { lotId: string; batch: string }) {
  const t = useText()
  const params = { id: lotId }
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => void api.exportReached({ params }).then((blob) => saveBlob(`batch-${batch}.csv`, blob))}>{t('inventory.lot.reachedCsv')}</Button>
      <Button size="xs" variant="default" onClick={() => void api.printReached({ params }).then(openBlob)}>{t('common.print')}</Button>
    </Group>
  )
}

/** The lots that a recall of one concerns: the others of its batch, and what was made from them. */
export function Concerned({ lotId }: { lotId: string }) {
  const t = useText()
  const query = useQuery({ queryKey: ['inventory', 'concerned', lotId], queryFn: ({ signal }) => api.listConcerned({ params: { id: lotId }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap="xs">
          {items.filter((one) => one.lotId !== lotId).map((one) => (
            <Group key={one.lotId} gap="sm">
              <Anchor component={Link} to={`/stock/lots/${one.lotId}`} size="sm"><bdi>{one.itemName}</bdi> · <bdi>{one.batch}</bdi></Anchor>
              <StateBadge tone={lotTones[one.state]} label={t(`inventory.lot.${one.state}`)} />
              {one.isMade ? <Badge variant="light">{t('inventory.lot.madeFrom')}</Badge> : null}
              <Text size="sm" className="figures">{t('inventory.onHandOf', { quantity: one.onHand, unit: one.unit })}</Text>
            </Group>
          ))}
          {items.length > 1 ? null : <Text size="sm" c="dimmed">{t('inventory.lot.alone')}</Text>}
        </Stack>
      )}
    </Loaded>
  )
}

/** Patients who had of a batch or of what was made from it, and how to reach them. */
export function Reached({ lotId }: { lotId: string }) {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listReached({ params: { id: lotId }, query: { cursor, limit }, signal })
  return (
    <DataTable
      name="lot-reached" queryKey={['inventory', 'reached', lotId]} load={load} rowId={(row) => `${row.patientId}${row.lotId}`} empty={{ title: t('inventory.lot.nobody') }}
      columns={[
        { key: 'patient', label: t('common.patient'), render: (row) => <Anchor component={Link} to={`/patients/${row.patientId}`} size="sm"><bdi>{row.patientName}</bdi></Anchor>, csv: (row) => row.patientName },
        { key: 'phone', label: t('common.phone'), render: (row) => <bdi dir="ltr">{row.phones.join(', ')}</bdi>, csv: (row) => row.phones.join(' ') },
        { key: 'item', label: t('inventory.item'), render: (row) => <><bdi>{row.itemName}</bdi> <Text span size="xs" c="dimmed"><bdi>{row.batch}</bdi></Text></>, csv: (row) => `${row.itemName} ${row.batch}` },
        { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity },
        { key: 'at', label: t('common.date'), render: (row) => <When at={row.lastAt} />, csv: (row) => row.lastAt },
      ]}
    />
  )
}

function DocumentLink({ row }: { row: { number: string; document: { type: string; id: string } } }) {
  const path = movementPath(row)
  return path === undefined ? <bdi>{row.number}</bdi> : <Anchor component={Link} to={path} size="sm"><bdi>{row.number}</bdi></Anchor>
}

/** What left to nobody by name: the counter may know the customer. */
export function ReachedUnnamed({ lotId }: { lotId: string }) {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listReachedUnnamed({ params: { id: lotId }, query: { cursor, limit }, signal })
  return (
    <DataTable
      name="lot-unnamed" queryKey={['inventory', 'reached-unnamed', lotId]} load={load} rowId={(row) => `${row.document.id}${row.lotId}`} empty={{ title: t('inventory.lot.noSales') }}
      columns={[
        { key: 'number', label: t('inventory.print.number'), render: (row) => <DocumentLink row={row} />, csv: (row) => row.number },
        { key: 'customer', label: t('inventory.lot.customer'), render: (row) => <bdi>{row.customer === '' ? row.storeName : row.customer}</bdi>, csv: (row) => (row.customer === '' ? row.storeName : row.customer) },
        { key: 'item', label: t('inventory.item'), render: (row) => <><bdi>{row.itemName}</bdi> <Text span size="xs" c="dimmed"><bdi>{row.batch}</bdi></Text></>, csv: (row) => `${row.itemName} ${row.batch}` },
        { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <span className="figures">{row.quantity} <bdi>{row.unit}</bdi></span>, csv: (row) => row.quantity },
        { key: 'returned', label: t('inventory.lot.returned'), align: 'end', render: (row) => <span className="figures">{row.returned === '0' ? '' : row.returned}</span>, csv: (row) => row.returned },
        { key: 'at', label: t('common.date'), render: (row) => <When at={row.at} />, csv: (row) => row.at },
      ]}
    />
  )
}
