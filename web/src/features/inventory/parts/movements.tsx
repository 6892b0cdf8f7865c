import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { signed } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { When } from '../../../ui/time.tsx'
import { useStoreNames } from '../public.tsx'
import { api, type Movement } from '../queries.ts'
import { movementPath } from './movement-path.ts'

/** A quantity with its sign. */
export function Signed({ quantity }: { quantity: string }) {
  return <span className="figures" dir="ltr">{signed(quantity)}</span>
}

function Kind({ row }: { row: Movement }) {
  const t = useText()
  const path = movementPath(row)
  const label = t(`inventory.movement.${row.kind}`)
  return path === undefined ? label : <Anchor component={Link} to={path} size="sm">{label}</Anchor>
}

/** Every movement of an item or a lot, each with the document that caused it. */
export function Movements({ name, filter }: { name: string; filter: { itemId: string } | { lotId: string } }) {
  const t = useText()
  const nameOf = useStoreNames()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listMovements({ query: { ...filter, cursor, limit }, signal })
  return (
    <DataTable
      name={name} queryKey={['inventory', 'movements', filter]} load={load} rowId={(row) => row.id} empty={{ title: t('inventory.movement.none') }}
      columns={[
        { key: 'at', label: t('common.date'), render: (row) => <When at={row.occurredAt} />, csv: (row) => row.occurredAt },
        { key: 'kind', label: t('inventory.movement'), render: (row) => <Kind row={row} />, csv: (row) => t(`inventory.movement.${row.kind}`) },
        { key: 'quantity', label: t('common.quantity'), align: 'end', render: (row) => <Signed quantity={row.quantity} />, csv: (row) => row.quantity },
        { key: 'batch', label: t('inventory.batch'), render: (row) => <bdi>{row.batch}</bdi>, csv: (row) => row.batch, isHidden: 'lotId' in filter },
        { key: 'store', label: t('inventory.store'), render: (row) => <bdi>{nameOf(row.storeId, row.storeName)}</bdi>, csv: (row) => nameOf(row.storeId, row.storeName) },
        { key: 'reason', label: t('common.reason'), isProse: true, render: (row) => <bdi>{row.reason}</bdi>, csv: (row) => row.reason },
        { key: 'by', label: t('inventory.by'), render: (row) => <bdi>{row.recordedBy}</bdi>, csv: (row) => row.recordedBy },
      ]}
    />
  )
}
