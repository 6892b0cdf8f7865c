import { useState } from 'react'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import type { Encounter } from '../../../kernel/features.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Loaded } from '../../../ui/states.tsx'
import { ofEncounterQuery, type Order, type Warned } from '../queries.ts'
import { Basket } from './basket.tsx'
import { OrderCard } from './order-card.tsx'

/** Orders of the visit, and the basket. */
export function OrdersPanel({ encounter }: { encounter: Encounter }) {
  const t = useText()
  const { can } = useAuth()
  const isOpen = encounter.state === 'checked-in' || encounter.state === 'in-consultation'
  const mayWrite = can('orders.write', encounter.facilityId)
  const [isOrdering, setOrdering] = useState(false)
  const [revised, setRevised] = useState<Order>()
  const [warned, setWarned] = useState<Warned>()
  const query = useQuery(ofEncounterQuery(encounter.id))
  const placed = (order: Warned) => {
    setWarned(order.warnings.length > 0 ? order : undefined)
    setOrdering(false)
    setRevised(undefined)
  }
  return (
    <Stack gap="sm">
      {warned === undefined ? null : (
        <Alert variant="light" color="yellow" icon={<IconAlertTriangle aria-hidden />} withCloseButton closeButtonLabel={t('common.close')} onClose={() => setWarned(undefined)} title={t('orders.duplicate')}>
          {[...new Set(warned.warnings.map((warning) => warning.name))].join(', ')}
        </Alert>
      )}
      <Loaded query={query} rows={2}>
        {({ items }) => (items.length === 0 && !isOrdering ? <Text size="sm" c="dimmed">{t('orders.empty')}</Text> : <div>{items.map((order) => (order.id === revised?.id ? <Basket key={order.id} encounterId={encounter.id} patientId={encounter.patientId} facilityId={encounter.facilityId} revises={order} onDone={placed} onCancel={() => setRevised(undefined)} /> : <OrderCard key={order.id} order={order} mayWrite={mayWrite} {...(isOpen ? { onRevise: setRevised } : {})} />))}</div>)}
      </Loaded>
      {isOrdering ? <Basket encounterId={encounter.id} patientId={encounter.patientId} facilityId={encounter.facilityId} onDone={placed} onCancel={() => setOrdering(false)} /> : null}
      {isOpen && mayWrite && !isOrdering ? (
        <Group>
          <Button variant="default" onClick={() => setOrdering(true)}>{t('orders.add')}</Button>
        </Group>
      ) : null}
    </Stack>
  )
}
