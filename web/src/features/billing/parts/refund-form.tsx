import { useState } from 'react'
import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { api, touched, type Bill } from '../queries.ts'

const methods = ['cash', 'card', 'upi', 'bank', 'wallet', 'insurance'] as const

/** Gives back what a credit note left overpaid, the way it came. */
export function RefundForm({ bill }: { bill: Bill }) {
  const t = useText()
  const [method, setMethod] = useState<(typeof methods)[number]>('cash')
  const [amount, setAmount] = useState('')
  const [reason, setReason] = useState('')
  const { currency } = bill.total
  const refund = useWrite(() => api.refund({ params: { id: bill.id }, ifMatch: bill.version, body: { method, amount: { amount, currency }, reason: reason.trim() } }), { invalidate: touched, done: t('billing.refund.done') })
  return (
    <Stack gap="sm">
      <Group grow align="start">
        <Select label={t('billing.pay.method')} data={methods.map((value) => ({ value, label: t(`billing.method.${value}`) }))} value={method} onChange={(value) => setMethod(methods.find((one) => one === value) ?? 'cash')} />
        <MoneyInput label={t('common.amount')} currency={currency} value={amount} onChange={setAmount} isRequired />
        <TextInput label={t('common.reason')} withAsterisk maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Group>
      <Group justify="end">
        <Button variant="default" loading={refund.isPending} disabled={amount === '' || reason.trim() === ''} onClick={() => refund.mutate(undefined)}>{t('billing.refund.make')}</Button>
      </Group>
    </Stack>
  )
}
