import { useState } from 'react'
import { Button, Group, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { StoreSelect, useStores, usualStore, VendorSelect } from '../../inventory/public.tsx'
import { bodyOf, isComplete, OrderLines, type OrderedLine } from '../parts/order-lines.tsx'
import { api, touched, type Suggestion } from '../queries.ts'

function Suggestions({ onTake }: { onTake: (suggestion: Suggestion) => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const query = useQuery({ queryKey: ['purchasing', 'suggestions', facilityId], queryFn: ({ signal }) => api.suggestOrders({ query: { facilityId }, signal }) })
  return (
    <Loaded query={query}>
      {({ items }) => (items.length === 0 ? <Empty title={t('purchasing.suggestions.none')} /> : (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta="end">{t('inventory.onHand')}</Table.Th><Table.Th ta="end">{t('purchasing.forecast')}</Table.Th><Table.Th ta="end">{t('purchasing.error')}</Table.Th><Table.Th ta="end">{t('purchasing.suggested')}</Table.Th><Table.Th><VisuallyHidden>{t('common.add')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{items.map((one) => <Table.Tr key={one.itemId}><Table.Td><bdi>{one.name}</bdi><Text size="xs" c="dimmed">{one.why}</Text></Table.Td><Table.Td ta="end" className="figures">{one.onHand}{one.onOrder === '0' ? '' : ` + ${one.onOrder}`}</Table.Td><Table.Td ta="end" className="figures">{one.forecast}<Text size="xs" c="dimmed">{t(`purchasing.method.${one.method}`)}</Text></Table.Td><Table.Td ta="end">{one.errorPercent === null ? '–' : `± ${one.errorPercent} %`}</Table.Td><Table.Td ta="end" className="figures">{one.suggested} <bdi>{one.unit}</bdi></Table.Td><Table.Td><Button size="compact-xs" variant="default" aria-label={`${t('common.add')}: ${one.name}`} onClick={() => onTake(one)}>{t('common.add')}</Button></Table.Td></Table.Tr>)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ))}
    </Loaded>
  )
}

/** An order: the vendor, and lines that are typed or suggested. */
export function NewOrderPage() {
  const t = useText()
  const go = useGo()
  const { facility } = useAuth()
  const format = useFormat()
  const stores = useStores()
  const [chosen, setStore] = useState('')
  const [vendorId, setVendor] = useState('')
  const [expectedOn, setExpected] = useState('')
  const [lines, setLines] = useState<OrderedLine[]>([])
  const storeId = chosen === '' ? usualStore(stores, 'main') : chosen
  const currency = facility?.currency ?? 'INR'
  const create = useWrite(() => api.createOrder({ body: { storeId, vendorId, ...(expectedOn === '' ? {} : { expectedOn }), lines: bodyOf(lines, currency) } }), { invalidate: touched, onDone: (order) => go(`/purchasing/orders/${order.id}`) })
  const errors = problemToFields(t, create.error)
  return (
    <Page title={t('purchasing.order.new')} crumbs={[{ label: t('purchasing.orders'), path: '/purchasing/orders' }]}>
      <Section>
        <Stack>
          <Group align="end"><VendorSelect label={t('purchasing.vendor')} value={vendorId} onChange={setVendor} error={errors['vendorId']} /><StoreSelect label={t('purchasing.deliverTo')} value={storeId} onChange={setStore} /><TextInput type="date" label={t('purchasing.expected')} min={format.today()} value={expectedOn} error={errors['expectedOn']} onChange={(event) => setExpected(event.currentTarget.value)} /></Group>
          <OrderLines lines={lines} vendorId={vendorId} currency={currency} errors={errors} onChange={setLines} />
          <Group justify="end"><Button loading={create.isPending} disabled={vendorId === '' || storeId === '' || !isComplete(lines)} onClick={() => create.mutate(undefined)}>{t('purchasing.order.save')}</Button></Group>
        </Stack>
      </Section>
      <Section title={t('purchasing.suggestions')}><Suggestions onTake={(one) => setLines([...lines, { itemId: one.itemId, name: one.name, detail: one.sku, units: [one.unit], unit: one.unit, quantity: one.suggested, price: one.lastUnitCost?.amount ?? '' }])} /></Section>
    </Page>
  )
}
