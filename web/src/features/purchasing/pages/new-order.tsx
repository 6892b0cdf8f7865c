import { useState } from 'react'
import { ActionIcon, Button, Group, Select, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient, useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { ItemSearch, StoreSelect, useStores, usualStore, VendorSelect } from '../../inventory/public.tsx'
import { api, touched, type Suggestion } from '../queries.ts'

interface Line {
  itemId: string
  name: string
  units: string[]
  unit: string
  quantity: string
  price: string
}

/** What the vendor asks for the unit today; empty when its price list does not say. */
async function priceOf(vendorId: string, itemId: string, unit: string): Promise<string> {
  if (vendorId === '') return ''
  const { items } = await queryClient.fetchQuery({ queryKey: ['purchasing', 'price', vendorId, itemId], queryFn: ({ signal }) => api.listPrices({ query: { vendorId, itemId, limit: 50 }, signal }), staleTime: 60_000 })
  return items.find((one) => one.isCurrent && one.unit === unit)?.unitPrice.amount ?? ''
}

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
  const stores = useStores()
  const [chosen, setStore] = useState('')
  const [vendorId, setVendor] = useState('')
  const [lines, setLines] = useState<Line[]>([])
  const storeId = chosen === '' ? usualStore(stores, 'main') : chosen
  const currency = facility?.currency ?? 'INR'
  const set = (index: number, change: Partial<Line>) => setLines(lines.map((line, at) => (at === index ? { ...line, ...change } : line)))
  const create = useWrite(() => api.createOrder({ body: { storeId, vendorId, lines: lines.map((line) => ({ itemId: line.itemId, quantity: line.quantity, unit: line.unit, unitPrice: { amount: line.price, currency } })) } }), { invalidate: touched, onDone: (order) => go(`/purchasing/orders/${order.id}`) })
  const errors = problemToFields(t, create.error)
  return (
    <Page title={t('purchasing.order.new')} crumbs={[{ label: t('purchasing.orders'), path: '/purchasing/orders' }]}>
      <Section>
        <Stack>
          <Group align="end"><VendorSelect label={t('purchasing.vendor')} value={vendorId} onChange={setVendor} error={errors['vendorId']} /><StoreSelect label={t('purchasing.deliverTo')} value={storeId} onChange={setStore} /></Group>
          <ItemSearch label={t('inventory.item.take')} onTake={({ item, unit }) => void priceOf(vendorId, item.id, unit).then((price) => setLines((now) => [...now, { itemId: item.id, name: item.name, units: [item.baseUnit, ...item.packs.map((pack) => pack.unit)], unit, quantity: '', price }]))} />
          {lines.length === 0 ? null : (
            <Table.ScrollContainer minWidth={560}>
              <Table onKeyDown={moveInGrid}>
                <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('common.quantity')}</Table.Th><Table.Th>{t('inventory.unit')}</Table.Th><Table.Th>{t('purchasing.price')}</Table.Th><Table.Th><VisuallyHidden>{t('common.remove')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {lines.map((line, index) => (
                    <Table.Tr key={`${line.itemId}${index}`}>
                      <Table.Td><bdi>{line.name}</bdi></Table.Td>
                      <Table.Td><TextInput size="sm" w={90} inputMode="decimal" aria-label={`${t('common.quantity')}: ${line.name}`} value={line.quantity} error={errors[`lines.${index}.quantity`]} onChange={(event) => set(index, { quantity: event.currentTarget.value.trim() })} /></Table.Td>
                      <Table.Td><Select size="sm" w={110} allowDeselect={false} aria-label={`${t('inventory.unit')}: ${line.name}`} data={line.units} value={line.unit} onChange={(unit) => set(index, { unit: unit ?? line.unit })} /></Table.Td>
                      <Table.Td><TextInput size="sm" w={110} inputMode="decimal" aria-label={`${t('purchasing.price')}: ${line.name}`} value={line.price} error={errors[`lines.${index}.unitPrice.amount`]} onChange={(event) => set(index, { price: event.currentTarget.value.trim() })} /></Table.Td>
                      <Table.Td><ActionIcon variant="subtle" color="gray" aria-label={`${t('common.remove')}: ${line.name}`} onClick={() => setLines(lines.filter((_one, at) => at !== index))}><IconX size={16} /></ActionIcon></Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          <Group justify="end"><Button loading={create.isPending} disabled={vendorId === '' || storeId === '' || lines.length === 0 || lines.some((line) => line.quantity === '' || line.price === '')} onClick={() => create.mutate(undefined)}>{t('purchasing.order.save')}</Button></Group>
        </Stack>
      </Section>
      <Section title={t('purchasing.suggestions')}><Suggestions onTake={(one) => setLines([...lines, { itemId: one.itemId, name: one.name, units: [one.unit], unit: one.unit, quantity: one.suggested, price: one.lastUnitCost?.amount ?? '' }])} /></Section>
    </Page>
  )
}
