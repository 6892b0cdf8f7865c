import { Button, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { usePathParam } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Money } from '../../../ui/money.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { OrderState } from '../parts/order-state.tsx'
import { SendOrder } from '../parts/send-order.tsx'
import { EditOrder } from '../parts/edit-order.tsx'
import { OrderReceipts } from '../parts/order-receipts.tsx'
import { ReceiveForm } from '../parts/receive-form.tsx'
import { Way } from '../../inventory/public.tsx'
import { api, orderQuery, printOrder, touched } from '../queries.ts'

/** One order: its lines, its steps, and what comes in. */
export function OrderPage() {
  const t = useText()
  const format = useFormat()
  const { can } = useAuth()
  const query = useQuery(orderQuery(usePathParam('id')))
  return (
    <Page title={query.data?.number ?? t('purchasing.order')} crumbs={[{ label: t('purchasing.orders'), path: '/purchasing/orders' }]} actions={query.data === undefined ? null : <Button variant="default" onClick={() => void printOrder(query.data.id)}>{t('common.print')}</Button>}>
      <Loaded query={query}>
        {(order) => {
          const common = { params: { id: order.id }, ifMatch: order.version }
          const steps = [
            { step: 'approve', label: t('purchasing.step.approve'), isPrimary: true, run: () => api.approveOrder({ ...common, body: {} }) }, { step: 'send', label: t('purchasing.step.send'), isPrimary: true, run: () => api.sendOrder({ ...common, body: {} }) },
            { step: 'close', label: t('purchasing.step.close'), needsReason: true, run: (reason: string) => api.closeOrder({ ...common, body: { reason } }) }, { step: 'cancel', label: t('common.cancel'), needsReason: true, isDangerous: true, run: (reason: string) => api.cancelOrder({ ...common, body: { reason } }) },
          ]
          return (
            <>
              <Section>
                <Group justify="space-between" mb="sm"><Group><OrderState state={order.state} /><Text size="sm" component="div"><Way from={order.vendorName} to={order.storeName} /></Text><Text size="sm" c="dimmed">{format.dayTime(order.createdAt)}{order.expectedOn === null ? '' : ` · ${t('purchasing.expected')} ${format.day(order.expectedOn)}`}</Text></Group><Group gap="xs"><SendOrder order={order} /><LifecycleButtons actions={order.actions} steps={steps} invalidate={touched} /></Group></Group>
                {order.reason === '' ? null : <Text size="sm" mb="sm"><bdi>{order.reason}</bdi></Text>}
                {order.mailedTo === '' ? null : <Text size="sm" c="dimmed" mb="sm">{t('purchasing.mail.sentTo', { address: order.mailedTo })}</Text>}
                {order.state === 'draft' && can('purchasing.order') ? <EditOrder key={order.version} order={order} /> : <Table.ScrollContainer minWidth={520}><Table className="folds">
                  <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta="end">{t('purchasing.ordered')}</Table.Th><Table.Th ta="end">{t('purchasing.came')}</Table.Th><Table.Th ta="end">{t('purchasing.price')}</Table.Th><Table.Th ta="end">{t('common.amount')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {order.lines.map((line) => <Table.Tr key={line.id}><Table.Td><bdi>{line.itemName}</bdi> <Text size="xs" c="dimmed"><bdi>{[line.sku, line.manufacturer].filter(Boolean).join(' · ')}</bdi></Text></Table.Td><Table.Td ta="end" className="figures" data-label={t('purchasing.ordered')}>{line.ordered} <bdi>{line.unit}</bdi></Table.Td><Table.Td ta="end" className="figures" data-label={t('purchasing.came')}>{line.received} / {line.quantity} <bdi>{line.baseUnit}</bdi>{line.givenUp === '0' ? null : <Text size="xs" c="dimmed">{t('purchasing.givenUp', { quantity: line.givenUp })}</Text>}</Table.Td><Table.Td ta="end" data-label={t('purchasing.price')}><Money value={line.unitPrice} /></Table.Td><Table.Td ta="end" data-label={t('common.amount')}><Money value={line.total} /></Table.Td></Table.Tr>)}
                    <Table.Tr fw={600}><Table.Td colSpan={4}>{t('common.total')}</Table.Td><Table.Td ta="end" data-label={t('common.amount')}><Money value={order.total} /></Table.Td></Table.Tr>
                  </Table.Tbody>
                </Table></Table.ScrollContainer>}
              </Section>
              {order.actions.includes('receive') && can('purchasing.receive') ? <Section title={t('purchasing.receive')}><ReceiveForm key={order.version} storeId={order.storeId} order={order} /></Section> : null}
              <OrderReceipts orderId={order.id} />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
