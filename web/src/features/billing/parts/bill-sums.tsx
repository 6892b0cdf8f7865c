import { Group, Stack, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { Money } from '../../../ui/money.tsx'
import type { Bill, Money as Amount } from '../queries.ts'

const isZero = (money: Amount): boolean => Number(money.amount) === 0

function Sum({ label, value, isStrong = false }: { label: string; value: Amount; isStrong?: boolean }) {
  return (
    <Group justify="space-between" style={isStrong ? { borderBlockStart: '1px solid var(--line)', paddingBlockStart: 4 } : {}}>
      <Text size={isStrong ? 'md' : 'sm'} fw={isStrong ? 600 : 400}>{label}</Text>
      <Text size={isStrong ? 'md' : 'sm'} fw={isStrong ? 600 : 400}><Money value={value} /></Text>
    </Group>
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
      {optional.map(([key, money]) => <Sum key={key} label={t(`billing.sum.${key}`)} value={money} />)}
      {isVat ? <Sum label={t('billing.sum.tax')} value={bill.tax} /> : null}
      <Sum label={t('billing.sum.total')} value={bill.total} isStrong />
      {isZero(bill.paid) ? null : <Sum label={t('billing.sum.paid')} value={bill.paid} />}
      {isZero(bill.credited) ? null : <Sum label={t('billing.sum.credited')} value={bill.credited} />}
      {isZero(bill.refunded) ? null : <Sum label={t('billing.sum.refunded')} value={bill.refunded} />}
      {bill.number === null ? null : <Sum label={t('billing.sum.balance')} value={bill.balance} isStrong />}
    </Stack>
  )
}
