import type { ReactNode } from 'react'
import { Group } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { PatientName } from '../../../ui/patient-name.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Order } from '../queries.ts'
import { OrderState, SignatureDue } from './order-card.tsx'

interface OrderTableProps {
  name: string
  filter: { patientId?: string; facilityId?: string; state?: Order['state'] | undefined }
  hasPatient?: boolean
  toolbar?: ReactNode
}

/** Orders, newest first; each opens its visit. */
export function OrderTable({ name, filter, hasPatient = false, toolbar }: OrderTableProps) {
  const t = useText()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listOrders({ query: { ...filter, cursor, limit }, signal })
  return (
    <DataTable
      name={name} queryKey={['orders', 'list', filter]} load={load} rowId={(row) => row.id} rowPath={(row) => (row.encounterId === null ? `/patients/${row.patientId}` : `/encounters/${row.encounterId}`)} toolbar={toolbar} empty={{ title: t('orders.empty'), hint: t('orders.emptyHint') }}
      columns={[
        { key: 'items', label: t('orders.items'), isProse: true, render: (row) => row.items.map((item) => (item.quantity === '1' ? item.name : `${item.quantity} × ${item.name}`)).join(', ') },
        ...(hasPatient ? [{ key: 'patient', label: t('common.patient'), render: (row: Order) => <PatientName row={row} /> }] : []),
        { key: 'state', label: t('common.state'), render: (row) => <Group gap={4} wrap="nowrap"><OrderState state={row.state} />{row.isSignatureDue ? <SignatureDue order={row} /> : null}</Group>, csv: (row) => t(`orders.state.${row.state}`) },
        { key: 'priority', label: t('orders.priority.label'), render: (row) => (row.priority === 'routine' ? t('orders.priority.routine') : <StateBadge label={t(`orders.priority.${row.priority}`)} tone="warn" />), csv: (row) => t(`orders.priority.${row.priority}`) },
        { key: 'orderer', label: t('orders.orderer'), render: (row) => row.ordererName },
        { key: 'placedAt', label: t('common.date'), render: (row) => <When at={row.placedAt} /> },
      ]}
    />
  )
}

export const OrdersTab = ({ patientId }: { patientId: string }) => <OrderTable name="patient-orders" filter={{ patientId }} />
