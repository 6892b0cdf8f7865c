import { useState } from 'react'
import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { Money } from '../../../ui/money.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { VendorSelect } from '../../inventory/public.tsx'
import { api, touched, type Quote, type Requisition } from '../queries.ts'

function Offer({ requisition }: { requisition: Requisition }) {
  const t = useText()
  const { facility } = useAuth()
  const [vendorId, setVendor] = useState('')
  const [typed, setTyped] = useState<Record<string, string>>({})
  const currency = facility?.currency ?? 'INR'
  const lines = requisition.lines.flatMap((line) => ((typed[line.itemId] ?? '') === '' ? [] : [{ itemId: line.itemId, unitCost: { amount: typed[line.itemId] ?? '', currency } }]))
  const add = useWrite(() => api.addQuotation({ params: { id: requisition.id }, body: { vendorId, lines } }), { invalidate: touched, onDone: () => setTyped({}) })
  const errors = problemToFields(t, add.error)
  return (
    <Stack gap="sm">
      <VendorSelect label={t('purchasing.vendor')} value={vendorId} onChange={setVendor} error={errors['vendorId']} />
      {requisition.lines.map((line) => <TextInput key={line.id} inputMode="decimal" label={t('purchasing.quote.priceOf', { item: line.itemName, unit: line.unit })} value={typed[line.itemId] ?? ''} error={errors[`lines.${lines.findIndex((one) => one.itemId === line.itemId)}.unitCost.amount`]} onChange={(event) => setTyped({ ...typed, [line.itemId]: event.currentTarget.value.trim() })} />)}
      <Group justify="end"><Button variant="default" loading={add.isPending} disabled={vendorId === '' || lines.length === 0} onClick={() => add.mutate(undefined)}>{t('purchasing.quote.add')}</Button></Group>
    </Stack>
  )
}

/** Orders from one vendor all that it quoted, at what it quoted. */
function OrderButton({ requisition, vendorId, quotes }: { requisition: Requisition; vendorId: string; quotes: readonly Quote[] }) {
  const t = useText()
  const go = useGo()
  const lines = requisition.lines.flatMap((line) => quotes.filter((quote) => quote.itemId === line.itemId).map((quote) => ({ itemId: line.itemId, quantity: line.quantity, unitPrice: quote.unitCost })))
  const order = useWrite(() => api.createOrder({ body: { storeId: requisition.storeId, vendorId, requisitionId: requisition.id, lines } }), { invalidate: touched, onDone: (made) => go(`/purchasing/orders/${made.id}`) })
  return <Button size="compact-sm" loading={order.isPending} onClick={() => order.mutate(undefined)}>{t('purchasing.quote.order')}</Button>
}

/** Quotations side by side, the lowest of each item marked. */
export function Quotations({ requisition }: { requisition: Requisition }) {
  const t = useText()
  const { can } = useAuth()
  const query = useQuery({ queryKey: ['purchasing', 'quotations', requisition.id], queryFn: ({ signal }) => api.compareQuotations({ params: { id: requisition.id }, signal }) })
  const mayOrder = can('purchasing.order') && requisition.state === 'open'
  return (
    <Stack>
      {requisition.lines.map((line) => <Text key={line.id} size="sm"><bdi>{line.itemName}</bdi> · {line.quantity} <bdi>{line.unit}</bdi></Text>)}
      <Loaded query={query}>
        {({ items }) => {
          const vendors = [...Map.groupBy(items, (quote) => quote.vendorId)]
          if (vendors.length === 0) return <Empty title={t('purchasing.quote.none')} />
          return (
            <Table.ScrollContainer minWidth={420}>
              <Table>
                <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th>{vendors.map(([id, quotes]) => <Table.Th key={id} ta="end"><bdi>{quotes[0]?.vendorName}</bdi></Table.Th>)}</Table.Tr></Table.Thead>
                <Table.Tbody>
                  {requisition.lines.map((line) => (
                    <Table.Tr key={line.id}>
                      <Table.Td><bdi>{line.itemName}</bdi></Table.Td>
                      {vendors.map(([id, quotes]) => {
                        const quote = quotes.find((one) => one.itemId === line.itemId)
                        return <Table.Td key={id} ta="end">{quote === undefined ? '–' : <Stack gap={2} align="end"><Money value={quote.unitCost} />{quote.isLowest ? <StateBadge tone="good" label={t('purchasing.quote.lowest')} /> : null}</Stack>}</Table.Td>
                      })}
                    </Table.Tr>
                  ))}
                  {mayOrder ? <Table.Tr><Table.Td />{vendors.map(([id, quotes]) => <Table.Td key={id} ta="end"><OrderButton requisition={requisition} vendorId={id} quotes={quotes} /></Table.Td>)}</Table.Tr> : null}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }}
      </Loaded>
      {mayOrder ? <Offer requisition={requisition} /> : null}
    </Stack>
  )
}
