import type { ReactNode } from 'react'
import { Group, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import { isZero as isNothing } from '../amounts.ts'
import type { Bill, Money as Amount } from '../queries.ts'
import { Step, Why } from './why.tsx'

const isZero = (money: Amount): boolean => isNothing(money.amount)

function Sum({ label, value, isStrong = false, why }: { label: string; value: Amount; isStrong?: boolean; why?: ReactNode }) {
  const text = { size: isStrong ? 'md' : 'sm', fw: isStrong ? 600 : 400 } as const
  return (
    <Group justify="space-between" style={isStrong ? { borderBlockStart: '1px solid var(--line)', paddingBlockStart: 4 } : {}}>
      <Text {...text}>{label}</Text>
      <Text {...text} component="div">{why === undefined ? <Money value={value} /> : <Why value={value} of={label}>{why}</Why>}</Text>
    </Group>
  )
}

function Added({ bill, without = [] }: { bill: Bill; without?: string[] }) {
  const t = useText()
  const taxes = ([['cgst', bill.cgst], ['sgst', bill.sgst], ['igst', bill.igst]] as const).filter(([, one]) => !isZero(one))
  const parts = [...taxes, ...(taxes.length === 0 && !isZero(bill.tax) ? [['tax', bill.tax] as const] : []), ...(isZero(bill.roundOff) ? [] : [['roundOff', bill.roundOff] as const])]
  return (
    <>
      <Step label={t('billing.sum.taxable')} value={bill.taxable} />
      {parts.filter(([key]) => !without.includes(key)).map(([key, one]) => <Step key={key} label={t(`billing.sum.${key}`)} value={one} sign={key === 'roundOff' ? '' : '+'} />)}
    </>
  )
}

function Left({ bill }: { bill: Bill }) {
  const t = useText()
  return (
    <>
      <Step label={t('billing.sum.total')} value={bill.total} />
      <Step label={t('billing.sum.paid')} value={bill.paid} sign="−" />
      {isZero(bill.credited) ? null : <Step label={t('billing.sum.credited')} value={bill.credited} sign="−" />}
      {isZero(bill.refunded) ? null : <Step label={t('billing.sum.refunded')} value={bill.refunded} sign="+" />}
    </>
  )
}

/** The sums as the server made them: tax by halves, round-off as a line of its own. */
export function BillSums({ bill }: { bill: Bill }) {
  const t = useText()
  const optional = ([['discount', bill.discount], ['cgst', bill.cgst], ['sgst', bill.sgst], ['igst', bill.igst], ['roundOff', bill.roundOff]] as const).filter(([, money]) => !isZero(money))
  const isVat = !isZero(bill.tax) && isZero(bill.cgst) && isZero(bill.igst)
  return (
    <Stack gap={2} maw={340} ms="auto" w="100%">
      <Sum label={t('billing.sum.subtotal')} value={bill.subtotal} />
      {optional.map(([key, money]) => <Sum key={key} label={t(`billing.sum.${key}`)} value={money} {...(key === 'roundOff' ? { why: <><Added bill={bill} without={['roundOff']} /><Text size="sm" c="dimmed">{t('billing.rule.roundOff')}</Text></> } : {})} />)}
      {isVat ? <Sum label={t('billing.sum.tax')} value={bill.tax} /> : null}
      <Sum label={t('billing.sum.total')} value={bill.total} isStrong why={<Added bill={bill} />} />
      {isZero(bill.paid) ? null : <Sum label={t('billing.sum.paid')} value={bill.paid} />}
      {isZero(bill.credited) ? null : <Sum label={t('billing.sum.credited')} value={bill.credited} />}
      {isZero(bill.refunded) ? null : <Sum label={t('billing.sum.refunded')} value={bill.refunded} />}
      {bill.number === null ? null : <Sum label={t('billing.sum.balance')} value={bill.balance} isStrong why={<Left bill={bill} />} />}
    </Stack>
  )
}
