import { useState } from 'react'
import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { MoneyInput } from '../../../ui/money.tsx'
import { isAboveZero } from '../amounts.ts'
import { api, touched, type Deposit } from '../queries.ts'

export const depositMethods = ['cash', 'card', 'upi', 'bank', 'wallet'] as const

/** Gives back all or part of what is left of a deposit, the way it came unless another is chosen. */
export function DepositRefund({ deposit, onClose }: { deposit: Deposit; onClose: () => void }) {
  const t = useText()
  const [amount, setAmount] = useState(deposit.remaining.amount)
  const [method, setMethod] = useState(() => depositMethods.find((one) => one === deposit.method) ?? 'cash')
  const [reason, setReason] = useState('')
  const { currency } = deposit.remaining
  const refund = useWrite(() => api.refundDeposit({ params: { id: deposit.id }, ifMatch: deposit.version, body: { amount: { amount, currency }, method, reason: reason.trim() } }), { invalidate: touched, done: t('billing.refund.done'), onDone: onClose })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        refund.mutate(undefined)
      }}
    >
      <Stack gap="xs" py="xs">
        <Group grow align="start" gap="xs">
          <MoneyInput label={t('common.amount')} currency={currency} value={amount} onChange={setAmount} isRequired />
          <Select label={t('billing.pay.method')} allowDeselect={false} data={depositMethods.map((value) => ({ value, label: t(`billing.method.${value}`) }))} value={method} onChange={(value) => setMethod(depositMethods.find((one) => one === value) ?? 'cash')} />
        </Group>
        <TextInput data-autofocus label={t('common.reason')} withAsterisk maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Group justify="end" gap="xs">
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" loading={refund.isPending} disabled={!isAboveZero(amount) || reason.trim() === ''}>{t('billing.deposit.refund')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
