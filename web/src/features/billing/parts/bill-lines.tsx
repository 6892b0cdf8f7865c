import type { KeyboardEvent } from 'react'
import { ActionIcon, Table, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { isZero } from '../amounts.ts'
import type { Bill } from '../queries.ts'
import { LineDerivation } from './derivation.tsx'
import { Why } from './why.tsx'

const leaveOnEnter = (event: KeyboardEvent<HTMLInputElement>) => {
  if (event.key === 'Enter') event.currentTarget.blur()
}

export interface LineEdit {
  serviceId: string
  chargeId?: string
  quantity: string
  discount: string
}

interface BillLinesProps {
  bill: Bill
  edits?: LineEdit[] | undefined
  onEdit?: (index: number, edit: LineEdit | undefined) => void
  onLeave?: () => void
}

/** Lines of a bill; of a draft quantity and discount may be changed. */
export function BillLines({ bill, edits, onEdit, onLeave }: BillLinesProps) {
  const t = useText()
  const isEdited = onEdit !== undefined
  const hasDiscount = isEdited || bill.lines.some((line) => !isZero(line.discount.amount))
  return (
    <Table.ScrollContainer minWidth={isEdited ? 440 : 300}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('billing.line.service')}</Table.Th>
            <Table.Th w={90} ta="end">{t('common.quantity')}</Table.Th>
            {hasDiscount ? <Table.Th w={110} ta="end">{t('billing.sum.discount')}</Table.Th> : null}
            <Table.Th w={110} ta="end">{t('common.amount')}</Table.Th>
            {onEdit === undefined ? null : <Table.Th w={40} aria-label={t('common.actions')} />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bill.lines.map((line, index) => {
            const edit = edits?.[index]
            return (
              <Table.Tr key={line.id}>
                <Table.Td>
                  <Text size="sm">{line.name}</Text>
                  <Text size="xs" c="dimmed">{[line.taxCode, isZero(line.creditedQuantity) ? '' : t('billing.line.credited', { quantity: line.creditedQuantity })].filter(Boolean).join(' · ')}</Text>
                </Table.Td>
                <Table.Td ta="end" className="figures">{edit === undefined || onEdit === undefined ? line.quantity : <TextInput size="xs" inputMode="decimal" aria-label={`${t('common.quantity')}: ${line.name}`} value={edit.quantity} onChange={(event) => onEdit(index, { ...edit, quantity: event.currentTarget.value })} onKeyDown={leaveOnEnter} onBlur={onLeave} />}</Table.Td>
                {hasDiscount ? <Table.Td ta="end">{edit === undefined || onEdit === undefined ? (isZero(line.discount.amount) ? '' : <Money value={line.discount} />) : <TextInput size="xs" inputMode="decimal" aria-label={`${t('billing.sum.discount')}: ${line.name}`} value={edit.discount} onChange={(event) => onEdit(index, { ...edit, discount: event.currentTarget.value })} onKeyDown={leaveOnEnter} onBlur={onLeave} />}</Table.Td> : null}
                <Table.Td ta="end">
                  <Text size="sm" component="div"><Why value={line.total} of={line.name}><LineDerivation bill={bill} line={line} /></Why></Text>
                </Table.Td>
                {onEdit === undefined ? null : <Table.Td><ActionIcon variant="subtle" aria-label={`${t('common.remove')}: ${line.name}`} disabled={bill.lines.length === 1} onClick={() => onEdit(index, undefined)}><IconX size={14} /></ActionIcon></Table.Td>}
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
