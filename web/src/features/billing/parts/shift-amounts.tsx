import { Table, Text } from '@mantine/core'
import { useFormat } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { isAboveZero, isZero } from '../amounts.ts'
import type { Shift, ShiftLine } from '../shift-queries.ts'

type Amount = NonNullable<ShiftLine['difference']>

/** What is short or over, in words as well as in colour. */
export function Difference({ value }: { value: Amount | null }) {
  const t = useText()
  const format = useFormat()
  if (value === null) return <>–</>
  if (isZero(value.amount)) return <Money value={value} />
  const isOver = isAboveZero(value.amount)
  const amount = format.money({ ...value, amount: value.amount.replace('-', '') })
  return <Text span inherit fw={600} c={isOver ? undefined : 'red'}>{t(isOver ? 'billing.shift.over' : 'billing.shift.short', { amount })}</Text>
}

/** By way of paying: what came and went, what should be there and what was counted. */
export function ShiftAmounts({ shift }: { shift: Shift }) {
  const t = useText()
  const isCounted = shift.counts.length > 0
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('billing.pay.method')}</Table.Th><Table.Th ta="end">{t('billing.shift.expected')}</Table.Th>
            {isCounted ? <><Table.Th ta="end">{t('billing.shift.counted')}</Table.Th><Table.Th ta="end">{t('billing.shift.difference')}</Table.Th></> : null}
            <Table.Th ta="end">{t('billing.takings.received')}</Table.Th><Table.Th ta="end">{t('billing.takings.refunded')}</Table.Th><Table.Th ta="end">{t('billing.shift.number')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shift.amounts.map((one) => (
            <Table.Tr key={one.method}>
              <Table.Td>{t(`billing.method.${one.method}`)}</Table.Td><Table.Td ta="end"><Money value={one.expected} /></Table.Td>
              {isCounted ? <><Table.Td ta="end">{one.counted === null ? '–' : <Money value={one.counted} />}</Table.Td><Table.Td ta="end"><Difference value={one.difference} /></Table.Td></> : null}
              <Table.Td ta="end"><Money value={one.received} /></Table.Td><Table.Td ta="end"><Money value={one.refunded} /></Table.Td><Table.Td ta="end" className="figures">{one.number}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
