import { useState } from 'react'
import { Button, Drawer, Group } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useAuth } from '../../../kernel/auth.tsx'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { EditSet } from './edit-set.tsx'
import { api, type OrderSet } from '../queries.ts'

/** Order sets of everybody and one's own favourites; what is taken out of use stays in the orders made from it. */
export function SetTable() {
  const t = useText()
  const { can } = useAuth()
  const [edited, setEdited] = useState<OrderSet>()
  const load = ({ cursor, limit, signal }: PageRequest) => api.listSets({ query: { cursor, limit }, signal })
  const menu = (row: OrderSet) => row.isStanding && !can('orders.sign') ? null : (
    <Group gap={4} justify="end" wrap="nowrap">
      <Button size="xs" variant="default" onClick={() => setEdited(row)}>{t('orders.sets.edit')}</Button>
      <LifecycleButtons size="xs" actions={['toggle']} steps={[{ step: 'toggle', label: t(row.isActive ? 'orders.sets.end' : 'orders.sets.again'), run: () => api.updateSet({ params: { id: row.id }, ifMatch: row.version, body: { isActive: !row.isActive } }) }]} invalidate={[['orders', 'sets']]} />
    </Group>
  )
  const close = () => setEdited(undefined)
  return (
    <>
      <DataTable
        name="order-sets" queryKey={['orders', 'sets', 'list']} load={load} rowId={(row: OrderSet) => row.id} empty={{ title: t('orders.sets.empty'), hint: t('orders.sets.emptyHint') }} {...(can('orders.write') ? { rowMenu: menu } : {})}
        columns={[
          { key: 'name', label: t('common.name'), render: (row) => <>{row.name} {row.isStanding ? <StateBadge label={t('orders.sets.isStanding')} tone="info" /> : null}</>, csv: (row) => row.name },
          { key: 'items', label: t('orders.items'), isProse: true, render: (row) => row.items.map((item) => item.name ?? item.code ?? '').filter(Boolean).join(', ') },
          { key: 'owner', label: t('orders.sets.whose'), render: (row) => t(row.ownerId === null ? 'orders.sets.everybody' : 'orders.sets.own') },
          { key: 'version', label: t('orders.sets.version'), align: 'end', render: (row) => row.setVersion },
          { key: 'state', label: t('common.state'), render: (row) => <StateBadge label={t(row.isActive ? 'orders.sets.inUse' : 'orders.sets.ended')} tone={row.isActive ? 'good' : 'neutral'} /> },
        ]}
      />
      <Drawer opened={edited !== undefined} onClose={close} position="right" title={t('orders.sets.editTitle')}>{edited === undefined ? null : <EditSet key={edited.id} set={edited} onDone={close} />}</Drawer>
    </>
  )
}
