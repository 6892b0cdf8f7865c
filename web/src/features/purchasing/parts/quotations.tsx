import { useState } from 'react'
import { Button, Group, Radio, Stack, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { problemToFields } from '../../../kernel/errors.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { useGo } from '../../../kernel/routing.tsx'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { Money } from '../../../ui/money.tsx'
import { Empty, Loaded, StateBadge } from '../../../ui/states.tsx'
import { VendorSelect } from '../../inventory/public.tsx'
import { api, touched, type Quote, type Requisition } from '../queries.ts'

function Offer({ requisition }: { requisition: Requisition }) {
  const t = useText()
  const { facility } = useAuth()
  const [vendorId, setVendor] = useState('')
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [days, setDays] = useState('')
  const currency = facility?.currency ?? 'INR'
  const lines = requisition.lines.flatMap((line) => ((typed[line.itemId] ?? '') === '' ? [] : [{ itemId: line.itemId, unitCost: { amount: typed[line.itemId] ?? '', currency }, ...(days === '' ? {} : { leadTimeDays: Number(days) }) }]))
  const add = useWrite(() => api.addQuotation({ params: { id: requisition.id }, body: { vendorId, lines } }), { invalidate: touched, onDone: () => { setTyped({}); setDays('') } })
  const errors = problemToFields(t, add.error)
  return (
    <Stack gap="sm">
      <Group align="end" wrap="nowrap">
        <VendorSelect label={t('purchasing.vendor')} value={vendorId} onChange={setVendor} error={errors['vendorId']} />
        <TextInput inputMode="numeric" maxLength={3} label={t('purchasing.quote.leadTime')} value={days} error={errors['lines.0.leadTimeDays']} onChange={(event) => setDays(event.currentTarget.value.replaceAll(/\D/g, ''))} />
      </Group>
      {requisition.lines.map((line) => <TextInput key={line.id} inputMode="decimal" label={t('purchasing.quote.priceOf', { item: line.itemName, unit: line.unit })} value={typed[line.itemId] ?? ''} error={errors[`lines.${lines.findIndex((one) => one.itemId === line.itemId)}.unitCost.amount`]} onChange={(event) => setTyped({ ...typed, [line.itemId]: event.currentTarget.value.trim() })} />)}
      <Group justify="end"><Button variant="default" loading={add.isPending} disabled={vendorId === '' || lines.length === 0} onClick={() => add.mutate(undefined)}>{t('purchasing.quote.add')}</Button></Group>
    </Stack>
  )
}

type Choices = Readonly<Record<string, string>>

const openLines = (requisition: Requisition) => requisition.lines.filter((line) => line.open !== '0')

/** Of each open line the vendor somebody chose, else who asks least. */
function chosenOf(requisition: Requisition, quotes: readonly Quote[], choices: Choices) {
  return openLines(requisition).flatMap((line) => {
    const own = quotes.filter((quote) => quote.itemId === line.itemId)
    const quote = own.find((one) => one.vendorId === choices[line.id]) ?? own.find((one) => one.isLowest)
    return quote === undefined ? [] : [{ requisitionLineId: line.id, vendorId: quote.vendorId }]
  })
}

type OrderProps = { requisition: Requisition; label: string; isPlain?: boolean; lines: ReturnType<typeof chosenOf> }

/** Orders lines from their vendors at what these quoted; leads to the order, or to all of several. */
function OrderButton({ requisition, label, isPlain = false, lines }: OrderProps) {
  const go = useGo()
  const order = useWrite(() => api.orderQuotations({ params: { id: requisition.id }, ifMatch: requisition.version, body: { lines } }), { invalidate: touched, onDone: ({ items }) => go(items.length === 1 ? `/purchasing/orders/${items[0]?.id}` : '/purchasing/orders') })
  return <Button size="compact-sm" variant={isPlain ? 'default' : 'filled'} loading={order.isPending} disabled={lines.length === 0} onClick={() => order.mutate(undefined)}>{label}</Button>
}

function Offered({ quote, choice }: { quote: Quote | undefined; choice: { label: string; isChosen: boolean; onChoose: () => void } | undefined }) {
  const t = useText()
  if (quote === undefined) return <>–</>
  return (
    <Stack gap={2} align="end">
      <Group gap="xs" wrap="nowrap">{choice === undefined ? null : <Radio size="xs" aria-label={choice.label} checked={choice.isChosen} onChange={choice.onChoose} />}<Money value={quote.unitCost} /></Group>
      {quote.leadTimeDays === 0 ? null : <Text size="xs" c="dimmed">{t('purchasing.quote.days', { count: quote.leadTimeDays })}</Text>}
      {quote.isLowest ? <StateBadge tone="good" label={t('purchasing.quote.lowest')} /> : null}
    </Stack>
  )
}

function Comparison({ requisition, quotes, mayOrder }: { requisition: Requisition; quotes: readonly Quote[]; mayOrder: boolean }) {
  const t = useText()
  const [choices, setChoices] = useState<Choices>({})
  const vendors = [...Map.groupBy(quotes, (quote) => quote.vendorId)]
  const chosen = chosenOf(requisition, quotes, choices)
  const vendorOf = new Map(chosen.map((one) => [one.requisitionLineId, one.vendorId]))
  const allOf = (own: readonly Quote[]) => openLines(requisition).flatMap((line) => own.filter((quote) => quote.itemId === line.itemId).map((quote) => ({ requisitionLineId: line.id, vendorId: quote.vendorId })))
  return (
    <Stack gap="sm">
      <Table.ScrollContainer minWidth={420}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th>{vendors.map(([id, own]) => <Table.Th key={id} ta="end"><bdi>{own[0]?.vendorName}</bdi></Table.Th>)}</Table.Tr></Table.Thead>
          <Table.Tbody>
            {requisition.lines.map((line) => (
              <Table.Tr key={line.id}>
                <Table.Td><bdi>{line.itemName}</bdi></Table.Td>
                {vendors.map(([id, own]) => <Table.Td key={id} ta="end"><Offered quote={own.find((one) => one.itemId === line.itemId)} choice={mayOrder && line.open !== '0' ? { label: t('purchasing.quote.choose', { item: line.itemName, vendor: own[0]?.vendorName ?? '' }), isChosen: vendorOf.get(line.id) === id, onChoose: () => setChoices({ ...choices, [line.id]: id }) } : undefined} /></Table.Td>)}
              </Table.Tr>
            ))}
            {mayOrder ? <Table.Tr><Table.Td />{vendors.map(([id, own]) => <Table.Td key={id} ta="end"><OrderButton isPlain requisition={requisition} label={t('purchasing.quote.order')} lines={allOf(own)} /></Table.Td>)}</Table.Tr> : null}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {mayOrder ? <Group justify="end"><OrderButton requisition={requisition} label={t('purchasing.quote.orderChosen', { count: new Set(vendorOf.values()).size })} lines={chosen} /></Group> : null}
    </Stack>
  )
}

/** Quotations side by side, the lowest of each item marked; each line is ordered from the vendor chosen for it. */
export function Quotations({ requisition: given }: { requisition: Requisition }) {
  const t = useText()
  const { can } = useAuth()
  const [requisition, setRequisition] = useState(given)
  const query = useQuery({ queryKey: ['purchasing', 'quotations', requisition.id], queryFn: ({ signal }) => api.compareQuotations({ params: { id: requisition.id }, signal }) })
  const mayOrder = can('purchasing.order') && requisition.state === 'open'
  const cancel = { step: 'cancel', label: t('purchasing.requisition.cancel'), needsReason: true, isDangerous: true, run: async (reason: string) => setRequisition(await api.cancelRequisition({ params: { id: requisition.id }, ifMatch: requisition.version, body: { reason } })) }
  return (
    <Stack>
      {requisition.cancelReason === '' ? null : <Text size="sm"><StateBadge tone="neutral" label={t('purchasing.requisition.cancelled')} /> <bdi>{requisition.cancelReason}</bdi></Text>}
      {requisition.lines.map((line) => <Text key={line.id} size="sm"><bdi>{line.itemName}</bdi> · {line.quantity} <bdi>{line.unit}</bdi>{line.ordered === '0' ? '' : ` · ${line.open === '0' ? t('purchasing.requisition.allOrdered') : t('purchasing.requisition.left', { open: line.open, unit: line.unit })}`}</Text>)}
      <Loaded query={query}>{({ items }) => (items.length === 0 ? <Empty title={t('purchasing.quote.none')} /> : <Comparison requisition={requisition} quotes={items} mayOrder={mayOrder} />)}</Loaded>
      {mayOrder ? <Offer requisition={requisition} /> : null}
      {mayOrder ? <Group><LifecycleButtons actions={requisition.actions} steps={[cancel]} invalidate={touched} /></Group> : null}
    </Stack>
  )
}
