import { ActionIcon, Popover, Stack, Table, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import type { Bill, BillLine } from '../queries.ts'

/** How a line's amount came to be: price, quantity, discount, rate and the rule behind it. */
function Derivation({ line }: { line: BillLine }) {
  const t = useText()
  const isHalved = Number(line.cgst.amount) !== 0
  return (
    <Stack gap={2}>
      <Text size="sm" className="figures">{line.quantity} × <Money value={line.unitPrice} /> = <Money value={line.gross} /></Text>
      {Number(line.discount.amount) === 0 ? null : <Text size="sm">− {t('billing.sum.discount')} <Money value={line.discount} /></Text>}
      <Text size="sm">{t('billing.sum.taxable')} <Money value={line.taxable} /></Text>
      {line.taxRatePercent === '0' ? <Text size="sm">{t('billing.rule.exempt', { code: line.taxCode || '–' })}</Text> : <Text size="sm">{t(isHalved ? 'billing.rule.halves' : 'billing.rule.whole', { rate: line.taxRatePercent, code: line.taxCode || '–' })} <Money value={line.tax} /></Text>}
      <Text size="sm">{t(line.isTaxIncluded ? 'billing.rule.included' : 'billing.rule.excluded')}</Text>
    </Stack>
  )
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
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('billing.line.service')}</Table.Th>
            <Table.Th w={100} ta="end">{t('common.quantity')}</Table.Th>
            <Table.Th w={120} ta="end">{t('billing.sum.discount')}</Table.Th>
            <Table.Th w={120} ta="end">{t('common.amount')}</Table.Th>
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
                  <Text size="xs" c="dimmed">{[line.taxCode, line.creditedQuantity === '0' ? '' : t('billing.line.credited', { quantity: line.creditedQuantity })].filter(Boolean).join(' · ')}</Text>
                </Table.Td>
                <Table.Td ta="end" className="figures">{edit === undefined || onEdit === undefined ? line.quantity : <TextInput size="xs" inputMode="decimal" aria-label={`${t('common.quantity')}: ${line.name}`} value={edit.quantity} onChange={(event) => onEdit(index, { ...edit, quantity: event.currentTarget.value })} onBlur={onLeave} />}</Table.Td>
                <Table.Td ta="end">{edit === undefined || onEdit === undefined ? (Number(line.discount.amount) === 0 ? '' : <Money value={line.discount} />) : <TextInput size="xs" inputMode="decimal" aria-label={`${t('billing.sum.discount')}: ${line.name}`} value={edit.discount} onChange={(event) => onEdit(index, { ...edit, discount: event.currentTarget.value })} onBlur={onLeave} />}</Table.Td>
                <Table.Td ta="end">
                  <Popover width={300} position="bottom-end" withArrow>
                    <Popover.Target>
                      <UnstyledButton aria-label={`${t('billing.line.why')}: ${line.name}`} fz="sm" style={{ textDecoration: 'underline dotted' }}><Money value={line.total} /></UnstyledButton>
                    </Popover.Target>
                    <Popover.Dropdown><Derivation line={line} /></Popover.Dropdown>
                  </Popover>
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
