import { ActionIcon, Select, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Money } from '../../../ui/money.tsx'
import { ItemSearch } from '../../inventory/public.tsx'
import { api } from '../queries.ts'

export interface OrderedLine {
  itemId: string
  name: string
  /** SKU and maker: what the vendor is asked for. */
  detail: string
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

/** Whether every line has a quantity and a price. */
export const isComplete = (lines: readonly OrderedLine[]): boolean => lines.length > 0 && lines.every((line) => line.quantity !== '' && line.price !== '')

/** The lines as the server takes them. */
export const bodyOf = (lines: readonly OrderedLine[], currency: string) => lines.map((line) => ({ itemId: line.itemId, quantity: line.quantity, unit: line.unit, unitPrice: { amount: line.price, currency } }))

const inMinor = (text: string): number => Math.round(Number(text) * 100)

interface OrderLinesProps {
  lines: readonly OrderedLine[]
  vendorId: string
  currency: string
  errors: Record<string, string>
  onChange: (change: (now: readonly OrderedLine[]) => OrderedLine[]) => void
}

/** Lines of an order: what, how much, at which price, and what it comes to before tax. */
export function OrderLines({ lines, vendorId, currency, errors, onChange }: OrderLinesProps) {
  const t = useText()
  const set = (index: number, change: Partial<OrderedLine>) => onChange((now) => now.map((line, at) => (at === index ? { ...line, ...change } : line)))
  const total = lines.reduce((all, line) => all + Math.round(Number(line.quantity) * inMinor(line.price)), 0)
  return (
    <>
      <ItemSearch label={t('inventory.item.take')} onTake={({ item, unit }) => void priceOf(vendorId, item.id, unit).then((price) => onChange((now) => [...now, { itemId: item.id, name: item.name, detail: [item.sku, item.manufacturer].filter(Boolean).join(' · '), units: [item.baseUnit, ...item.packs.map((pack) => pack.unit)], unit, quantity: '', price }]))} />
      {lines.length === 0 ? null : (
        <Table.ScrollContainer minWidth={560}>
          <Table className="folds" onKeyDown={moveInGrid}>
            <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('common.quantity')}</Table.Th><Table.Th>{t('inventory.unit')}</Table.Th><Table.Th>{t('purchasing.price')}</Table.Th><Table.Th><VisuallyHidden>{t('common.remove')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {lines.map((line, index) => (
                <Table.Tr key={`${line.itemId}${index}`}>
                  <Table.Td><bdi>{line.name}</bdi><Text size="xs" c="dimmed"><bdi>{line.detail}</bdi></Text></Table.Td>
                  <Table.Td data-label={t('common.quantity')}><TextInput size="sm" w={90} inputMode="decimal" aria-label={`${t('common.quantity')}: ${line.name}`} value={line.quantity} error={errors[`lines.${index}.quantity`]} onChange={(event) => set(index, { quantity: event.currentTarget.value.trim() })} /></Table.Td>
                  <Table.Td data-label={t('inventory.unit')}><Select size="sm" w={110} allowDeselect={false} aria-label={`${t('inventory.unit')}: ${line.name}`} data={line.units} value={line.unit} onChange={(unit) => set(index, { unit: unit ?? line.unit })} /></Table.Td>
                  <Table.Td data-label={t('purchasing.price')}><TextInput size="sm" w={110} inputMode="decimal" aria-label={`${t('purchasing.price')}: ${line.name}`} value={line.price} error={errors[`lines.${index}.unitPrice.amount`]} onChange={(event) => set(index, { price: event.currentTarget.value.trim() })} /></Table.Td>
                  <Table.Td><ActionIcon variant="subtle" color="gray" aria-label={`${t('common.remove')}: ${line.name}`} onClick={() => onChange((now) => now.filter((_one, at) => at !== index))}><IconX size={16} /></ActionIcon></Table.Td>
                </Table.Tr>
              ))}
              {Number.isFinite(total) && isComplete(lines) ? <Table.Tr fw={600}><Table.Td colSpan={3}>{t('purchasing.beforeTax')}</Table.Td><Table.Td colSpan={2}><Money value={{ amount: (total / 100).toFixed(2), currency }} /></Table.Td></Table.Tr> : null}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  )
}
