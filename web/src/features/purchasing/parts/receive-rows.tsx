import { ActionIcon, Checkbox, Group, Select, Table, TextInput, VisuallyHidden } from '@mantine/core'
import { IconCopyPlus, IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import type { Item } from '../../inventory/public.tsx'
import type { Order } from '../queries.ts'

/** A batch that came, as it is typed. */
export interface Came {
  key: string
  itemId: string
  name: string
  unit: string
  units: string[]
  /** The line of the order it answers, and what of it is still to come; absent without an order. */
  orderLineId?: string
  open?: number
  quantity: string
  free: string
  damaged: string
  batch: string
  expiresOn: string
  mrp: string
  price: string
  tax: string
  /** What is still open of its line is not awaited any more. */
  isRestGivenUp: boolean
  /** What the order says: it holds where nothing else is typed. */
  ordered?: { price: string; tax: string }
}

const blank = { quantity: '', free: '', damaged: '', batch: '', expiresOn: '', mrp: '', price: '', tax: '', isRestGivenUp: false }
const stillOpen = (line: Order['lines'][number]): number => Math.round(Number(line.ordered) * (1 - (Number(line.received) + Number(line.givenUp)) / Number(line.quantity)) * 1000) / 1000

/** A row for each line of an order of which something is still to come. */
export const rowsOf = (order: Order): Came[] => order.lines.filter((line) => stillOpen(line) > 0).map((line) => ({ ...blank, key: line.id, itemId: line.itemId, name: line.itemName, unit: line.unit, units: [line.unit], orderLineId: line.id, open: stillOpen(line), ordered: { price: line.unitPrice.amount, tax: line.taxRatePercent } }))

/** A row for an item that came without an order. */
export const rowOf = (item: Item, unit: string, key: string): Came => ({ ...blank, key, itemId: item.id, name: item.name, unit, units: [item.baseUnit, ...item.packs.map((pack) => pack.unit)] })

/** The same line in another batch. */
export const anotherBatch = (row: Came, key: string): Came => ({ ...row, ...blank, price: row.price, tax: row.tax, mrp: row.mrp, key })

const fields = ['quantity', 'free', 'damaged', 'batch', 'expiresOn', 'mrp', 'price', 'tax'] as const
const pathOf = { quantity: 'quantity', free: 'free', damaged: 'damaged', batch: 'lot.batch', expiresOn: 'lot.expiresOn', mrp: 'lot.mrp.amount', price: 'unitPrice.amount', tax: 'taxRatePercent' }
const hintOf = (row: Came, field: (typeof fields)[number]): string => (field === 'expiresOn' ? 'YYYY-MM' : field === 'price' || field === 'tax' ? (row.ordered?.[field] ?? '') : '')
const isWord = (field: string): boolean => field === 'batch' || field === 'expiresOn'

interface ReceiveRowsProps {
  rows: readonly Came[]
  hasOrder: boolean
  errorOf: (row: Came, path: string) => string | undefined
  onChange: (rows: Came[]) => void
}

/** What came, batch by batch. */
export function ReceiveRows({ rows, hasOrder, errorOf, onChange }: ReceiveRowsProps) {
  const t = useText()
  const set = (key: string, change: Partial<Came>) => onChange(rows.map((row) => (row.key === key ? { ...row, ...change } : row)))
  const again = (row: Came) => onChange(rows.flatMap((one) => (one.key === row.key ? [one, anotherBatch(row, `${row.key}+${rows.length}`)] : [one])))
  return (
    <Table.ScrollContainer minWidth={1160}>
      <Table className="folds" onKeyDown={moveInGrid}>
        <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th ta={hasOrder ? 'end' : 'start'}>{t(hasOrder ? 'purchasing.open' : 'inventory.unit')}</Table.Th>{fields.map((field) => <Table.Th key={field}>{t(`purchasing.field.${field}`)}</Table.Th>)}<Table.Th><VisuallyHidden>{t('common.actions')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.key}>
              <Table.Td><bdi>{row.name}</bdi></Table.Td>
              <Table.Td ta={hasOrder ? 'end' : 'start'} className="figures" data-label={t(hasOrder ? 'purchasing.open' : 'inventory.unit')}>{hasOrder ? <>{row.open} <bdi>{row.unit}</bdi>{row.key === row.orderLineId ? <Checkbox size="xs" mt={4} label={t('purchasing.giveUp')} aria-label={`${t('purchasing.giveUp')}: ${row.name}`} checked={row.isRestGivenUp} onChange={(event) => set(row.key, { isRestGivenUp: event.currentTarget.checked })} /> : null}</> : <Select size="sm" w={100} allowDeselect={false} aria-label={`${t('inventory.unit')}: ${row.name}`} data={row.units} value={row.unit} onChange={(unit) => set(row.key, { unit: unit ?? row.unit })} />}</Table.Td>
              {fields.map((field) => <Table.Td key={field} data-label={t(`purchasing.field.${field}`)}><TextInput size="sm" w={isWord(field) ? 116 : 76} inputMode={isWord(field) ? 'text' : 'decimal'} placeholder={hintOf(row, field)} aria-label={`${t(`purchasing.field.${field}`)}: ${row.name}`} value={row[field]} error={errorOf(row, pathOf[field])} onChange={(event) => set(row.key, { [field]: event.currentTarget.value.trim() })} /></Table.Td>)}
              <Table.Td><Group gap={0} wrap="nowrap" justify="end"><ActionIcon variant="subtle" aria-label={`${row.name}: ${t('purchasing.anotherBatch')}`} title={t('purchasing.anotherBatch')} onClick={() => again(row)}><IconCopyPlus size={16} /></ActionIcon>{row.key === row.orderLineId ? null : <ActionIcon variant="subtle" color="gray" aria-label={`${t('common.remove')}: ${row.name}`} onClick={() => onChange(rows.filter((one) => one.key !== row.key))}><IconX size={16} /></ActionIcon>}</Group></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
