import { ActionIcon, Select, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { moveInGrid } from '../../../ui/grid-keys.ts'
import { Money } from '../../../ui/money.tsx'
import type { Taken } from '../../inventory/public.tsx'
import type { Quote } from '../queries.ts'
import { saysDiscount } from './discount.ts'

export interface BasketLine extends Taken {
  key: number
  quantity: string
  /** Why this batch, where another expires earlier. */
  reason: string
  /** An amount, or percent. */
  discount: string
}

interface BasketProps {
  lines: readonly BasketLine[]
  quote: Quote | undefined
  errors: Record<string, string>
  onChange: (lines: BasketLine[]) => void
}

/** Whether the scanned batch passes over one that expires earlier. */
const asksReason = (line: BasketLine, lots: Quote['lines']): boolean => line.reason !== '' || lots.some((lot) => lot.isPassingOver)

/** Whether a line still owes the reason why it passes over what expires earlier. */
export const owesReason = (lines: readonly BasketLine[], quote: Quote): boolean => quote.lines.some((lot) => lot.isPassingOver && (lines[lot.line]?.reason ?? '').trim() === '')

/** What is sold, with the lots and prices the server found for it. */
export function Basket({ lines, quote, errors, onChange }: BasketProps) {
  const t = useText()
  const set = (key: number, change: Partial<BasketLine>) => onChange(lines.map((line) => (line.key === key ? { ...line, ...change } : line)))
  if (lines.length === 0) return <Text c="dimmed">{t('pharmacy.counter.empty')}</Text>
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table className="folds" onKeyDown={moveInGrid}>
        <Table.Thead><Table.Tr><Table.Th>{t('inventory.item')}</Table.Th><Table.Th>{t('common.quantity')}</Table.Th><Table.Th>{t('inventory.unit')}</Table.Th><Table.Th>{t('inventory.batch')}</Table.Th><Table.Th>{t('pharmacy.sum.discount')}</Table.Th><Table.Th ta="end">{t('common.amount')}</Table.Th><Table.Th><VisuallyHidden>{t('common.remove')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {lines.map((line, index) => {
            const lots = (quote?.lines ?? []).filter((one) => one.line === index)
            const refused = errors[`lines.${index}.batch`] ?? errors[`lines.${index}.lotId`]
            return (
              <Table.Tr key={line.key}>
                <Table.Td><Text size="sm"><bdi>{line.item.name}</bdi></Text></Table.Td>
                <Table.Td data-label={t('common.quantity')}><TextInput size="sm" w={80} inputMode="decimal" aria-label={`${t('common.quantity')}: ${line.item.name}`} value={line.quantity} error={errors[`lines.${index}.quantity`] ?? errors[`lines.${index}.itemId`]} onChange={(event) => set(line.key, { quantity: event.currentTarget.value.trim() })} onFocus={(event) => event.currentTarget.select()} /></Table.Td>
                <Table.Td data-label={t('inventory.unit')}><Select size="sm" w={110} allowDeselect={false} aria-label={`${t('inventory.unit')}: ${line.item.name}`} data={[line.item.baseUnit, ...line.item.packs.map((pack) => pack.unit)]} value={line.unit} onChange={(unit) => set(line.key, { unit: unit ?? line.item.baseUnit })} /></Table.Td>
                <Table.Td data-label={t('inventory.batch')}>
                  <Text size="xs" c="dimmed"><bdi>{lots.length === 0 ? line.batch : lots.map((lot) => `${lot.batch} (${lot.quantity})`).join(', ')}</bdi></Text>
                  {refused === undefined ? null : <Text size="xs" c="red" role="alert"><bdi>{refused}</bdi></Text>}
                  {asksReason(line, lots) ? <TextInput size="xs" mt={4} label={t('pharmacy.counter.passingOver')} aria-label={`${t('common.reason')}: ${line.item.name}`} maxLength={300} value={line.reason} error={errors[`lines.${index}.reason`]} onChange={(event) => set(line.key, { reason: event.currentTarget.value })} /> : null}
                </Table.Td>
                <Table.Td data-label={t('pharmacy.sum.discount')}><TextInput size="sm" w={84} inputMode="decimal" autoComplete="off" maxLength={14} aria-label={`${t('pharmacy.sum.discount')}: ${line.item.name}`} value={line.discount} error={saysDiscount(line.discount) ? (errors[`lines.${index}.discount.amount`] ?? errors[`lines.${index}.discountPercent`]) : t('fields.invalid_format')} onChange={(event) => set(line.key, { discount: event.currentTarget.value })} /></Table.Td>
                <Table.Td ta="end" data-label={t('common.amount')}>{lots.map((lot) => <div key={lot.lotId}><Money value={lot.total} /></div>)}</Table.Td>
                <Table.Td><ActionIcon variant="subtle" color="gray" aria-label={`${t('common.remove')}: ${line.item.name}`} onClick={() => onChange(lines.filter((one) => one.key !== line.key))}><IconX size={16} /></ActionIcon></Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
