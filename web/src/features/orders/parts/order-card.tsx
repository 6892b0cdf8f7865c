import { Button, Group, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { LifecycleButtons, type LifecycleStep } from '../../../ui/lifecycle-buttons.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { When } from '../../../ui/time.tsx'
import { api, type Order, touched } from '../queries.ts'

const tones = { active: 'info', ordered: 'neutral', 'in-progress': 'info', completed: 'good', revised: 'neutral', discontinued: 'warn', cancelled: 'neutral', 'entered-in-error': 'bad' } as const

export function OrderState({ state }: { state: Order['state'] | Order['items'][number]['state'] }) {
  const t = useText()
  return <StateBadge label={t(`orders.state.${state}`)} tone={tones[state]} />
}

/** Whether the time for its signature has passed. */
export const isLate = ({ signatureDueAt }: Pick<Order, 'signatureDueAt'>): boolean => signatureDueAt !== null && new Date(signatureDueAt) < new Date()

/** That a signature is due, or that it is late. */
export function SignatureDue({ order }: { order: Pick<Order, 'signatureDueAt'> }) {
  const t = useText()
  const isOverdue = isLate(order)
  return <StateBadge label={isOverdue ? `${t('orders.signatureDue')} · ${t('orders.sign.overdue')}` : t('orders.signatureDue')} tone={isOverdue ? 'bad' : 'warn'} />
}

/** An item of an order in words: how much of what, which side, when and how, and what was answered before it. */
export function ItemWords({ item }: { item: Pick<Order['items'][number], 'quantity' | 'name' | 'side' | 'timing' | 'instructions' | 'isOther' | 'pregnancy' | 'isContrastChecked'> }) {
  const t = useText()
  const more = [item.side === null ? '' : t(`orders.side.${item.side}`), item.timing, item.instructions, item.pregnancy === null ? '' : t('orders.pregnancySaid', { answer: t(`orders.pregnancy.${item.pregnancy}`) }), item.isContrastChecked ? t('orders.contrastSaid') : ''].filter(Boolean)
  return (
    <>
      {[item.quantity === '1' ? '' : `${item.quantity} ×`, item.name].filter(Boolean).join(' ')} {item.isOther ? <StateBadge label={t('orders.inWords')} tone="neutral" /> : null}
      {more.length === 0 ? null : <Text span size="xs" c="dimmed" display="block">{more.join(' · ')}</Text>}
    </>
  )
}

function useSteps(order: Order): LifecycleStep[] {
  const t = useText()
  const request = { params: { id: order.id }, ifMatch: order.version }
  return [
    { step: 'sign', label: t('orders.step.sign'), isPrimary: true, run: () => api.signOrder({ ...request, body: {} }) },
    { step: 'cancel', label: t('orders.step.cancel'), needsReason: true, confirm: t('orders.step.cancelHint'), run: (reason) => api.cancelOrder({ ...request, body: { reason } }) },
    { step: 'discontinue', label: t('orders.step.discontinue'), needsReason: true, confirm: t('orders.step.discontinueHint'), run: (reason) => api.discontinueOrder({ ...request, body: { reason } }) },
    { step: 'entered-in-error', label: t('orders.step.error'), needsReason: true, isDangerous: true, confirm: t('orders.step.errorHint'), run: (reason) => api.orderInError({ ...request, body: { reason } }) },
  ]
}

/** An order with its items, each with its state. */
export function OrderCard({ order, mayWrite, onRevise }: { order: Order; mayWrite: boolean; onRevise?: (order: Order) => void }) {
  const t = useText()
  const steps = useSteps(order)
  const shown = order.actions.filter((step) => step !== 'discontinue' || !order.actions.includes('cancel'))
  return (
    <Stack gap={6} py="xs" style={{ borderBlockEnd: '1px solid var(--line)' }}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <OrderState state={order.state} />
          {order.priority === 'routine' ? null : <StateBadge label={t(`orders.priority.${order.priority}`)} tone="warn" />}
          {order.channel === 'protocol' ? <StateBadge label={t('orders.channel.protocol')} tone="neutral" /> : null}
          {order.isSignatureDue ? <SignatureDue order={order} /> : null}
        </Group>
        <Text size="xs" c="dimmed" component="span">{order.ordererName} · <When at={order.placedAt} /></Text>
      </Group>
      <Stack gap={2} component="ul" m={0} ps="md">
        {order.items.map((item) => (
          <Text key={item.id} component="li" size="sm">
            <ItemWords item={item} /> {item.state === order.state || item.state === 'ordered' ? null : <Text span size="xs" c="dimmed">({t(`orders.state.${item.state}`)})</Text>}
          </Text>
        ))}
      </Stack>
      {order.timing === '' && order.pregnancyWeek === null ? null : <Text size="xs" c="dimmed">{[order.timing, order.pregnancyWeek === null ? '' : t('orders.week', { week: order.pregnancyWeek })].filter(Boolean).join(' · ')}</Text>}
      {order.indication === '' ? null : <Text size="xs" c="dimmed">{order.indication}</Text>}
      {order.reason === '' ? null : <Text size="xs" c="dimmed">{t('common.reason')}: {order.reason}</Text>}
      {mayWrite ? (
        <Group gap="xs">
          {onRevise !== undefined && order.actions.includes('revise') ? <Button size="xs" variant="default" onClick={() => onRevise(order)}>{t('orders.revise')}</Button> : null}
          <LifecycleButtons size="xs" actions={shown} steps={steps} invalidate={touched} />
        </Group>
      ) : null}
    </Stack>
  )
}
